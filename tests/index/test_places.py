"""Vectors on a Chroma server: the same index, its collections switched as one, dropped with their generation."""

import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from chroma_server import ChromaServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_sync import FOLDERS, assert_index_equals_corpus, check_syncs, small_segments

from index.catalog import Catalog
from index.config import IndexConfig
from index.filters import Filters
from index.fingerprint import FingerprintMismatch
from index.generations import IndexUnusable, Store
from index.health import examine
from index.places import prefix
from index.reader import IndexReader, open_live
from index.repair import repair
from index.sync import SyncReport, sync
from index.vectors import OnServer, ServerDown, Vectors, VectorStore, drop, take_over

Sync = Callable[[], SyncReport]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    started = ChromaServer(tmp_path_factory.mktemp("chroma"))
    started.start()
    yield started
    started.kill()


@pytest.fixture
def config(server: ChromaServer) -> IndexConfig:
    return IndexConfig(embedder="wordllama:64", chroma_url=server.url)


def write(folder: Path, *numbers: int) -> None:
    for number in numbers:
        (folder / f"{number:03d}.txt").write_text(f"Delegation number {number} came to Vienna.", "utf-8")


def ours(server: ChromaServer, store: Path) -> list[str]:
    return [name for name in server.collections() if name.startswith(prefix(store))]


def ask(reader: IndexReader) -> list[int]:
    return [hit.passage for hit in reader.search_vectors("talks in Brussels", filters=Filters(), limit=5)]


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(FOLDERS, min_size=2, max_size=4))
def test_index_equals_corpus_on_a_server(server: ChromaServer, states: list[dict[str, str]]) -> None:
    check_syncs(states, chroma_url=server.url)


@pytest.mark.soak
@pytest.mark.timeout(7200)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(FOLDERS, min_size=2, max_size=6))
def test_index_equals_corpus_on_a_server_soak(server: ChromaServer, states: list[dict[str, str]]) -> None:
    check_syncs(states, chroma_url=server.url)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(FOLDERS, min_size=2, max_size=4))
def test_index_equals_corpus_on_a_server_whatever_is_sealed(
    server: ChromaServer, states: list[dict[str, str]]
) -> None:
    with small_segments():
        check_syncs(states, chroma_url=server.url)


@pytest.mark.soak
@pytest.mark.timeout(7200)
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(FOLDERS, min_size=2, max_size=8))
def test_index_equals_corpus_on_a_server_whatever_is_sealed_soak(
    server: ChromaServer, states: list[dict[str, str]]
) -> None:
    with small_segments():
        check_syncs(states, chroma_url=server.url)


def test_collections_go_with_their_generations(
    run_sync: Sync, folder: Path, store: Path, server: ChromaServer
) -> None:
    with small_segments():
        for first in (0, 7, 9):
            write(folder, *range(first, first + 7))
            run_sync()
        needed = set()
        for generation in store.glob("g*"):
            with closing(Catalog(generation / "catalog.sqlite")) as catalog:
                needed |= {segment.name for segment in catalog.vector_segments()} | {catalog.meta()["tail"]}
    (spare,) = set(ours(server, store)) - needed  # for the next sync
    assert spare.startswith(f"{prefix(store)}g0")
    assert not (store / "vectors").exists()
    assert examine(store, IndexConfig(embedder="wordllama:64", chroma_url=server.url)) == []


def test_syncs_take_turns_with_few_collections(
    run_sync: Sync, folder: Path, store: Path, server: ChromaServer, config: IndexConfig
) -> None:
    seen = set()
    for number in range(8):
        write(folder, number)
        if number > 3:
            (folder / f"{number - 3:03d}.txt").unlink()
        run_sync()
        seen |= server.collection_ids(prefix(store))
        assert find_whole(folder, store, config) == len(list(folder.iterdir()))
    assert len(seen) <= 4  # of the live generation, the one before, the next, and what one more sync left


