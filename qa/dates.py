"""When a question asks about: windows of days, read from its words, and how near to them an article is."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from index.reader import IndexReader

# How long news is asked about. A few days more or less tell little, so nearness is 1 / (1 + (days / scale)²).
ASKED_SCALE_DAYS = 10.0
WINDOW_SCALE_DAYS = 14.0  # how long after a window it is told of: nearness is exp(-days / scale)
ASKING_BESIDE_WINDOW = 0.5  # what nearness to the day of asking counts where the question says when
# What a date tells, in the units of a passage's score: that new articles are asked about more than old ones, and
# that each of them stands out where they are few, by the logarithm of all passages' number over that of the new ones.
NEW_WANTED, NEW_RARE, NEW_DAYS = 0.9, 0.2, 14
WINDOW_WEIGHT = 1.55  # the same of a window that the question names

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?|july?|aug(?:ust|\.)?"
    r"|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_YEAR = r"(?:19|20)\d\d"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
# "may" and "march" are verbs, August a first name: a month without a day or year must follow "in" or "last".
_ABSOLUTE = tuple(
    re.compile(rf"(?<![\w-]){pattern}(?![\w-])", re.I)
    for pattern in (
        r"(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)",
        rf"(?P<month>{MONTH})\s+(?P<day>{_DAY})(?:,?\s+(?P<year>{_YEAR}))?",
        rf"(?P<day>{_DAY})\s+(?:of\s+)?(?P<month>{MONTH})(?:,?\s+(?P<year>{_YEAR}))?",
        rf"(?P<month>{MONTH})\s+(?:of\s+)?(?P<year>{_YEAR})",
        rf"in\s+(?P<month>{MONTH})",
        rf"(?P<decade>{_YEAR[:-2]}0)s",
        rf"(?P<year>{_YEAR})",
    )
)
_RELATIVE = re.compile(
    r"\b(?:(?P<which>this|last|past|previous)\s+(?P<grain>week|month|year)"
    rf"|(?P<last>last|this)\s+(?P<named>{'|'.join(_WEEKDAYS)}|{MONTH})"
    rf"|on\s+(?P<weekday>{'|'.join(_WEEKDAYS)})|(?P<yesterday>yesterday))(?!\w)",
    re.I,
)
_DAY_WORDS = re.compile(
    rf"\b(?:{'|'.join(_WEEKDAYS)}|{MONTH}(?=\s+\d)|(?<=in\s){MONTH}|\d{{1,2}}|{_YEAR})(?!\w)", re.I
)
_SAYS_WHEN = re.compile(
    r"\b(?:in|on|during|since|throughout|around|until|by|before|after|from|between)\s+(?:the\s+|early\s+|late\s+)*$",
    re.I,
)
_LEADS_TO_DATE = r"(?:\b(?:in|on|of|from|for|during|since|until|by|before|after)\s+(?:the\s+)?)?"
_DATES = tuple(re.compile(_LEADS_TO_DATE + found.pattern, re.I) for found in (_RELATIVE, *_ABSOLUTE))
_SAYS_UNTIL_WHEN = re.compile(r"\b(?:until|by|before)\s+(?:the\s+|early\s+|late\s+)*$", re.I)


@dataclass(frozen=True, slots=True)
class Window:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def days_from(self, day: date) -> int:
        """Return how many days lie between; 0 inside."""
        return max((self.first - day).days, (day - self.last).days, 0)


@dataclass(frozen=True, slots=True)
class TimeFrame:
    """When a question is asked, and the windows that it asks about, if it names any.

    A window is never a filter: what happened in it may have been told later. It counts beside the day of
    asking, and above it where the question says when ("in April 2023", not "the Jan. 6 attack").
    """

    today: date
    windows: tuple[Window, ...] = ()
    says_when: bool = False
    newness_weight: float = 1.0  # that an article is new: little among a dozen of them, much among thousands
    begins: date | None = None  # when what is asked about began at the earliest, where the question says that

    def nearness(self, published: date | None) -> float:
        """Return how near an article's date is to what is asked about: 1 on the day, falling to 0; 0 undated."""
        return max(self._to_window(published), self._to_asking(published))

    def date_weight(self, published: date | None) -> float:
        """Return how much an article's date speaks for it, in the units of a passage's score; 0 undated."""
        return max(
            WINDOW_WEIGHT * self._to_window(published), self.newness_weight * self._to_asking(published)
        )

    def is_too_early(self, published: date | None) -> bool:
        """Tell whether an article is of a time before anything that is asked about can have happened."""
        return self.begins is not None and published is not None and published < self.begins

    def _to_window(self, published: date | None) -> float:
        if published is None or not self.windows:
            return 0.0
        return math.exp(-min(window.days_from(published) for window in self.windows) / WINDOW_SCALE_DAYS)

    def _to_asking(self, published: date | None) -> float:
        if published is None:
            return 0.0
        age = max((self.today - published).days, 0)  # one from after the day counts as new
        return (ASKING_BESIDE_WINDOW if self.says_when else 1.0) / (1 + (age / ASKED_SCALE_DAYS) ** 2)


