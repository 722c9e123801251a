"""The measuring of scale: altered copies, sizes, memory of a process, parts alone, the plot."""

import gzip
import json
import sys
from pathlib import Path

import numpy as np

from benchmarks.recall import vector_recall
from benchmarks.scale import altered, articles, megabytes, run_step
from benchmarks.scale_parts import parts_alone
from benchmarks.scale_plot import plot_scale
from index.config import IndexConfig
from index.sync import sync

TEXT = "On Tuesday the delegation of 12 met Rossi in Vienna. He left at once."


def test_altered_text_keeps_its_words_but_no_name_or_number() -> None:
    words, other = TEXT.split(), altered(TEXT, 1).split()
    kept = [word for word, new in zip(words, other, strict=True) if word == new]
    assert kept == "On the delegation of met in left at once.".split()
    assert altered(TEXT, 1) != altered(TEXT, 2)


def test_more_articles_than_there_are_come_again_altered(tmp_path: Path) -> None:
    (tmp_path / "realtimeqa").mkdir()
    record = {"url": "u", "title": "", "published": None, "text": TEXT}
    with gzip.open(tmp_path / "realtimeqa" / "articles.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
    assert list(articles(tmp_path, 3)) == [TEXT, altered(TEXT, 1), altered(TEXT, 2)]


def test_linked_file_counts_once(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"x" * 300_000)
    (tmp_path / "two").hardlink_to(tmp_path / "one")
    assert megabytes(tmp_path) == 0.3


def test_step_is_measured_with_its_children(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys; subprocess.run([sys.executable, '-c',"
        " 'x = bytearray(200_000_000); import time; time.sleep(1)']); print(1)"
    )
    step = run_step([sys.executable, "-c", code], tmp_path)
    assert step.out == 1
    assert step.peak_mb > 200
    assert step.wall_s > 1
    assert step.cpu_s > 0


def test_each_part_has_a_rate(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.txt").write_text(TEXT, "utf-8")
    rates = parts_alone(folder, tmp_path / "parts", 10)
    assert set(rates) == {"read", "split", "names", "embed", "catalog", "tantivy", "chroma"}
    assert all(rate > 0 for rate in rates.values())


def test_recall_of_a_small_index_is_whole(tmp_path: Path) -> None:
    folder, config = tmp_path / "news", IndexConfig(embedder="wordllama:64")
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.txt").write_text(f"Delegation {number} came to Vienna {number} times.", "utf-8")
    sync(folder, tmp_path / "store", config)
    assert vector_recall(tmp_path / "store", config, np.eye(2, 64, dtype=np.float32)) == 1


def test_plot_is_drawn_from_rows_with_and_without_llama_index(tmp_path: Path) -> None:
    rows = [{"articles": 1000, "build_wall_s": 9, "add_s": 1}, {"articles": 3000, "build_wall_s": 20}]
    rows[0]["llama_index"] = {"build_s": 30}  # type: ignore[assignment]
    plot_scale(rows, tmp_path / "scale.svg")
    assert "llama-index build_s" in (tmp_path / "scale.svg").read_text("utf-8")