@pytest.mark.parametrize("few", [0, 500], ids=["told one by one", "compared"])
def test_filters_let_their_passages_through_on_a_server(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig, few: int
) -> None:
    for number in range(20):
        source = "BBC" if number % 3 else "AFP"
        text = f"---\nsource: {source}\n---\nDelegation number {number} came to Vienna.\n"
        (folder / f"{number:03d}.md").write_text(text, "utf-8")
    with small_segments():
        run_sync()
    with closing(open_live(store, config, articles_dir=folder)) as live, live.reader() as reader:
        with patch("index.vectors.FEW", few):
            near = reader.search_vectors("a delegation", filters=Filters(source="AFP"), limit=20)
        origins = reader.origins([hit.passage for hit in near])
    assert [origin.source for origin in origins.values()] == ["AFP"] * 7


def test_a_collection_becomes_what_is_wanted(server: ChromaServer) -> None:
    rows = np.eye(4, 8, dtype=np.float32)
    with closing(VectorStore(OnServer(server.url, "becoming"), create=True)) as store:
        store.become([0, 1, 2], rows[:3])
        with patch.object(store, "add", wraps=store.add) as add:
            store.become([1, 2, 9], rows[[1, 0, 3]])
        assert add.call_args.args[0] == [2, 9]  # 1 is as it was
        held = store.get(range(10))
        assert {passage: int(row.argmax()) for passage, row in held.items()} == {1: 1, 2: 0, 9: 3}
        store.become([], np.empty(0, dtype=np.float32))
        assert store.count() == 0


def test_a_collection_that_served_often_or_another_embedder_is_not_taken_over(server: ChromaServer) -> None:
    first, second = OnServer(server.url, "served0"), OnServer(server.url, "served1")
    with closing(VectorStore(first, create=True)) as store:
        store.add([1], np.ones((1, 8), dtype=np.float32))
    assert not take_over(first, second, 16)
    with patch("index.vectors.MOST_USES", 2):
        assert take_over(first, second, 8)
        assert take_over(second, second, 8)
        assert not take_over(second, first, 8)
    assert {"served0", "served1"}.intersection(server.collections()) == {"served1"}


def test_syncs_go_on_after_a_rebuild_with_another_embedder(
    folder: Path, store: Path, config: IndexConfig
) -> None:
    other = replace(config, embedder="wordllama:128")
    for number in range(3):
        write(folder, number)
        sync(folder, store, config)
    sync(folder, store, other, rebuild=True)
    for number in range(3, 7):
        write(folder, number)
        sync(folder, store, other)
        assert find_whole(folder, store, other) == number + 3


def test_a_server_gone_before_old_collections_are_dropped_fails_no_sync(
    run_sync: Sync, folder: Path, store: Path, server: ChromaServer
) -> None:
    run_sync()
    write(folder, 1)
    run_sync()
    write(folder, 2)
    with patch("index.places.drop", side_effect=ServerDown("the server does not answer")):
        assert run_sync().added == 1
    left = set(ours(server, store))
    write(folder, 3)
    run_sync()
    assert left - set(ours(server, store)), "what the server kept was never removed"


def test_an_open_reader_keeps_its_collections(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig
) -> None:
    run_sync()
    with closing(IndexReader(Store(store).lease(), config)) as reader:
        before = ask(reader)
        for number in range(3):
            write(folder, number)
            run_sync()
        assert ask(reader) == before


def test_readers_see_whole_generations_while_one_indexes(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig
) -> None:
    run_sync()
    done, faults = threading.Event(), []

    def keep_asking() -> None:
        live = open_live(store, config, articles_dir=folder)
        try:
            while not done.is_set():
                with live.reader() as reader:
                    found = ask(reader)
                    if len(reader.passages(found)) != min(5, reader.passage_count):
                        faults.append(f"{reader.generation}: {found}")
        finally:
            live.close()

    askers = [threading.Thread(target=keep_asking) for _ in range(3)]
    for asker in askers:
        asker.start()
    for number in range(4):
        write(folder, number)
        run_sync()
    done.set()
    for asker in askers:
        asker.join()
    assert faults == []


