"""Who asks what is new, or for a summary, gets one: a sentence of each of several stories, verbatim and cited."""

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from index.filters import Filters
from qa.answer import Answer, Outcome
from qa.assistant import Assistant
from qa.followup import standalone
from qa.overview import is_small_talk, request_in
from qa.query import Kind, read_question
from tests.qa.assistants import SAMPLES, articles_of, assert_stands, assistant_over, dated, write_articles


@pytest.mark.parametrize(
    ("question", "topic", "wants_newest"),
    [
        ("What's new?", "", True),
        ("what is the latest news today?", "", True),
        ("Summarise the articles.", "", False),
        ("Could you give me a short summary of both articles?", "", False),
        ("What are the two articles about?", "", False),
        ("What are the main points?", "", False),
        ("What happened this week?", "this week", False),
        ("What was in the news in July 2022?", "July 2022", True),
        ("Please summarise the talks in Brussels", "the talks in Brussels", False),
        ("What's the latest on the Lachin corridor?", "the Lachin corridor", True),
        ("What is happening in Iran?", "Iran", True),
        ("Any news from Yerevan?", "Yerevan", True),
        ("What do the articles say about Turkey?", "Turkey", False),
        ("Tell me more about Colonna", "Colonna", False),
    ],
)
def test_a_request_for_an_overview_is_told_from_its_topic(
    question: str, topic: str, wants_newest: bool
) -> None:
    request = request_in(question)
    assert request is not None
    assert (request.topic, request.wants_newest) == (topic, wants_newest)


@pytest.mark.parametrize(
    "question",
    [
        "What is the latest country to join NATO?",
        "Which news outlet reported the strike?",
        "Tell me about why the corridor was closed",
        "What happened in Brussels?",
        "What is the conflict about?",
        "What new law did the parliament pass?",
        "How many news stories were published?",
        "What did the article in The Verge say about when the phone comes out?",
        "Lachin corridor",
        "Tell me a story about Armenia",
        "",
    ],
)
def test_what_asks_some_single_thing_is_no_such_request(question: str) -> None:
    assert request_in(question) is None


def test_days_are_no_topic() -> None:
    query = read_question("What was in the news in July 2022?")
    assert query.is_of_all
    assert query.text == "July 2022"
    about = read_question("Give me an overview of the strikes in July 2022")
    assert (about.kind, about.is_of_all) == (Kind.OVERVIEW, False)
    assert [term.surface for term in about.terms] == ["strikes"]


@pytest.mark.parametrize(
    "said",
    [
        "hello",
        "Thanks a lot!",
        "ok",
        "Who are you?",
        "What can you do?",
        "help",
        "Can you tell me a funny joke?",
    ],
)
def test_small_talk_is_told_that_it_asks_nothing(samples: Assistant, said: str) -> None:
    assert is_small_talk(said)
    answer = samples.ask(said, turns=["Who mediated the talks in Brussels?"])
    assert answer.outcome is Outcome.NOT_IN_CORPUS
    assert (answer.reason or "").startswith("nothing is asked of the articles")


@pytest.mark.parametrize(
    ("turns", "question", "expected"),
    [
        (["What is the Lachin corridor?"], "Summarise it", "Summarise the Lachin corridor?"),
        (["What is the Lachin corridor?"], "What's new?", "What's new?"),
        (["Who won the chess cup in Australia?"], "Summarise the conflict", "Summarise the conflict"),
        (["Who met in Brussels?"], "Any news on that?", "Any news on Brussels? (about: met)"),
        (
            ["Who is Colonna?", "thanks"],
            "When did she visit Baku?",
            "When did she visit Baku? (about: Colonna)",
        ),
    ],
)
def test_in_a_conversation(turns: list[str], question: str, expected: str) -> None:
    assert standalone(question, turns) == expected


@pytest.mark.parametrize(
    "question",
    [
        "What's new?",
        "Summarise the articles",
        "Summarise the conflict between Armenia and Azerbaijan",
        "What's the latest on the Lachin corridor?",
        "What do the articles say about Turkey?",
    ],
)
def test_an_overview_is_of_several_stories_each_sentence_as_it_stands(
    samples: Assistant, question: str
) -> None:
    answer = samples.ask(question)
    assert answer.outcome is Outcome.ANSWERED
    assert len({citation.article for citation in answer.citations}) > 1
    assert_stands(answer, articles_of(SAMPLES))


def test_every_sentence_of_an_overview_is_of_its_topic(samples: Assistant) -> None:
    answer = samples.ask("What do the articles say about Turkey?")
    assert all("Turkey" in citation.quote or "Turkish" in citation.quote for citation in answer.citations)


def test_of_what_no_article_tells_there_is_no_overview(samples: Assistant) -> None:
    answer = samples.ask("Give me an overview of the elections in Ruritania")
    assert answer.outcome is Outcome.NOT_IN_CORPUS
    assert "Ruritania" in (answer.reason or "")


FERRY = (
    "The Osla ferry ran aground near Tarn harbour on {day} with {n} passengers; rescue boats took them off."
)
FOLDER = {
    "a.md": dated("Ferry aground off Tarn", FERRY.format(day="Friday", n=40), published="2023-07-14"),
    "b.md": dated("Rescue at Tarn", FERRY.format(day="Friday evening", n="some 40"), published="2023-07-15"),
    "f.md": dated("Ferry freed", FERRY.format(day="Friday, it is now said,", n=38), published="2023-07-15"),
    "c.md": dated(
        "Bakers in Lorne strike",
        "Bakers in Lorne went on strike for longer holidays.",
        published="2023-07-16",
    ),
    "d.md": dated("Snow in Osla", "Snow fell in Osla for the first time in May.", published="2023-05-02"),
    "e.md": dated(
        "Bakers in Lorne open early", "Bakers in Lorne open at four from now on.", published="2021-03-01"
    ),
}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("overview")
    with assistant_over(write_articles(folder / "articles", FOLDER), folder / "index") as assistant:
        yield assistant


