"""Names: which words of a passage are written as names, and how else a name may be spelled."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from typing import Self

from index.analysis import words
from index.passages import Span

MIN_CHARS = 5  # Iran and Iraq are not spellings of one name, and short stems have many others an edit away
LENGTHS_APART = 4  # of two spellings, at most
ALIKE = 0.6  # the share of two texts in common from which they are alike, as in difflib
COMPARED_CHARS = 300  # of each


class Closeness(StrEnum):
    """How a variant is like the word."""

    TRANSLITERATION = "transliteration"  # equal keys: Lachin, Laçın
    EDIT = "edit"  # one letter added, left out, replaced or two swapped


@dataclass(frozen=True, slots=True)
class Variant:
    """Another spelling of a name, as the articles have it (folded), and in how many passages."""

    word: str
    frequency: int
    closeness: Closeness


# What stands before a capital is looked at second, and whether it is one after that: a pattern that begins with a set
# of letters is found in less time, one of ranges in less still.
_MAYBE_CAPITAL = re.compile(r"[A-Z\u00c0-\U0010ffff](?<=[^\W\d_])(?<![\w'’.-].)[\w.]*")
_ASCII_CAPITAL = re.compile(r"[A-Z](?<![\w'.-].)[\w.]*", re.ASCII)
_LETTER = re.compile(r"[^\W\d_]")


def names_in(text: str, sentences: Iterable[Span]) -> str:
    """Return the words written with a capital elsewhere than at a sentence's start, as one string.

    Sentences most of whose words are capitalised (headlines) say nothing about names and are left out.
    """
    found: list[str] = []
    for start, end in sentences:
        sentence = text[start:end]
        capitals = _capitals(sentence)
        if capitals and (3 * len(capitals) <= 2 * sentence.count(" ") or len(capitals) == 1):
            found += capitals
    return " ".join(found)


def _capitals(sentence: str) -> list[str]:
    """Return the words with a capital after the first word: nothing inside that follows a letter begins one."""
    after = 1
    if not sentence[:1].isalpha():
        first = _LETTER.search(sentence)
        if first is None:
            return []
        after = first.end()
    if sentence.isascii():
        return _ASCII_CAPITAL.findall(sentence, after)
    return [word for word in _MAYBE_CAPITAL.findall(sentence, after) if word[0].isupper()]


_KEY_RULES = (
    ("tsch", "c"), ("tch", "c"), ("sch", "s"), ("dzh", "j"), ("shch", "s"), ("ch", "c"), ("sh", "s"),
    ("kh", "h"), ("gh", "g"), ("zh", "j"), ("dj", "j"), ("ph", "f"), ("th", "t"), ("ck", "k"),
    ("q", "k"), ("w", "v"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ye", "e"), ("yo", "o"), ("y", "i"),
)  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")
# First letters that can open words of one key letter: kh- and h-, zh- and j-, …
_OPENINGS = {
    "h": ("h", "kh"), "g": ("g", "gh"), "j": ("j", "zh", "dj", "dzh"), "c": ("c", "tch", "tsch"),
    "f": ("f", "ph"), "i": ("i", "y", "ee"), "e": ("e", "ye"), "o": ("o", "yo"), "k": ("k", "q"),
    "v": ("v", "w"),     "u": ("u", "ou", "oo"),
}  # fmt: skip


def transliteration_key(word: str) -> str:
    """Return what is left of a folded word when the usual ways to write one sound are made one.

    ch, ç = c; sh = s; kh = h; gh = g; zh, dj = j; y = i; doubled letters count once. Line by line of many words.
    """
    for written, key in _KEY_RULES:
        word = word.replace(written, key)
    return _DOUBLED.sub(r"\1", word)


@dataclass(frozen=True, slots=True)
class NameList:
    """Names that begin alike and may be spelled otherwise, the shortest first; the three lists go together."""

    names: list[str]
    counts: list[int]
    keys: list[str]

    @classmethod
    def of(cls, counted: Iterable[tuple[str, int]]) -> Self:
        """Keep the folded names that may vary, with their frequency."""
        kept = sorted(filter(lambda each: _may_vary(each[0]), counted), key=lambda each: len(each[0]))
        names = [name for name, _ in kept]
        # One pass over all of them: name by name it took longer than the rest of a search.
        return cls(names, [count for _, count in kept], transliteration_key("\n".join(names)).split("\n"))

    def with_key(self, key: str) -> Iterator[Variant]:
        """Yield the names whose transliteration key is this one."""
        at = -1
        for _ in range(self.keys.count(key)):
            at = self.keys.index(key, at + 1)
            yield Variant(self.names[at], self.counts[at], Closeness.TRANSLITERATION)

    def within_an_edit(self, word: str) -> Iterator[Variant]:
        """Yield the names with the word's first letter that are one edit (optimal string alignment) away, or none."""
        first = bisect_left(self.names, len(word) - 1, key=len)
        last = bisect_right(self.names, len(word) + 1, key=len)
        for name, _, at in _within_an_edit(word, self.names[first:last]):
            if name[0] == word[0]:
                yield Variant(name, self.counts[first + at], Closeness.EDIT)