def test_server_that_is_down_is_named_and_the_index_kept(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig, server: ChromaServer
) -> None:
    run_sync()
    live = open_live(store, config, articles_dir=folder)
    generation = Store(store).current()
    server.kill()
    try:
        assert not run_sync().wrote  # nothing to do needs no server
        write(folder, 1)
        with pytest.raises(ServerDown, match=r"Chroma server http://127\.0\.0\.1:\d+ .*does not answer"):
            run_sync()
        with pytest.raises(ServerDown, match="does not answer"), live.reader() as reader:
            ask(reader)
        with pytest.raises(ServerDown, match="does not answer"):
            open_live(store, config, articles_dir=folder)
        (finding,) = examine(store, config)
        assert "does not answer" in finding.what
    finally:
        server.start()
    assert Store(store).current() == generation
    with live.reader() as reader:
        assert len(ask(reader)) == 2
    assert run_sync().added == 1
    live.close()


def test_server_killed_in_the_middle_of_a_sync(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig, server: ChromaServer
) -> None:
    run_sync()
    write(folder, *range(20))
    adding, real = iter(range(100)), VectorStore.add

    def add(self: VectorStore, passages: Sequence[int], rows: Vectors) -> None:
        if next(adding) == 2:
            server.kill()
        real(self, passages, rows)

    with small_segments(), patch.object(VectorStore, "add", add), pytest.raises(ServerDown):
        run_sync()
    server.start()
    assert find_whole(folder, store, config) == 2
    assert run_sync().added == 20
    assert find_whole(folder, store, config) == 22


def find_whole(folder: Path, store: Path, config: IndexConfig) -> int:
    """Ask, check all parts of the live generation; return how many articles it holds."""
    live = open_live(store, config, articles_dir=folder)
    try:
        with live.reader() as reader:
            assert len(ask(reader)) == min(5, reader.passage_count)
            return reader.stats().articles
    finally:
        live.close()


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_server_killed_in_the_middle_of_a_sync_soak(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig, server: ChromaServer
) -> None:
    kill_server(folder, store, config, server, kills=40, run_sync=run_sync)


def kill_server(
    folder: Path, store: Path, config: IndexConfig, server: ChromaServer, *, kills: int, run_sync: Sync
) -> None:
    """Kill the server at random moments of syncs, start it again, and find the index whole each time."""
    run_sync()
    chance, interrupted = random.Random(3), 0
    for number in range(kills):
        write(folder, *range(100 * number, 100 * number + 100))
        killer = threading.Timer(chance.uniform(0, 0.6), server.kill)
        with small_segments():
            killer.start()
            try:
                run_sync()
            except ServerDown:
                interrupted += 1
            killer.join()
            server.start()
            find_whole(folder, store, config)
            run_sync()
        current = Store(store).current()
        assert current is not None
        assert_index_equals_corpus(current, folder, config)
    assert interrupted, "no kill met a sync; the test shows too little"


def test_index_in_files_is_not_taken_for_one_on_a_server(
    folder: Path, store: Path, config: IndexConfig
) -> None:
    sync(folder, store, replace(config, chroma_url=None))
    with pytest.raises(FingerprintMismatch, match=r"vectors in the index.*on a Chroma server.*--rebuild"):
        sync(folder, store, config)
    assert sync(folder, store, config, rebuild=True).unchanged == 2


def test_command_line_says_in_one_line_that_the_server_is_down(
    run_sync: Sync, folder: Path, store: Path
) -> None:
    settings = {"QA_EMBEDDER": "wordllama:64", "QA_CHROMA_URL": "http://127.0.0.1:9"}
    ran = subprocess.run(
        [sys.executable, "-m", "qa", "index", str(folder), "--index", str(store)],
        cwd=Path(__file__).parents[2],
        env={"PATH": "/usr/bin:/bin", **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 4
    assert ran.stderr.count("\n") == 1
    assert "http://127.0.0.1:9 (QA_CHROMA_URL) does not answer" in ran.stderr


def test_lost_collection_is_found_and_written_anew(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig, server: ChromaServer
) -> None:
    run_sync()
    for name in ours(server, store):
        drop(OnServer(server.url, name))
    (finding,) = examine(store, config)
    assert finding.mend == "python -m qa doctor --repair"
    with pytest.raises(IndexUnusable, match="cannot be opened"):
        open_live(store, config, articles_dir=folder)
    assert repair(store, config) == ["wrote 2 vectors anew, 2 of them embedded again"]
    assert examine(store, config) == []
    assert find_whole(folder, store, config) == 2
