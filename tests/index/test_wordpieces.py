"""Tokens word by word are the tokenizer's own, whatever the text."""

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.config import IndexConfig
from index.embedding import load_embedder
from index.wordpieces import WordPieces
from tests.strategies import texts

ODD = [
    "",
    " ",
    "\n",
    "a  b",
    "  a\n\n b ",
    "x<s>y </s>",
    "a\u2581b \u2581",
    "北京 \u2009 6\u00a0000\ttab\r\n",
    "<0x0A>",
]


@cache
def tokenizer() -> Any:
    embedder: Any = load_embedder(IndexConfig(embedder="wordllama:64"))
    return embedder._pieces._tokenizer


def whole(text: str) -> list[int]:
    return tokenizer().encode(text, add_special_tokens=False).ids


@settings(max_examples=200, deadline=None)
@given(st.lists(texts() | st.sampled_from(ODD), max_size=6))
def test_tokens_are_those_of_the_whole_text(given_texts: list[str]) -> None:
    found = WordPieces(tokenizer()).encode(given_texts)
    assert [tokens.tolist() for tokens in found] == [whole(text) for text in given_texts]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts(text: str) -> None:
    pieces = WordPieces(tokenizer())
    for _ in range(2):
        assert [tokens.tolist() for tokens in pieces.encode(["Talks resumed.", text])][1] == whole(text)


def test_words_known_forgotten_and_met_again_give_the_same() -> None:
    pieces = WordPieces(tokenizer())
    for number in range(20):
        text = f"Talks number {number % 7} resumed in Brussels,\nnot in Paris."
        assert pieces.encode([text], remembered=5)[0].tolist() == whole(text)


def test_words_that_share_a_slot_keep_their_own_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.wordpieces.SLOT_BITS", 2)
    pieces = WordPieces(tokenizer())
    text = "Nine  delegates\nfrom Vienna, Brussels and Paris met the delegates from Rome, and the river rose "
    for _ in range(2):
        assert [tokens.tolist() for tokens in pieces.encode([text, text[::-1]])] == [
            whole(text),
            whole(text[::-1]),
        ]
