"""Of each passage it is known in memory when and by whom it was published, whatever was removed between."""

from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from index.days import EVERY_DAY, UNDATED, Window, is_within, ordinal
from index.origins import Origins
from index.records import Origin, Published

FIRST = date(2023, 7, 1).toordinal()
DAYS = st.just(UNDATED) | st.integers(FIRST, FIRST + 9)
DATES = st.none() | st.integers(FIRST, FIRST + 9).map(date.fromordinal)
WINDOWS: st.SearchStrategy[Window] = st.just(EVERY_DAY) | st.tuples(DAYS, st.none() | DAYS)
REMOVED = st.integers(0, 3)  # passages before an article's
ARTICLES = st.lists(
    st.tuples(REMOVED, st.integers(1, 4), DATES, st.sampled_from([None, "Alpha Post", "Beta News"]))
)
BATCH = 3


def placed(articles: list[tuple[int, int, date | None, str | None]]) -> dict[range, Origin]:
    """Put articles one after another, as many passages left out before each as were removed there."""
    found, end = dict[range, Origin](), 1
    for removed, passages, published, source in articles:
        found[range(end + removed, end + removed + passages)] = Origin(published, source)
        end += removed + passages
    return found


def opened(articles: dict[range, Origin], random: Random) -> Origins:
    rows: list[Published] = [
        (own.start, len(own), origin.published and origin.published.isoformat(), origin.source)
        for own, origin in articles.items()
    ]
    random.shuffle(rows)
    return Origins(rows[first : first + BATCH] for first in range(0, len(rows) + BATCH, BATCH))


@given(ARTICLES.map(placed), st.randoms(use_true_random=False), WINDOWS)
def test_passages_have_the_origin_of_their_article(
    articles: dict[range, Origin], random: Random, window: Window
) -> None:
    expected = {passage: origin for own, origin in articles.items() for passage in own}
    within = {passage for passage, origin in expected.items() if is_within(ordinal(origin.published), window)}
    asked = list(range(-1, max(expected, default=0) + 3))
    random.shuffle(asked)
    origins = opened(articles, random)
    assert origins.of(asked) == expected
    assert origins.are_within(asked, window) == [passage in within for passage in asked]
    assert origins.by_day().within(window) == len(within)
