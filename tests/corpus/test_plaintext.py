"""Titles: the heading that is there, or the lede cut for display."""

import time

import pytest
from hypothesis import given

from corpus.plaintext import heading_of, title_of
from tests.strategies import texts

LEDE = (
    "The mayor of the old harbor town said on Monday that the ferry to the islands would sail again before "
    "the summer holidays begin."
)


@pytest.mark.parametrize(
    "text",
    [
        "Corridor closed\n\nAzerbaijan closed it.",
        "Corridor closed\nAzerbaijan closed the only land link.",
        "# Corridor closed\nazerbaijan",
        "\n\n  ## Corridor closed ##\n",
        "Corridor closed",
    ],
)
def test_a_heading_is_the_title(text: str) -> None:
    assert title_of(text) == "Corridor closed"


def test_a_lede_is_shortened_at_a_word_boundary() -> None:
    title = title_of(f"{LEDE}\n\nMore.")
    assert title == "The mayor of the old harbor town said on Monday that the ferry to the islands…"
    assert len(title) <= 81


def test_the_first_sentence_of_a_paragraph_is_enough() -> None:
    assert title_of("Azerbaijan closed the corridor on Tuesday. It gave a reason.") == (
        "Azerbaijan closed the corridor on Tuesday."
    )


def test_a_hard_wrapped_paragraph_has_no_heading() -> None:
    text = "The two neighboring towns have agreed to share the costs of\nthe bridge when it is rebuilt in spring.\n"
    assert heading_of(text) is None
    assert title_of(text).startswith("The two neighboring towns have agreed to share the costs of the bridge")


def test_a_dateline_is_no_part_of_a_title() -> None:
    assert title_of("BAKU, April 23, 2023 (Reuters) — Azerbaijan opened a checkpoint.") == (
        "Azerbaijan opened a checkpoint."
    )


def test_a_word_without_end_is_cut() -> None:
    assert title_of("x" * 5_000_000) == "x" * 79 + "…"


@given(texts())
def test_every_text_has_a_title_on_one_line(text: str) -> None:
    title = title_of(text)
    assert title
    assert len(title) <= 120
    assert title == " ".join(title.split())


def test_a_heading_is_found_in_a_moment_whatever_follows_its_marks() -> None:
    started = time.process_time()
    assert title_of(f"# a{' ' * 3000}b #\ntext") == "a b"
    assert time.process_time() - started < 1.0
    assert heading_of("## About C# ##\ntext") == "About C#"
