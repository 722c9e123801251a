"""The last check before a reader sees a sentence: only what the article says at that place passes."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer import Citation, Sentence
from qa.verify import carried_verbatim, quote_stands
from tests import strategies

TEXT = "They met.\nMichel mediated, İlham said. 😀"
CITATION = Citation(1, "a.txt", "Talks", None, None, 10, 26, "Michel mediated,", "d")


def test_a_quote_at_its_place_stands() -> None:
    assert quote_stands(CITATION, TEXT)


@pytest.mark.parametrize(
    "changed",
    [
        {"quote": "Michel mediated."},
        {"quote": "michel mediated,"},
        {"start": 9},
        {"start": -33, "end": -17},
        {"start": 10, "end": 10, "quote": ""},
        {"start": 26, "end": 10, "quote": ""},
        {"end": len(TEXT) + 1, "quote": TEXT[10:]},
    ],
)
def test_a_quote_that_differs_or_is_elsewhere_falls(changed: dict[str, Any]) -> None:
    assert not quote_stands(replace(CITATION, **changed), TEXT)


@given(strategies.texts(), st.data())
def test_every_slice_stands_and_no_other_text_does(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    quoted = replace(CITATION, start=start, end=end, quote=text[start:end])
    assert quote_stands(quoted, text)
    assert not quote_stands(replace(quoted, quote=quoted.quote + "x"), text)


def test_a_sentence_is_carried_by_its_own_words_white_space_aside() -> None:
    quoted = replace(CITATION, quote="Michel\n  mediated,")
    assert carried_verbatim(Sentence("Michel mediated,", (1,), verified=True), {1: quoted})


@pytest.mark.parametrize(
    ("text", "markers"),
    [
        ("Michel won,", (1,)),
        ("Michel mediated", (1,)),
        ("Michel mediated,", ()),
        ("Michel mediated,", (1, 2)),
    ],
)
def test_a_sentence_of_other_words_or_without_its_quote_is_not(text: str, markers: tuple[int, ...]) -> None:
    assert not carried_verbatim(Sentence(text, markers, verified=True), {1: CITATION})
