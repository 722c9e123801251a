"""Index == corpus after any sequence of syncs, at no more cost than what changed."""

import json
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_stories import stories_of

from corpus.article import Article
from corpus.loader import load_articles
from index.catalog import Catalog
from index.config import IndexConfig
from index.embedding import load_embedder
from index.fingerprint import FingerprintMismatch, FolderMismatch
from index.generations import Damaged, Generation, Locked, Store
from index.lexical import LexicalReader
from index.passages import split
from index.places import Places
from index.segments import VectorReader
from index.sync import NoArticles, Progress, SyncFailed, SyncReport, sync
from tests.index.sealing_here import SealerHere

Sync = Callable[[], SyncReport]

SENTENCES = st.sampled_from(
    [
        "Armenia agreed.",
        "Blinken met Mirzoyan.",
        "The corridor reopened after talks.",
        "Aid came.\n\nIt was late.",
    ]
)
TEXTS = st.lists(SENTENCES, min_size=1, max_size=6).map(" ".join)
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"id": st.sampled_from("xyz"), "title": st.sampled_from(["Talks", "Aid"]), "text": TEXTS}
    ),
    max_size=3,
)
FOLDERS = st.dictionaries(st.sampled_from(["a.txt", "b.txt", "x"]), TEXTS | st.just(" "), max_size=3).flatmap(
    lambda texts: st.dictionaries(
        st.sampled_from(["a.jsonl", "m.jsonl", "z.jsonl"]),
        RECORDS.map(lambda records: "".join(json.dumps(record) + "\n" for record in records)),
        max_size=3,
    ).map(lambda lines: {**texts, **lines})
)
COUNTED = ("added", "changed", "removed", "unchanged")
TWICE = '{"id": "x", "text": "Armenia agreed."}\n' * 2


@settings(max_examples=8, deadline=None)
@given(states=st.lists(FOLDERS, min_size=2, max_size=4))
@example(states=[{"m.jsonl": TWICE}, {"m.jsonl": TWICE, "a.jsonl": TWICE}, {"m.jsonl": TWICE}])
def test_index_equals_corpus_after_any_syncs(states: list[dict[str, str]]) -> None:
    check_syncs(states)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@settings(max_examples=400, deadline=None)
@given(states=st.lists(FOLDERS, min_size=2, max_size=6))
def test_index_equals_corpus_after_any_syncs_soak(states: list[dict[str, str]]) -> None:
    check_syncs(states)


@settings(max_examples=8, deadline=None)
@given(states=st.lists(FOLDERS, min_size=2, max_size=4))
def test_index_equals_corpus_whatever_is_sealed_and_merged(states: list[dict[str, str]]) -> None:
    with small_segments():
        check_syncs(states)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@settings(max_examples=400, deadline=None)
@given(states=st.lists(FOLDERS, min_size=2, max_size=8))
def test_index_equals_corpus_whatever_is_sealed_and_merged_soak(states: list[dict[str, str]]) -> None:
    with small_segments():
        check_syncs(states)


@contextmanager
def small_segments() -> Iterator[None]:
    """Let a handful of passages fill segments that otherwise hold thousands; all in this process."""
    with (
        patch("index.segment_writer.SEGMENT", 8),
        patch("index.segment_writer.MERGED", 8),
        patch("index.places.TAIL", 2),
        patch("index.places.TAIL_ON_SERVER", 2),
        patch("index.texts.MOST_SMALL", 1),
        patch("index.segment_writer.BEGUN", 5),
        patch("index.segment_writer.FIRST", 4),
        patch("index.segment_writer.PART", 3),
        patch("index.segment_writer.Sealer", SealerHere),
    ):
        yield


def check_syncs(states: list[dict[str, str]], *, chroma_url: str | None = None) -> None:
    config = IndexConfig(embedder="wordllama:64", passage_chars=60, chroma_url=chroma_url)
    with tempfile.TemporaryDirectory() as root:
        folder, store = Path(root, "news"), Path(root, "store")
        folder.mkdir()
        before: dict[str, str] = {}
        for state in states:
            become(folder, state)
            report = sync(folder, store, config)
            live = Store(store).current()
            assert live is not None
            now = assert_index_equals_corpus(live, folder, config)
            assert {name: getattr(report, name) for name in COUNTED} == counted(before, now)
            before = now


def counted(before: dict[str, str], now: dict[str, str]) -> dict[str, int]:
    """What a report must say of articles, of which these are the digests by id."""
    same = {identity for identity in before if now.get(identity) == before[identity]}
    changed = len(before.keys() & now.keys()) - len(same)
    return {
        "added": len(now.keys() - before.keys()),
        "changed": changed,
        "removed": len(before.keys() - now.keys()),
        "unchanged": len(same),
    }


