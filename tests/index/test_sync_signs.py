"""What a sync goes by: directory entries, what was noted of them, the bytes themselves, and whose folder is empty."""

import os
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from index.config import IndexConfig
from index.generations import IndexUnusable, Store
from index.reader import open_live
from index.sync import FolderEmptied, Progress, SyncFailed, SyncReport, sync
from index.touched import NOTE

Sync = Callable[[], SyncReport]
SOME_TIME_NS = 1_700_000_000_123_456_789


def touch(path: Path) -> None:
    os.utime(path, ns=(1, SOME_TIME_NS))


def hashed(run_sync: Sync) -> tuple[SyncReport, int]:
    """Sync; return the report, and how many files were hashed to decide."""
    from index.plan import hash_file

    with patch("index.plan.hash_file", wraps=hash_file) as counted:
        report = run_sync()
    return report, counted.call_count


def test_a_new_file_is_opened_once_to_be_hashed_and_read(run_sync: Sync, folder: Path) -> None:
    for path in folder.iterdir():
        touch(path)  # so long ago that nothing need be looked at again
    report, count = hashed(run_sync)
    assert (report.wrote, count) == (True, 0)
    touch(folder / "brussels.txt")
    assert hashed(run_sync)[0].wrote is False


def test_touched_file_leads_to_no_new_generation(run_sync: Sync, folder: Path, store: Path) -> None:
    live = run_sync().generation
    touch(folder / "brussels.txt")
    report, count = hashed(run_sync)
    assert (report.wrote, report.generation) == (False, live)
    assert count > 0
    assert hashed(run_sync)[1] == 0


def test_touched_files_stay_noted_in_the_next_generation(run_sync: Sync, folder: Path, store: Path) -> None:
    run_sync()
    touch(folder / "brussels.txt")
    run_sync()
    (folder / "new.txt").write_text("Aid came.", "utf-8")
    os.utime(folder / "new.txt", ns=(1, SOME_TIME_NS))
    report, _ = hashed(run_sync)
    assert (report.added, report.changed) == (1, 0)
    assert hashed(run_sync)[1] == 0


def test_touched_file_that_changes_afterwards_is_read(run_sync: Sync, folder: Path) -> None:
    run_sync()
    touch(folder / "brussels.txt")
    run_sync()
    (folder / "brussels.txt").write_text("The leaders met in Vienna.", "utf-8")
    assert run_sync().changed == 1
    assert not run_sync().wrote


@pytest.mark.parametrize(
    "content", ["", "nonsense", "[]", '{"brussels.txt": 1}', '{"brussels.txt": [1, 2, 3, "x", true]}']
)
def test_nonsense_note_is_ignored(run_sync: Sync, store: Path, content: str) -> None:
    live = run_sync().generation
    (store / live / NOTE).write_text(content, "utf-8")
    assert not run_sync().wrote


def test_note_that_cannot_be_written_is_done_without(run_sync: Sync, folder: Path) -> None:
    run_sync()
    touch(folder / "brussels.txt")
    with patch("index.sync.note", side_effect=PermissionError(13, "Permission denied")):
        assert not run_sync().wrote


def test_verify_finds_a_change_that_no_directory_entry_shows(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig
) -> None:
    path = folder / "brussels.txt"
    touch(path)
    run_sync()
    path.write_bytes(path.read_bytes().replace(b"Saturday", b"Thursday"))
    touch(path)
    assert not run_sync().wrote
    assert sync(folder, store, config, verify=True).changed == 1
    assert not sync(folder, store, config, verify=True).wrote


def test_emptied_folder_asks_before_it_empties_the_index(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig
) -> None:
    live = run_sync().generation
    for path in folder.iterdir():
        path.unlink()
    with patch("index.sync.MANY", 2):
        for rebuild in (False, True):
            with pytest.raises(FolderEmptied, match=r"news holds no articles, and the index 2; .* --yes"):
                sync(folder, store, config, rebuild=rebuild)
        current = Store(store).current()
        assert current is not None
        assert current.name == live
        assert sync(folder, store, config, may_empty=True).removed == 2
        assert not run_sync().wrote


def test_folder_emptied_of_few_articles_is_no_question(run_sync: Sync, folder: Path) -> None:
    run_sync()
    for path in folder.iterdir():
        path.unlink()
    assert run_sync().removed == 2


def test_store_that_cannot_be_locked_is_a_clear_failure(run_sync: Sync, folder: Path) -> None:
    run_sync()
    (folder / "new.txt").write_text("Aid came.", "utf-8")
    denied = PermissionError(30, "Read-only file system")
    with patch("index.sync.Store.lock", side_effect=denied), pytest.raises(SyncFailed, match="Read-only"):
        run_sync()


def test_read_only_store_says_why_nobody_can_ask(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig
) -> None:
    run_sync()
    with (
        patch("index.reader.IndexReader", side_effect=OSError("attempt to write a readonly database")),
        patch("index.reader.os.access", return_value=False),
        pytest.raises(IndexUnusable, match="read-only, and Chroma writes on opening"),
    ):
        open_live(store, config, articles_dir=folder)


@pytest.mark.parametrize("content", [b"nonsense" * 1000, None])
def test_rebuild_mends_a_broken_catalog(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig, content: bytes | None
) -> None:
    catalog = store / run_sync().generation / "catalog.sqlite"
    catalog.unlink() if content is None else catalog.write_bytes(content)
    assert sync(folder, store, config, rebuild=True).added == 2
    assert not run_sync().wrote


def test_change_costs_one_look_at_the_folder(run_sync: Sync, folder: Path) -> None:
    from corpus.folder import scan

    run_sync()
    (folder / "new.txt").write_text("Aid came.", "utf-8")
    with patch("index.sync.scan", wraps=scan) as looked:
        assert run_sync().added == 1
    assert looked.call_count == 1


def test_what_changed_while_waiting_for_another_run_is_seen(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig
) -> None:
    run_sync()
    (folder / "new.txt").write_text("Aid came.", "utf-8")
    lock = Store(store).lock(wait_s=0)
    lock.__enter__()

    def meanwhile(progress: Progress) -> None:
        if progress.stage == "waiting":
            (folder / "later.txt").write_text("Aid came again.", "utf-8")
            lock.__exit__(None, None, None)

    assert sync(folder, store, config, on_progress=meanwhile).added == 2
