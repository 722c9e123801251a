"""Words' vectors: the same however many are remembered, and whoever asks meanwhile."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from qa.meaning import Meaning

WORDS = "war peace talks corridor president minister river bridge mayor council harbour ferry".split()


def test_words_have_their_own_vectors_also_where_few_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.meaning.REMEMBERED_WORDS", 3)
    meaning = Meaning()
    expected = dict(zip(WORDS, meaning.sentences(WORDS), strict=True))
    for asked in (WORDS[:2], WORDS[1:4], WORDS, [WORDS[0], WORDS[0]], [], WORDS[::-1]):
        found = meaning.words(asked)
        assert len(found) == len(asked)
        for word, row in zip(asked, found, strict=True):
            assert np.array_equal(row, expected[word])


def test_threads_may_share_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.meaning.REMEMBERED_WORDS", 5)
    meaning = Meaning()
    expected = meaning.sentences(WORDS)
    with ThreadPoolExecutor(8) as pool:
        for start, found in pool.map(lambda i: (i % 9, meaning.words(WORDS[i % 9 :][:3])), range(400)):
            assert np.array_equal(found, expected[start : start + 3])


def test_words_asked_for_again_are_kept_before_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.meaning.REMEMBERED_WORDS", 4)
    meaning = Meaning()
    learned: list[str] = []
    embed = Meaning.sentences
    monkeypatch.setattr(Meaning, "sentences", lambda self, texts: learned.extend(texts) or embed(self, texts))
    for asked in (["war", "peace"], ["talks", "war"], ["river", "war"], ["mayor", "war"]):
        meaning.words(asked)
    assert learned == ["war", "peace", "talks", "river", "mayor"]
    meaning.words(["peace"])  # asked for longest ago, it gave way to another
    assert learned[-1] == "peace"
