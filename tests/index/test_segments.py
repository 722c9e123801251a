"""Vectors in segments: a large tail is sealed, segments are shared, merged, written anew when mostly dead."""

import gzip
import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from benchmarks.recall import vector_recall
from index.catalog import Catalog
from index.config import IndexConfig
from index.embedding import load_embedder
from index.generations import Store
from index.places import Places
from index.records import VectorSegment
from index.sealing import PROCESSES, Sealer, write_part
from index.segments import VectorReader
from index.sync import SyncReport, sync
from index.vectors import VectorStore
from tests.index.sealing_here import SealerHere

NEWS = Path(__file__).parents[3] / "shared" / "data" / "realtimeqa" / "articles.jsonl.gz"
Sync = Callable[[], SyncReport]


@pytest.fixture
def small(store: Path, folder: Path) -> Iterator[None]:
    """Segments of at most 8 vectors, a tail of at most 2, sealed in this process."""
    for path in folder.iterdir():
        path.unlink()
    with (
        patch("index.segment_writer.SEGMENT", 8),
        patch("index.segment_writer.MERGED", 8),
        patch("index.places.TAIL", 2),
        patch("index.segment_writer.BEGUN", 5),
        patch("index.segment_writer.FIRST", 4),
        patch("index.segment_writer.PART", 3),
        patch("index.segment_writer.Sealer", SealerHere),
    ):
        yield


def write(folder: Path, *numbers: int) -> None:
    for number in numbers:
        (folder / f"{number:03d}.txt").write_text(f"Delegation number {number} came to Vienna.", "utf-8")


def segments(store: Path) -> list[VectorSegment]:
    live = Store(store).current()
    assert live is not None
    with closing(Catalog(live.catalog)) as catalog:
        return catalog.vector_segments()


def shared(store: Path) -> set[str]:
    return {path.name for path in (store / "vectors").glob("*")}


@pytest.mark.usefixtures("small")
def test_small_change_leaves_sealed_segments_alone(run_sync: Sync, folder: Path, store: Path) -> None:
    write(folder, *range(8))
    run_sync()
    before = segments(store)
    assert [(segment.slots, segment.dead) for segment in before] == [(8, 0)]
    stamps = {path: path.stat().st_mtime_ns for path in (store / "vectors").rglob("*")}
    write(folder, 8)
    (folder / "000.txt").unlink()
    run_sync()
    assert [(segment.slots, segment.dead) for segment in segments(store)] == [(8, 1)]
    assert {path: path.stat().st_mtime_ns for path in (store / "vectors").rglob("*")} == stamps


@pytest.mark.usefixtures("small")
def test_article_is_removed_from_a_segment_without_opening_the_tail(
    run_sync: Sync, folder: Path, store: Path
) -> None:
    write(folder, *range(8))
    run_sync()
    write(folder, 8)
    run_sync()  # into the tail
    (folder / "000.txt").unlink()
    with patch("index.segment_writer.VectorStore", side_effect=AssertionError("opened")):
        assert run_sync().removed == 1
    (folder / "008.txt").unlink()
    assert run_sync().removed == 1  # its vectors are counted to be as many as its passages
    assert [(segment.slots, segment.dead) for segment in segments(store)] == [(8, 1)]


@pytest.mark.usefixtures("small")
def test_removed_vector_is_not_found(run_sync: Sync, folder: Path, store: Path, config: IndexConfig) -> None:
    write(folder, *range(8))
    run_sync()
    (folder / "000.txt").unlink()
    run_sync()
    live = Store(store).current()
    assert live is not None
    with closing(Catalog(live.catalog)) as catalog:
        dead = catalog.dead_vectors()
        places = Places.of_sealed(live, config, catalog.meta())
        with closing(VectorReader(places, catalog.vector_segments(), dead)) as vectors:
            row = load_embedder(config).embed_queries(["Delegation number 0 came to Vienna."])[0]
            assert len(dead) == 1
            assert len(vectors.search(row, 7)) == 7
            assert not dead & {hit.passage for hit in vectors.search(row, 8)}
            assert vectors.get(dead) == {}


@pytest.mark.parametrize("few", [0, 500])
def test_lost_vectors_keep_no_others_from_being_found(tmp_path: Path, few: int) -> None:
    rows = np.eye(6, 8, dtype=np.float32)
    with closing(VectorStore(tmp_path / "store", create=True)) as store, patch("index.vectors.FEW", few):
        store.add(range(6), rows)
        store.remove([2, 3])
        assert [hit.passage for hit in store.search(rows[4], 6, range(6))] == [4, 0, 1, 5]
        assert store.search(rows[4], 2, [2, 3]) == store.search(rows[4], 2, []) == []


@pytest.mark.usefixtures("small")
def test_segment_mostly_dead_is_written_anew_without_embedding(
    run_sync: Sync, folder: Path, store: Path
) -> None:
    write(folder, *range(8))
    run_sync()
    (old,) = segments(store)
    for number in range(5):
        (folder / f"{number:03d}.txt").unlink()
    report = run_sync()
    assert report.passages_embedded == 0
    (new,) = segments(store)
    assert (new.slots, new.dead) == (3, 0)
    assert new.name != old.name


