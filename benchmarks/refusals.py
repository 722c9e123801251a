"""Refusals over MultiHop-RAG and SQuAD 2.0 at the one default threshold, and what another threshold would give."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks import calibration, metrics
from benchmarks.data import load, within
from benchmarks.measure import ask_all, is_refusal
from benchmarks.pipeline import assistant_over
from benchmarks.results import Row, Run, changed_settings
from benchmarks.runs import Options, article_ids, work_folder

SETS = ("multihop_rag", "squad2")
ANSWERABLE_SET = "realtimeqa"  # all of its questions are; none is to be refused
ANSWERABLE_YEAR = "2022"
BOTH = "both"
ASKED = "calibration.jsonl"  # below the work folder: every question with its signals


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was met."""

    question: str
    is_answerable: bool
    is_refused: bool
    confidence: float
    shows_answer: bool  # in the first sentence; always False where no answer is known
    signals: Mapping[str, float]  # what the confidence is made of, as far as the answer tells


def run_refusal(options: Options) -> Row:
    """Return the row of both sets, each and together, with the curves that the page plots."""
    started = time.perf_counter()
    asked, settings = _ask_sets(options, SETS)
    figures = refusal_figures(asked)
    return Run("refusal", "", options.note, options.limit, settings).row(
        figures, seconds=time.perf_counter() - started
    )


def run_calibration(options: Options) -> Row:
    """The same with an answerable set beside it: the best threshold, and a fit over whatever signals there are."""
    started = time.perf_counter()
    asked, settings = _ask_sets(options, (*SETS, ANSWERABLE_SET))
    _keep(asked, options.work / ASKED)
    answerable = asked.pop(ANSWERABLE_SET)
    figures = refusal_figures(asked) | threshold_figures(asked, answerable)
    return Run("calibrate", "", options.note, options.limit, settings).row(
        figures, seconds=time.perf_counter() - started
    )


def refusal_figures(asked: Mapping[str, Sequence[Asked]]) -> Row:
    """Return precision, recall, J, calibration error and AUROC of each set and of both, and their curves."""
    groups = {**asked, BOTH: [item for items in asked.values() for item in items]}
    bins = {
        name: calibration.reliability([a.confidence for a in items], [a.is_answerable for a in items])
        for name, items in groups.items()
    }
    return {
        "n": len(groups[BOTH]),
        "sets": {name: _figures(items, bins[name]) for name, items in groups.items()},
        "reliability": {
            name: [{key: round(value, 4) for key, value in asdict(item).items()} for item in items]
            for name, items in bins.items()
        },
        "coverage": {
            name: [
                [round(number, 4) for number in point]
                for point in calibration.precision_by_coverage(
                    [a.confidence for a in items], [a.is_answerable for a in items]
                )
            ]
            for name, items in groups.items()
        },
    }


def threshold_figures(asked: Mapping[str, Sequence[Asked]], answerable: Sequence[Asked]) -> Row:
    """Return the threshold of the highest mean J, J there, and what the signals could give at best."""
    pairs = {
        name: ([a.confidence for a in items], [a.is_answerable for a in items])
        for name, items in asked.items()
    }
    best = calibration.best_threshold([*pairs.values()])
    everything = [item for items in asked.values() for item in items]
    fit = calibration.fit_logistic(
        [{"logit of confidence": calibration.logit(a.confidence), **a.signals} for a in everything],
        [a.is_answerable for a in everything],
    )
    return {
        "best_threshold": round(best, 4),
        "at_best": {name: round(calibration.youden_j(*pair, best), 4) for name, pair in pairs.items()},
        "alone": {
            name: [round(own, 4), round(calibration.youden_j(*pair, own), 4)]
            for name, pair in pairs.items()
            for own in [calibration.best_threshold([pair])]
        },
        f"{ANSWERABLE_SET}_answered": round(metrics.mean([not a.is_refused for a in answerable]), 4),
        f"{ANSWERABLE_SET}_answered_at_best": round(
            metrics.mean([a.confidence >= best for a in answerable]), 4
        ),
        "fit": {"auroc": round(fit.auroc, 4), "intercept": fit.intercept, "weights": fit.weights},
    }


def _figures(items: Sequence[Asked], bins: Sequence[calibration.Bin]) -> Row:
    answerable = [a.is_answerable for a in items]
    scored = metrics.refusal([a.is_refused for a in items], answerable)
    figures = {
        "n": len(items),
        "answered": scored.answered,
        "refusal_precision": scored.precision,
        "refusal_recall": scored.recall,
        "refusal_j": scored.youden_j,
        "auroc": calibration.auroc([a.confidence for a in items], answerable),
        "calibration_error": calibration.calibration_error(bins),
        "brier": metrics.mean([(a.confidence - a.is_answerable) ** 2 for a in items]),
        "right_first": metrics.mean([a.shows_answer for a in items if a.is_answerable and not a.is_refused]),
    }
    return {name: round(value, 4) for name, value in figures.items()}


def _ask_sets(options: Options, names: Sequence[str]) -> tuple[dict[str, list[Asked]], dict[str, Any]]:
    asked: dict[str, list[Asked]] = {}
    settings: dict[str, Any] = {}
    choice = replace(options.choice, year=options.choice.year or ANSWERABLE_YEAR)
    for name in names:
        task = load(name, options.data, choice)
        with assistant_over(task.records, work_folder(task, options), **options.settings) as assistant:
            cases = within(task.cases[: options.limit], article_ids(assistant))
            settings = changed_settings(assistant.settings)
            asked[name] = [
                Asked(
                    question=case.question,
                    is_answerable=case.is_answerable,
                    is_refused=is_refusal(answer),
                    confidence=answer.confidence,
                    shows_answer=bool(answer.sentences)
                    and metrics.holds_answer(answer.sentences[0].text, case.answers),
                    signals=getattr(answer, "signals", {}),
                )
                for case, answer in zip(cases, ask_all(assistant, cases), strict=True)
            ]
    return asked, settings


def _keep(asked: Mapping[str, Sequence[Asked]], path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        for name, items in asked.items():
            file.writelines(json.dumps({"set": name} | asdict(item)) + "\n" for item in items)
