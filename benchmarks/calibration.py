"""What a confidence is worth: reliability, precision against coverage, the best threshold, a logistic fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

BINS = 10
CURVE_POINTS = 50
RIDGE = 1e-2  # keeps the fit finite where a signal tells the two kinds of question apart without error
NEWTON_STEPS = 50
FOLDS = 5
CLIP = 1e-4  # of a confidence, before its logit

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions of like confidence: their mean confidence, the share of them that is answerable, how many."""

    confidence: float
    share: float
    n: int


def reliability(confidences: Sequence[float], answerable: Sequence[bool]) -> list[Bin]:
    """Return the questions in bins of equal width, empty ones left out; a perfect confidence equals the share."""
    places = [min(int(confidence * BINS), BINS - 1) for confidence in confidences]
    bins = []
    for place in range(BINS):
        held = [i for i, at in enumerate(places) if at == place]
        if held:
            mean = sum(confidences[i] for i in held) / len(held)
            bins.append(Bin(mean, sum(answerable[i] for i in held) / len(held), len(held)))
    return bins


def calibration_error(bins: Sequence[Bin]) -> float:
    """Return the expected calibration error: the gap of confidence and share, weighed by the bins' sizes."""
    total = sum(item.n for item in bins)
    return sum(item.n * abs(item.confidence - item.share) for item in bins) / total if total else 0.0


def precision_by_coverage(
    confidences: Sequence[float], answerable: Sequence[bool]
) -> list[tuple[float, float]]:
    """Return (share of questions answered, share of these that are answerable), surest questions first.

    Equal confidences are answered together, so that their order does not matter; at most about CURVE_POINTS points.
    """
    pairs = sorted(zip(confidences, answerable, strict=True), key=lambda pair: -pair[0])
    points: list[tuple[float, float]] = []
    right = 0
    for count, (confidence, can) in enumerate(pairs, start=1):
        right += can
        if count == len(pairs) or pairs[count][0] != confidence:
            points.append((count / len(pairs), right / count))
    step = max(1, len(points) // CURVE_POINTS)
    return [point for i, point in enumerate(points) if i % step == 0 or i == len(points) - 1]


def auroc(scores: Sequence[float], positive: Sequence[bool]) -> float:
    """Return the chance that a positive one scores above a negative one, ties half; nan without both kinds."""
    values, is_positive = np.asarray(scores, dtype=float), np.asarray(positive, dtype=bool)
    above, below = values[is_positive], np.sort(values[~is_positive])
    if not len(above) or not len(below):
        return float("nan")
    wins = np.searchsorted(below, above, side="left") + np.searchsorted(below, above, side="right")
    return float(wins.mean() / 2 / len(below))


def youden_j(confidences: Sequence[float], answerable: Sequence[bool], threshold: float) -> float:
    """Return J where questions below the threshold are refused."""
    sure, can = np.asarray(confidences) >= threshold, np.asarray(answerable, dtype=bool)
    return float(sure[can].mean() - sure[~can].mean())


def best_threshold(sets: Sequence[tuple[Sequence[float], Sequence[bool]]]) -> float:
    """Return the threshold with the highest mean J of the sets, each counting the same; the lowest of equals.

    Candidates lie halfway between neighbouring confidences. Each set needs questions of both kinds.
    """
    known = sorted({confidence for confidences, _ in sets for confidence in confidences})
    candidates = [0.0, *((a + b) / 2 for a, b in pairwise(known))]
    return max(candidates, key=lambda t: sum(youden_j(c, can, t) for c, can in sets))


@dataclass(frozen=True, slots=True)
class Fit:
    """A logistic regression over standardised signals, and how well it tells held-out questions apart."""

    weights: dict[str, float]
    intercept: float
    auroc: float  # over folds that the weights were not fitted on


def fit_logistic(signals: Sequence[Mapping[str, float]], answerable: Sequence[bool]) -> Fit:
    """Fit P(answerable) on the signals, whatever they are called; those that never vary are left out."""
    names = sorted({name for row in signals for name in row})
    rows = np.array([[row.get(name, 0.0) for name in names] for row in signals], dtype=np.float64)
    varies = rows.std(axis=0) > 0
    rows, names = rows[:, varies], [name for name, does in zip(names, varies, strict=True) if does]
    rows = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    wanted = np.asarray(answerable, dtype=np.float64)
    folds = np.arange(len(wanted)) % FOLDS
    held_out = np.empty(len(wanted))
    for fold in range(FOLDS):
        fitted = logistic(rows[folds != fold], wanted[folds != fold])
        held_out[folds == fold] = rows[folds == fold] @ fitted[1:] + fitted[0]
    whole = logistic(rows, wanted)
    weights = {name: round(float(weight), 3) for name, weight in zip(names, whole[1:], strict=True)}
    return Fit(weights, round(float(whole[0]), 3), auroc(held_out.tolist(), list(answerable)))


def logit(confidence: float) -> float:
    """Return the log odds of a confidence."""
    clipped = min(max(confidence, CLIP), 1 - CLIP)
    return float(np.log(clipped / (1 - clipped)))


def logistic(rows: Floats, wanted: Floats, counts: Floats | None = None) -> Floats:
    """Return intercept and weights by Newton's method (iteratively reweighted least squares), with a ridge.

    `rows` are standardised signals, shape (questions, signals); `counts` say how much each question counts, all the
    same where there are none, and sum to their number.
    """
    design = np.hstack([np.ones((len(rows), 1)), rows])
    counts = np.ones(len(rows)) if counts is None else counts
    penalty = RIDGE * len(rows) * np.eye(design.shape[1])
    penalty[0, 0] = 1e-9
    weights = np.zeros(design.shape[1])
    for _ in range(NEWTON_STEPS):
        likely = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        slope = design.T @ (counts * (wanted - likely)) - penalty @ weights
        curvature = (design * (counts * likely * (1 - likely))[:, None]).T @ design + penalty
        step = np.linalg.solve(curvature, slope)
        weights = weights + step
        if np.abs(step).max() < 1e-8:
            break
    return weights
