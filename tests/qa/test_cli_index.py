"""`index` on the command line: it touches what changed, and nothing where nothing did; light starts stay light."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.sync import sync
from tests.qa.assistants import ROOT, assistant_over, write_articles
from tests.qa.commandline import CommandLine

HEAVY = {"chromadb", "llama_index", "gradio", "tantivy", "wordllama"}
COUNTS = ("added", "changed", "removed", "unchanged", "passages_embedded", "passages_reused", "wrote")
NEWS = {
    "fish.txt": "Herring is sold in Bergen.",
    "moon.txt": "A probe landed on the moon.",
    "snow.txt": "Snow fell in Oslo.",
    "road.txt": "The road to Visby is closed.",
}


@pytest.fixture
def cli(tmp_path: Path) -> CommandLine:
    """A command line over four articles, indexed."""
    folder = write_articles(tmp_path / "news", NEWS)
    sync(folder, tmp_path / "store", IndexConfig())
    return CommandLine(folder, tmp_path / "store")


def imported(cli: CommandLine, *arguments: str) -> set[str]:
    """Run a verb and return the top-level modules that it imported."""
    command = [sys.executable, "-X", "importtime", "-m", "qa", *arguments]
    done = subprocess.run(command, env=cli.environ, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(re.findall(r"^import time:.*\|\s+(\w+)[\w.]*$", done.stderr, re.M))


def snapshot(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return when each file and folder was written, its size and its inode."""
    stats = {str(path.relative_to(folder)): path.stat() for path in [folder, *folder.rglob("*")]}
    return {name: (stat.st_mtime_ns, stat.st_size, stat.st_ino) for name, stat in stats.items()}


def test_help_imports_nothing_heavy(cli: CommandLine) -> None:
    modules = imported(cli, "--help")
    assert "typer" in modules
    assert not modules & (HEAVY | {"numpy", "rich", "pydantic", "openai", "fastembed"})


def test_a_run_without_changes_writes_nothing_and_imports_nothing_heavy(cli: CommandLine) -> None:
    before = snapshot(cli.index)
    modules = imported(cli, "index")
    report = cli.run("index", str(cli.articles), "--articles", f"{cli.articles}/../news", "--json").json
    assert snapshot(cli.index) == before
    assert [report[name] for name in COUNTS] == [0, 0, 0, 4, 0, 0, False]
    assert "sqlite3" in modules
    assert not modules & HEAVY


def test_a_reader_that_has_seen_enough_is_no_failure(cli: CommandLine) -> None:
    with subprocess.Popen(
        cli.command("index"), env=cli.environ, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_a_run_touches_only_what_changed(cli: CommandLine) -> None:
    write_articles(
        cli.articles, {"new.txt": "A bridge opened.", "fish.txt": "Cod is sold in Bergen.", "empty.txt": ""}
    )
    (cli.articles / "moon.txt").unlink()
    (cli.articles / "snow.txt").rename(cli.articles / "renamed.txt")
    ended = cli.run("index", "--json")
    assert (ended.code, ended.err) == (0, "")
    report = ended.json
    # A rename takes one name away and adds another, and embeds nothing.
    assert [report[name] for name in COUNTS] == [2, 1, 2, 1, 2, 1, True]
    assert report["refused"] == [{"path": "empty.txt", "line": None, "reason": "empty"}]
    with assistant_over(cli.articles, cli.index) as assistant:
        found = assistant.search("snow herring moon")
    assert {hit.passage.article.id for hit in found} == {"new.txt", "fish.txt", "renamed.txt", "road.txt"}
