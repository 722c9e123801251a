"""A refusal says why, and what it says is true of the articles as they are now."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.article import Article
from index.analysis import stems
from index.filters import Filters
from index.sync import sync
from qa.answer import Outcome
from qa.assistant import Assistant
from qa.forms import related_stems
from tests.qa.assistants import assert_stands, assistant_over, claimed_absent, dated, write_articles


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("What is it?", "the question holds no word to look for"),
        ("Who is Zoltan Quixby?", 'no article mentions "Zoltan" or "Quixby"'),
        ("Which bridge did Quixby paint?", 'no article mentions "Quixby", "bridge" or "paint"'),
    ],
)
def test_a_reason_names_what_is_missing_names_first(samples: Assistant, question: str, reason: str) -> None:
    assert samples.ask(question).reason == reason


def test_what_only_later_articles_mention_is_not_said_to_be_mentioned(tmp_path: Path) -> None:
    folder = write_articles(
        tmp_path / "articles",
        {
            "a.md": dated(
                "Ferry", "The Osla ferry sank off Tarn.", published="2023-07-01", source="Bulletin"
            ),
            "b.md": dated("Tram", "The Quixby tram was sold.", published="2023-07-09", source="Courier"),
        },
    )
    with assistant_over(folder, tmp_path / "index") as assistant:
        by_then = assistant.ask("Who is Quixby?", filters=Filters(as_of=date(2023, 7, 2)))
        there = assistant.ask("Who painted the Quixby ferry?", filters=Filters(source="bulletin"))
        anywhere = assistant.ask("Who painted the Quixby ferry?")
    assert by_then.reason == 'articles mention "Quixby", but none within the dates or source asked for'
    assert there.reason == 'no article mentions "painted"'
    assert anywhere.reason == 'no article mentions "painted"'


def test_what_only_undated_articles_mention_is_said_to_be_left_out_by_a_first_or_last_day(
    tmp_path: Path,
) -> None:
    tram = "---\ntitle: Tram\n---\nThe Quixby tram was sold."
    ferry = dated("Ferry", "The Osla ferry sank off Tarn.", published="2023-07-01", source="Bulletin")
    folder = write_articles(tmp_path / "articles", {"a.md": ferry, "b.md": tram})
    with assistant_over(folder, tmp_path / "index") as assistant:
        undated = assistant.ask("Who is Quixby?", filters=Filters(since=date(2023, 1, 1)))
        earlier = assistant.ask("Who is Osla?", filters=Filters(since=date(2023, 8, 1)))
    assert undated.reason == 'only undated articles mention "Quixby"; a first or last day leaves them out'
    assert "only undated" not in (earlier.reason or "")


def test_a_reason_names_no_word_of_earlier_turns_where_the_question_says_enough(apart: Assistant) -> None:
    alone = apart.ask("Did herring reach the moon?").reason
    assert alone
    assert apart.ask("Did herring reach the moon? (about: painted bridge)").reason == alone
    assert "painted" in (apart.ask("Who did it? (about: painted bridge)").reason or "")


@pytest.fixture(scope="module")
def apart(over: Callable[[Mapping[str, str]], Assistant]) -> Assistant:
    """An assistant over two subjects that never meet."""
    return over(
        {
            "moon.txt": "A probe landed on the moon. Engineers cheered.",
            "fish.txt": "Herring is sold in Bergen. Fishermen complained about prices.",
        }
    )


def test_words_that_never_meet_are_said_to_be_apart(apart: Assistant) -> None:
    reason = apart.ask("Is herring on the moon?").reason or ""
    assert '"herring"' in reason
    assert '"moon"' in reason
    assert "together" in reason


def test_a_kind_of_answer_that_no_sentence_has_is_named(apart: Assistant) -> None:
    answer = apart.ask("How many fishermen complained about prices?")
    if answer.outcome is Outcome.NOT_IN_CORPUS:
        assert "says how many" in (answer.reason or "")
    assert answer.confidence < apart.ask("Who complained about prices?").confidence


def test_a_reason_follows_the_articles(tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "news", {"a.txt": "Herring is sold in Bergen.", "b.txt": "Snow fell."})
    with assistant_over(folder, tmp_path / "store") as assistant:
        (folder / "a.txt").unlink()
        sync(folder, tmp_path / "store", assistant.settings.index_config)
        assert assistant.ask("Where is herring sold?").reason == 'no article mentions "herring" or "sold"'


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    with assistant_over(write_articles(tmp_path / "news", {}), tmp_path / "store") as assistant:
        assert assistant.ask("Where is herring sold?").reason == "there are no articles"


# Words of the articles, and words that are far from any of them.
PRESENT = "Azerbaijan Lachin corridor smuggling Moscow Brussels planes dinner genocide vehicles wars".split()
ABSENT = "Canberra Quixby telephone marmalade bassoon Zoltan herring".split()
OPENINGS = st.sampled_from(
    ["Who is the", "When was the", "Where is the", "How many of the", "Is the", "Why the"]
)


@settings(max_examples=40, deadline=None)
@given(OPENINGS, st.lists(st.sampled_from(PRESENT + ABSENT), min_size=1, max_size=5, unique=True))
def test_every_reason_is_true(
    samples: Assistant, sample_articles: dict[str, Article], opening: str, words: list[str]
) -> None:
    answer = samples.ask(f"{opening} {' '.join(words)}?")
    assert_stands(answer, sample_articles)
    reason = answer.reason or ""
    named = re.findall(r'"([^"]+)"', reason)
    if reason.startswith("no article mentions"):
        assert set(named) <= set(ABSENT)
    if reason.startswith("articles mention"):
        said = {
            stem
            for article in sample_articles.values()
            for stem in stems(article.title + "\n" + article.text)
        }
        for word in named:
            (stem,) = stems(word)
            assert said & {stem, *related_stems(stem)}


@pytest.fixture(scope="module")
def cup(over: Callable[[Mapping[str, str]], Assistant]) -> Assistant:
    """An assistant over one year's final, and a later look at another."""
    return over(
        {
            "final.md": dated("Final", "Anna won the chess cup in Geneva.", published="2019-06-01"),
            "other.txt": "The tram strike of 2022 lasted a week. A chess cup was not held.",
        }
    )


