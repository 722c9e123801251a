"""Dates: read where they are written out, None where they would be guessed."""

import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.dates import date_from_dateline, date_from_field, date_from_name, dateline_end

APRIL_23 = date(2023, 4, 23)


@pytest.mark.parametrize(
    "value",
    [
        "2023-04-23",
        " 2023/4/23 ",
        "2023-04-23T23:30:00+04:00",
        "2023-04-23 00:10:00-11:00",
        "20230423",
        20230423,
        "Sun, 23 Apr 2023 23:59:00 +0400",
        "April 23, 2023",
        "23rd April 2023",
        "23.4.2023",
        "4/23/2023",
        "23 avril 2023",
        "2023年4月23日",
        1682208000,
        1682208000000,
        1682208000.5,
        "1682208000",
        APRIL_23,
        datetime(2023, 4, 23, 23, 59, tzinfo=UTC),
    ],
)
def test_a_written_date_is_read_as_written(value: object) -> None:
    assert date_from_field(value) == APRIL_23


@pytest.mark.parametrize(
    "value",
    [
        *("Monday", "12", "May", "May 2023", "2023", "4/5/2023", "in 2 days 2023", "5 2023 12", "2023-02-30"),
        *("1899-12-31", "2101-01-01", "", "x" * 10_000, 12, 2023, -1, float("nan"), float("inf"), 10**400),
        *(True, None, [], {}, b"2023-04-23"),
    ],
)
def test_what_names_no_day_month_and_year_is_no_date(value: object) -> None:
    assert date_from_field(value) is None


@given(st.text(max_size=30) | st.integers() | st.floats())
def test_no_field_raises(value: object) -> None:
    assert date_from_field(value) is None or 1900 <= date_from_field(value).year <= 2100  # type: ignore[union-attr]


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_date_survives_its_spellings(day: date) -> None:
    for spelling in (day.isoformat(), f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%b} {day.year}"):
        assert date_from_field(spelling) == day


@pytest.mark.parametrize(
    "name",
    [
        *("2023-04-23-foo.txt", "a/20230423.txt", "story_2023_04_23.md", "2023/04/23/foo.txt"),
        "1999-01-01/2023-04-23.txt",
    ],
)
def test_a_file_name_gives_its_date(name: str) -> None:
    assert date_from_name(name) == APRIL_23


@pytest.mark.parametrize(
    "name",
    [
        "000_4fe222bde2f740d8.txt",
        "2023-13-01.txt",
        "12345678.txt",
        "120230423.txt",
        "a20230423b.txt",
        "2023.txt",
    ],
)
def test_other_digits_in_a_file_name_are_no_date(name: str) -> None:
    assert date_from_name(name) is None


@pytest.mark.parametrize(
    "text",
    [
        "BAKU, April 23, 2023 (Reuters) — Azerbaijan said",
        "BAKU, Azerbaijan, 23 April 2023 - Azerbaijan said",
        "STEPANAKERT/BAKU, Apr. 23, 2023 -- Azerbaijan said",
    ],
)
def test_an_unmistakable_dateline_gives_its_date(text: str) -> None:
    assert date_from_dateline(text) == APRIL_23
    assert text[dateline_end(text) :] == "Azerbaijan said"


@pytest.mark.parametrize(
    "text",
    [
        "BAKU, April 23 (Reuters) — no year",
        "On April 23, 2023 — a Sunday",
        "BAKU — On April 23, 2023, it opened",
        "Later. BAKU, April 23, 2023 — x",
        "BAKU, April 31, 2023 — x",
    ],
)
def test_less_than_a_dateline_gives_no_date(text: str) -> None:
    assert date_from_dateline(text) is None


def test_thirty_thousand_iso_dates_take_well_under_a_second() -> None:
    started = time.perf_counter()
    for _ in range(30_000):
        date_from_field("2023-04-23T10:00:00Z")
    assert time.perf_counter() - started < 1
