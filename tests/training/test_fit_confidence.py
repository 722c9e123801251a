"""The fit finds what tells whether a question can be answered, and counts each set and both sorts the same."""

import numpy as np
import pytest

from qa.confidence import CONFIDENCE_WEIGHTS
from training.fit_confidence import ANSWERABLE_SHARE, BY_HAND, Told, fit, fitted_names

SIGNALS = len(fitted_names())


def asked(number: int, *, share: float, seed: int) -> list[Told]:
    """Questions of which a share can be answered: those whose first signal is higher by about 1; the rest is noise."""
    random = np.random.default_rng(seed)
    can = random.random(number) < share
    rows = random.normal(size=(number, SIGNALS))
    rows[:, 0] += can
    return [Told(row, bool(is_told)) for row, is_told in zip(rows, can, strict=True)]


def test_what_tells_gets_the_weight() -> None:
    _, telling, *noise = fit([asked(800, share=0.5, seed=1)])
    assert telling > 3 * max(map(abs, noise))


@pytest.mark.parametrize("share", [0.2, 0.8])
def test_how_many_of_a_set_can_be_answered_moves_nothing(share: float) -> None:
    at_zero, telling, *_ = fit([asked(4000, share=share, seed=2)])
    even = np.log(ANSWERABLE_SHARE / (1 - ANSWERABLE_SHARE))
    assert at_zero + telling * 0.5 == pytest.approx(even, abs=0.25)  # halfway between the two sorts


def test_a_small_set_counts_as_much_as_a_large_one() -> None:
    large, small = asked(2000, share=0.5, seed=3), asked(200, share=0.5, seed=4)
    turned = [Told(item.signals, not item.is_answerable) for item in small]
    assert abs(fit([large, turned])[1]) < 0.35 * fit([large])[1]


def test_what_is_set_by_hand_is_not_fitted() -> None:
    assert set(fitted_names()) | set(BY_HAND) == CONFIDENCE_WEIGHTS.keys()