def become(folder: Path, state: dict[str, str]) -> None:
    """Make the folder hold exactly these files; equal ones are left alone."""
    for path in folder.iterdir():
        if path.name not in state:
            path.unlink()
    for name, text in state.items():
        path = folder / name
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def assert_index_equals_corpus(live: Generation, folder: Path, config: IndexConfig) -> dict[str, str]:
    """Return the articles' digests, by id."""
    items = list(load_articles(folder, max_file_mb=config.max_file_mb))
    articles = {item.id: item for item in items if isinstance(item, Article)}
    catalog, lexical = Catalog(live.catalog), LexicalReader(live.lexical)
    places = Places.of_sealed(live, config, catalog.meta())
    vectors = VectorReader(places, catalog.vector_segments(), catalog.dead_vectors())
    try:
        assert {record.id: catalog.article(record.id) for record in catalog.records()} == articles
        assert {record.id: record.story for record in catalog.records()} == stories_of(
            list(articles.values())
        )
        refused = {(item.path, item.line, item.reason) for item in items if not isinstance(item, Article)}
        assert {(r.path, r.line, r.reason) for r in catalog.refusals()} == refused
        total = 0
        for article in articles.values():
            passages = split(article, passage_chars=config.passage_chars)
            stored = catalog.article_passages(article.id)
            assert [(s.start, s.end, s.sentences) for s in stored] == [
                (p.start, p.end, p.sentences) for p in passages
            ]
            texts = [f"{article.title}\n{article.text[p.start : p.end]}" for p in passages]
            rows = vectors.get([passage.id for passage in stored])
            expected = load_embedder(config).embed_documents(texts)
            for passage, row in zip(stored, expected, strict=True):
                assert rows[passage.id] == pytest.approx(row, abs=1e-5)
            total += len(passages)
        assert lexical.count() == vectors.count() == catalog.counts()[1] == total
        return {article.id: article.digest for article in articles.values()}
    finally:
        vectors.close()
        catalog.close()


def tree(store: Path) -> dict[str, tuple[int, int, int]]:
    """What a directory listing shows of every file below a folder."""
    return {
        str(path): (found.st_size, found.st_mtime_ns, found.st_ino)
        for path in [store, *store.rglob("*")]
        for found in [path.stat()]
    }


def test_first_sync_indexes_all(run_sync: Sync) -> None:
    report = run_sync()
    assert (report.added, report.changed, report.removed, report.unchanged) == (2, 0, 0, 0)
    assert report.wrote
    assert report.passages_embedded == 2


def test_second_sync_writes_nothing(run_sync: Sync, store: Path) -> None:
    run_sync()
    before = tree(store)
    report = run_sync()
    assert (report.unchanged, report.wrote) == (2, False)
    assert tree(store) == before


def test_second_sync_imports_no_engine(run_sync: Sync, folder: Path, store: Path) -> None:
    run_sync()
    code = (
        "import sys; from pathlib import Path; from index.config import IndexConfig\n"
        "from index.sync import sync\n"
        f"r = sync(Path({str(folder)!r}), Path({str(store)!r}), IndexConfig(embedder='wordllama:64'));"
        "assert not r.wrote;"
        "print([m for m in ('chromadb', 'tantivy', 'safetensors', 'numpy', 'filelock') if m in sys.modules])"
    )
    assert python(code) == "[]"


def python(code: str) -> str:
    import subprocess
    import sys

    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", code], cwd=root, check=True, capture_output=True, text=True
    ).stdout.strip()


def test_rename_costs_no_embedding(run_sync: Sync, folder: Path) -> None:
    run_sync()
    (folder / "brussels.txt").rename(folder / "talks.txt")
    report = run_sync()
    assert (report.added, report.removed, report.unchanged) == (1, 1, 1)
    assert (report.passages_embedded, report.passages_reused) == (0, 1)


def test_edit_touches_only_its_article(run_sync: Sync, folder: Path) -> None:
    run_sync()
    (folder / "brussels.txt").write_text("The leaders met in Vienna.", "utf-8")
    report = run_sync()
    assert (report.added, report.changed, report.removed, report.unchanged) == (0, 1, 0, 1)
    assert report.passages_embedded == 1


def test_syndicated_copies_are_embedded_once(run_sync: Sync, folder: Path) -> None:
    for name in ("copy1.txt", "copy2.txt"):
        (folder / name).write_bytes((folder / "brussels.txt").read_bytes())
    report = run_sync()
    assert (report.added, report.passages_embedded, report.passages_reused) == (4, 2, 2)


def test_change_within_one_time_stamp_is_seen(run_sync: Sync, folder: Path) -> None:
    path = folder / "brussels.txt"
    stamp = (path.stat().st_mtime_ns // 1_000_000_000 + 5) * 1_000_000_000
    os.utime(path, ns=(stamp, stamp))
    run_sync()
    path.write_bytes(path.read_bytes().replace(b"Saturday", b"Thursday"))
    os.utime(path, ns=(stamp, stamp))
    assert run_sync().changed == 1


def test_unreadable_file_is_read_once_it_can_be(run_sync: Sync, folder: Path) -> None:
    real = Path.open

    def refuse(path: Path, *arguments: str, **options: str) -> object:
        if path.name == "brussels.txt":
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **options)  # type: ignore[call-overload]

    with patch.object(Path, "open", refuse):
        assert len(run_sync().refused) == 1
        assert not run_sync().wrote
    assert run_sync().added == 1


