"""`python -m benchmarks.load`: many people at once at the real page, each with a conversation of their own.

A plain client rather than a load tool: none drives the page's queue by itself, and locust, which could be taught to,
patches every pytest process that it is installed beside.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import data, results
from benchmarks.__main__ import told
from benchmarks.person import Asked, Person
from benchmarks.results import Row, Run
from benchmarks.serving import PASSWORD, Page, served


@dataclass(frozen=True, slots=True)
class Crowd:
    """What everybody's questions came to."""

    asked: tuple[Asked, ...]
    errors: tuple[str, ...]
    seconds: float
    cpu_s: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; return 0, or 1 where a question was not answered."""
    given = _parser().parse_args(arguments)
    started = time.perf_counter()
    questions = [case.question for case in data.load("realtimeqa", given.data, data.Choice()).cases]
    with (
        tempfile.TemporaryDirectory() as work,
        served(given.articles, given.index, Path(work), users=given.people, QA_MAX_FILE_MB="100") as page,
    ):
        asyncio.run(_crowd(page, questions, people=1, each=5))  # what is loaded at first use is loaded
        crowd = asyncio.run(_crowd(page, questions[5:], people=given.people, each=given.questions))
        log = (Path(work) / "log").read_text("utf-8", "replace")
    row = Run("load", f"{given.people} x {given.questions}", given.note, None).row(
        _figures(crowd) | {"warnings": log.count(" ERROR ") + log.count("Traceback")},
        seconds=time.perf_counter() - started,
    )
    print(told(row))
    print("\n".join(crowd.errors[:5]), file=sys.stderr)
    if given.record:
        results.append(row)
    return 1 if crowd.errors else 0


async def _crowd(page: Page, questions: Sequence[str], *, people: int, each: int) -> Crowd:
    """Let everybody open the page, then ask at once, one question after another without a pause."""
    persons = [Person(page.url, name, PASSWORD) for name in page.users[:people]]
    await asyncio.gather(*(person.open() for person in persons))
    started, cpu_s = time.perf_counter(), page.cpu_s()
    mine = [[questions[(n * each + i) % len(questions)] for i in range(each)] for n in range(people)]
    ended = await asyncio.gather(
        *(_converse(person, asked) for person, asked in zip(persons, mine, strict=True))
    )
    crowd = Crowd(
        tuple(asked for done, _ in ended for asked in done),
        tuple(error for _, errors in ended for error in errors),
        time.perf_counter() - started,
        page.cpu_s() - cpu_s,
    )
    await asyncio.gather(*(person.close() for person in persons))
    return crowd


async def _converse(person: Person, questions: Sequence[str]) -> tuple[list[Asked], list[str]]:
    done, errors = [], []
    for question in questions:
        try:
            done.append(await person.ask(question))
        except Exception as error:  # noqa: BLE001 - whatever the client raises is an error of the run
            errors.append(f"{type(error).__name__}: {error}")
    return done, errors


def _figures(crowd: Crowd) -> Row:
    whole, first = sorted(a.whole_s for a in crowd.asked), sorted(a.first_s for a in crowd.asked)
    count = max(1, len(whole))
    return {
        "answered": len(whole),
        "errors": len(crowd.errors),
        "p50_s": _percentile(whole, 50),
        "p95_s": _percentile(whole, 95),
        "max_s": _percentile(whole, 100),
        "first_p50_s": _percentile(first, 50),
        "first_p95_s": _percentile(first, 95),
        "per_second": round(len(whole) / crowd.seconds, 1),
        "server_cpu_ms_each": round(1000 * crowd.cpu_s / count, 1),
        "load_average": round(os.getloadavg()[0], 1),
    }


def _percentile(ordered: Sequence[float], p: int) -> float | None:
    return round(ordered[min(len(ordered) - 1, len(ordered) * p // 100)], 2) if ordered else None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--data", type=Path, default=data.DATA, help="the folder of questions")
    parser.add_argument("--articles", type=Path, default=Path(".benchmarks/realtimeqa/articles"))
    parser.add_argument("--index", type=Path, default=Path(".benchmarks/realtimeqa/index"))
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--questions", type=int, default=10, help="how many each asks")
    parser.add_argument("--note", default="")
    parser.add_argument("--no-record", dest="record", action="store_false", help="print the figures only")
    return parser


if __name__ == "__main__":
    sys.exit(main())
