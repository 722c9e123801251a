"""Words are folded and stemmed in the right order, and in the short way of English exactly as by the analysers."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.analysis import PLAIN, STEMMED, _Stems, analyser, fold, normalise, stems, stems_of_each, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("İlham", ["ilham"]),
        ("Lac\u0327ın", ["lacin"]),
        ("Əliyev", ["aliyev"]),
        ("the U.S. Army", ["the", "us", "army"]),
        ("U.S. of", ["us", "of"]),
        ("aU.S.", ["au", "s"]),
        ("1,000,000 by 12\u202f500", ["1000000", "by", "12500"]),
        (".5,000 1234,567", ["5", "000", "1234", "567"]),
        ("6,000 or 6\u202f000 or 6000", ["6000", "or", "6000", "or", "6000"]),
        ("in 2020,500 came", ["in", "2020", "500", "came"]),
        ("1,234,567.8", ["1234567", "8"]),
        ("July 4, 2023", ["july", "4", "2023"]),
        ("Azerbaijan’s", ["azerbaijan", "s"]),
        ("a\ud800b", ["a", "b"]),
        ("x" * 200, []),
        ("", []),
    ],
)
def test_words_are_folded(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_stems_are_of_english() -> None:
    assert stems("Negotiations negotiated") == ["negoti", "negoti"]


def test_sources_are_equal_without_case_accents_and_marks() -> None:
    assert fold("The Süd-Zeitung ") == fold("the sud zeitung")


def analysed(text: str, name: str) -> list[str]:
    return list(analyser(name).analyze(normalise(text)))


SENTENCES = st.text(
    alphabet="abISing ..,,'’“”—…-\u00a0\u2009\u202f\x01\t\n_&1000éşİ½™−►🅐😀\u0301", max_size=20
)


@given(SENTENCES)
@example("U.S… 6,000—“Talks” …")
@example("a" * 90 + " " + "b" * 101)
@example("Saying1000")
@example("B" * 101)
def test_english_is_taken_apart_as_the_analysers_do(text: str) -> None:
    assert words(text) == analysed(text, PLAIN)
    assert stems(text) == analysed(text, STEMMED)


def test_every_character_parts_or_joins_words_as_in_the_analysers() -> None:
    for char in map(chr, (*range(0x3100), *range(0xF900, 0x10000), *range(0x1F100, 0x1F700))):
        text = f"Ab{char}cd 1{char}000"
        assert words(text) == analysed(text, PLAIN), hex(ord(char))


@given(st.lists(SENTENCES, max_size=5))
@example(["one\x01two"])
@example(["", "three", ""])
def test_together_sentences_have_the_stems_that_each_has(texts: list[str]) -> None:
    assert stems_of_each(texts) == tuple(tuple(stems(text)) for text in texts)


def test_stems_are_the_same_however_few_words_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    words_asked = "talks talked talking corridors corridor closed closing closes".split() * 3
    expected = [list(analyser(STEMMED).analyze(word)) for word in words_asked]
    monkeypatch.setattr("index.analysis.REMEMBERED_WORDS", 3)
    stem = _Stems().__getitem__
    assert [[stem(word)] for word in words_asked] == expected
