"""The paired bootstrap: against the normal theory, and never clear where nothing differs."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.bootstrap import paired_difference

SHARES = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=60)


def test_equal_systems_do_not_differ() -> None:
    found = paired_difference([1.0, 0.0, 1.0], [1.0, 0.0, 1.0])
    assert (found.mean, found.low, found.high, found.is_clear) == (0, 0, 0, False)


def test_the_interval_is_the_normal_one_where_that_holds() -> None:
    ours, theirs = [1.0] * 300 + [0.0] * 100, [1.0] * 220 + [0.0] * 180
    gains = [a - b for a, b in zip(ours, theirs, strict=True)]
    mean = sum(gains) / 400
    error = math.sqrt(sum((gain - mean) ** 2 for gain in gains) / 400) / math.sqrt(400)
    found = paired_difference(ours, theirs)
    assert found.mean == pytest.approx(0.2)
    assert found.low == pytest.approx(mean - 1.96 * error, abs=0.004)
    assert found.high == pytest.approx(mean + 1.96 * error, abs=0.004)
    assert found.is_clear


def test_pairing_tells_what_the_means_alone_do_not() -> None:
    paired = paired_difference([1, 1, 1, 0] * 25, [1, 1, 0, 0] * 25)  # better on a quarter, worse on none
    shuffled = paired_difference([1, 1, 1, 0] * 25, [0, 1, 0, 1] * 25)
    assert paired.mean == shuffled.mean == 0.25
    assert paired.high - paired.low < shuffled.high - shuffled.low


@settings(max_examples=20)
@given(SHARES)
def test_swapping_the_systems_mirrors_the_interval(pairs: list[tuple[float, float]]) -> None:
    ours, theirs = [a for a, _ in pairs], [b for _, b in pairs]
    one, other = paired_difference(ours, theirs), paired_difference(theirs, ours)
    assert one.low <= one.high
    assert (other.mean, other.low, other.high) == pytest.approx((-one.mean, -one.high, -one.low), abs=1e-12)


def test_the_same_values_give_the_same_interval() -> None:
    assert paired_difference([1, 0, 1, 1], [0, 0, 1, 0]) == paired_difference([1, 0, 1, 1], [0, 0, 1, 0])


@pytest.mark.parametrize(("ours", "theirs"), [([], []), ([1.0], [1.0, 0.0])])
def test_what_cannot_be_paired_is_refused(ours: list[float], theirs: list[float]) -> None:
    with pytest.raises(ValueError, match="paired comparison"):
        paired_difference(ours, theirs)
