"""The time line, the stories and the filters of an answer."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.filters import Filters
from qa.web.answer_html import turn_html
from qa.web.conversation import Story, Turn
from qa.web.filters import FilterError, filters_from, in_words
from qa.web.filters_html import filters_html, sources_html
from qa.web.stories import stories_of
from qa.web.strings import ENGLISH
from qa.web.timeline_html import places, timeline_html
from tests.qa.assistants import assistant_over, write_articles
from tests.web.test_page_html import ANY_TEXT, Parsed, answer_of, article_of, assert_harmless, citation_of

WIRE = "Mayor Tindall opened the new tram depot at Quorley. The trams will run from Monday to the harbour."


def on(day: date | None, marker: int) -> "object":
    article = replace(article_of("A fact.", f"{marker}.txt"), published=day)
    return citation_of(article, 0, 7, marker)


@given(st.lists(st.dates(), min_size=2, max_size=10).map(sorted))
def test_dots_stand_in_order_within_the_line_and_never_on_top_of_one_another(days: list[date]) -> None:
    found = places(days)

    assert all(later - earlier > 1 for earlier, later in pairwise(found))
    assert 0 <= found[0] <= found[-1] <= 100.001


def test_dots_are_to_scale() -> None:
    first = date(2023, 1, 1)

    assert places([first, first + timedelta(50), first + timedelta(100)]) == [0, 50, 100]


def test_time_line_opens_each_dated_article_at_its_first_quote() -> None:
    citations = [on(date(2023, 7, 16), 1), on(None, 2), on(date(2023, 7, 11), 3)]

    parsed = Parsed(timeline_html(citations, 0, ENGLISH))  # type: ignore[arg-type]

    assert [value for name, value in parsed.attributes if name == "href"] == ["#cite-1-3", "#cite-1-1"]
    assert parsed.text == "11 July 202316 July 2023"


def test_articles_of_one_day_make_no_time_line() -> None:
    assert timeline_html([on(date(2023, 7, 16), 1), on(date(2023, 7, 16), 2)], 0, ENGLISH) == ""  # type: ignore[list-item]


def test_copies_of_one_text_are_one_story(tmp_path: Path) -> None:
    texts = {"a.txt": f"2024-05-02\n\n{WIRE}", "b.txt": f"2024-05-03\n\n{WIRE}"}
    write_articles(tmp_path / "news", texts | {"c.txt": "Mayor Tindall opened a library in Quorley in 2019."})
    with (
        assistant_over(tmp_path / "news", tmp_path / "store") as assistant,
        assistant.live.reader() as reader,
    ):
        cited = [
            citation_of(article_of("x", name), 0, 1, n)
            for n, name in enumerate(("a.txt", "b.txt", "c.txt"), 1)
        ]

        stories = stories_of(answer_of(*cited), reader)

    assert stories == (Story(("a.txt", "b.txt"), 2), Story(("c.txt",), 1))


def test_answer_says_how_many_stories_are_behind_it() -> None:
    cited = [citation_of(article_of("Fact.", f"{n}.txt"), 0, 5, n) for n in (1, 2, 3)]
    turn = Turn("Who?", answer_of(*cited), None, stories=(Story(("1.txt", "3.txt"), 5), Story(("2.txt",), 1)))

    text = Parsed(turn_html((turn,), 0, ENGLISH)).text

    assert "2 independent stories in 3 articles" in text
    assert "told by 5 articles" in text


def test_filters_are_read_from_a_form() -> None:
    sent = {"since": "2023-07-01", "until": "", "as_of": None, "source": " Sample Desk "}

    assert filters_from(sent, ENGLISH) == Filters(since=date(2023, 7, 1), source="Sample Desk")


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"since": "yesterday"}, ENGLISH.no_date),
        ({"since": "2023-07-02", "until": "2023-07-01"}, ENGLISH.since_after_until),
    ],
)
def test_unusable_filters_are_refused_in_words(sent: dict[str, str], said: str) -> None:
    with pytest.raises(FilterError, match=said):
        filters_from(sent, ENGLISH)


@given(st.dictionaries(st.sampled_from(["since", "until", "as_of", "source", "x"]), ANY_TEXT | st.integers()))
def test_no_filters_from_outside_fail(sent: dict[str, object]) -> None:
    try:
        filters = filters_from(sent, ENGLISH)
    except FilterError:
        return
    assert_harmless(filters_html(filters, ENGLISH) + sources_html(["<b>", '"']))


def test_active_filters_are_chips_with_one_that_clears_all() -> None:
    filters = Filters(since=date(2023, 7, 1), source="<Desk>")

    parsed = Parsed(filters_html(filters, ENGLISH))

    assert in_words(filters, ENGLISH) == [("since", "From: 1 July 2023"), ("source", "Source: <Desk>")]
    assert "From: 1 July 2023Source: <Desk>Clear all" in parsed.text
    assert "Clear all" not in Parsed(filters_html(Filters(), ENGLISH)).text
