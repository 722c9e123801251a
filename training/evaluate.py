"""The reader's figures on what was held back, beside the pipeline's own on the same questions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from benchmarks.data import Case
from benchmarks.metrics import first_rank, holds_answer, mean, within
from qa.reader import Reader
from training.candidates import Candidates
from training.examples import Example

NO_ODDS = -20.0
MIXES = (0.0, 0.01, 0.02, 0.03, 0.05, 0.08, 0.12, 0.2)  # of the reader's log-odds in a sentence's score


@dataclass(frozen=True, slots=True)
class Separation:
    """How well a score tells questions that are answered from those that are not."""

    auroc: float
    best_j: float
    threshold: float  # at which J is best


def paragraph_figures(reader: Reader, examples: Iterable[Example]) -> dict[str, Any]:
    """Read each question over its own paragraph: is the right sentence first, and is there one?"""
    right, can, sure = [], [], []
    for example in examples:
        odds = reader.read(example.question, example.windows)
        can.append(bool(example.answers))
        sure.append(float(np.logaddexp.reduce(odds[0])))
        if example.answers:
            right.append(int(np.argmax(odds[0])) in {answer.sentence for answer in example.answers})
    told = separation(sure, can)
    return {"n": len(can), "right_sentence": round(float(np.mean(right)), 3)} | rounded(asdict(told))


def ranking_figures(reader: Reader, cases: Sequence[tuple[Candidates, Case]]) -> dict[str, dict[str, float]]:
    """Order the pipeline's sentences anew, by its score and a share of the reader's odds: sentence@k a share.

    The share 0 is the pipeline's own order, `inf` the reader's alone.
    """
    read = [reader.read(case.question, found.windows) for found, case in cases]
    figures: dict[str, dict[str, float]] = {}
    for mix in (*MIXES, float("inf")):
        ranks = []
        for (found, case), odds in zip(cases, read, strict=True):
            texts = ordered(found, odds, mixed(mix))
            ranks.append(first_rank([holds_answer(text, case.answers) for text in texts]))
        figures[str(mix)] = {
            f"sentence@{k}": round(mean([within(rank, k) for rank in ranks]), 3) for k in (1, 3, 10)
        }
    return figures


def refusal_figures(reader: Reader, cases: Sequence[tuple[Candidates, Case]]) -> dict[str, dict[str, float]]:
    """Tell answerable from unanswerable by the pipeline's confidence, by the reader, and by both."""
    can = [bool(case.answers) for _, case in cases]
    own = [found.confidence for found, _ in cases]
    read = [best_odds(reader.read(case.question, found.windows)) for found, case in cases]
    both = [np.log(c / (1 - c)) + odds for c, odds in zip(np.clip(own, 1e-6, 1 - 1e-6), read, strict=True)]
    return {
        name: rounded(asdict(separation(scores, can)))
        for name, scores in (("pipeline", own), ("reader", read), ("both", both))
    }


def best_odds(odds: Sequence[Sequence[float]]) -> float:
    """Return the log-odds of the best sentence, very low where there is none."""
    return max((value for row in odds for value in row), default=NO_ODDS)


def mixed(mix: float) -> Callable[[float, float], float]:
    """Return how a sentence's own score and the reader's odds are added up."""
    return lambda score, odds: odds if np.isinf(mix) else score + mix * odds


def ordered(
    found: Candidates, odds: Sequence[Sequence[float]], add: Callable[[float, float], float]
) -> list[str]:
    """Return the sentences, best first, ties in the order found."""
    scored = [
        (add(score, odd), text)
        for window, scores, row in zip(found.windows, found.scores, odds, strict=True)
        for text, score, odd in zip(window.sentences, scores, row, strict=True)
    ]
    return [text for _, text in sorted(scored, key=lambda pair: -pair[0])]


def separation(scores: Sequence[float], positive: Sequence[bool]) -> Separation:
    """Return AUROC (ties count half) and the best J, sensitivity + specificity - 1."""
    values, truth = np.asarray(scores, dtype=float), np.asarray(positive)
    yes, no = np.sort(values[truth]), np.sort(values[~truth])
    below = np.searchsorted(no, yes, "left") + np.searchsorted(no, yes, "right")
    cuts = np.unique(values)
    j = 1 - np.searchsorted(yes, cuts, "left") / len(yes) - (1 - np.searchsorted(no, cuts, "left") / len(no))
    return Separation(
        auroc=float(below.mean() / 2 / len(no)), best_j=float(j.max()), threshold=float(cuts[j.argmax()])
    )


def rounded(figures: dict[str, float]) -> dict[str, float]:
    """Return figures to three places."""
    return {name: round(value, 3) for name, value in figures.items()}
