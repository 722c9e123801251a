"""Questions asked of systems and of the whole pipeline; what came of each, and the figures over all."""

import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from benchmarks import metrics
from benchmarks.bootstrap import Difference, paired_difference
from benchmarks.data import Case
from benchmarks.systems import DEPTH, Found, System
from index.filters import Filters
from qa.answer import Answer, Outcome
from qa.assistant import Assistant

CUTOFFS = (1, 4, 10)
SENTENCES = (1, 3)
SHOWN_EVERY = 50  # questions, on stderr

Item = TypeVar("Item")
Values = dict[str, list[float]]  # metric -> one value a question


@dataclass(frozen=True, slots=True)
class Searched:
    """What a system made of all questions: its values, and how long each took, in milliseconds."""

    values: Values
    times_ms: list[float]

    @property
    def figures(self) -> dict[str, float]:
        """The means, and the times."""
        means = {name: round(metrics.mean(values), 4) for name, values in self.values.items()}
        return means | percentiles(self.times_ms, "search_")


def search_all(system: System, cases: Sequence[Case]) -> Searched:
    """Ask a system each question whose gold is known, in order; several gold facts: also whether all are found."""
    asked = [case for case in cases if case.gold_articles]
    values: Values = {}
    times = []
    if asked:
        system.search(asked[0].question, asked[0].asked)  # the first search loads what the others find loaded
    for case in counted(asked, system.name):
        started = time.perf_counter()
        found = system.search(case.question, case.asked)
        times.append(1000 * (time.perf_counter() - started))
        for name, value in ranking_values(found, case).items():
            values.setdefault(name, []).append(value)
    return Searched(values, times)


def ranking_values(found: Sequence[Found], case: Case) -> dict[str, float]:
    """Return one question's Hits@k, reciprocal rank and length of hits, and whether all its evidence was found."""
    rank = metrics.first_rank([is_gold(hit, case) for hit in found])
    values = {f"hits@{k}": metrics.within(rank, k) for k in CUTOFFS}
    values["mrr@10"] = metrics.reciprocal(rank, 10)
    values["chars@4"] = metrics.mean([len(hit.text) for hit in found[:4]])
    if case.gold_facts:
        covered = metrics.covering_rank([hit.article for hit in found], case.gold_articles)
        values[f"all@{DEPTH}"] = metrics.within(covered, DEPTH)
    return values


def is_gold(hit: Found, case: Case) -> bool:
    """A hit counts by the fact in its text where facts are known, by its article elsewhere."""
    if case.gold_facts:
        return metrics.holds_fact(hit.text, case.gold_facts)
    return hit.article in case.gold_articles


def ask_all(assistant: Assistant, cases: Sequence[Case]) -> list[Answer]:
    """Ask the whole pipeline every question, in order."""
    if cases:
        assistant.ask(cases[0].question, filters=Filters(as_of=cases[0].asked))
    return [
        assistant.ask(case.question, filters=Filters(as_of=case.asked)) for case in counted(cases, "answers")
    ]


def answer_figures(cases: Sequence[Case], answers: Sequence[Answer]) -> dict[str, float]:
    """Return Sentence@k over the questions whose answer's words some article holds, refusals, and times."""
    return (
        sentence_figures(cases, answers)
        | refusal_figures(cases, answers)
        | percentiles([answer.timings.total_ms for answer in answers])
    )


def sentence_figures(cases: Sequence[Case], answers: Sequence[Answer]) -> dict[str, float]:
    """Return the share of questions with the answer in one of the first k sentences; a refusal is a miss."""
    ranks = [
        metrics.first_rank([metrics.holds_answer(shown.text, case.answers) for shown in answer.sentences])
        for case, answer in zip(cases, answers, strict=True)
        if case.answer_articles
    ]
    found = {
        f"sentence@{k}": round(metrics.mean([metrics.within(r, k) for r in ranks]), 4) for k in SENTENCES
    }
    return {"n_sentence": len(ranks)} | found


def refusal_figures(cases: Sequence[Case], answers: Sequence[Answer]) -> dict[str, float]:
    """Return precision, recall, J of the refusals, beside the share of answerable questions answered."""
    refused = [is_refusal(answer) for answer in answers]
    answerable = [case.is_answerable for case in cases]
    scored = metrics.refusal(refused, answerable)
    figures = {"answered": round(scored.answered, 4)}
    if all(answerable):
        return figures
    return figures | {
        "refusal_precision": round(scored.precision, 4),
        "refusal_recall": round(scored.recall, 4),
        "refusal_j": round(scored.youden_j, 4),
    }


def is_refusal(answer: Answer) -> bool:
    """Whether nothing was offered as an answer."""
    return answer.outcome is Outcome.NOT_IN_CORPUS


def differences(ours: Values, theirs: Mapping[str, list[float]]) -> dict[str, Difference]:
    """Return ours minus theirs for each metric, over the same questions."""
    return {name: paired_difference(values, theirs[name]) for name, values in ours.items()}


def percentiles(times_ms: Sequence[float], prefix: str = "") -> dict[str, float]:
    """Return p50 and p95 by nearest rank, in milliseconds."""
    ordered = sorted(times_ms)
    if not ordered:
        return {}
    return {f"{prefix}p{p}_ms": round(ordered[-(-len(ordered) * p // 100) - 1], 1) for p in (50, 95)}


def counted(items: Sequence[Item], what: str) -> Iterator[Item]:
    """Yield the items, saying on a terminal's stderr how far it is."""
    shows = sys.stderr.isatty()
    for number, item in enumerate(items, start=1):
        if shows and number % SHOWN_EVERY == 0:
            print(f"\r{what}: {number} of {len(items)}", end="", file=sys.stderr)
        yield item
    if shows:
        print("\r\033[K", end="", file=sys.stderr)
