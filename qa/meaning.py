"""How alike words and sentences are in meaning, by the static vectors that ship with the default embedder.

Whatever embedder the index is built with, this one stays local: a question compares thousands of words.
"""

import threading
from collections import OrderedDict
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
    """Vectors of words and sentences; the words asked for last are remembered. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._places: OrderedDict[str, int] = OrderedDict()  # of words' rows, in the order last asked for
        self._rows = np.zeros((0, 0), dtype=np.float32)

    def sentences(self, texts: Sequence[str]) -> Vectors:
        """Return float32 rows of shape (len(texts), 256), L2-normalised; zero for a text without words."""
        return load_embedder(IndexConfig()).embed_queries(texts)

    def words(self, words: Iterable[str]) -> Vectors:
        """Return the rows of single words, as `sentences` does."""
        asked = list(words)
        distinct = dict.fromkeys(asked)
        if len(distinct) > REMEMBERED_WORDS:
            return self.sentences(asked)
        with self._lock:
            for word in self._places.keys() & distinct.keys():
                self._places.move_to_end(word)
            new = [word for word in distinct if word not in self._places]
            if new:
                self._learn(new)
            places = np.array([self._places[word] for word in asked], dtype=np.intp)
            return self._rows.take(places, axis=0, mode="clip")  # with another mode numpy checks them

    def vocabulary(self, words: Sequence[str]) -> Vocabulary:
        """Return words with their rows, for what compares all of them more than once."""
        return Vocabulary(words, self.words(words))

    def _learn(self, new: Sequence[str]) -> None:
        """Put new words in the place of those asked for longest ago, where there is no other."""
        rows = self.sentences(new)
        if not self._rows.size:
            # Written to, so that the system gives the memory now and not with each new word.
            self._rows = np.full((REMEMBERED_WORDS, rows.shape[1]), 0, dtype=np.float32)
        for word in new:
            is_full = len(self._places) == len(self._rows)
            self._places[word] = self._places.popitem(last=False)[1] if is_full else len(self._places)
        self._rows[[self._places[word] for word in new]] = rows
