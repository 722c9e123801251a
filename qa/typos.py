"""Slips of the keyboard in the words that a question asks by: "waht hapened in baku" -> "what happened in baku".

The words that it asks about are none of this: their spelling is the index's to know (`index/names.py`).
"""

import re
from collections.abc import Callable
from functools import cache

from index.embedding import frequency_rank
from qa.query import LIGHT_WORDS, STOP_WORDS

LEAST_LETTERS = 3  # of a word that is looked at; with so few, only two that changed places are seen
_WORD = re.compile(r"(?<![\w'’-])[A-Za-z][a-z]{2,}(?![\w'’-])")
_NO_APOSTROPHE = re.compile(r"\b(what|who|where|when|why|how)s\b", re.I)


def as_meant(question: str, is_name: Callable[[str], bool]) -> str:
    """Write the words that every question may have as they were meant; what the articles have as a name stays."""

    def meant(match: re.Match[str]) -> str:
        word = match[0]
        if word != word.lower() and match.start() > 0:  # written as a name
            return word
        slipped = _slipped(word.lower())
        return slipped if slipped and not is_name(word) else word

    return _WORD.sub(meant, _NO_APOSTROPHE.sub(r"\1's", question))


@cache
def _asking() -> tuple[str, ...]:
    """Return the words by which questions are asked, the more frequent first."""
    words = {word for word in STOP_WORDS | LIGHT_WORDS if len(word) >= LEAST_LETTERS}
    ranks = {word: rank for word in words if (rank := frequency_rank(word)) is not None}
    return tuple(sorted(ranks, key=lambda word: ranks[word]))


def _slipped(word: str) -> str | None:
    """Return the asking word that is one slip away from what is no English word, the likeliest of several."""
    from rapidfuzz.distance import OSA

    if any(frequency_rank(written) is not None for written in (word, word.capitalize(), word.upper())):
        return None
    near = [other for other in _asking() if OSA.distance(word, other, score_cutoff=1) == 1]
    swapped = [other for other in near if sorted(other) == sorted(word)]
    # One letter for another makes other words of what is asked about: "vist" is no "list".
    doubled_or_lost = [
        other
        for other in near
        if len(other) != len(word) and min(len(other), len(word)) > LEAST_LETTERS and other[0] == word[0]
    ]
    return next(iter(swapped or doubled_or_lost), None)