def test_an_answer_for_another_year_is_not_given_as_this_one_s(cup: Assistant) -> None:
    assert cup.ask("Who won the chess cup in 2019?").sentences[0].text.startswith("Anna won")
    other = cup.ask("Who won the chess cup in 2022?")
    assert other.outcome is Outcome.NOT_IN_CORPUS or "Anna" not in other.text
    never = cup.ask("Who won the chess cup in Geneva in 2021?")
    assert never.outcome is Outcome.NOT_IN_CORPUS
    assert '"2021"' in (never.reason or "")


RESIGNED = "Mayor Ilva Tarn of Lorne resigned over the ferry contract."


def test_what_was_told_before_it_can_have_happened_comes_last_and_is_said_to_be_older(
    over: Callable[[Mapping[str, str]], Assistant],
) -> None:
    question = "Which mayor resigned over the ferry contract this week?"
    before = dated("Resigned", RESIGNED, published="2019-06-01")
    now = dated("Harbour", "Oda Renn, the mayor of Visby, resigned over its ferry.", published="2023-07-14")

    both = over({"before.md": before, "now.md": now}).ask(question)
    alone = over({"before.md": before}).ask(question)
    undated = over({"undated.txt": RESIGNED}).ask(question)

    assert both.citations[0].article == "now.md", both.text
    assert both.notes == undated.notes == ()
    assert alone.text.startswith(RESIGNED)
    (note,) = alone.notes
    assert "2019-06-01" in note
    assert "2023-07-10" in note