def test_smaller_size_limit_removes_and_larger_brings_back(
    folder: Path, store: Path, config: IndexConfig
) -> None:
    (folder / "long.txt").write_text("Talks went on. " * 20_000, "utf-8")
    small = IndexConfig(embedder=config.embedder, max_file_mb=0.2)
    assert sync(folder, store, config).added == 3
    assert sync(folder, store, small).removed == 1
    assert sync(folder, store, config).added == 1


def test_other_settings_are_refused_with_the_mending_command(
    run_sync: Sync, folder: Path, store: Path
) -> None:
    run_sync()
    with pytest.raises(FingerprintMismatch, match=r"wordllama:64.*wordllama:256.*--rebuild"):
        sync(folder, store, IndexConfig())
    assert sync(folder, store, IndexConfig(), rebuild=True).unchanged == 2


def test_other_folder_is_refused_with_both_names(
    run_sync: Sync, store: Path, config: IndexConfig, tmp_path: Path
) -> None:
    run_sync()
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(FolderMismatch, match=r"news.*other.*--rebuild"):
        sync(other, store, config)


def test_missing_folder_keeps_the_index(run_sync: Sync, folder: Path, store: Path) -> None:
    run_sync()
    folder.rename(folder.with_name("away"))
    with pytest.raises(NoArticles, match="news"):
        run_sync()
    assert Store(store).current() is not None


def test_locked_store_is_waited_for_or_named(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig
) -> None:
    stages: list[str] = []
    with Store(store).lock(wait_s=0):
        with pytest.raises(Locked, match="another index run"):
            sync(folder, store, config, wait_s=0)
        waiting = threading.Thread(
            target=sync,
            args=(folder, store, config),
            kwargs={"on_progress": lambda p: stages.append(p.stage)},
        )
        waiting.start()
        while not stages:
            pass
    waiting.join()
    assert stages[0] == "waiting"
    assert not run_sync().wrote


def test_progress_counts_articles(folder: Path, store: Path, config: IndexConfig) -> None:
    seen: list[Progress] = []
    sync(folder, store, config, on_progress=seen.append)
    assert seen == [Progress(1, 2, "reading"), Progress(2, 2, "reading"), Progress(2, None, "finishing")]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_broken_off_sync_leaves_nothing_behind(
    run_sync: Sync, folder: Path, store: Path, error: BaseException
) -> None:
    live = run_sync().generation
    (folder / "new.txt").write_text("Aid came.", "utf-8")
    expected = SyncFailed if isinstance(error, OSError) else KeyboardInterrupt
    with patch("index.build.Builder.finish", side_effect=error), pytest.raises(expected):
        run_sync()
    assert sorted(path.name for path in store.iterdir()) == ["CURRENT", live, "writer.lock"]
    assert run_sync().added == 1


def test_full_disk_keeps_the_index(run_sync: Sync, folder: Path, store: Path) -> None:
    run_sync()
    (folder / "long.txt").write_text("Talks went on in Vienna. " * 40_000, "utf-8")
    code = (
        "import resource; from pathlib import Path; from index.config import IndexConfig\n"
        "from index.sync import SyncFailed, sync\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))\n"
        f"try: sync(Path({str(folder)!r}), Path({str(store)!r}), IndexConfig(embedder='wordllama:64'))\n"
        "except SyncFailed as error: print(error)"
    )
    before = Store(store).current()
    assert "the one before is as it was" in python(code)
    assert Store(store).current() == before
    assert run_sync().added == 1


def test_parts_that_disagree_are_not_published(run_sync: Sync, folder: Path) -> None:
    live = run_sync().generation
    (folder / "new.txt").write_text("Aid came.", "utf-8")
    with (
        patch("index.vectors.VectorStore.count", return_value=7),
        pytest.raises(SyncFailed, match="7 vectors"),
    ):
        run_sync()
    assert run_sync().generation > live


def test_report_as_json_can_be_dumped(run_sync: Sync, folder: Path) -> None:
    (folder / "empty.txt").write_text("", "utf-8")
    report = json.loads(json.dumps(run_sync().as_json()))
    assert report["refused"] == [{"path": "empty.txt", "line": None, "reason": "empty"}]


def test_damaged_catalog_is_named_with_the_mending_command(
    run_sync: Sync, folder: Path, store: Path, config: IndexConfig
) -> None:
    (store / run_sync().generation / "catalog.sqlite").write_bytes(b"nonsense" * 1000)
    with pytest.raises(
        Damaged, match=f"index {store} cannot be opened: .*{folder} --index {store} --rebuild"
    ):
        run_sync()
    assert sync(folder, store, config, rebuild=True).wrote
    assert not run_sync().wrote
