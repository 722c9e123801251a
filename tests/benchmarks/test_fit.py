"""The fit finds the signal that tells answers apart, and counts each set of questions the same."""

import numpy as np
import pytest

from benchmarks.fit import Listed, fit, held_out, hits, shares_of


def questions(number: int, *, seed: int) -> list[Listed]:
    """Questions whose answer has the largest second signal; the first is noise."""
    random = np.random.default_rng(seed)
    listed = []
    for _ in range(number):
        rows = random.random((12, 2), dtype=np.float32)
        listed.append(Listed(rows, np.arange(12) == rows[:, 1].argmax()))
    return listed


def test_the_telling_signal_gets_the_weight() -> None:
    listed = questions(60, seed=1)
    noise, telling = fit(listed, shares_of([0] * 60))
    assert telling > 10 * abs(noise)
    assert np.mean([hits(item, np.array([noise, telling])) for item in listed], axis=0)[0] > 0.9


def test_figures_are_of_questions_not_seen() -> None:
    random = np.random.default_rng(2)
    chance = [Listed(random.random((10, 30), dtype=np.float32), np.arange(10) == 3) for _ in range(40)]
    assert held_out(chance, [0] * 40)[0][0] < 0.5  # thirty signals could learn forty answers by heart


def test_each_set_counts_the_same() -> None:
    shares = shares_of([0, 0, 0, 1])
    assert sum(shares) == pytest.approx(1)
    assert shares[3] == pytest.approx(sum(shares[:3]))


def test_hits_are_of_the_first_answer_in_order() -> None:
    item = Listed(np.array([[0.1], [0.9], [0.5]], dtype=np.float32), np.array([True, False, False]))
    assert hits(item, np.array([1.0], dtype=np.float32)) == [0.0, 1.0, 1.0]