def test_how_many_is_not_told_by_a_sentence_that_counts_others(
    over: Callable[[Mapping[str, str]], Assistant],
) -> None:
    crowd = over(
        {
            "crowd.txt": "On Friday some 6,000 people gathered in the square to demand that the road be opened.\n\n"
            "The Red Cross has resumed the medical evacuations from the town."
        }
    )
    assert crowd.ask("How many people were evacuated?").outcome is Outcome.NOT_IN_CORPUS
    assert "6,000" in crowd.ask("How many people gathered?").sentences[0].text


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What happened in Lorne?", "Two trams met in Lorne"),
        ("What took place in Lorne?", "Two trams met in Lorne"),
        ("What is happening in Lorne?", "Two trams met in Lorne"),
        ("When did the talks take place?", "The talks began on Monday"),
        ("What happened in Tarn?", None),
        ("What happened to the bridge in Lorne?", None),
    ],
)
def test_what_happened_somewhere_is_told_by_what_names_it(
    over: Callable[[Mapping[str, str]], Assistant], question: str, told: str | None
) -> None:
    told_of = over(
        {
            "trams.txt": "Two trams met in Lorne on Saturday and could not pass.\n\nThe flood that took place in 1915 "
            "is remembered in Visby.",
            "talks.txt": "The talks began on Monday and went on for four days, an official said.",
        }
    )
    answer = told_of.ask(question)
    assert (answer.outcome is Outcome.ANSWERED) is (told is not None)
    assert answer.text.startswith(told or "")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How long will the regatta last?", "three days"),
        ("How long will the regatta in Visby last?", None),
        ("How long will the negotiations last?", "two weeks"),  # which are called talks there
        ("How long after the flood will the negotiations be held?", None),
        ("How long did the siege last?", "six-week siege"),  # and not what tells of the last siege
    ],
)
def test_how_long_is_told_right_before_what_lasts(
    over: Callable[[Mapping[str, str]], Assistant], question: str, told: str | None
) -> None:
    told_of = over(
        {
            "boats.txt": "The harbour master of Lorne opened three days of the regatta on Monday, as each year.",
            "flood.txt": "The flood of 1915 is remembered in Visby.",
            "talks.txt": "On Tuesday envoys began two weeks of talks in Lorne.",
            "siege.txt": "Since the last siege of 2020 the gate is shut.\n\nOster won the six-week siege of 2020 and "
            "kept the hills around the town.",
        }
    )
    answer = told_of.ask(question)
    assert (answer.outcome is Outcome.ANSWERED) is (told is not None)
    assert (told or "") in (answer.sentences[0].text if answer.sentences else "")


ROLES = {
    "roles.txt": "The United States and the EU have taken a role in the talks, as Russia is loath to annoy Turkey.",
    "region.txt": "The region declared itself independent, which no UN member state has recognised. It belongs to "
    "Azerbaijan.\n\nAntony Blinken gave a working dinner on Sunday.",
}


@pytest.mark.parametrize(
    "question",
    [
        "Is Turkey a member of the EU?",  # nothing is said of its membership
        "Was the UN annoyed by Turkey?",
        "Did Antony Blinken give a dinner in Ruritania?",
        "Where was Antony Blinken born?",  # two of three words are there
        "Who is Antony Blinken married to?",
    ],
)
def test_what_is_not_said_of_it_is_not_told(
    over: Callable[[Mapping[str, str]], Assistant], question: str
) -> None:
    assert over(ROLES).ask(question).outcome is Outcome.NOT_IN_CORPUS


@pytest.mark.parametrize(
    "question",
    [
        "Has the region been recognised?",
        "Does the region belong to Azerbaijan?",
        "Did Blinken give a dinner?",
    ],
)
def test_what_is_said_of_it_is(over: Callable[[Mapping[str, str]], Assistant], question: str) -> None:
    assert over(ROLES).ask(question).outcome is Outcome.ANSWERED


