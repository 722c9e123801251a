"""What strangers asked, and what was held back from the reader -> the weights of an answer's confidence.

A logistic regression. Each set counts the same, and in it what can be answered and what cannot. The figures are over
sets that the weights have not seen; the weights, over all.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import calibration, data
from benchmarks.pipeline import assistant_over
from benchmarks.strangers import folders
from index.filters import Filters
from qa.assistant import Assistant
from qa.confidence import CONFIDENCE_WEIGHTS, confidence_signals, is_told_by_words
from qa.evidence import PASSAGES_READ
from qa.judgement import Case, judge
from qa.query import read_question
from training.whole import held_back

HELD_BACK = ("squad2", "realtimeqa")
BY_HAND = ("misses", "lacks")  # too few questions tell
ANSWERABLE_SHARE = 0.61  # share of what is asked that can be answered, as is taken for granted

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Told:
    """A question with the signals of its confidence, of shape (fitted weights,)."""

    signals: Floats
    is_answerable: bool


def confidence_figures(folder: Path, work: Path) -> dict[str, Any]:
    """Return the weights by name, what they come to where all signals are 0, and how each set is told apart."""
    sets = {name: told for name, told in _sets(folder, work) if told}
    present = np.array([CONFIDENCE_WEIGHTS[name] for name in fitted_names()])
    auroc = {}
    for name, told in sets.items():
        others = fit([other for key, other in sets.items() if key != name])[1:]
        auroc[name] = {"n": len(told), "now": _auroc(told, present), "held out": _auroc(told, others)}
    at_zero, *weights = (round(float(number), 2) for number in fit(list(sets.values())))
    return {
        "weights": dict(zip(fitted_names(), weights, strict=True)),
        "at zero": at_zero,
        "auroc": auroc,
    }


def _auroc(told: Sequence[Told], weights: Floats) -> float:
    scores = [float(item.signals @ weights) for item in told]
    return round(calibration.auroc(scores, [item.is_answerable for item in told]), 3)


def fitted_names() -> list[str]:
    """Return the signals whose weights are learnt, in order."""
    return [name for name in CONFIDENCE_WEIGHTS if name not in BY_HAND]


def fit(sets: Sequence[Sequence[Told]]) -> Floats:
    """Return the certainty where all signals are 0, and their weights: shape (1 + fitted weights,)."""
    rows = np.array([item.signals for told in sets for item in told])
    can = np.array([item.is_answerable for told in sets for item in told])
    counts = np.concatenate([_counts([item.is_answerable for item in told]) for told in sets])
    middle, spread = rows.mean(axis=0), rows.std(axis=0)
    spread[spread == 0] = 1.0
    fitted = calibration.logistic(
        (rows - middle) / spread, can.astype(float), counts * len(rows) / counts.sum()
    )
    weights = fitted[1:] / spread
    # Here the two sorts count the same; of what is asked in earnest, more can be answered.
    prior = math.log(ANSWERABLE_SHARE / (1 - ANSWERABLE_SHARE))
    return np.array([fitted[0] - weights @ middle + prior, *weights])


def _counts(answerable: Sequence[bool]) -> Floats:
    """Return how much each question of a set counts: what can be answered 1 in all, what cannot as much."""
    can = np.array(answerable)
    counts: Floats = np.where(can, 1 / max(can.sum(), 1), 1 / max((~can).sum(), 1))
    return counts


def _sets(folder: Path, work: Path) -> Iterator[tuple[str, list[Told]]]:
    for number, strange in enumerate(folders(), start=1):
        with assistant_over(
            partial(strange.records, folder), work / "index" / "strangers" / str(number)
        ) as assistant:
            asked = [(one.question, one.is_answerable, Filters()) for one in strange.asked]
            yield strange.name, list(_told(assistant, asked))
    for name in HELD_BACK:
        task = data.load(name, folder, data.Choice())
        with assistant_over(task.records, work / "index" / task.folder) as assistant:
            cases = held_back(task, folder)
            asked = [(case.question, case.is_answerable, Filters(as_of=case.asked)) for case in cases]
            yield name, list(_told(assistant, asked))


def _told(assistant: Assistant, asked: Sequence[tuple[str, bool, Filters]]) -> Iterator[Told]:
    """Yield what the reader has a say in: nothing that no evidence or words alone decide."""
    for question, is_answerable, filters in asked:
        with assistant.live.reader() as reader:
            query = read_question(assistant.as_meant(question, reader))
            found = assistant.find(query, reader, filters, PASSAGES_READ)
        case = Case(query, found, has_source=True, max_sentences=1)
        evidence = judge(case, assistant.meaning, assistant.network).evidence
        if evidence and not is_told_by_words(query, found.terms, evidence):
            signals = confidence_signals(query, found.terms, evidence)
            yield Told(np.array([signals[name] for name in fitted_names()]), is_answerable)
