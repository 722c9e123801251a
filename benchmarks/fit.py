"""`python -m benchmarks.fit passages|sentences`: the weights of the signals, learnt from others' questions.

A listwise softmax (Cao et al., 2007): of a question's candidates, those that answer should have all the mass. The
figures printed are over questions that a fold's weights have not seen; the weights, over all.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks import data, metrics
from benchmarks.measure import is_gold
from benchmarks.pipeline import assistant_over
from benchmarks.systems import Found
from index.filters import Filters
from qa.assistant import Assistant
from qa.dates import time_frame, weight_of_newness
from qa.evidence import read_signals
from qa.query import read_question
from qa.ranking import PASSAGE_WEIGHTS, signals
from qa.retrieval import retrieve, search_arms, worth_reading
from qa.signals import MEANING_WEIGHTS, SENTENCE_WEIGHTS

TASKS = {
    "passages": ("realtimeqa", "multihop_rag"),
    "sentences": ("realtimeqa", "squad2"),
}
FOLDS = 5
STEPS, RATE, RIDGE = 300, 0.05, 0.02
TEMPERATURE = 3.0  # of the softmax: weights of about 1 tell candidates apart

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Listed:
    """One question's candidates: their signals, of shape (candidates, signals), and which of them answer."""

    signals: Floats
    answers: NDArray[np.bool_]


def main() -> None:
    """Fit one stage and print what it would weigh."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit", description=__doc__)
    parser.add_argument("stage", choices=tuple(TASKS))
    parser.add_argument("--data", type=Path, default=data.DATA)
    parser.add_argument("--work", type=Path, default=Path(".benchmarks"))
    parser.add_argument("--limit", type=int)
    given = parser.parse_args()
    listed, groups = [], []
    for number, name in enumerate(TASKS[given.stage]):
        task = data.load(name, given.data, data.Choice(None, True, None))
        with assistant_over(task.records, given.work / task.folder) as assistant:
            found = list(_listed(given.stage, assistant, task.cases[: given.limit]))
        listed += found
        groups += [number] * len(found)
    names = list(PASSAGE_WEIGHTS) if given.stage == "passages" else [*SENTENCE_WEIGHTS, *MEANING_WEIGHTS]
    present = list(
        (PASSAGE_WEIGHTS if given.stage == "passages" else SENTENCE_WEIGHTS | MEANING_WEIGHTS).values()
    )
    for number, name in enumerate(TASKS[given.stage]):
        members = [i for i, group in enumerate(groups) if group == number]
        now = [hits(listed[i], np.array(present, dtype=np.float32)) for i in members]
        print(
            f"{name}: now {np.mean(now, axis=0).round(3)} held out {held_out(listed, groups)[number].round(3)}"
        )
    for name, weight in zip(names, fit(listed, shares_of(groups)), strict=True):
        print(f'    "{name}": {weight:.2f},')


def _listed(stage: str, assistant: Assistant, cases: Sequence[data.Case]) -> Iterator[Listed]:
    read = _passages if stage == "passages" else _sentences
    for case in cases:
        listed = read(assistant, case)
        if listed is not None and listed.answers.any():
            yield listed


def _passages(assistant: Assistant, case: data.Case) -> Listed | None:
    if not case.gold_articles or not case.answers:
        return None
    query = read_question(case.question)
    filters = Filters(as_of=case.asked)
    with assistant.live.reader() as reader:
        today = case.asked or date.today()
        frame = time_frame(query.text, today=today, newness_weight=weight_of_newness(today, reader))
        found = search_arms(query, reader, filters=filters)
        candidates = worth_reading(query, found, reader, frame=frame)
    hits = [Found(c.passage.article.id, c.passage.text) for c in candidates]
    return Listed(
        signals(query, found.terms, candidates, frame),
        np.array([is_gold(hit, case) for hit in hits], dtype=bool),
    )


def _sentences(assistant: Assistant, case: data.Case) -> Listed | None:
    if not case.answers:
        return None
    query = read_question(case.question)
    today = case.asked or date.today()
    with assistant.live.reader() as reader:
        found = retrieve(query, reader, filters=Filters(as_of=case.asked), today=today, limit=30)
    texts, rows = read_signals(query, found, assistant.meaning)
    return Listed(rows, np.array([metrics.holds_answer(text, case.answers) for text in texts], dtype=bool))


def fit(listed: Sequence[Listed], shares: Sequence[float]) -> Floats:
    """Return the weights under which the answers have most mass, by Adam (Kingma and Ba, 2015)."""
    width = listed[0].signals.shape[1]
    deep = max(len(item.answers) for item in listed)
    rows = np.zeros((len(listed), deep, width), dtype=np.float32)
    answers = np.zeros((len(listed), deep), dtype=bool)
    there = np.zeros((len(listed), deep), dtype=bool)
    for i, item in enumerate(listed):
        rows[i, : len(item.answers)], answers[i, : len(item.answers)] = item.signals, item.answers
        there[i, : len(item.answers)] = True
    flat, importance = rows.reshape(-1, width), np.array(shares, dtype=np.float32)[:, None]
    weights, mean, square = np.zeros((3, width), dtype=np.float32)
    for step in range(1, STEPS + 1):
        logits = np.where(there, (flat @ weights).reshape(there.shape) * TEMPERATURE, -np.inf)
        mass = np.exp(logits - logits.max(axis=1, keepdims=True))
        mass /= mass.sum(axis=1, keepdims=True)
        wanted = mass * answers
        wanted /= np.maximum(wanted.sum(axis=1, keepdims=True), 1e-12)
        pull = (importance * (wanted - mass)).reshape(-1) @ flat
        gradient = RIDGE * weights - TEMPERATURE * pull
        mean, square = 0.9 * mean + 0.1 * gradient, 0.99 * square + 0.01 * gradient**2
        weights = weights - RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return weights


def shares_of(groups: Sequence[int]) -> list[float]:
    """Return what each question counts, so that each set of questions counts the same."""
    return [1 / (groups.count(group) * len(set(groups))) for group in groups]


def held_out(listed: Sequence[Listed], groups: Sequence[int]) -> dict[int, Floats]:
    """Return the mean hits of each set of questions, each question ranked by weights that have not seen it."""
    folds = np.random.default_rng(0).integers(FOLDS, size=len(listed))
    found: dict[int, list[list[float]]] = {group: [] for group in groups}
    for fold in range(FOLDS):
        seen = [i for i in range(len(listed)) if folds[i] != fold]
        weights = fit([listed[i] for i in seen], shares_of([groups[i] for i in seen]))
        for i in np.flatnonzero(folds == fold).tolist():
            found[groups[i]].append(hits(listed[i], weights))
    return {group: np.mean(values, axis=0) for group, values in found.items()}


def hits(item: Listed, weights: Floats) -> list[float]:
    """Return whether an answer is among the first 1, 3 and 10, ties in the order of the candidates."""
    order = np.argsort(-(item.signals @ weights), kind="stable")
    rank = metrics.first_rank([bool(item.answers[i]) for i in order])
    return [metrics.within(rank, k) for k in (1, 3, 10)]


if __name__ == "__main__":
    main()
