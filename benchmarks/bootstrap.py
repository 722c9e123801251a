"""Is one system really better than another on the same questions? The paired bootstrap says."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 10_000
SEED = 20_220_101
BATCH = 500  # resamples held in memory at once


@dataclass(frozen=True, slots=True)
class Difference:
    """The mean of ours minus theirs, with the interval that holds it with 95 % confidence."""

    mean: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def paired_difference(ours: Sequence[float], theirs: Sequence[float]) -> Difference:
    """Compare two systems by their values on the same questions, in the same order.

    Percentile bootstrap over questions (Efron and Tibshirani, 1993; Koehn, EMNLP 2004). Raises ValueError where
    the lengths differ or nothing is given.
    """
    if len(ours) != len(theirs) or not len(ours):
        raise ValueError(f"a paired comparison of {len(ours)} and {len(theirs)} values")
    gains = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    draw = np.random.default_rng(SEED)
    means = np.concatenate(
        [
            gains[draw.integers(len(gains), size=(BATCH, len(gains)))].mean(axis=1)
            for _ in range(RESAMPLES // BATCH)
        ]
    )
    low, high = np.percentile(means, [2.5, 97.5])
    return Difference(float(gains.mean()), float(low), float(high))