SMALL = {
    "visit.txt": "The foreign minister, Ilse Tarn, visited both Lorne and Osla last week.\n\nShe urged both towns to "
    "keep the ferry open. The delay annoys Lorne.",
    "march.txt": "On Friday some 600 people gathered in Lorne to call for a new ferry.\n\nThe Osla Red Cross denied "
    "that its boats had carried salt. The mayor justified the ban by pointing to the boats of the Red Cross.",
}
# Told by a cue: somebody who speaks, a cause, a name that stands elsewhere in the passage.
CUES = {
    "salt.txt": "Boats of the Coast Guard brought salt ashore unpaid, which is why the quay is shut. The Coast Guard "
    "denied it.\n\nBecause of the frost in Tarn, its neighbours mediate in the quarrel.",
    "talks.txt": "Envoys met in Visby on Monday. The talks were of a new ferry, one of them told reporters, and of no "
    "bridge.",
    "ally.txt": "Lorne is the oldest ally that Tarn has.",
}
SAID = {
    "bridge.txt": "“The bridge stays shut for now,” said the transport minister Lone Krag. On Friday some 600 people "
    "gathered in Lorne to demand a new bridge.",
    "consul.txt": "The US consul Ann Poole opened a fair in Visby on Monday.",
}


@pytest.mark.parametrize(
    ("texts", "question", "told"),
    [
        (SMALL, "Where did Ilse Tarn travel?", "visited both Lorne and Osla"),
        (SMALL, "What annoys Lorne?", "The delay annoys Lorne."),
        (SMALL, "What did the Red Cross say?", "denied that its boats"),
        (SMALL, "What did people call for at the protest?", "gathered in Lorne to call for"),
        (CUES, "What does the Coast Guard say about salt?", "The Coast Guard denied it."),
        (CUES, "Are the Visby talks about a bridge?", "The talks were of a new ferry"),
        (CUES, "Why doesn't Tarn mediate?", "Because of the frost"),
        (CUES, "Who backs Tarn?", "oldest ally"),
        (SAID, "What did Lone Krag say?", "The bridge stays shut"),
        (SAID, "What did Krag say about the bridge?", "The bridge stays shut"),
        (SAID, "Why did people gather in Lorne?", "to demand a new bridge"),
        (SAID, "Who is the American consul?", "US consul Ann Poole"),
    ],
)
def test_what_a_few_articles_tell_in_other_words_or_in_few_is_an_answer(
    over: Callable[[Mapping[str, str]], Assistant], texts: Mapping[str, str], question: str, told: str
) -> None:
    answer = over(texts).ask(question)
    assert answer.outcome is Outcome.ANSWERED
    assert told in answer.sentences[0].text


@pytest.mark.parametrize(
    "question",
    [
        "What does the mayor of Visby say about salt?",
        "What did the Coast Guard say about the frost?",
        "Are the Tarn talks about a bridge?",
        "Why doesn't Visby have a harbour?",
        "What did the Coast Guard do in Visby?",
    ],
)
def test_what_no_cue_tells_is_none(over: Callable[[Mapping[str, str]], Assistant], question: str) -> None:
    assert over(CUES).ask(question).outcome is Outcome.NOT_IN_CORPUS


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("What was eaten at the march in Lorne?", ["eaten"]),
        ("Which songs did people sing at the protest?", ["protest"]),
        ("Why doesn't Osla sell the harbour?", ["sell"]),
    ],
)
def test_what_counts_as_a_word_is_not_said_to_be_the_word(
    over: Callable[[Mapping[str, str]], Assistant], question: str, absent: list[str]
) -> None:
    answer = over(SMALL).ask(question)
    assert answer.outcome is Outcome.NOT_IN_CORPUS
    said = claimed_absent(answer)
    assert set(absent) <= set(said)
    assert "doesn't" not in said


def test_a_question_of_another_language_is_told_so(samples: Assistant) -> None:
    answer = samples.ask(
        "Wo fanden die Gespräche zwischen Aliyev und Pashinyan statt und wer hat vermittelt?"
    )
    assert answer.reason == "the question does not seem to be in English, and only that is understood"