def an_edit_away(word: str, words: Iterable[str]) -> list[str]:
    """Return the words that are one edit (optimal string alignment) away, in their order."""
    return [other for other, edits, _ in _within_an_edit(word, words) if edits]


def _within_an_edit(word: str, words: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """Yield the words that are an edit away, or none: each with how many, and its place."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract_iter

    yield from extract_iter(word, words, scorer=OSA.distance, score_cutoff=1)


def most_alike(text: str, texts: Iterable[str]) -> str | None:
    """Return the text most like `text` by their longest common subsequence, the first of several, or None."""
    from rapidfuzz.distance import Indel
    from rapidfuzz.process import extractOne

    start = itemgetter(slice(COMPARED_CHARS))
    similarity = Indel.normalized_similarity
    found = extractOne(text, texts, scorer=similarity, processor=start, score_cutoff=ALIKE)
    return found[0] if found else None


def variants(word: str, names: Callable[[str], NameList]) -> list[Variant]:
    """Return other spellings of `word`, closest first, then most frequent.

    `names(prefix)` gives the folded names that begin with `prefix`. A variant has five letters or more and no
    digit, and either an equal transliteration key or the same first letter and one edit that is no English ending.
    """
    folded = "".join(words(word))
    if not _may_vary(folded):
        return []
    key = transliteration_key(folded)
    prefixes = dict.fromkeys([folded[0], *_OPENINGS.get(key[:1], (key[:1],))])
    found: dict[str, Variant] = {}
    for listed in map(names, prefixes):
        for variant in listed.with_key(key):
            if abs(len(variant.word) - len(folded)) <= LENGTHS_APART:
                found[variant.word] = variant
        for variant in listed.within_an_edit(folded):
            if not _is_inflected(folded, variant.word):
                found.setdefault(variant.word, variant)
    found.pop(folded, None)
    return sorted(found.values(), key=lambda v: (v.closeness is Closeness.EDIT, -v.frequency, v.word))


def corrections(stem: str, stems: Callable[[str], NameList]) -> list[Variant]:
    """Return the stems that a misspelt one may stand for, the most frequent first.

    `stems(prefix)` gives the stems of the articles that begin with `prefix`. They have the first two letters and are
    one edit away.
    """
    if not _may_vary(stem):
        return []
    found = stems(stem[:2]).within_an_edit(stem)
    return sorted(
        (variant for variant in found if variant.word != stem), key=lambda v: (-v.frequency, v.word)
    )


def _may_vary(word: str) -> bool:
    return len(word) >= MIN_CHARS and word.isalpha()


def _is_inflected(word: str, name: str) -> bool:
    """Whether one is the other with an ending: Armenia and Armenian are two words."""
    longer, shorter = (word, name) if len(word) > len(name) else (name, word)
    return longer[:-1] == shorter and longer[-1] in "nsid"
