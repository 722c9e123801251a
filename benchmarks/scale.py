"""`python -m benchmarks.scale`: what building, changing and asking cost as the folder grows, llama-index beside it.

Each step is a process of its own, as a user starts it: `python -m qa index` on a folder of one .txt an article.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

from benchmarks import data
from benchmarks.measure import percentiles
from benchmarks.recall import vector_recall
from benchmarks.results import Row, Run
from benchmarks.scale_parts import parts_alone
from benchmarks.scale_plot import plot_scale
from index.embedding import load_embedder
from index.filters import Filters
from qa.assistant import Assistant
from qa.indexing import open_index
from qa.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).with_name("scale.jsonl")
SIZES = (1_000, 3_000, 9_000, 26_762)
QUESTIONS = 100
POLL_S = 0.05
PARTS_ARTICLES = 7_000  # that each part alone is given: a full segment, as Chroma slows down while one fills

NEWS = (
    "A delegation of nine came to Vienna on 5 May 2021 and signed the protocol on the river's upper course."
)


@dataclass(frozen=True, slots=True)
class Step:
    """One process with its children: time by the clock and of the processors, memory at its peak, what it printed."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    out: Any


def main() -> None:
    """Measure every size asked for; append a row a size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of articles")
    parser.add_argument("--data", type=Path, default=data.DATA, help="the folder of questions and articles")
    parser.add_argument(
        "--work", type=Path, default=Path(".benchmarks/scale"), help="where indexes are built"
    )
    parser.add_argument(
        "--baseline", choices=("all", "build", "none"), default="all", help="llama-index's steps"
    )
    parser.add_argument("--note", default="", help="what was changed, for the row")
    options = parser.parse_args()
    for size in map(int, options.sizes.split(",")):
        started = time.perf_counter()
        figures = measure(size, options)
        run = Run("scale", str(size), options.note, None, {"articles": size})
        row = run.row(figures, seconds=time.perf_counter() - started)
        print(json.dumps(row), flush=True)
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
    plot_scale(read_rows(), ROOT / "docs" / "scale.svg")


def read_rows() -> list[Row]:
    """Return all rows measured so far."""
    return [json.loads(line) for line in RESULTS.read_text("utf-8").splitlines()]


def measure(size: int, options: argparse.Namespace) -> Row:
    """Return the figures of one size."""
    work = (options.work / str(size)).resolve()
    shutil.rmtree(work, ignore_errors=True)
    write_texts(work / "articles", articles(options.data, size))
    before = parts_alone(work / "articles", work / "parts", PARTS_ARTICLES)
    row: Row = {"articles": size, "text_mb": megabytes(work / "articles")}
    row |= ours(work, questions(options.data))
    # Shared machines grow slower and quicker within minutes: what the build is compared with stands on either side.
    after = parts_alone(work / "articles", work / "parts", PARTS_ARTICLES)
    if options.baseline != "none":
        shutil.rmtree(work / "index")
        row["llama_index"] = llama_index(work, is_build_only=options.baseline == "build")
        row["build_share_of_llama_index"] = round(row["build_wall_s"] / row["llama_index"]["build_s"], 3)
        if options.baseline == "build":
            row["cpu_share_of_llama_index"] = round(row["build_cpu_s"] / row["llama_index"]["cpu_s"], 3)
    row["slowest_part_before_and_after"] = [min(before.values()), min(after.values())]
    row["parts_alone_per_s"] = {name: round((rate + after[name]) / 2) for name, rate in before.items()}
    row["share_of_slowest_part"] = round(row["passages_per_s"] / min(row["parts_alone_per_s"].values()), 2)
    shutil.rmtree(work)
    return row


def ours(work: Path, asked: Sequence[str]) -> Row:
    """Build, change and ask; seconds are the report's own, wall_s with start-up."""
    one, other = work / "articles" / "one.txt", work / "articles" / "other.txt"
    built = index(work)
    index_mb = megabytes(work / "index")
    time.sleep(3)  # until the files' time stamps are old enough to be trusted
    index(work)
    unchanged = statistics.median(index(work).wall_s for _ in range(3))
    one.write_text(NEWS, "utf-8")
    added = index(work)
    one.rename(other)
    renamed = index(work)
    other.unlink()
    removed = index(work)
    passages = built.out["passages_embedded"] + built.out["passages_reused"]
    row: Row = {
        "passages": passages,
        "build_s": built.out["seconds"],
        "build_wall_s": round(built.wall_s, 1),
        "build_cpu_s": round(built.cpu_s, 1),
        "share_of_cores": round(built.cpu_s / built.wall_s / (os.cpu_count() or 1), 2),
        "passages_per_s": round(passages / built.out["seconds"]),
        "peak_mb": round(built.peak_mb),
        "index_mb": index_mb,
        "kb_a_passage": round(index_mb * 1000 / passages, 2),
        "unchanged_wall_s": round(unchanged, 2),
    }
    for name, step in (("add", added), ("rename", renamed), ("delete", removed)):
        row |= {f"{name}_s": round(step.out["seconds"], 2), f"{name}_wall_s": round(step.wall_s, 2)}
        row[f"{name}_peak_mb"] = round(step.peak_mb)
    cold = run_step([sys.executable, "-m", "qa", "search", asked[0], "--json"], work)
    return (
        row
        | {"cold_search_wall_s": round(cold.wall_s, 2), "ask_peak_mb": round(cold.peak_mb)}
        | ask(work, asked)
    )


