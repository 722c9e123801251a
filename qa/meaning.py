"""How alike words and sentences are in meaning, by the static vectors that ship with the default embedder.

Whatever embedder the index is built with, this one stays local: a question compares thousands of words.
"""

import threading
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from index.config import IndexConfig
from index.embedding import Vectors, load_embedder

REMEMBERED_WORDS = 30_000  # 30 MB; a question meets two thousand, mostly those of the questions before


class Vocabulary(NamedTuple):
    """Words and their rows, of shape (len(words), 256)."""

    words: Sequence[str]
    rows: Vectors


class Meaning:
    """Vectors of words and sentences; words are remembered. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places: dict[str, int] = {}
        self._rows = np.zeros((0, 0), dtype=np.float32)

    def sentences(self, texts: Sequence[str]) -> Vectors:
        """Return float32 rows of shape (len(texts), 256), L2-normalised; zero for a text without words."""
        return load_embedder(IndexConfig()).embed_queries(texts)

    def words(self, words: Iterable[str]) -> Vectors:
        """Return the rows of single words, as `sentences` does."""
        asked = list(words)
        with self._lock:
            new = [word for word in asked if word not in self._places]
            if new:
                self._learn(list(dict.fromkeys(new)), asked)
            places = np.array([self._places[word] for word in asked], dtype=np.intp)
            return self._rows.take(places, axis=0, mode="clip")  # with another mode numpy checks them

    def vocabulary(self, words: Sequence[str]) -> Vocabulary:
        """Return words with their rows, for what compares all of them more than once."""
        return Vocabulary(words, self.words(words))

    def _learn(self, new: Sequence[str], asked: Sequence[str]) -> None:
        if len(self._places) + len(new) > len(self._rows):  # begin anew
            new, self._places = list(dict.fromkeys(asked)), {}
        rows, known = self.sentences(new), len(self._places)
        if not known:
            # Written to, so that the system gives the memory now and not with each new word.
            self._rows = np.full((max(REMEMBERED_WORDS, len(rows)), rows.shape[1]), 0, dtype=np.float32)
        self._rows[known : known + len(rows)] = rows
        self._places.update((word, known + i) for i, word in enumerate(new))
