"""The whole pipeline with the reader and without, on the questions that were held back from its training."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.data import Case, Choice, Task, load
from benchmarks.measure import answer_figures, ask_all
from benchmarks.pipeline import assistant_over
from training.gold import squad_paragraphs
from training.split import is_held_back, week_of

NAMES = ("realtimeqa", "squad2", "multihop_rag")


def whole_figures(data: Path, work: Path) -> dict[str, Any]:
    """Ask each set's held-back questions with the reader and without; return what benchmarks measure of answers."""
    figures: dict[str, Any] = {}
    for name in NAMES:
        task = load(name, data, Choice())
        cases = held_back(task, data)
        figures[name] = {"n": len(cases)} | {
            told: _asked(task, cases, work, reader=reader)
            for told, reader in (("without", False), ("with", True))
        }
    return figures


def held_back(task: Task, data: Path) -> list[Case]:
    """Return the questions of a set that were not learned from; from MultiHop-RAG none was."""
    match task.name:
        case "realtimeqa":
            return [case for case in task.cases if case.asked and is_held_back(week_of(case.asked))]
        case "squad2":
            keys = [example.key for example in squad_paragraphs(data / "squad2" / "dev-quarter.json")]
            return [case for case, key in zip(task.cases, keys, strict=True) if is_held_back(key)]
        case _:
            return list(task.cases)


def _asked(task: Task, cases: Sequence[Case], work: Path, *, reader: bool) -> dict[str, float]:
    with assistant_over(task.records, work / "index" / task.folder, reader=reader) as assistant:
        return answer_figures(cases, ask_all(assistant, cases))
