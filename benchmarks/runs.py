"""One run of one data set: index, search, ask, compare -> a row."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from pathlib import Path

from benchmarks.data import Case, Choice, Task, load, within
from benchmarks.measure import Searched, answer_figures, ask_all, differences, search_all
from benchmarks.pipeline import assistant_over
from benchmarks.results import Row, Run, changed_settings
from benchmarks.systems import Ours
from qa.assistant import Assistant

SHAPE_THE_INDEX = ("embedder", "passage_chars")


@dataclass(frozen=True, slots=True)
class Options:
    """How to run, as the command line was told."""

    data: Path
    work: Path
    choice: Choice = field(default_factory=Choice)
    limit: int | None = None
    baselines: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)  # by name, as the environment would give them
    note: str = ""


def run_data_set(name: str, options: Options) -> Row:
    """Ask a data set's questions of our pipeline, and of llama-index if that is wanted; return the row."""
    task = load(name, options.data, options.choice)
    started = time.perf_counter()
    with assistant_over(task.records, work_folder(task, options), **options.settings) as assistant:
        settings = changed_settings(assistant.settings)
        figures = _figures(assistant, task.cases[: options.limit], options, work_folder(task, options))
    run = Run(task.name, task.variant, options.note, options.limit, settings)
    return run.row(figures, seconds=time.perf_counter() - started)


def work_folder(task: Task, options: Options) -> Path:
    """Return where a task's index is kept; other settings that shape it give it a folder of its own."""
    shaped = [f"{name}-{options.settings[name]}" for name in SHAPE_THE_INDEX if name in options.settings]
    return options.work / re.sub(r"[^\w.-]+", "-", "-".join([task.folder, *shaped]))


def article_ids(assistant: Assistant) -> frozenset[str]:
    """Return the ids of all articles indexed."""
    with assistant.live.reader() as reader:
        return frozenset(record.id for record in reader.articles())


def _figures(assistant: Assistant, cases: Sequence[Case], options: Options, folder: Path) -> Row:
    ids = article_ids(assistant)
    known = within(cases, ids)
    ours = search_all(Ours(assistant), known)
    counts = {"articles": len(ids), "n": len(known), "n_gold": len(ours.times_ms)}
    beside = _beside(assistant, known, ours, folder) if options.baselines else {}
    return counts | ours.figures | answer_figures(known, ask_all(assistant, known)) | beside


def _beside(assistant: Assistant, cases: Sequence[Case], ours: Searched, folder: Path) -> Row:
    """Return llama-index's figures, and ours minus theirs as [mean, low, high]."""
    from benchmarks.baselines import llama_index_systems

    with llama_index_systems(assistant, folder / "llama-index") as systems:
        theirs = {system.name: search_all(system, cases) for system in systems}
    return {
        "baselines": {name: searched.figures for name, searched in theirs.items()},
        "differences": {
            name: {
                metric: [round(bound, 4) for bound in astuple(difference)]
                for metric, difference in differences(ours.values, searched.values).items()
            }
            for name, searched in theirs.items()
        },
    }
