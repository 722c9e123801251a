"""Calibration against hand-worked cases and plain versions."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import calibration
from benchmarks.calibration import Bin

PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=50)
# Confidences as hundredths: halfway between two of them there always is a threshold.
BOTH_KINDS = st.lists(st.tuples(st.integers(0, 100), st.booleans()), min_size=2, max_size=40).filter(
    lambda pairs: len({can for _, can in pairs}) == 2
)


def test_bins_of_a_worked_case() -> None:
    bins = calibration.reliability([0.05, 0.15, 0.19, 1.0], [False, True, False, True])
    assert bins == [Bin(0.05, 0.0, 1), Bin(pytest.approx(0.17), 0.5, 2), Bin(1.0, 1.0, 1)]
    assert calibration.calibration_error(bins) == pytest.approx((0.05 + 2 * 0.33 + 0) / 4)
    assert calibration.calibration_error([]) == 0


@given(PAIRS)
def test_every_question_is_in_one_bin(pairs: list[tuple[float, bool]]) -> None:
    bins = calibration.reliability([c for c, _ in pairs], [can for _, can in pairs])
    assert sum(item.n for item in bins) == len(pairs)
    assert sum(item.n * item.share for item in bins) == pytest.approx(sum(can for _, can in pairs))
    assert sum(item.n * item.confidence for item in bins) == pytest.approx(sum(c for c, _ in pairs))
    assert 0 <= calibration.calibration_error(bins) <= 1


def test_coverage_of_a_worked_case() -> None:
    points = calibration.precision_by_coverage([0.9, 0.8, 0.8, 0.1], [True, True, False, False])
    assert points == [(0.25, 1.0), (0.75, pytest.approx(2 / 3)), (1.0, 0.5)]


@given(PAIRS)
def test_answering_all_has_the_precision_of_chance(pairs: list[tuple[float, bool]]) -> None:
    points = calibration.precision_by_coverage([c for c, _ in pairs], [can for _, can in pairs])
    assert points[-1] == (1.0, pytest.approx(sum(can for _, can in pairs) / len(pairs)))
    coverages = [coverage for coverage, _ in points]
    assert coverages == sorted(set(coverages))


@given(BOTH_KINDS)
def test_auroc_is_the_share_of_pairs_in_the_right_order(pairs: list[tuple[int, bool]]) -> None:
    right = [c for c, can in pairs if can]
    wrong = [c for c, can in pairs if not can]
    wins = sum((a > b) + (a == b) / 2 for a in right for b in wrong)
    assert calibration.auroc([c for c, _ in pairs], [can for _, can in pairs]) == pytest.approx(
        wins / len(right) / len(wrong)
    )


def test_auroc_of_one_kind_is_unknown() -> None:
    assert math.isnan(calibration.auroc([0.1, 0.2], [True, True]))


@given(BOTH_KINDS)
def test_no_threshold_beats_the_best_one(pairs: list[tuple[int, bool]]) -> None:
    confidences, can = [c / 100 for c, _ in pairs], [able for _, able in pairs]
    best = calibration.youden_j(confidences, can, calibration.best_threshold([(confidences, can)]))
    tried = [calibration.youden_j(confidences, can, t / 200) for t in range(202)]
    assert best >= max(tried) - 1e-9 or max(tried) == 0  # all refused is no better than all answered


def test_the_best_threshold_weighs_sets_alike() -> None:
    small = ([0.2, 0.4], [False, True])
    large = ([0.6] * 50 + [0.8] * 50, [False] * 50 + [True] * 50)
    assert calibration.best_threshold([small]) == pytest.approx(0.3)
    assert calibration.best_threshold([large]) == pytest.approx(0.7)
    assert calibration.best_threshold([small, large]) in (pytest.approx(0.3), pytest.approx(0.7))


def test_a_fit_finds_the_signal_that_tells_and_ignores_the_one_that_does_not() -> None:
    signals = [
        {"telling": i % 2 + (i % 7) / 10, "noise": (i * 37 % 11) / 11, "constant": 1.0} for i in range(200)
    ]
    fit = calibration.fit_logistic(signals, [i % 2 == 1 for i in range(200)])
    assert set(fit.weights) == {"telling", "noise"}
    assert fit.weights["telling"] > 10 * abs(fit.weights["noise"])
    assert fit.auroc > 0.99


def test_a_fit_on_the_logit_of_a_true_probability_leaves_it_as_it_is() -> None:
    chances = [0.1, 0.3, 0.5, 0.7, 0.9]
    rows = [chance for chance in chances for _ in range(100)]
    can = [i % 100 < 100 * chance for i, chance in enumerate(rows)]
    logits = [calibration.logit(chance) for chance in rows]
    fit = calibration.fit_logistic([{"logit": value} for value in logits], can)
    spread = math.sqrt(sum(value**2 for value in logits) / len(logits))  # their mean is 0
    assert fit.weights["logit"] / spread == pytest.approx(1, abs=0.15)
    assert fit.intercept == pytest.approx(0, abs=0.05)


@given(st.floats(0, 1))
def test_log_odds_are_finite(confidence: float) -> None:
    assert math.isfinite(calibration.logit(confidence))
