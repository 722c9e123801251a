"""A window lets the days through that its filters name, and its passages are counted without a search."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.days import EVERY_DAY, UNDATED, PassagesByDay, date_window, is_within
from index.filters import Filters

FIRST = date(2023, 7, 1).toordinal()
DAYS = st.integers(FIRST, FIRST + 40)
MAYBE_DATES = st.none() | DAYS.map(date.fromordinal)


@pytest.mark.parametrize(
    ("filters", "through"),
    [
        (Filters(), [UNDATED, FIRST, FIRST + 1, FIRST + 2]),
        (Filters(since=date.fromordinal(FIRST + 1)), [FIRST + 1, FIRST + 2]),
        (Filters(until=date.fromordinal(FIRST + 1)), [FIRST, FIRST + 1]),
        (Filters(as_of=date.fromordinal(FIRST + 1)), [UNDATED, FIRST, FIRST + 1]),
        (Filters(since=date.fromordinal(FIRST + 2), as_of=date.fromordinal(FIRST)), []),
    ],
)
def test_windows_leave_undated_articles_out_where_both_ends_are_days(
    filters: Filters, through: list[int]
) -> None:
    window = date_window(filters)
    assert [day for day in (UNDATED, FIRST, FIRST + 1, FIRST + 2) if is_within(day, window)] == through


def test_no_filter_of_days_is_every_day() -> None:
    assert date_window(Filters(source="Sample Desk")) == EVERY_DAY


@given(st.dictionaries(st.just(UNDATED) | DAYS, st.integers(1, 9)), MAYBE_DATES, MAYBE_DATES, MAYBE_DATES)
def test_passages_are_counted_as_a_window_lets_them_through(
    counts: dict[int, int], since: date | None, until: date | None, as_of: date | None
) -> None:
    window = date_window(Filters(since, until, as_of))
    by_day = PassagesByDay(sorted(counts.items()))
    assert by_day.within(window) == sum(count for day, count in counts.items() if is_within(day, window))


def test_a_window_beyond_all_days_holds_none() -> None:
    by_day = PassagesByDay([(UNDATED, 3), (FIRST, 2)])
    later = date.fromordinal(FIRST) + timedelta(1)
    assert by_day.within(date_window(Filters(since=later))) == 0
    assert by_day.within(date_window(Filters(since=date.max, until=date.min))) == 0
