"""The whole pipeline with the reader and without, on the questions that were held back from its training."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.data import Case, Choice, Task, load
from benchmarks.measure import SENTENCES, answer_figures, ask_all
from benchmarks.metrics import first_rank, mean, within
from benchmarks.pipeline import assistant_over
from index.filters import Filters
from qa.assistant import Assistant
from training import examples
from training.examples import Example
from training.gold import squad_paragraphs
from training.progress import progress
from training.split import is_held_back, week_of

READERS = (("without", False), ("with", True))
NAMES = ("realtimeqa", "squad2", "multihop_rag")
POSED, SEED = 250, 3  # questions that articles pose themselves


def whole_figures(data: Path, work: Path) -> dict[str, Any]:
    """Ask each set's held-back questions with the reader and without; return what benchmarks measure of answers."""
    figures: dict[str, Any] = {}
    for name in NAMES:
        task = load(name, data, Choice())
        cases = held_back(task, data)
        figures[name] = {"n": len(cases)} | {
            told: _asked(task, cases, work, reader=reader) for told, reader in READERS
        }
    asked = held_back_posed(work)
    task = load("realtimeqa", data, Choice())
    figures["posed"] = {"n": len(asked)} | {
        told: _posed(task, asked, work, reader=reader) for told, reader in READERS
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


def held_back_posed(work: Path) -> list[Example]:
    """Return some of the questions posed by articles whose weeks were held back; they need `training examples`."""
    file = work / "examples" / "posed.jsonl.gz"
    held = [example for example in examples.read(file) if example.answers and is_held_back(example.key)]
    random.Random(SEED).shuffle(held)
    return held[:POSED]


def _posed(task: Task, asked: Sequence[Example], work: Path, *, reader: bool) -> dict[str, float]:
    """Ask each of no date: is what the article answers among the sentences shown?"""
    with assistant_over(task.records, work / "index" / task.folder, reader=reader) as assistant:
        ranks = [_rank(assistant, example) for example in progress(asked, "posed", len(asked))]
    return {f"sentence@{k}": round(mean([within(rank, k) for rank in ranks]), 4) for k in SENTENCES}


def _rank(assistant: Assistant, example: Example) -> int | None:
    right = {example.windows[answer.window].sentences[answer.sentence] for answer in example.answers}
    shown = assistant.ask(example.question, filters=Filters()).citations
    return first_rank([" ".join(citation.quote.split()) in right for citation in shown])


def _asked(task: Task, cases: Sequence[Case], work: Path, *, reader: bool) -> dict[str, float]:
    with assistant_over(task.records, work / "index" / task.folder, reader=reader) as assistant:
        return answer_figures(cases, ask_all(assistant, cases))
