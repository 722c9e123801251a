"""Sentences are weighed by how well they answer: signals in bounds, the best first, every one verbatim."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from index.filters import Filters
from qa.assistant import Assistant
from qa.evidence import weigh
from qa.query import read_question
from qa.rereading import windows
from qa.retrieval import retrieve
from qa.signals import Evidence
from tests.qa.assistants import TODAY
from tests.qa.sample_questions import ANSWERABLE


def weighed(assistant: Assistant, question: str) -> list[Evidence]:
    query = read_question(question)
    with assistant.live.reader() as reader:
        found = retrieve(query, reader, filters=Filters(), today=TODAY, limit=30)
        return weigh(query, found, assistant.meaning)


@pytest.mark.parametrize("question", [question for question, _ in ANSWERABLE[:4]])
def test_sentences_come_verbatim_best_first_with_signals_in_bounds(samples: Assistant, question: str) -> None:
    evidence = weighed(samples, question)
    assert evidence
    for item in evidence:
        start = item.passage.start
        assert item.passage.text[item.span.start - start : item.span.end - start] == item.text
        for share in (item.own, item.context, item.passage_share, item.fits, item.rank, item.meaning):
            assert -1e-6 <= share <= 1 + 1e-6
        assert item.own <= item.context + 1e-6
    compared = [item.score for item in evidence if item.meaning]
    assert compared == sorted(compared, reverse=True)


def test_no_sentence_is_weighed_twice(samples: Assistant) -> None:
    keys = [
        (item.passage.article.id, item.span.start)
        for item in weighed(samples, "Who closed the Lachin corridor?")
    ]
    assert len(keys) == len(set(keys)) > 30


@pytest.mark.parametrize("question", ["", "?!", "who is it?"])
def test_without_words_that_count_there_is_no_evidence(samples: Assistant, question: str) -> None:
    assert weighed(samples, question) == []


@pytest.fixture(scope="module")
def news(over: Callable[[Mapping[str, str]], Assistant]) -> Assistant:
    """An assistant over sentences that differ in one respect each."""
    return over(
        {
            "talks.txt": "The discussions ended in Geneva. Anna Weber led the discussions there.",
            "troops.txt": "Russia sent soldiers to the road. The road was closed because of snow.",
            "when.txt": "The bridge opened. The bridge opened on May 3, 1999.",
            "explainer.txt": "Rina Vale once sold kites.\n\nIs Rina Vale in jail?\n\nYes. It was Judge Orr who had "
            "her arrested in June.\n\nWhat is a kite tax?\n\nWhat the town may ask of sellers.\n\n"
            "Hers was never paid.\n\nHow kites are sold",
        }
    )


def test_words_of_like_meaning_count_in_part(news: Assistant) -> None:
    best = weighed(news, "Where did Russia send troops?")[0]
    assert best.text == "Russia sent soldiers to the road."
    assert best.own > 0.5


def test_the_sentence_of_the_kind_asked_for_comes_first(news: Assistant) -> None:
    assert "1999" in weighed(news, "When did the bridge open?")[0].text
    assert "because" in weighed(news, "Why was the road closed?")[0].text
    assert "Anna Weber" in weighed(news, "Who led the talks?")[0].text


def test_absent_names_are_told(news: Assistant) -> None:
    assert weighed(news, "When did the bridge at Visby open?")[0].names_absent == 1.0
    assert weighed(news, "Where did Russia send troops?")[0].names_absent == 0.0


def test_what_an_article_asks_itself_is_read_with_what_follows_and_answers_nothing(news: Assistant) -> None:
    evidence = weighed(news, "Is Rina Vale in jail?")
    assert evidence[0].text == "Yes."
    assert evidence[0].own == pytest.approx(1.0)
    assert {"jail", "vale"} <= evidence[0].stems
    assert not any(item.text.endswith("?") or item.text.startswith("How") for item in evidence)
    after = next(item for item in evidence if item.text.startswith("It was Judge"))
    assert not {"jail", "vale"} & after.stems
    first = next(item for item in weighed(news, "Who sold kites?") if item.text.startswith("Rina"))
    assert "jail" not in first.stems


def test_a_plain_answer_below_the_question_is_shown_with_it(news: Assistant) -> None:
    answer = news.ask("Is Rina Vale in jail?")
    assert answer.sentences[0].text == "Yes [Is Rina Vale in jail?]."
    assert answer.citations[0].quote == "Yes."
    assert not any(sentence.text.endswith("?") for sentence in answer.sentences)


@pytest.fixture(scope="module")
def explained(over: Callable[[Mapping[str, str]], Assistant]) -> Assistant:
    """An assistant over an explainer, a quiz, and news that share more words with what they ask."""
    return over(
        {
            "explainer.txt": "The new ferry, explained\n\nThe ferry to Lorne sails again from Monday.\n\n"
            "How do I get a seat in summer?\n\nThose who book by noon of the day before have one kept. All others "
            "wait at the quay.\n\nWhy did the old ferry end its service?\n\nIts owners owed the harbour two years "
            "of fees. A judge had it chained to the quay.",
            "news.txt": "Passengers stood in line for a seat on the ferry to Lorne. The summer was dry.",
            "quiz.txt": "Which town won the Lorne regatta?\n\nVisby\n\nTarn\n\nOrrin\n\nHow did you do?",
            "fair.txt": "When does the fair open?\n\nSunday at noon\n\nThe fair has 40 stalls this year.",
            "regatta.txt": "Tarn won the regatta at Lorne on Sunday, ahead of Visby.",
        }
    )


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How do I get a seat in summer?", "Those who book by noon of the day before have one kept."),
        (
            "How do I get a seat on the ferry in summer?",
            "Those who book by noon of the day before have one kept.",
        ),
        ("Why did the old ferry end its service?", "Its owners owed the harbour two years of fees."),
    ],
)
def test_what_stands_below_a_question_like_the_one_asked_answers_it(
    explained: Assistant, question: str, told: str
) -> None:
    assert explained.ask(question).citations[0].quote == told


def test_options_of_a_quiz_answer_nothing(explained: Assistant) -> None:
    question = "Which town won the Lorne regatta?"
    assert explained.ask(question).citations[0].quote.startswith("Tarn won")
    assert not {"Visby", "Tarn", "Orrin"} & {item.text for item in weighed(explained, question)}


def test_a_lone_fragment_below_a_question_is_weighed_without_it(explained: Assistant) -> None:
    opens = next(
        item for item in weighed(explained, "When does the fair open?") if item.text == "Sunday at noon"
    )
    assert opens.own == 0.0
    assert opens.posed == ""


def test_the_article_s_own_question_is_kept_with_what_stands_below_it_where_it_asks_the_same(
    explained: Assistant,
) -> None:
    def posed(question: str) -> dict[str, str]:
        return {item.text: item.posed for item in weighed(explained, question) if item.posed}

    heading = "How do I get a seat in summer?"
    booking = "Those who book by noon of the day before have one kept."
    assert posed("How do I get a seat on the ferry in summer?") == {booking: heading}
    assert posed("How do I get a berth on the night train to Visby in summer?") == {}


def test_of_a_sentence_that_points_to_a_question_the_reader_reads_that_sentence_alone(
    news: Assistant,
) -> None:
    evidence = weighed(news, "What is a kite tax, and was hers paid?")
    hers = next(item for item in evidence if item.text == "What the town may ask of sellers.")
    pointing = replace(hers, text="It is what the town may ask of sellers.")
    assert windows([pointing], evidence) == [[pointing]]
