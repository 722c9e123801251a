"""`python -m benchmarks NAME`: ask others' questions, print the figures, append them to results.jsonl."""

import argparse
import json
import subprocess
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import data, metrics
from benchmarks.pipeline import assistant_over
from index.filters import Filters
from qa.answer import Answer, Outcome
from qa.assistant import Assistant

RESULTS = Path(__file__).parent / "results.jsonl"
DEPTH = 20  # hits looked at


def main() -> None:
    """Run one benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=("realtimeqa", "multihop_rag", "squad2"))
    parser.add_argument("--data", type=Path, default=data.DATA, help="the folder of questions and articles")
    parser.add_argument("--work", type=Path, default=Path(".benchmarks"), help="where indexes are built")
    parser.add_argument("--year", default=None, help="realtimeqa: only articles and questions of this year")
    parser.add_argument("--limit", type=int, default=None, help="ask only the first so many")
    parser.add_argument("--note", default="", help="what was changed, for the row")
    options = parser.parse_args()
    records, cases = _inputs(options)
    work = options.work / (f"{options.name}-{options.year}" if options.year else options.name)
    started = time.perf_counter()
    with assistant_over(records, work) as assistant:
        figures = _measure(assistant, cases[: options.limit])
    row = {"benchmark": options.name, "year": options.year, "note": options.note, "commit": _commit()}
    row |= {"seconds": round(time.perf_counter() - started, 1)} | figures
    print("\n".join(f"{name:24} {value}" for name, value in row.items()))
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def _inputs(options: argparse.Namespace) -> tuple[Iterable[dict[str, Any]], list[data.Case]]:
    match options.name:
        case "realtimeqa":
            return (
                data.realtimeqa_articles(options.data, year=options.year),
                data.realtimeqa_cases(options.data, year=options.year),
            )
        case "multihop_rag":
            return data.multihop_articles(options.data), data.multihop_cases(options.data)
        case _:
            return data.squad2_articles(options.data), data.squad2_cases(options.data)


def _measure(assistant: Assistant, cases: list[data.Case]) -> dict[str, Any]:
    ranks, answers, times = [], [], []
    for case in cases:
        filters = Filters(as_of=case.asked)
        if case.gold_articles and case.answers:
            hits = assistant.search(case.question, filters=filters, limit=DEPTH)
            ranks.append(metrics.first_rank([_is_gold(hit.passage, case) for hit in hits]))
        answer = assistant.ask(case.question, filters=filters)
        answers.append(answer)
        times.append(answer.timings.total_ms)
    return (
        {"n": len(cases)}
        | _retrieval(ranks)
        | _sentences(cases, answers)
        | _refusals(cases, answers)
        | _times(times)
    )


def _is_gold(passage: Any, case: data.Case) -> bool:
    if not case.gold_facts:
        return passage.article.id in case.gold_articles
    text = "".join(passage.text.split())
    return any("".join(fact.split()) in text for fact in case.gold_facts)


def _retrieval(ranks: list[int | None]) -> dict[str, Any]:
    found = {f"hits@{k}": round(metrics.hits_at(ranks, k), 3) for k in (1, 4, 10)}
    return {"n_gold": len(ranks)} | found | {"mrr@10": round(metrics.mrr_at(ranks, 10), 3)}


def _sentences(cases: list[data.Case], answers: list[Answer]) -> dict[str, Any]:
    ranks = [
        metrics.first_rank(
            [metrics.holds_answer(sentence.text, case.answers) for sentence in answer.sentences]
        )
        for case, answer in zip(cases, answers, strict=True)
        if case.answers
    ]
    return {f"sentence@{k}": round(metrics.hits_at(ranks, k), 3) for k in (1, 3)}


def _refusals(cases: list[data.Case], answers: list[Answer]) -> dict[str, Any]:
    refused = [answer.outcome is Outcome.NOT_IN_CORPUS for answer in answers]
    scored = metrics.refusal(refused, [bool(case.answers) for case in cases])
    shares = {f"refusal_{name}": round(value, 3) for name, value in asdict(scored).items()}
    return shares | {"refusal_j": round(scored.youden_j, 3)}


def _times(times: list[float]) -> dict[str, Any]:
    ordered = sorted(times)
    return {f"p{p}_ms": round(ordered[min(len(ordered) - 1, len(ordered) * p // 100)], 1) for p in (50, 95)}


def _commit() -> str:
    return subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False
    ).stdout.strip()


if __name__ == "__main__":
    main()
