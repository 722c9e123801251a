"""SIGKILL at any moment of a sync: the last good index goes on answering, and the next sync completes."""

import gzip
import itertools
import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
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
    kill_syncs(Victim(tmp_path, articles=40, moved=3), kills=3, askers=2, kinds=("change", "rebuild"))


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.skipif(not NEWS.exists(), reason="needs ../shared/data/realtimeqa")
def test_killed_syncs_leave_the_index_whole_soak(tmp_path: Path) -> None:
    kinds = ("change",) * 24 + ("rebuild",)
    kill_syncs(Victim(tmp_path, articles=5_000, moved=300), kills=100, askers=2, kinds=kinds)


@pytest.mark.skipif(not NEWS.exists(), reason="needs ../shared/data/realtimeqa")
def test_every_answer_comes_from_one_whole_generation(tmp_path: Path) -> None:
    ask_during_syncs(tmp_path, articles=20, syncs=3, askers=3)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not NEWS.exists(), reason="needs ../shared/data/realtimeqa")
def test_every_answer_comes_from_one_whole_generation_soak(tmp_path: Path) -> None:
    ask_during_syncs(tmp_path, articles=5_000, syncs=10, askers=20)


def ask_during_syncs(root: Path, *, articles: int, syncs: int, askers: int) -> None:
    folder, store = root / "news", root / "store"
    write_news(folder, articles)
    sync(folder, store, IndexConfig())
    with asking(root, store, askers) as asked:
        for edition in range(1, syncs + 1):
            mark(folder, edition)
            assert sync(folder, store, IndexConfig()).changed == MARKED
    print(
        f"asked {sum(times for times, _ in asked)} times, generations seen by each: {[g for _, g in asked]}"
    )
    assert all(generations > 1 for _, generations in asked)


def kill_syncs(victim: "Victim", *, kills: int, askers: int, kinds: tuple[str, ...]) -> None:
    """After each kill the last generation answers, the next sync completes and the doctor finds nothing."""
    chance, moments = victim.chance, Counter[str]()
    victim.complete()
    with asking(victim.root, victim.store, askers):
        for _ in range(kills):
            # The others fall anywhere from the start of the process.
            moments[victim.kill(chance.choice(kinds), from_writing=chance.random() < 0.7)] += 1
            if chance.random() < 0.2:  # so is, now and then, the sync that would mend it
                victim.kill("change", from_writing=False)
            victim.complete()
    print(f"killed while {dict(moments)}; the first sync took {victim.syncs_s[1]:.1f} s")
    assert moments["writing"] >= kills // 4, "most kills missed the writing; the test shows too little"
    victim.assert_nothing_is_left()


class Victim:
    """A folder that changes, its index, and which edition of the marked articles must answer."""

    def __init__(self, root: Path, *, articles: int, moved: int) -> None:
        self.root, self.folder, self.store = root, root / "news", root / "store"
        self.chance = random.Random(7)
        self.syncs_s = [1.0]  # how long the syncs took
        self._away, self._moved = root / "away", moved
        self._edition = self._indexed = 0
        self._away.mkdir()
        write_news(self.folder, articles)

    def kill(self, kind: str, *, from_writing: bool) -> str:
        """Kill a sync; return what it was doing. What was indexed last answers."""
        while True:
            self._bring_out()
            before = Store(self.store).current()
            span_s = self.syncs_s[1 if kind == "rebuild" else -1]
            after_s = self.chance.uniform(0, span_s)
            is_killed = kill_one(self.folder, self.store, kind, from_writing=from_writing, after_s=after_s)
            is_published = Store(self.store).current() != before
            if is_published:
                self._indexed = self._edition
            self._check_live()
            if is_killed:
                return "published" if is_published else "writing" if drafts(self.store) else "starting"
            assert is_published, "a sync that was done has indexed nothing"

    def complete(self) -> None:
        """Sync to the end: the new edition answers, and the index is sound."""
        self.syncs_s.append(sync(self.folder, self.store, IndexConfig()).seconds)
        self._indexed = self._edition
        self._check_live()
        assert examine(self.store, IndexConfig(), articles_dir=self.folder) == []

    def assert_nothing_is_left(self) -> None:
        """Check that the store holds the folder's articles, and no file that nobody needs."""
        current = Store(self.store).current()
        assert current is not None
        assert_index_equals_corpus(current, self.folder, IndexConfig())
        kept = {path.name for path in self.store.iterdir()}
        assert kept <= {"CURRENT", "writer.lock", "vectors", current.name, previous(current.name)}
        assert shared_vectors(self.store) == {path.name for path in (self.store / "vectors").glob("*")}

    def _bring_out(self) -> None:
        """Bring out a new edition; now and then many articles go, or come back."""
        self._edition += 1
        mark(self.folder, self._edition)
        here, gone = sorted(self.folder.glob("[0-9]*.txt")), sorted(self._away.iterdir())
        source, target = (gone, self.folder) if gone and self.chance.random() < 0.5 else (here, self._away)
        most = min(self.chance.choice((0, 1, self._moved)), len(source))
        for path in self.chance.sample(source, most):
            path.rename(target / path.name)

    def _check_live(self) -> None:
        live = open_live(self.store, IndexConfig(), articles_dir=self.folder)
        with live.reader() as reader:
            assert check_whole(reader, MARKED) == f"e{self._indexed}"
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
    mark(folder, edition=0)


def mark(folder: Path, edition: int) -> None:
    """Bring out a new edition of the marked articles."""
    for number in range(MARKED):
        (folder / f"marked{number}.txt").write_text(
            f"Article {number} of editionmark e{edition} came out.", "utf-8"
        )


def kill_one(folder: Path, store: Path, kind: str, *, from_writing: bool, after_s: float) -> bool:
    """Kill a sync some time after its start or after it began to write; return whether it was still running."""
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
        return process.returncode == -signal.SIGKILL
    assert process.returncode == 0, errors
    return False


def drafts(store: Path) -> bool:
    """Tell whether a generation stands there that is not sealed."""
    return any(not (path / "SEALED").exists() for path in store.glob("g[0-9]*"))


@contextmanager
def asking(root: Path, store: Path, askers: int) -> Iterator[list[tuple[int, int]]]:
    """Let readers of their own ask throughout; none may fail.

    Yields, once all have asked, a list that is filled in the end: how often each asked, how many generations it saw.
    """
    stop, ready = root / "stop", [root / f"ready{number}" for number in range(askers)]
    running = [
        subprocess.Popen(
            [sys.executable, str(ASKER), str(store), str(stop), str(path), str(MARKED)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for path in ready
    ]
    seen: list[tuple[int, int]] = []
    try:
        while not all(path.exists() for path in ready) and all(p.poll() is None for p in running):
            time.sleep(0.05)
        yield seen
    finally:
        stop.touch()
        ended = [(process.communicate(), process.returncode) for process in running]
    for (output, errors), code in ended:
        assert code == 0, errors.decode()
        asked, generations = map(int, output.split())
        seen.append((asked, generations))
