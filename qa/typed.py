"""A question as somebody typed it -> as it was meant: "waht hapened in baku" -> "what happened in Baku".

Capitals are put to names, as the articles write them, where none were typed; and slips of the keyboard are mended in
the words that any question may have. How else a name may be spelt is the index's to know (`index/names.py`).
"""

import math
import re
from collections.abc import Callable
from functools import cache

from index.embedding import frequency_rank
from index.names import an_edit_away
from qa.query import LIGHT_WORDS, STOP_WORDS
from qa.reader import english_words

LEAST_LETTERS_LOST = 4  # of a word that has one too many or lacks one; of others, two letters changed places
# Of the passages that hold a word, the share that write it as a name, from which it is one that was typed small; where
# English more often has it with a small letter, more.
NAME_SHARE, WORD_SHARE = 0.5, 0.6
_SMALL = re.compile(r"(?<!\w)[^\W\d_]{2,}(?!\w)")
_WORD = re.compile(r"(?<![\w'’-])[A-Za-z][a-z]{2,}(?![\w'’-])")
_NO_APOSTROPHE = re.compile(r"\b(what|who|where|when|why|how)s\b", re.I)
_THE_US = re.compile(r"\bthe us\b")
_NEW = re.compile(
    r"\bnew(?= (?:York|Zealand|Jersey|Mexico|Orleans|Hampshire|England|Delhi|Guinea|Caledonia|Brunswick|Haven)\b)"
)


def as_meant(question: str, name_share: Callable[[str], float]) -> str:
    """Return a question with the capitals and without the slips that were not meant.

    `name_share` tells of a word which share of the passages that hold it write it as a name, 0 where none does.
    """
    return _without_slips(_with_capitals(question, name_share), name_share)


def _with_capitals(question: str, name_share: Callable[[str], float]) -> str:
    if question.isupper() and " " in question.strip():
        question = question.lower()
    elif any(letter.isupper() for letter in question.lstrip()[1:]):
        return question

    def capital(match: re.Match[str]) -> str:
        word = match[0]
        if word in STOP_WORDS or word in LIGHT_WORDS:
            return word
        written = word.capitalize()
        if _rank(word) <= _rank(written) and _is_noun(question, *match.span()):
            return word
        needed = WORD_SHARE if _rank(word) < _rank(written) else NAME_SHARE
        return written if name_share(word) >= needed else word

    return _NEW.sub("New", _THE_US.sub("the US", _SMALL.sub(capital, question)))


def _is_noun(question: str, start: int, end: int) -> bool:
    """Tell whether a word stands alone behind "the": "the corridor", where the articles have "the Lachin Corridor"."""
    following = _SMALL.match(question, end + 1)
    return question[:start].lower().endswith("the ") and (following is None or following[0] in STOP_WORDS)


def _rank(written: str) -> float:
    return rank if (rank := frequency_rank(written)) is not None else math.inf


def _without_slips(question: str, name_share: Callable[[str], float]) -> str:
    def meant(match: re.Match[str]) -> str:
        word = match[0]
        if word != word.lower() and match.start() > 0:  # written as a name
            return word
        slipped = _slipped(word.lower())
        return slipped if slipped and not name_share(word) else word

    return _WORD.sub(meant, _NO_APOSTROPHE.sub(r"\1's", question))


@cache
def _asking() -> tuple[str, ...]:
    """Return the words by which questions are asked, the more frequent first."""
    ranked = (word for word in STOP_WORDS | LIGHT_WORDS if _rank(word) < math.inf)
    return tuple(sorted(ranked, key=_rank))


def _slipped(word: str) -> str | None:
    """Return the asking word that is one slip away from what is no English word, the likeliest of several."""
    known = english_words()
    if not known or word in known or word in STOP_WORDS or word in LIGHT_WORDS:
        return None
    near = an_edit_away(word, _asking())
    swapped = [other for other in near if sorted(other) == sorted(word)]
    # One letter for another makes other words of what is asked about: "vist" is no "list".
    lost_or_doubled = [
        other
        for other in near
        if len(other) != len(word)
        and len(word) >= LEAST_LETTERS_LOST
        and len(other) > LEAST_LETTERS_LOST
        and other[0] == word[0]
    ]
    return next(iter(swapped or lost_or_doubled), None)
