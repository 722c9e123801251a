"""An exported index answers as the original does, elsewhere, under load, whatever becomes of the original."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from test_sync import small_segments

from index.config import IndexConfig
from index.export import export
from index.filters import Filters
from index.generations import IndexUnusable, Store
from index.health import examine
from index.lexical import WeightedTerm
from index.reader import IndexReader, open_live
from index.sync import SyncReport

Sync = Callable[[], SyncReport]


def write(folder: Path, *numbers: int) -> None:
    for number in numbers:
        (folder / f"{number:03d}.txt").write_text(f"Delegation number {number} came to Vienna.", "utf-8")


def ask(reader: IndexReader) -> tuple[list[int], list[int]]:
    terms = reader.search_terms([WeightedTerm("vienna")], filters=Filters(), limit=50)
    near = reader.search_vectors("delegations in Vienna", filters=Filters(), limit=10)
    return [hit.passage for hit in terms], [hit.passage for hit in near]


def test_copy_serves_elsewhere_under_load_while_the_original_goes_on(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig, tmp_path: Path
) -> None:
    with small_segments():
        write(folder, *range(20))
        run_sync()
        elsewhere = export(store, tmp_path / "elsewhere" / "index")
        live = open_live(elsewhere, config, articles_dir=None)
        with live.reader() as reader:
            expected = ask(reader)
        assert len(expected[0]) == 20

        def keep_asking(_: int) -> bool:
            for _ in range(20):
                with live.reader() as reader:
                    if ask(reader) != expected:
                        return False
            return True

        with ThreadPoolExecutor(4) as askers:
            answers = askers.map(keep_asking, range(8))
            for number in range(20, 23):
                write(folder, number)
                run_sync()
            shutil.rmtree(store)
            assert all(answers)
        live.close()
    folder.rename(folder.with_name("away"))
    assert examine(elsewhere, config) == []


def test_copy_goes_only_where_nothing_is(run_sync: Sync, store: Path, tmp_path: Path) -> None:
    run_sync()
    with pytest.raises(IndexUnusable, match="is not empty"):
        export(store, store)
    assert Store(export(store, tmp_path / "copy")).current() is not None
