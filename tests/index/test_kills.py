"""SIGKILL at any moment of a sync: the last good index goes on answering, and the next sync completes."""

import gzip
import itertools
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from asker import check_whole
from test_sync import assert_index_equals_corpus

from index.catalog import Catalog
from index.config import IndexConfig
from index.generations import Store
from index.health import examine
from index.reader import open_live
from index.sync import sync

ROOT = Path(__file__).parents[2]
NEWS = ROOT.parent / "shared" / "data" / "realtimeqa" / "articles.jsonl.gz"
ASKER = Path(__file__).with_name("asker.py")
MARKED = 20
SYNC = (
    "import sys; from pathlib import Path; from index.config import IndexConfig\n"
    "from index.sync import sync\n"
    "sync(Path(sys.argv[1]), Path(sys.argv[2]), IndexConfig(), rebuild=sys.argv[3] == 'rebuild')"
)


@pytest.mark.skipif(not NEWS.exists(), reason="needs ../shared/data/realtimeqa")
def test_killed_syncs_leave_the_index_whole(tmp_path: Path) -> None:
    kill_syncs(tmp_path, articles=40, kills=3, askers=2, kinds=("change", "rebuild"))


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.skipif(not NEWS.exists(), reason="needs ../shared/data/realtimeqa")
def test_killed_syncs_leave_the_index_whole_soak(tmp_path: Path) -> None:
    kill_syncs(tmp_path, articles=5_000, kills=100, askers=4, kinds=("change",) * 24 + ("rebuild",))


@pytest.mark.skipif(not NEWS.exists(), reason="needs ../shared/data/realtimeqa")
def test_every_answer_comes_from_one_whole_generation(tmp_path: Path) -> None:
    ask_during_syncs(tmp_path, articles=20, syncs=3, askers=3)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not NEWS.exists(), reason="needs ../shared/data/realtimeqa")
def test_every_answer_comes_from_one_whole_generation_soak(tmp_path: Path) -> None:
    ask_during_syncs(tmp_path, articles=500, syncs=10, askers=20)


def ask_during_syncs(root: Path, *, articles: int, syncs: int, askers: int) -> None:
    folder, store = root / "news", root / "store"
    write_news(folder, articles)
    mark(folder, edition=0)
    sync(folder, store, IndexConfig())
    with asking(root, store, askers):
        for edition in range(1, syncs + 1):
            mark(folder, edition)
            assert sync(folder, store, IndexConfig()).changed == MARKED


def kill_syncs(root: Path, *, articles: int, kills: int, askers: int, kinds: tuple[str, ...]) -> None:
    folder, store, config = root / "news", root / "store", IndexConfig()
    write_news(folder, articles)
    mark(folder, edition=0)
    started = time.perf_counter()
    sync(folder, store, config)
    full_s = time.perf_counter() - started
    chance = random.Random(7)
    interrupted = 0
    with asking(root, store, askers):
        for edition in range(1, kills + 1):
            mark(folder, edition)
            kind = chance.choice(kinds)
            span_s = full_s if kind == "rebuild" else 1.0
            from_writing = chance.random() < 0.7  # the rest fall anywhere from the start of the process
            interrupted += kill_one(
                folder, store, kind, from_writing=from_writing, after_s=chance.uniform(0, span_s)
            )
            check_live(store, config, folder)
            if edition % 5 == 0:
                sync(folder, store, config)
                check_live(store, config, folder)
    assert interrupted >= kills // 4, "most kills missed the writing; the test shows too little"
    sync(folder, store, config)
    current = Store(store).current()
    assert current is not None
    assert_index_equals_corpus(current, folder, config)
    assert examine(store, config, articles_dir=folder) == []
    kept = {path.name for path in store.iterdir()}
    assert kept <= {"CURRENT", "writer.lock", "vectors", current.name, previous(current.name)}
    assert shared_vectors(store) == {path.name for path in (store / "vectors").glob("*")}


def check_live(store: Path, config: IndexConfig, folder: Path) -> None:
    live = open_live(store, config, articles_dir=folder)
    with live.reader() as reader:
        check_whole(reader, MARKED)
    live.close()


def shared_vectors(store: Path) -> set[str]:
    """Return the sealed segments that some generation names."""
    names: set[str] = set()
    for path in store.glob("g[0-9]*/catalog.sqlite"):
        with closing(Catalog(path)) as catalog:
            names.update(segment.name for segment in catalog.vector_segments())
    return names


def previous(name: str) -> str:
    return f"g{int(name[1:]) - 1:06d}"


def write_news(folder: Path, count: int) -> None:
    """Write real articles, half of them as .txt, half as one .jsonl."""
    folder.mkdir()
    with gzip.open(NEWS, "rt", encoding="utf-8") as stream:
        lines = list(itertools.islice(stream, count))
    for number, line in enumerate(lines[::2]):
        (folder / f"{number:04d}.txt").write_text(json.loads(line)["text"], "utf-8")
    (folder / "rest.jsonl").write_text("".join(lines[1::2]), "utf-8")


def mark(folder: Path, edition: int) -> None:
    """Bring out a new edition of the marked articles."""
    for number in range(MARKED):
        (folder / f"marked{number}.txt").write_text(
            f"Article {number} of editionmark e{edition} came out.", "utf-8"
        )


def kill_one(folder: Path, store: Path, kind: str, *, from_writing: bool, after_s: float) -> bool:
    """Kill a sync some time after its start or after it began to write; return whether it was writing."""
    process = subprocess.Popen(
        [sys.executable, "-c", SYNC, folder, store, kind], cwd=ROOT, stderr=subprocess.PIPE
    )
    while from_writing and process.poll() is None and not drafts(store):
        time.sleep(0.01)
    try:
        _, errors = process.communicate(timeout=after_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return drafts(store)
    assert process.returncode == 0, errors
    return False


def drafts(store: Path) -> bool:
    """Tell whether a generation stands there that is not sealed."""
    return any(not (path / "SEALED").exists() for path in store.glob("g[0-9]*"))


@contextmanager
def asking(root: Path, store: Path, askers: int) -> Iterator[None]:
    """Let readers of their own ask throughout; none may fail."""
    stop = root / "stop"
    command = [sys.executable, str(ASKER), str(store), str(stop), str(MARKED)]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(askers)
    ]
    try:
        yield
    finally:
        stop.touch()
        ended = [(process.communicate(), process.returncode) for process in running]
    for (output, errors), code in ended:
        assert code == 0, errors.decode()
        assert int(output.split()[0]) > 0
