"""Which articles are one story: syndicated copies, local editions and updates of one another."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.runs import Codes, Hashes, codes_of, inverses, mix, powers, sums_to

WINDOW = 20  # letters and digits in a row, about four words
MOST_LETTERS = 200_000  # of a text that are compared
LEAD_LETTERS = 1_500  # where an article says what it is about
KEYS, ROWS_A_BAND, SEED = 16, 4, 7  # of 16 bands a pair of likeness .7 shares one with probability .99
ALIKE = 0.7  # Jaccard likeness of the whole texts; docs/stories.md has the pairs at each level
LEAD_ALIKE = 0.45  # of the shorter lead; pages that share only a picture gallery differ here
TITLE_TOLD = 0.5  # of a title's words must stand in the other: pages that hold only a notice differ here
MOST_DAYS = 31  # between publications: last year's guide is no copy of this year's
IRREGULAR = 0xFFFFFFFF  # no character's code
REMEMBERED = 64  # texts that are being compared

_WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True, slots=True)
class Telling:
    """One article as it is compared with others."""

    title: tuple[str, ...]  # its longer words, folded
    text: str
    words: str  # title and text, folded
    published: date | None

    @classmethod
    def of(cls, title: str, text: str, published: date | None) -> Self:
        """Prepare an article for comparisons."""
        return cls(tuple(_WORD.findall(title.casefold())), text, f"{title}\n{text}".casefold(), published)


def keys(text: str) -> NDArray[np.int64]:
    """Return KEYS keys, shape (KEYS,): two texts that are alike very likely share one (MinHash in bands).

    Broder, 1997; banding: Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3.
    """
    from rensa import RMinHash

    windows = _windows(text)
    ends = np.asarray([0, len(windows)], dtype=np.uint64)
    sketch = RMinHash.digest_matrix_from_flat_token_hashes(windows, ends, KEYS * ROWS_A_BAND, SEED).to_rows()[
        0
    ]
    bands = np.asarray(sketch, dtype=np.uint64).reshape(-1, ROWS_A_BAND)
    weighed = bands * powers(ROWS_A_BAND)[0]
    weighed[:, 0] += np.arange(len(bands), dtype=np.uint64)  # the same values in another band are another key
    found: Hashes = np.add.reduce(weighed, axis=1)
    return mix(found).view(np.int64)


def are_copies(one: Telling, other: Telling) -> bool:
    """Whether two articles tell the same in nearly the same words, within a month; the order is no matter."""
    if one.published and other.published and abs((one.published - other.published).days) > MOST_DAYS:
        return False
    if not (_is_told(one.title, other.words) and _is_told(other.title, one.words)):
        return False
    (whole, lead), (other_whole, other_lead) = _compared(one.text), _compared(other.text)
    shared = _shared(whole, other_whole)
    if shared < ALIKE * (len(whole) + len(other_whole) - shared):
        return False
    return _shared(lead, other_lead) >= LEAD_ALIKE * min(len(lead), len(other_lead))


def story_id(members: Iterable[tuple[date | None, str]]) -> str:
    """Return the id of a story's first article, by date, undated ones last, then by id."""
    return min(members, key=lambda member: (member[0] is None, member[0] or date.min, member[1]))[1]


def _is_told(title: tuple[str, ...], words: str) -> bool:
    return not title or sum(word in words for word in title) > TITLE_TOLD * len(title)


@lru_cache(REMEMBERED)
def _compared(text: str) -> tuple[Hashes, Hashes]:
    """Return the windows of a text and of its lead, each once, sorted."""
    windows = _windows(text)
    return _once(windows), _once(windows[:LEAD_LETTERS])


def _once(values: Hashes) -> Hashes:
    values = np.sort(values)  # np.unique hashes, which takes ten times as long
    return values[np.concatenate(([True], values[1:] != values[:-1]))]


def _shared(one: Hashes, other: Hashes) -> int:
    few, many = sorted((one, other), key=len)
    found = many[np.minimum(np.searchsorted(many, few), len(many) - 1)]  # in half the time of np.intersect1d
    return int(np.count_nonzero(found == few))


def _windows(text: str) -> Hashes:
    """Hash each run of WINDOW letters and digits, in order; a shorter text is one window."""
    letters = _folded_letters(text[: 2 * MOST_LETTERS])[:MOST_LETTERS]
    width = min(WINDOW, len(letters))
    sums = sums_to(letters)
    starts = len(letters) - width + 1
    windows: Hashes = sums[width:] - sums[:starts]
    windows *= inverses(len(letters))[:starts]
    return mix(windows)


def _folded_letters(text: str) -> Codes:
    """Return the codes of a text's letters and digits, case folded."""
    # In 16 bits, which are made in a fifth of the time: the halves of a longer code are IRREGULAR.
    units = np.frombuffer(text.encode("utf-16-le"), dtype=np.uint16)
    folded = _folded_codes().take(units, mode="clip")
    letters: Codes = np.compress(folded != 0, folded)  # in half the time of an index by truth
    if letters.max(initial=0) < IRREGULAR:
        return letters
    codes = codes_of(text.casefold())
    return codes[_letters().take(codes, mode="clip")]


@cache
def _folded_codes() -> Codes:
    """Return the folded code of each letter or digit, 0 for others, IRREGULAR where that is no single code or is far.

    All codes beyond the last are as it is. Looking them up takes half the time of `str.casefold`.
    """
    letters = _letters()
    found = np.zeros(len(letters) + 1, dtype=np.uint32)
    found[-1] = IRREGULAR
    for code in range(len(letters)):
        folded = chr(code).casefold()
        if len(folded) > 1 or ord(folded) >= len(letters):
            found[code] = IRREGULAR
        elif letters[ord(folded)]:
            found[code] = ord(folded)
    return found


@cache
def _letters() -> NDArray[np.bool_]:
    """Tell letters and digits, by code, from marks and spaces: exactly in ASCII, else roughly by block.

    All codes beyond the last are as it is.
    """
    codes = np.arange(0x3041)
    is_ascii = ((codes >= ord("a")) & (codes <= ord("z"))) | ((codes >= ord("0")) & (codes <= ord("9")))
    is_mark = ((codes >= 0x2000) & (codes <= 0x2BFF)) | ((codes >= 0x3000) & (codes <= 0x303F))
    found: NDArray[np.bool_] = is_ascii | ((codes >= 0xC0) & ~is_mark)
    return found
