"""A watched folder's changes reach the index, one sync at a time, also after the folder was away."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.generations import IndexUnusable
from index.sync import NoArticles, SyncReport
from index.watch import watch

WAIT_S = 20

Seen = queue.Queue[SyncReport | IndexUnusable]


@pytest.fixture
def seen(folder: Path, store: Path, config: IndexConfig) -> Iterator[Seen]:
    """What a watch of the folder reports; it has begun."""
    found: Seen = queue.Queue()
    stop = threading.Event()
    thread = threading.Thread(
        target=watch,
        args=(folder, store, config),
        kwargs={"on_report": found.put, "on_trouble": found.put, "stop": stop},
    )
    thread.start()
    yield found
    stop.set()
    thread.join(WAIT_S)
    assert not thread.is_alive()


def report(seen: Seen) -> SyncReport:
    found = seen.get(timeout=WAIT_S)
    assert isinstance(found, SyncReport)
    return found


def test_watch_syncs_first_and_after_a_change(seen: Seen, folder: Path) -> None:
    assert report(seen).added == 2
    (folder / "new.txt").write_text("Aid came.", "utf-8")
    assert report(seen).added == 1
    (folder / "new.txt").unlink()
    assert report(seen).removed == 1


def test_watch_outlives_its_folder(seen: Seen, folder: Path) -> None:
    assert report(seen).added == 2
    away = folder.with_name("away")
    folder.rename(away)
    assert isinstance(seen.get(timeout=WAIT_S), NoArticles)
    (away / "brussels.txt").write_text("Talks ended.", "utf-8")
    away.rename(folder)
    assert report(seen).changed == 1
