"""Slips in the words that a question asks by are read as what was meant; what it asks about is left alone."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer import Outcome
from qa.assistant import Assistant
from qa.query import LIGHT_WORDS, STOP_WORDS
from qa.typos import as_meant


def no_name(word: str) -> bool:
    return False


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
        "what did HAPENED Ltd. make",
        "is it in its place",
        "who wrote mans-fate",
    ],
)
def test_what_may_be_asked_about_stays(question: str) -> None:
    assert as_meant(question, no_name) == question


def test_a_name_that_the_articles_have_is_no_slip() -> None:
    assert as_meant("who is hapened", no_name) == "who is happened"
    assert as_meant("who is hapened", lambda word: word == "hapened") == "who is hapened"


@given(st.text(max_size=80))
def test_what_is_read_is_read_the_same_again(question: str) -> None:
    meant = as_meant(question, no_name)
    assert as_meant(meant, no_name) == meant


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
        "what happened in lorne",
    )
    following = trams.ask("whta did she say", turns=["Who is Ilse Tarn?"])
    assert following.text.startswith("Ilse Tarn urged")