def ask(work: Path, asked: Sequence[str]) -> Row:
    """Ask questions of an open index, the first of them unmeasured."""
    settings = Settings.load({}, dotenv=None, articles_dir=work / "articles", index_dir=work / "index")
    searched_ms, searched_cpu_ms, asked_ms, vectors_ms = [], [], [], []
    with open_index(settings) as live:
        assistant = Assistant(live, settings)
        assistant.ask(asked[0])
        for question in asked:
            started, cpu_started = time.perf_counter(), time.process_time()
            assistant.search(question)
            searched_cpu_ms.append(1000 * (time.process_time() - cpu_started))
            searched_ms.append(1000 * (time.perf_counter() - started))
            asked_ms.append(assistant.ask(question).timings.total_ms)
        with live.reader() as reader:
            for question in asked:
                started = time.perf_counter()
                reader.search_vectors(question, filters=Filters(), limit=50)
                vectors_ms.append(1000 * (time.perf_counter() - started))
    rows = load_embedder(settings.index_config).embed_queries(list(asked))
    recall = {"vector_recall@10": round(vector_recall(work / "index", settings.index_config, rows), 4)}
    return (
        recall
        | percentiles(searched_ms, "search_")
        | percentiles(searched_cpu_ms, "search_cpu_")
        | percentiles(asked_ms, "ask_")
        | percentiles(vectors_ms, "vectors_")
    )


def llama_index(work: Path, *, is_build_only: bool) -> Row:
    """Run llama-index's pipeline on the same folder, with the same embedder, in a process of its own."""
    kind = "build" if is_build_only else "all"
    command = [
        sys.executable,
        "-m",
        "benchmarks.scale_baseline",
        str(work / "articles"),
        str(work / "theirs"),
        kind,
    ]
    step = run_step(command, work)
    row: Row = step.out
    return row | {
        "wall_s": round(step.wall_s, 1),
        "cpu_s": round(step.cpu_s, 1),
        "peak_mb": round(step.peak_mb),
    }


def index(work: Path) -> Step:
    """Run `python -m qa index` on the work folder."""
    return run_step([sys.executable, "-m", "qa", "index", "--json"], work)


def run_step(command: Sequence[str], work: Path) -> Step:
    """Run a process that prints JSON, watching its memory and that of its children."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("QA_")}
    environ |= {"QA_ARTICLES_DIR": str(work / "articles"), "QA_INDEX_DIR": str(work / "index")}
    started, cpu_before_s = time.perf_counter(), children_cpu_s()
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True)
    peak = [0.0]
    watching = threading.Thread(target=_watch_memory, args=(process, peak), daemon=True)
    watching.start()
    out, _ = process.communicate()
    wall_s = time.perf_counter() - started
    watching.join()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Step(wall_s, children_cpu_s() - cpu_before_s, peak[0], json.loads(out))


def children_cpu_s() -> float:
    """Return the processor time of all processes that were started and have ended."""
    times = os.times()
    return times.children_user + times.children_system


def _watch_memory(process: "subprocess.Popen[str]", peak: list[float]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(map(_resident_mb, _family(process.pid))))
        time.sleep(POLL_S)


def _family(pid: int) -> Iterator[int]:
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = listed.read_text("ascii").split()
        except OSError:
            continue
        for child in children:
            yield from _family(int(child))


def _resident_mb(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def megabytes(folder: Path) -> float:
    """Return what a folder's files hold, each file once."""
    found = {(s.st_dev, s.st_ino): s.st_size for p in folder.rglob("*") if p.is_file() for s in [p.stat()]}
    return round(sum(found.values()) / 1e6, 1)


def articles(folder: Path, size: int) -> Iterator[str]:
    """Yield so many texts; beyond those there are, again with other names and numbers."""
    for again in count():
        texts = (record["text"] for record in data.realtimeqa_articles(folder, None))
        taken = 0
        for text in islice(texts, size):
            taken += 1
            yield altered(text, again) if again else text
        size -= taken
        if size <= 0 or not taken:
            return


def altered(text: str, again: int) -> str:
    """Return a text in which every name (a capital inside a sentence) and number is another one."""
    words = text.split(" ")
    return " ".join(
        _other(word, again) if i and (word[:1].isupper() or word[:1].isdigit()) else word
        for i, word in enumerate(words)
    )


def _other(word: str, again: int) -> str:
    if word[0].isdigit():
        return "".join(str((int(c) + again) % 10) if c in "0123456789" else c for c in word)
    vowels = "aeiou"
    return "".join(vowels[(vowels.index(c) + again) % 5] if c in vowels else c for c in word)


def write_texts(folder: Path, texts: Iterator[str]) -> None:
    """Write one .txt an article."""
    folder.mkdir(parents=True)
    for number, text in enumerate(texts):
        (folder / f"{number:06d}.txt").write_text(text, "utf-8")


def questions(folder: Path) -> list[str]:
    """Return others' questions about the news."""
    lines = (folder / "realtimeqa" / "questions.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines[:QUESTIONS]]


if __name__ == "__main__":
    main()
