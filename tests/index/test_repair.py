"""Repair mends an index without reading its articles, embeds only what is lost, and leaves a sound one alone."""

import shutil
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest
from test_sync import assert_index_equals_corpus

from index.config import IndexConfig
from index.generations import Generation, IndexUnusable, Store
from index.health import examine
from index.lexical import LexicalWriter
from index.repair import repair
from index.sync import SyncReport
from index.vectors import VectorStore

Sync = Callable[[], SyncReport]


@pytest.fixture
def live(run_sync: Sync, store: Path) -> Generation:
    """The live generation of an index of two articles."""
    run_sync()
    return current(store)


def current(store: Path) -> Generation:
    found = Store(store).current()
    assert found is not None
    return found


def assert_whole(store: Path, folder: Path, config: IndexConfig) -> None:
    assert examine(store, config) == []
    assert_index_equals_corpus(current(store), folder, config)


def test_sound_index_is_left_alone(live: Generation, store: Path, config: IndexConfig) -> None:
    assert repair(store, config) == []
    assert current(store) == live


@pytest.mark.parametrize("damage", ["lost", "broken", "missing"])
def test_terms_are_written_anew(
    live: Generation, store: Path, folder: Path, config: IndexConfig, damage: str
) -> None:
    if damage == "lost":
        with closing(LexicalWriter(live.lexical)) as writer:
            writer.remove([1])
            writer.finish()
    elif damage == "broken":
        (live.lexical / "meta.json").write_bytes(b"nonsense")
    else:
        shutil.rmtree(live.lexical)
    with patch("index.repair.load_embedder", side_effect=AssertionError("nothing is to be embedded")):
        assert repair(store, config) == ["wrote the terms of 2 passages anew"]
    assert_whole(store, folder, config)


def test_only_lost_vectors_are_embedded_again(
    live: Generation, store: Path, folder: Path, config: IndexConfig
) -> None:
    with closing(VectorStore(live.vectors, create=False)) as vectors:
        vectors.remove([1])
    assert repair(store, config) == ["wrote 2 vectors anew, 1 of them embedded again"]
    assert_whole(store, folder, config)


def test_vectors_and_terms_that_are_gone_are_both_written_anew(
    live: Generation, store: Path, folder: Path, config: IndexConfig, run_sync: Sync
) -> None:
    shutil.rmtree(live.vectors)
    shutil.rmtree(live.lexical)
    (done,) = repair(store, config)
    assert done == "wrote 2 vectors anew, 2 of them embedded again; wrote the terms of 2 passages anew"
    assert_whole(store, folder, config)
    (folder / "new.txt").write_text("Aid came.", "utf-8")
    run_sync()
    assert_whole(store, folder, config)


def test_bad_catalog_goes_with_its_generation(
    live: Generation, store: Path, folder: Path, config: IndexConfig, run_sync: Sync
) -> None:
    (folder / "new.txt").write_text("Aid came.", "utf-8")
    run_sync()
    current(store).catalog.write_bytes(b"nonsense" * 1000)
    assert repair(store, config) == [f"went back to generation {live.name}; run: python -m qa index"]
    assert [path.name for path in store.glob("g*")] == [live.name]
    assert run_sync().added == 1
    assert_whole(store, folder, config)


def test_without_a_sound_generation_the_rebuild_is_named(
    live: Generation, store: Path, config: IndexConfig
) -> None:
    live.catalog.write_bytes(b"nonsense" * 1000)
    with pytest.raises(IndexUnusable, match=r"no generation .* is sound; run: .*--rebuild"):
        repair(store, config)


def test_lost_name_of_the_live_generation_is_found_again(
    live: Generation, store: Path, folder: Path, config: IndexConfig
) -> None:
    (store / "CURRENT").write_text("nonsense", "utf-8")
    assert any("named as the live one" in finding.what for finding in examine(store, config))
    assert repair(store, config) == [f"went back to generation {live.name}; run: python -m qa index"]
    assert_whole(store, folder, config)


def test_leftovers_are_removed(live: Generation, store: Path, config: IndexConfig) -> None:
    (store / "g000009").mkdir()
    assert repair(store, config) == ["removed what a broken-off sync had left"]
    assert not (store / "g000009").exists()
    assert examine(store, config) == []


def test_what_is_mended_while_repair_waits_is_left_alone(
    live: Generation, store: Path, config: IndexConfig
) -> None:
    aside, done = live.lexical.with_name("aside"), list[list[str]]()
    live.lexical.rename(aside)
    with patch("index.repair.examine", wraps=examine) as looking:
        repairing = threading.Thread(target=lambda: done.append(repair(store, config)))
        with Store(store).lock(wait_s=0), patch.object(Store, "lock", wraps=Store(store).lock) as waiting:
            repairing.start()
            while not waiting.called:
                time.sleep(0.01)
            aside.rename(live.lexical)
        repairing.join()
    assert (done, looking.call_count, current(store)) == ([[]], 2, live)
