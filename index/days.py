"""Days as numbers: the window of them that filters let through, and how many passages each has."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import accumulate

from index.filters import Filters

UNDATED = 0  # of articles without a date; no real date has ordinal 0
REMEMBERED_DAYS = 4000  # with their date: of all articles, few are of a day of their own
SPARE = 1.5  # times as many hits are asked for as should do, where dates are filtered afterwards

Window = tuple[int, int | None]  # the least and greatest `ordinal`, both included; None for no end
EVERY_DAY: Window = (UNDATED, None)


def ordinal(published: date | None) -> int:
    """Return the date as a day number, UNDATED for none."""
    return published.toordinal() if published else UNDATED


@lru_cache(maxsize=REMEMBERED_DAYS)
def day_of(published: str | None) -> date | None:
    """Return the date that a catalog writes as text; None for none."""
    return date.fromisoformat(published) if published else None


@lru_cache(maxsize=REMEMBERED_DAYS)
def date_of(day: int) -> date | None:
    """Return the date of an `ordinal`; None for UNDATED."""
    return date.fromordinal(day) if day != UNDATED else None


def date_window(filters: Filters) -> Window:
    """Return the days that the filters let through, EVERY_DAY where they say nothing of them."""
    ends = [ordinal(day) for day in (filters.until, filters.as_of) if day]
    is_dated = filters.since is not None or filters.until is not None
    return max(ordinal(filters.since), UNDATED + is_dated), min(ends, default=None)


def is_within(day: int, window: Window) -> bool:
    """Tell whether a window lets an `ordinal` through."""
    low, high = window
    return low <= day and (high is None or day <= high)


class PassagesByDay:
    """How many passages there are of each day."""

    def __init__(self, counts: Iterable[tuple[int, int]]) -> None:
        """Take each day's `ordinal` with its number of passages, in order of day."""
        counted = list(counts)
        self._days = [day for day, _ in counted]
        self._up_to = list(accumulate((count for _, count in counted), initial=0))

    def within(self, window: Window) -> int:
        """Return how many passages a window lets through."""
        low, high = window
        end = len(self._days) if high is None else bisect_right(self._days, high)
        return max(self._up_to[end] - self._up_to[bisect_left(self._days, low)], 0)
