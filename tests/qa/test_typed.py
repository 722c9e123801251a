"""A question typed in small letters, or in haste, is read as it was meant; what it asks about is left alone."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer import Outcome
from qa.assistant import Assistant
from qa.query import LIGHT_WORDS, STOP_WORDS
from qa.typed import as_meant


def no_name(word: str) -> float:
    return 0.0


def all_names(word: str) -> float:
    return 1.0


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("waht hapened in lorne", "what happened in lorne"),
        ("Wich towns did Ilse visit?", "which towns did Ilse visit?"),
        ("how mnay people came", "how many people came"),
        ("becuase of whta", "because of what"),
        ("whats new", "what's new"),
        ("Whos the mayor?", "Who's the mayor?"),
    ],
)
def test_slips_are_read_as_what_was_meant(question: str, meant: str) -> None:
    assert as_meant(question, no_name) == meant


@pytest.mark.parametrize(
    "question",
    [
        "What happened in Lorne?",
        "who is modi",  # a name, which is not English, but known
        "did Hwo win?",  # a capital within a question makes a name
        "when was the vist",  # one letter for another: "visit" was meant, not "list"
        "what is the price of wheat",
        "which drone did boeing make",
        "who drew the statues at the booth",
        "what did HAPENED Ltd. make",
        "is it in its place",
        "who wrote mans-fate",
    ],
)
def test_what_may_be_asked_about_stays(question: str) -> None:
    assert as_meant(question, no_name) == question


def test_a_name_that_the_articles_have_is_no_slip() -> None:
    assert as_meant("who is hapened", no_name) == "who is happened"
    assert as_meant("who is hapened", lambda word: 0.4 * (word == "hapened")) == "who is hapened"


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("who is ilse tarn?", "who is Ilse Tarn?"),
        ("WHO IS ILSE TARN?", "who is Ilse Tarn?"),
        ("did nato go to new york", "did Nato go to New York"),
        ("what did the us say to us", "what did the US say to us"),
        ("Who met ilse?", "Who met Ilse?"),
        ("what did Ilse tell the press", "what did Ilse tell the press"),  # somebody who types capitals
        ("NATO", "NATO"),
    ],
)
def test_names_get_their_capitals(question: str, meant: str) -> None:
    names = ("ilse", "tarn", "nato", "york")
    assert as_meant(question, lambda word: float(word.lower() in names)) == meant


def test_a_word_is_no_name_where_few_passages_write_it_so() -> None:
    assert as_meant("who closed lorne", lambda word: 0.45) == "who closed lorne"
    assert as_meant("who closed lorne", lambda word: 0.55) == "who closed Lorne"  # "closed" is common English
    assert as_meant("who closed lorne", all_names) == "who Closed Lorne"


def test_small_letters_find_what_capitals_find(shared: Assistant) -> None:
    for question in ("Who is Colonna?", "What did Charles Michel do?", "What is the Lachin Corridor?"):
        small, large = shared.ask(question.lower()), shared.ask(question)
        # A capital moves a cosine by a thousandth, and so sentences further down that are as good as each other.
        assert [s.text for s in small.sentences[:2]] == [s.text for s in large.sentences[:2]]
        assert small.confidence == large.confidence
        assert small.is_read_as_written


@given(st.text(max_size=80))
def test_what_is_read_is_read_the_same_again(question: str) -> None:
    for share in (no_name, all_names):
        meant = as_meant(question, share)
        assert as_meant(meant, share) == meant


@given(st.lists(st.sampled_from(sorted(STOP_WORDS | LIGHT_WORDS)), max_size=8))
def test_asking_words_stay_as_they_are(words: list[str]) -> None:
    assert as_meant(" ".join(words), no_name) == " ".join(words)


def test_a_question_with_slips_is_answered_and_shown_as_it_was_read(
    over: Callable[[Mapping[str, str]], Assistant],
) -> None:
    trams = over(
        {"trams.txt": "Two trams met in Lorne on Saturday. Ilse Tarn urged both drivers to go back."}
    )
    answer = trams.ask("waht hapened in lorne")
    assert answer.outcome is Outcome.ANSWERED
    assert (answer.question, answer.standalone_question) == (
        "waht hapened in lorne",
        "what happened in Lorne",
    )
    assert not answer.is_read_as_written
    following = trams.ask("whta did she say", turns=["Who is Ilse Tarn?"])
    assert following.text.startswith("Ilse Tarn urged")


def test_a_noun_is_no_name_where_only_names_hold_it() -> None:
    assert as_meant("And what about the corridor?", lambda word: 0.7) == "And what about the corridor?"
    assert as_meant("who closed the lorne corridor?", lambda word: 0.7 * (word != "closed")) == (
        "who closed the Lorne Corridor?"
    )