def time_frame(question: str, *, today: date, newness_weight: float = 1.0) -> TimeFrame:
    """Read when a question asks about, relative to the day of asking. Days to come are no windows."""
    found = [(window, before) for window, before in _windows(question, today) if window.first <= today]
    said = [(window, before) for window, before in found if before is None or _SAYS_WHEN.search(before)]
    begins = [window.first for window, before in said if not _SAYS_UNTIL_WHEN.search(before or "")]
    windows = tuple(window for window, _ in found)
    return TimeFrame(today, windows, bool(said), newness_weight, min(begins, default=None))


def weight_of_newness(today: date, reader: IndexReader) -> float:
    """Return how much it tells in this index that an article is new, in the units of a passage's score."""
    first = date.fromordinal(max(today.toordinal() - NEW_DAYS, 1))
    new = reader.published_within(first, today)
    return NEW_WANTED + NEW_RARE * math.log(max(reader.passage_count, 1) / max(new, 1))


def years(question: str) -> frozenset[str]:
    """Return the years that a question names: what is true of one is not of another."""
    return frozenset(
        match[0] for match in re.finditer(r"(?<![\w,.-])(?:1\d|20)\d\d(?![\w%]|[,.]\d|-\w)", question)
    )


def without_dates(text: str) -> str:
    """Return a text without the days that it names, and the words that lead to them."""
    for pattern in _DATES:
        text = pattern.sub(" ", text)
    return " ".join(text.split())


def days_in_words(text: str) -> tuple[str, ...]:
    """Return the words by which a text names days, as an article without a date does: "Friday", "April", "2020"."""
    return tuple(match[0] for match in _DAY_WORDS.finditer(text))


def _windows(question: str, today: date) -> Iterator[tuple[Window, str | None]]:
    """Yield each window with the words up to it; None for one that says by itself when something happened."""
    for match in _RELATIVE.finditer(question):
        try:
            yield _relative(match, today), None
        except (ValueError, OverflowError):  # before the first day that there is
            continue
    taken: list[tuple[int, int]] = []
    for pattern in _ABSOLUTE:
        for match in pattern.finditer(question):
            inside = any(match.start() < end and start < match.end() for start, end in taken)
            window = None if inside else _absolute(match.groupdict(), today)
            if window is not None:
                taken.append(match.span())
                yield window, None if match[0][:3].lower() == "in " else question[: match.start()]


def _relative(match: re.Match[str], today: date) -> Window:
    if match["yesterday"]:
        return Window(today - timedelta(1), today - timedelta(1))
    if match["weekday"]:
        return _named(match["weekday"].lower(), today, is_last=False)
    if match["named"]:
        return _named(match["named"].lower(), today, is_last=match["last"].lower() == "last")
    back = 0 if match["which"].lower() == "this" else 1
    match match["grain"].lower():
        case "week":  # seven days, as news has them
            return Window(today - timedelta(7 * (back + 1)), today - timedelta(7 * back))
        case "month":
            return _month(*divmod(12 * today.year + today.month - 1 - back, 12))
    return _year(today.year - back)


def _named(name: str, today: date, *, is_last: bool) -> Window:
    if name in _WEEKDAYS:
        back = (today.weekday() - _WEEKDAYS.index(name)) % 7 or (7 if is_last else 0)
        return Window(today - timedelta(back), today - timedelta(back))
    month = _MONTHS.index(name[:3])
    is_over = month + 1 < today.month or (month + 1 == today.month and not is_last)
    return _month(today.year if is_over else today.year - 1, month)


def _absolute(found: dict[str, str | None], today: date) -> Window | None:
    """Return the window of an absolute date; one without a year is the latest that has been."""
    if decade := found.get("decade"):
        return Window(date(int(decade), 1, 1), date(int(decade) + 9, 12, 31))
    name, number, day, year = (found.get(group) for group in ("month", "number", "day", "year"))
    if name is None and number is None:
        return _year(int(year)) if year else None
    month = _MONTHS.index(name[:3].lower()) if name else int(number or 0) - 1
    try:
        if day is None:
            return _month(int(year), month) if year else _latest_month(today, month)
        days = int(re.sub(r"\D", "", day))
        known = date(int(year) if year else today.year, month + 1, days)
        known = known if year or known <= today else date(today.year - 1, month + 1, days)
    except ValueError:  # February 30
        return None
    return Window(known, known)


def _latest_month(today: date, month: int) -> Window:
    return _month(today.year if month + 1 <= today.month else today.year - 1, month)


def _month(year: int, month: int) -> Window:
    """Return a month, counted from 0."""
    first = date(year, month + 1, 1)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return Window(first, following - timedelta(1))


def _year(year: int) -> Window:
    return Window(date(year, 1, 1), date(year, 12, 31))