def cited(assistant: Assistant, question: str, filters: Filters = Filters()) -> list[str]:
    return [citation.article for citation in assistant.ask(question, filters=filters).citations]


def test_what_is_new_begins_with_what_most_articles_tell(assistant: Assistant) -> None:
    first, *others = cited(assistant, "What's new?")
    assert first in ("a.md", "b.md", "f.md")
    assert others[0] == "c.md"


@pytest.mark.parametrize(
    "aside",
    [
        "Editor's note: this piece was first sent to the readers of our newsletter.",
        "Have tomorrow's weather sent to your inbox on the evening before.",
        "This page recaps the news of a long day from the harbour to the hills.",
        "It was a day like no other that anybody there could think of.",
    ],
)
def test_an_overview_begins_with_news_and_not_with_what_stands_above_it(tmp_path: Path, aside: str) -> None:
    news = "The mill in Lorne burned down on Sunday, and nobody was hurt."
    folder = write_articles(tmp_path / "articles", {"a.txt": f"{aside} {news}"})
    with assistant_over(folder, tmp_path / "index", max_sentences=1) as assistant:
        assert quotes(assistant.ask("What's new?")) == {news}


def test_only_what_was_published_by_then_is_new(assistant: Assistant) -> None:
    assert cited(assistant, "What's new?", Filters(as_of=date(2023, 6, 1))) == ["d.md", "e.md"]


def test_days_that_are_named_bound_an_overview(assistant: Assistant) -> None:
    assert cited(assistant, "What happened in May 2023?") == ["d.md"]
    assert cited(assistant, "What was in the news in 2021?") == ["e.md"]
    nothing = assistant.ask("What happened in June 2022?")
    assert nothing.reason == "no article is within the dates or source asked for"


def test_the_latest_on_a_topic_comes_newest_first(assistant: Assistant) -> None:
    assert cited(assistant, "What's the latest on bakers in Lorne?") == ["c.md", "e.md"]


def test_articles_without_dates_are_of_no_named_day(tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "articles", {"a.txt": "The tram in Lorne stopped for good."})
    with assistant_over(folder, tmp_path / "index") as assistant:
        assert assistant.ask("What happened this week?").reason == "no article gives its date"
        assert cited(assistant, "What's new?") == ["a.txt"]


UNDATED = {
    "a.txt": "The ferry to Osla sank on Friday. Its crew of nine was saved on Saturday by a trawler.",
    "b.txt": "On Friday, bakers in Lorne went on strike. Nobody had baked on 4 May 2021 either.",
    "c.md": dated("Snow", "Snow fell on Friday.", published="2023-05-02"),
}


@pytest.fixture(scope="module")
def undated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("undated")
    with assistant_over(write_articles(folder / "articles", UNDATED), folder / "index") as assistant:
        yield assistant


def quotes(answer: Answer) -> set[str]:
    return {citation.quote for citation in answer.citations}


def test_of_a_weekday_articles_without_a_date_say_what_happened(undated: Assistant) -> None:
    answer = undated.ask("What happened on Friday?")
    assert quotes(answer) == {
        "The ferry to Osla sank on Friday.",
        "On Friday, bakers in Lorne went on strike.",
    }
    assert answer.notes == (
        "the articles shown have no date: the days that they name may be of another week or year",
    )


def test_of_a_date_only_what_names_all_of_it_is_shown(undated: Assistant) -> None:
    answer = undated.ask("What happened on 4 May 2021?")
    assert quotes(answer) == {"Nobody had baked on 4 May 2021 either."}
    assert not any("no date" in note for note in answer.notes)
    for question in ("What happened on 6 May 2021?", "What happened on Sunday?", "What happened last week?"):
        assert undated.ask(question).reason == "no article is within the dates or source asked for"


@pytest.mark.parametrize(
    "question",
    [
        "summarise" + " in " * 248 + "?" * 990 + "\nx",
        "summarise " * 200,
        "what is the latest on " + "in a " * 390,
        "tell me about " + "last a ?" * 240,
        "summarise" + " in a" * 58,
    ],
)
def test_no_request_takes_long_to_be_seen(question: str) -> None:
    started = time.process_time()
    request_in(question)
    assert time.process_time() - started < 0.2


def test_of_a_source_without_articles_nothing_is_new(assistant: Assistant) -> None:
    answer = assistant.ask("What's new?", filters=Filters(source="Nobody"))
    assert answer.reason == "no article is within the dates or source asked for"


def test_a_search_for_what_is_new_finds_how_the_newest_articles_begin(assistant: Assistant) -> None:
    hits = assistant.search("What's new?", limit=3)
    assert hits[0].passage.article.id == "c.md"
    assert all(hit.passage.start == 0 for hit in hits)


@pytest.mark.parametrize(
    ("question", "note"),
    [
        ("What's new?", "an overview of the newest of 6 stories, first what most articles tell"),
        ("What happened in May 2023?", "an overview of the days asked about, first what most articles tell"),
        ("What's the latest on bakers in Lorne?", None),
    ],
)
def test_a_note_says_what_an_overview_is_of(assistant: Assistant, question: str, note: str | None) -> None:
    assert assistant.ask(question).notes == ((note,) if note else ())
