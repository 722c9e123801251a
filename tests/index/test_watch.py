"""A watched folder's changes reach the index, one sync at a time, also after the folder was away."""

import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.sync import SyncReport, sync
from index.watch import watch

WAIT_S = 20

Seen = queue.Queue[SyncReport]


@pytest.fixture
def seen(folder: Path, store: Path, config: IndexConfig) -> Iterator[Seen]:
    """What a watch of the folder reports; it has begun."""
    found: Seen = queue.Queue()
    stop = threading.Event()

    def follow() -> None:
        for report in watch(folder, store, config, stop=stop):
            found.put(report)

    thread = threading.Thread(target=follow)
    thread.start()
    yield found
    stop.set()
    thread.join(WAIT_S)
    assert not thread.is_alive()


def report(seen: Seen) -> SyncReport:
    return seen.get(timeout=WAIT_S)


def test_watch_syncs_first_and_after_a_change(seen: Seen, folder: Path) -> None:
    assert report(seen).added == 2
    (folder / "new.txt").write_text("Aid came.", "utf-8")
    assert report(seen).added == 1
    (folder / "new.txt").unlink()
    assert report(seen).removed == 1


def test_watch_outlives_its_folder(seen: Seen, folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert report(seen).added == 2
    away = folder.with_name("away")
    folder.rename(away)
    deadline = time.monotonic() + WAIT_S
    while "no folder of articles" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.05)
    (away / "brussels.txt").write_text("Talks ended.", "utf-8")
    away.rename(folder)
    assert report(seen).changed == 1


def test_watch_outlives_a_damaged_index(
    seen: Seen, folder: Path, store: Path, config: IndexConfig, caplog: pytest.LogCaptureFixture
) -> None:
    generation = report(seen).generation
    (store / generation / "catalog.sqlite").write_bytes(b"nonsense" * 1000)
    (folder / "new.txt").write_text("Aid came.", "utf-8")
    deadline = time.monotonic() + WAIT_S
    while "cannot be opened" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.05)
    sync(folder, store, config, rebuild=True)
    (folder / "more.txt").write_text("More aid came.", "utf-8")
    assert report(seen).added == 1
