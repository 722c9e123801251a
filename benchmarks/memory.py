"""`python -m benchmarks.memory`: what the page's process holds after many questions, tabs and syncs."""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import data, results
from benchmarks.__main__ import told
from benchmarks.person import Person
from benchmarks.results import Row, Run
from benchmarks.serving import PASSWORD, Page, served
from qa.indexing import update
from qa.settings import ROOT, Settings

TABS_A_ROUND = 5
QUESTIONS_A_TAB = 10
A_ROUND = TABS_A_ROUND * QUESTIONS_A_TAB
GROWTH_ALLOWED = 0.1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it; return 0, or 1 where memory grew by more than a tenth after the first fifty questions."""
    given = _parser().parse_args(arguments)
    started = time.perf_counter()
    task = data.load("realtimeqa", given.data, data.Choice(articles=given.articles))
    articles, index = given.work / "memory" / "articles", given.work / "memory" / "index"
    _write(task, articles)
    update(Settings.load({}, dotenv=None, articles_dir=articles, index_dir=index, max_file_mb=100))
    questions = [case.question for case in task.cases]
    with served(
        articles, index, given.work / "memory", users=TABS_A_ROUND, QA_MAX_FILE_MB="100",
        QA_QUESTIONS_PER_MINUTE="0",
    ) as page:  # fmt: skip
        memory_mb = [asyncio.run(_round(page, n, questions, articles, index)) for n in range(given.rounds)]
    growth = memory_mb[-1] / memory_mb[0] - 1
    figures: Row = {
        "articles": given.articles,
        "questions": given.rounds * A_ROUND,
        "tabs": given.rounds * TABS_A_ROUND,
        "syncs": given.rounds,
        "memory_mb": [round(value) for value in memory_mb],
        "growth": round(growth, 3),
        "load_average": round(os.getloadavg()[0], 1),
    }
    run = Run("memory", f"{given.articles} articles", given.note, None)
    row = run.row(figures, seconds=time.perf_counter() - started)
    print(told(row))
    if given.record:
        results.append(row)
    return 0 if growth <= GROWTH_ALLOWED else 1


async def _round(page: Page, number: int, questions: Sequence[str], articles: Path, index: Path) -> float:
    """Let new tabs ask, with a sync in their midst; return the memory in use afterwards, in MB."""
    persons = [Person(page.url, name, PASSWORD) for name in page.users]
    await asyncio.gather(*(person.open() for person in persons))
    first = number * A_ROUND
    for turn in range(QUESTIONS_A_TAB):
        asked = [questions[(first + turn * TABS_A_ROUND + i) % len(questions)] for i in range(TABS_A_ROUND)]
        await asyncio.gather(*(person.ask(question) for person, question in zip(persons, asked, strict=True)))
        if turn == QUESTIONS_A_TAB // 2:
            await asyncio.to_thread(_sync, number, articles, index)
    await asyncio.gather(*(person.close() for person in persons))
    memory_mb = page.memory_mb()
    print(f"round {number + 1}: {memory_mb:.0f} MB", file=sys.stderr)
    return memory_mb


def _sync(number: int, articles: Path, index: Path) -> None:
    """Change an article, as somebody else's process."""
    (articles / "changing.md").write_text(
        f"# Change {number}\n\nThe change has the number {number}.\n", "utf-8"
    )
    subprocess.run(
        [sys.executable, "-m", "qa", "index", "--articles", str(articles), "--index", str(index)],
        cwd=ROOT,
        env=os.environ | {"QA_MAX_FILE_MB": "100"},
        check=True,
        capture_output=True,
    )


def _write(task: data.Task, articles: Path) -> None:
    articles.mkdir(parents=True, exist_ok=True)
    with (articles / "articles.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in task.records())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--data", type=Path, default=data.DATA, help="the folder of questions and articles")
    parser.add_argument("--work", type=Path, default=Path(".benchmarks"), help="where the index is built")
    parser.add_argument("--articles", type=int, default=3000, help="how many articles")
    parser.add_argument("--rounds", type=int, default=20, help=f"of {A_ROUND} questions and a sync each")
    parser.add_argument("--note", default="")
    parser.add_argument("--no-record", dest="record", action="store_false", help="print the figures only")
    return parser


if __name__ == "__main__":
    sys.exit(main())
