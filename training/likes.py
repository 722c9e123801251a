"""Words of like meaning, by the static vectors that the default embedder ships with."""

import re
from collections import Counter
from collections.abc import Iterable

import numpy as np

from index.analysis import stems
from index.config import IndexConfig
from index.embedding import load_embedder

VOCABULARY = 12_000  # the articles' most frequent plain words
LEAST_LIKENESS, MOST_LIKES = 0.72, 4


def likes_of(texts: Iterable[str]) -> dict[str, list[str]]:
    """Return, for frequent lower-case words, others of like meaning with the same ending and another stem."""
    counts = Counter(word for text in texts for word in re.findall(r"\b[a-z]{4,}\b", text))
    vocabulary = [word for word, _ in counts.most_common(VOCABULARY)]
    rows = load_embedder(IndexConfig()).embed_queries(vocabulary)
    likes: dict[str, list[str]] = {}
    for first in range(0, len(vocabulary), 1000):
        cosines = rows[first : first + 1000] @ rows.T
        for word, row in zip(vocabulary[first : first + 1000], cosines, strict=True):
            near = [
                vocabulary[i]
                for i in np.argsort(-row)[: 3 * MOST_LIKES]
                if row[i] >= LEAST_LIKENESS
                and _ending(vocabulary[i]) == _ending(word)
                and stems(vocabulary[i]) != stems(word)
            ]
            if near:
                likes[word] = near[:MOST_LIKES]
    return likes


def _ending(word: str) -> str:
    return next((end for end in ("ing", "ed", "ly", "s") if word.endswith(end)), "")
