"""Numbers in running text, written in digits or in words, as comparable values: "six thousand" and 6,000 are one."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
_SMALL = {word: value for value, word in enumerate(_UNITS)} | {
    word: 20 + 10 * place for place, word in enumerate(_TENS)
}
_ORDINAL_VALUES = {word: value for value, word in enumerate(_ORDINALS, start=1)}
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SCALES |= {f"{word}s": value for word, value in _SCALES.items()} | {"m": 10**6, "bn": 10**9, "tn": 10**12}
_FIXED = {"dozen": "12", "dozens": "dozens", "half": "half", "twice": "twice", "thrice": "thrice"}
_DIGITS = re.compile(r"(\d+(?:[.,:]\d+)*)([^\W\d_]*)")
_MONTH = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*")


def numerals(words: Sequence[str]) -> list[tuple[int, int, str]]:
    """Return the numbers among lower-case words as (first, end, value), in order; `words[first:end]` is one.

    An ordinal's value ends in a point ("first", "1st": "1."), unless a month stands beside it ("15th July").
    """
    found: list[tuple[int, int, str]] = []
    place = 0
    while place < len(words):
        end, value = _read(words, place)
        if value is not None:
            found.append((place, end, value))
        place = max(end, place + 1)
    return found


def _read(words: Sequence[str], place: int) -> tuple[int, str | None]:
    word = words[place]
    if word in _FIXED:
        return place + 1, _FIXED[word]
    if word in _ORDINAL_VALUES:
        return place + 1, _ordinal(_ORDINAL_VALUES[word], words, place)
    digits = _DIGITS.fullmatch(word)
    if digits:
        return _read_digits(words, place, digits)
    if word in _SMALL or (word in _SCALES and len(word) > 2):
        return _read_words(words, place)
    return place + 1, None


def _read_digits(words: Sequence[str], place: int, digits: re.Match[str]) -> tuple[int, str]:
    number, suffix = digits[1], digits[2]
    try:
        value = Decimal(number.replace(",", ""))
    except InvalidOperation:  # a time, a version: as it is written
        return place + 1, number + suffix
    if suffix in ("st", "nd", "rd", "th"):
        return place + 1, _ordinal(value, words, place)
    if suffix in _SCALES:
        return place + 1, _plain(value * _SCALES[suffix])
    if suffix:
        return place + 1, number + suffix
    end = place + 1
    while end < len(words) and words[end] in _SCALES:
        value *= _SCALES[words[end]]
        end += 1
    return end, _plain(value)


def _read_words(words: Sequence[str], place: int) -> tuple[int, str]:
    total, current, end = 0, 0, place
    while end < len(words):
        word = words[end]
        if word in _SMALL:
            if current % 100 and not (current % 100 >= 20 and current % 10 == 0 and _SMALL[word] < 10):
                break  # "five, six" are two numbers
            current += _SMALL[word]
        elif word in _SCALES and len(word) > 2:
            scale = _SCALES[word]
            current = (current or 1) * scale
            if scale > 100:
                total, current = total + current, 0
        elif not (word == "and" and end > place and end + 1 < len(words) and words[end - 1] in _SCALES
                  and words[end + 1] in _SMALL):  # fmt: skip
            break
        end += 1
    return end, _plain(Decimal(total + current))


def _ordinal(value: int | Decimal, words: Sequence[str], place: int) -> str:
    beside = [*words[max(0, place - 1) : place], *words[place + 1 : place + 3]]
    return f"{value}" if any(_MONTH.fullmatch(word) for word in beside) else f"{value}."


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
