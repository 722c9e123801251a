"""How alike words and sentences are in meaning, by the static vectors that ship with the default embedder.

Whatever embedder the index is built with, this one stays local: a question compares thousands of words.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from index.config import IndexConfig
from index.embedding import Vectors, load_embedder

REMEMBERED_WORDS = 100_000


class Meaning:
    """Vectors of words and sentences; words are remembered. Safe to share between threads."""

    def __init__(self) -> None:
        self._rows: dict[str, Vectors] = {}

    def sentences(self, texts: Sequence[str]) -> Vectors:
        """Return float32 rows of shape (len(texts), 256), L2-normalised; zero for a text without words."""
        return load_embedder(IndexConfig()).embed_queries(texts)

    def words(self, words: Iterable[str]) -> Vectors:
        """Return the rows of single words, as `sentences` does."""
        asked, rows = list(words), self._rows  # another thread may begin anew meanwhile
        new = list(dict.fromkeys(word for word in asked if word not in rows))
        if len(rows) + len(new) > REMEMBERED_WORDS:
            rows, new = {}, list(dict.fromkeys(asked))
            self._rows = rows
        if new:
            rows |= zip(new, self.sentences(new), strict=True)
        return np.stack([rows[word] for word in asked]) if asked else np.zeros((0, 0), dtype=np.float32)