@pytest.mark.usefixtures("small")
def test_segments_stay_few_however_many_syncs(run_sync: Sync, folder: Path, store: Path) -> None:
    for number in range(18):
        write(folder, number)
        run_sync()
    assert [segment.live for segment in segments(store)] == [6, 6, 6]
    assert {segment.name for segment in segments(store)} <= shared(store)


@pytest.mark.usefixtures("small")
def test_small_sync_merges_no_large_segments(run_sync: Sync, folder: Path, store: Path) -> None:
    with patch("index.segment_writer.SEGMENT", 32):
        write(folder, *range(12))
        run_sync()
        for number in range(12, 27, 3):
            write(folder, *range(number, number + 3))
            run_sync()
    assert [segment.live for segment in segments(store)] == [12, 6, 6, 3]


@pytest.mark.usefixtures("small")
def test_segments_that_no_generation_needs_are_removed(run_sync: Sync, folder: Path, store: Path) -> None:
    write(folder, *range(3))
    run_sync()
    write(folder, *range(3, 6))
    run_sync()
    assert len(shared(store)) == 2
    write(folder, 6)
    run_sync()
    assert shared(store) == {segment.name for segment in segments(store)}


def a_part(folder: Path, name: str, vectors: int) -> Path:
    write_part(folder / name, range(vectors), np.eye(vectors, 2 * vectors, dtype=np.float32))
    return folder / name


def grow(sealer: Sealer, part: Path, target: Path) -> None:
    """Make a segment of one part, in the background."""
    sealer.grow(part, target)
    sealer.seal(target)


def test_sealing_in_processes_of_its_own(tmp_path: Path) -> None:
    sizes = {str(size): size for size in range(1, 9)}
    with closing(Sealer()) as sealer:
        for name, size in sizes.items():
            grow(sealer, a_part(tmp_path, name, size), tmp_path / "vectors" / name)
        assert len(sealer.process_ids) == 1
        assert sealer.results() == sizes
        assert len(sealer.process_ids) == PROCESSES
        running = sealer.process_ids
    for process in running:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)


def test_segments_grow_by_parts_until_they_are_full(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig
) -> None:
    write(folder, *range(98))  # beside the two that are there
    with (
        patch("index.segment_writer.SEGMENT", 40),
        patch("index.segment_writer.BEGUN", 15),
        patch("index.segment_writer.FIRST", 12),
        patch("index.segment_writer.PART", 12),
        patch("index.build.BATCH_PASSAGES", 10),
    ):
        run_sync()
    assert [segment.slots for segment in segments(store)] == [40, 40, 20]
    live = Store(store).current()
    assert live is not None
    with closing(Catalog(live.catalog)) as catalog:
        places = Places.of_sealed(live, config, catalog.meta())
        with closing(VectorReader(places, catalog.vector_segments(), catalog.dead_vectors())) as vectors:
            every = [
                passage for segment in segments(store) for passage in range(segment.first, segment.last + 1)
            ]
            assert len(vectors.get(every)) == 100
    assert not list(live.path.glob("parts*"))


@pytest.mark.parametrize("articles", [3, 38])
def test_first_sync_of_much_leaves_vectors_to_other_processes(
    run_sync: Sync, folder: Path, store: Path, articles: int
) -> None:
    write(folder, *range(articles))  # beside the two that are there
    with patch("index.segment_writer.BEGUN", -1), patch("index.segment_writer.FIRST", 12):
        if articles < 12:  # less than it seemed: all stays in the tail
            run_sync()
        else:
            with patch("index.segment_writer.VectorStore", side_effect=AssertionError("opened")):
                run_sync()
    write(folder, articles)
    assert run_sync().added == 1  # to the tail, whoever made it
    assert sum(segment.slots for segment in segments(store)) == (articles + 2 if articles >= 12 else 0)


def test_a_part_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with closing(Sealer()) as sealer:
        grow(sealer, a_part(tmp_path, "one", 12), tmp_path / "vectors" / "one")
        grow(sealer, tmp_path / "none", tmp_path / "vectors" / "none")
        with pytest.raises(OSError, match="none"):
            sealer.results()


def test_dead_sealing_process_is_an_error(tmp_path: Path) -> None:
    # A second process may take over what the dead one was not given yet.
    with patch("index.sealing.PROCESSES", 1), closing(Sealer()) as sealer:
        grow(sealer, a_part(tmp_path, "one", 1), tmp_path / "vectors" / "one")
        os.kill(sealer.process_ids[0], signal.SIGKILL)
        with pytest.raises(OSError, match="process that writes vectors"):
            sealer.results()


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.skipif(not NEWS.exists(), reason="needs ../shared/data/realtimeqa")
def test_searches_find_the_true_neighbours_soak(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    with gzip.open(NEWS, "rt", encoding="utf-8") as lines:
        (folder / "all.jsonl").write_text("".join(islice(lines, 5_000)), "utf-8")
    sync(folder, tmp_path / "store", IndexConfig(max_file_mb=100))
    asked = (NEWS.parent / "questions.jsonl").read_text("utf-8").splitlines()[:300]
    rows = load_embedder(IndexConfig()).embed_queries([json.loads(line)["question"] for line in asked])
    assert vector_recall(tmp_path / "store", IndexConfig(), rows) >= 0.98
