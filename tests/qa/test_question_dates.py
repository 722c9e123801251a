"""When a question asks about: windows against a calendar, nearness within its bounds; and whether it is told when."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.filters import Filters
from qa.assistant import Assistant
from qa.confidence import DOUBTED_ODDS, confidence
from qa.dates import ASKING_BESIDE_WINDOW, WINDOW_WEIGHT, TimeFrame, Window, time_frame
from qa.evidence import weigh
from qa.query import read_question

TODAY = date(2023, 7, 19)  # a Wednesday


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What happened in 2021?", date(2021, 1, 1), date(2021, 12, 31)),
        ("Who resigned in the 1990s?", date(1990, 1, 1), date(1999, 12, 31)),
        ("Who met in April 2023?", date(2023, 4, 1), date(2023, 4, 30)),
        ("Who met in August?", date(2022, 8, 1), date(2022, 8, 31)),
        ("Who met in July?", date(2023, 7, 1), date(2023, 7, 31)),
        ("Who attacked the Capitol on Jan. 6, 2021?", date(2021, 1, 6), date(2021, 1, 6)),
        ("Who spoke on 15 July?", date(2023, 7, 15), date(2023, 7, 15)),
        ("Who spoke on December 24th?", date(2022, 12, 24), date(2022, 12, 24)),
        ("Who spoke on 2023-07-15?", date(2023, 7, 15), date(2023, 7, 15)),
        ("Who won this week?", date(2023, 7, 12), date(2023, 7, 19)),
        ("Who won last week?", date(2023, 7, 5), date(2023, 7, 12)),
        ("Who won last month?", date(2023, 6, 1), date(2023, 6, 30)),
        ("Who won last year?", date(2022, 1, 1), date(2022, 12, 31)),
        ("Who won last July?", date(2022, 7, 1), date(2022, 7, 31)),
        ("Who spoke last Saturday?", date(2023, 7, 15), date(2023, 7, 15)),
        ("Who spoke last Wednesday?", date(2023, 7, 12), date(2023, 7, 12)),
        ("Who spoke yesterday?", date(2023, 7, 18), date(2023, 7, 18)),
        ("Who spoke on Monday?", date(2023, 7, 17), date(2023, 7, 17)),
    ],
)
def test_a_date_in_words_is_a_window(question: str, first: date, last: date) -> None:
    asked = time_frame(question, today=TODAY)
    assert asked.windows == (Window(first, last),)
    assert asked.says_when


@pytest.mark.parametrize(
    "question",
    [
        "May the president march on?",
        "Who is August Wilson?",
        "What is March Madness?",
        "How may soldiers were moved?",
        "Who won what now?",
        "Who resigned on February 30?",
        "Who came with 2021000 others?",
        "What is planned for 2031?",
        "Who met after the ceasefire?",
    ],
)
def test_no_date_is_read_where_none_is(question: str) -> None:
    assert time_frame(question, today=TODAY).windows == ()


def test_a_date_in_passing_counts_beside_the_day_of_asking() -> None:
    asked = time_frame("Who investigates the Jan. 6 attack?", today=TODAY)
    assert asked.windows
    assert not asked.says_when
    assert asked.nearness(TODAY) == asked.nearness(date(2023, 1, 6)) == 1.0


def test_where_the_question_says_when_articles_of_then_come_before_new_ones() -> None:
    asked = time_frame("Who visited Baku in April 2023?", today=TODAY)
    assert asked.nearness(date(2023, 4, 28)) == 1.0
    assert asked.nearness(TODAY) == ASKING_BESIDE_WINDOW


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("Who resigned this week?", date(2023, 7, 12)),
        ("Who met between 2019 and 2021?", date(2019, 1, 1)),
        ("Who ruled before 2020?", None),
        ("Who had left by May 2023, and who came in June 2023?", date(2023, 6, 1)),
        ("Who investigates the Jan. 6 attack?", None),
        ("Who met the president?", None),
    ],
)
def test_what_is_asked_about_begins_where_the_question_says(question: str, begins: date | None) -> None:
    asked = time_frame(question, today=TODAY)
    assert asked.begins == begins
    if begins is not None:
        assert asked.is_too_early(begins - timedelta(1))
        assert not asked.is_too_early(begins)
    assert not asked.is_too_early(None)


def test_undated_articles_are_never_near() -> None:
    assert time_frame("Who met in April 2023?", today=TODAY).nearness(None) == 0.0


def test_a_few_days_tell_little_and_a_fortnight_much() -> None:
    asked = time_frame("Who met the president?", today=TODAY)
    ages = [asked.nearness(TODAY - timedelta(days)) for days in range(40)]
    assert ages == sorted(set(ages), reverse=True)  # of two that say the same, the newer
    assert ages[3] > 0.9
    assert ages[14] < 0.5
    assert ages[30] < 0.15


def test_what_a_date_weighs_follows_from_what_newness_does_or_from_the_window() -> None:
    plain = time_frame("Who met the president?", today=TODAY, newness_weight=2.0)
    assert plain.date_weight(TODAY) == 2.0
    assert plain.date_weight(None) == 0.0
    then = time_frame("Who met the president in April 2023?", today=TODAY, newness_weight=2.0)
    assert then.date_weight(date(2023, 4, 28)) == WINDOW_WEIGHT
    assert then.date_weight(TODAY) == ASKING_BESIDE_WINDOW * 2.0


@given(st.dates(), st.dates(), st.dates(), st.dates())
def test_nearness_falls_from_one_with_distance(today: date, first: date, one: date, other: date) -> None:
    window = Window(first, min(first + timedelta(30), date.max) if first < date(9999, 11, 1) else first)
    asked = TimeFrame(today, (window,))
    assert 0.0 <= asked.nearness(one) <= 1.0
    if (
        window.days_from(one) <= window.days_from(other)
        and abs(today - one) <= abs(today - other)
        and one <= today
    ):
        assert other > today or asked.nearness(one) >= asked.nearness(other)


@pytest.mark.parametrize(
    "when", ["last week", "last month", "last year", "yesterday", "on Monday", "last May"]
)
def test_no_day_is_before_the_first(when: str) -> None:
    windows = time_frame(f"What happened {when}?", today=date(1, 1, 1)).windows
    assert all(window.first >= date.min for window in windows)


@given(st.text(max_size=80), st.dates())
def test_any_question_is_read(question: str, today: date) -> None:
    assert all(window.first <= window.last for window in time_frame(question, today=today).windows)


@pytest.mark.parametrize(
    ("question", "odds", "is_told"),
    [
        ("When did Gretel visit Osla?", DOUBTED_ODDS, True),
        ("When did Gretel visit Osla?", DOUBTED_ODDS - 0.1, False),
        ("When did Gretel visit Lorne?", DOUBTED_ODDS, False),
    ],
)
def test_a_time_beside_all_that_is_asked_is_believed_unless_the_reader_doubts_it(
    over: Callable[[Mapping[str, str]], Assistant], question: str, odds: float, *, is_told: bool
) -> None:
    visits = over(
        {"a.txt": "Last week the envoy Gretel visited Osla, and Vell after it. Lorne was not on the way."}
    )
    query = read_question(question)
    with visits.live.reader() as reader:
        found = visits.find(query, reader, Filters(), 30)
    first, *rest = weigh(query, found, visits.meaning)
    read = [replace(first, odds=odds), *(replace(item, odds=-8.0) for item in rest)]
    assert (confidence(query, found.terms, read) >= 0.5) is is_told
