"""Publication dates: from fields, file names and unmistakable datelines. Never a guess, so often None."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = "|".join([*_MONTHS, *(month[:3] for month in _MONTHS), "sept"])
_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T\d{4,6}.*)?")
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\b\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.IGNORECASE)
_DAY_FIRST = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?[\s-]+({_MONTH})\b\.?,?[\s-]+(\d{{4}})\b", re.IGNORECASE
)
_NAMES_A_DAY_AND_A_YEAR = re.compile(
    r"(?<!\d)\d{1,2}(?!\d).*?(?<!\d)\d{4}(?!\d)|(?<!\d)\d{4}(?!\d).*?(?<!\d)\d{1,2}(?!\d)"
)
_IN_NAME = (
    re.compile(r"(?<![0-9A-Za-z])(\d{4})([-_.])(\d\d)\2(\d\d)(?![0-9])"),
    re.compile(r"(?<![0-9A-Za-z])(\d{4})()(\d\d)(\d\d)(?![0-9A-Za-z])"),
    re.compile(r"(?<![0-9A-Za-z])(\d{4})(/)(\d{1,2})/(\d{1,2})(?=/)"),
)
# "BAKU, April 23, 2023 (Reuters) —": a place, a whole date, then the dash that ends a dateline.
_DATELINE = re.compile(
    rf"\s*(?P<place>[^\W\d_][^\d\n()—]{{1,60}}?),?\s+"
    rf"(?P<date>(?i:{_MONTH})\.?\s+\d{{1,2}},?\s+\d{{4}}|\d{{1,2}}\s+(?i:{_MONTH})\.?,?\s+\d{{4}})\s*"
    r"(?:\([^()\n]{1,40}\)\s*)?(?:—|–|--?)\s+"
)
_EARLIEST, _LATEST = 1900, 2100
_LONGEST_FIELD_CHARS = 100
_FIRST_SECOND, _FIRST_MILLISECOND = 10**8, 10**11  # 1973, in either unit; smaller numbers are no times


def date_from_field(value: object) -> date | None:
    """Read a date field: a date, ISO 8601, RFC 2822, English or prose with day, month and year, an epoch.

    The calendar date is taken as written, whatever the time zone; an epoch (seconds, milliseconds) is UTC.
    """
    if isinstance(value, datetime):
        return _checked(value.year, value.month, value.day)
    if isinstance(value, date):
        return _checked(value.year, value.month, value.day)
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_number(value)
    return _from_text(value.strip()) if isinstance(value, str) else None


def date_from_name(name: str) -> date | None:
    """Read the date that a path names: 2023-04-23-foo.txt, 20230423.txt, 2023/04/23/foo.txt."""
    for pattern in _IN_NAME:
        for match in reversed(list(pattern.finditer(name))):  # the file's own name before its folders'
            if found := _checked(match[1], match[3], match[4]):
                return found
    return None


def date_from_dateline(text: str) -> date | None:
    """Read a dateline at the very start that gives place, day, month and year; nothing less counts."""
    end = dateline_end(text)
    return _from_english(text[:end]) if end else None


def dateline_end(text: str) -> int:
    """Return where the dateline at the start of `text` ends, 0 if there is none."""
    match = _DATELINE.match(text[:200])
    if match is None or not match["place"].partition(",")[0].isupper():  # the city stands in capitals
        return 0
    return match.end() if _from_english(match["date"]) else 0


def _checked(year: str | int, month: str | int, day: str | int) -> date | None:
    if not _EARLIEST <= int(year) <= _LATEST:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _from_number(value: float) -> date | None:
    if not _EARLIEST * 10**4 <= value < 10**13:  # NaN fails this too
        return None
    if value < _FIRST_SECOND:
        return _from_text(str(int(value)))  # 20230423
    seconds = value if value < _FIRST_MILLISECOND else value / 1000
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return _checked(moment.year, moment.month, moment.day)


def _from_text(text: str) -> date | None:
    if match := _ISO.match(text):
        return _checked(match[1], match[3], match[4])
    if match := _COMPACT.fullmatch(text):
        return _checked(match[1], match[2], match[3])
    if len(text) > _LONGEST_FIELD_CHARS:
        return None
    if match := _NUMERIC.match(text):
        return _from_numerals(int(match[1]), int(match[3]), int(match[4]), separator=match[2])
    if text.isascii() and text.isdigit() and len(text) in (10, 13):
        return _from_number(int(text))
    return _from_english(text) or _from_prose(text)


def _from_numerals(first: int, second: int, year: int, *, separator: str) -> date | None:
    """Read 23.4.2023 and 4/23/2023; 4/5/2023 is April or May, so it is nothing."""
    if separator == "." or first > 12 or first == second:
        return _checked(year, second, first)
    return _checked(year, first, second) if second > 12 else None


def _from_english(text: str) -> date | None:
    if match := _MONTH_FIRST.search(text):
        return _checked(match[3], _month_number(match[1]), match[2])
    if match := _DAY_FIRST.search(text):
        return _checked(match[3], _month_number(match[2]), match[1])
    return None


def _month_number(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, 1) if month.startswith(name[:3].lower()))


@lru_cache(maxsize=4096)
def _from_prose(text: str) -> date | None:
    """Read a date in another language. Slow, so only where the text has the number of a day and of a year."""
    if not _NAMES_A_DAY_AND_A_YEAR.search(text) or not any(map(str.isalpha, text)):
        return None
    try:
        found = _dateparser()(text)
    except (ValueError, OverflowError, RecursionError):
        return None
    return _checked(found.year, found.month, found.day) if found and str(found.year) in text else None


@lru_cache(maxsize=1)
def _dateparser() -> Callable[[str], datetime | None]:
    from dateparser.date import DateDataParser

    parser = DateDataParser(
        settings={
            "REQUIRE_PARTS": ["day", "month", "year"],
            "STRICT_PARSING": True,
            "PARSERS": ["absolute-time"],  # the relative parser reads "2 days ago" against today
        }
    )

    def parse(text: str) -> datetime | None:
        found = parser.get_date_data(text)
        return found.date_obj if found else None

    return parse
