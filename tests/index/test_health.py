"""The doctor finds nothing in a sound index, and names each fault with what mends it."""

import json
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.generations import Generation, Store
from index.health import Finding, Part, examine
from index.lexical import LexicalWriter
from index.sync import SyncReport
from index.vectors import VectorStore


@pytest.fixture
def live(run_sync: Callable[[], SyncReport], store: Path) -> Generation:
    """The live generation of an index of two articles."""
    run_sync()
    found = Store(store).current()
    assert found is not None
    return found


@pytest.fixture
def check(store: Path, config: IndexConfig, folder: Path) -> Callable[[], list[Finding]]:
    return lambda: examine(store, config, articles_dir=folder)


Examine = Callable[[], list[Finding]]


def test_sound_index_has_no_findings(live: Generation, check: Examine) -> None:
    assert check() == []


def test_no_index_is_found(check: Examine) -> None:
    (finding,) = check()
    assert "no index" in finding.what
    assert finding.mend == "python -m qa index"


def test_lost_vector_is_found(live: Generation, check: Examine) -> None:
    with closing(VectorStore(live.vectors, create=False)) as vectors:
        vectors.remove([1])
    whats = [finding.what for finding in check()]
    assert any("1 vectors" in what for what in whats)
    assert "passage 1 has no vector" in whats


def test_lost_terms_are_found(live: Generation, check: Examine) -> None:
    writer = LexicalWriter(live.lexical)
    writer.remove([1])
    writer.finish()
    findings = check()
    assert "1 in the lexical index" in findings[0].what
    assert "passage 1 is not in the lexical index" in [finding.what for finding in findings]
    assert {finding.mend for finding in findings} == {"python -m qa doctor --repair"}


def test_altered_text_is_found(live: Generation, check: Examine) -> None:
    segment = live.texts / "000001.text"
    segment.write_bytes(segment.read_bytes().replace(b"Brussels", b"Bruxelles"[:8]))
    assert any("is not as it was indexed" in finding.what for finding in check())


MENDS = [
    ("catalog.sqlite", "python -m qa index --rebuild"),
    ("chroma/chroma.sqlite3", "python -m qa doctor --repair"),
    ("lexical/meta.json", "python -m qa doctor --repair"),
]


@pytest.mark.parametrize(("part", "mend"), MENDS)
def test_broken_part_is_found(live: Generation, check: Examine, part: str, mend: str) -> None:
    (live.path / part).write_bytes(b"nonsense" * 1000)
    (finding, *_) = check()
    assert finding.mend == mend


@pytest.mark.parametrize(("part", "mend"), MENDS)
def test_missing_part_is_found(live: Generation, check: Examine, part: str, mend: str) -> None:
    (live.path / part).unlink()
    (finding, *_) = check()
    assert finding.mend == mend


def test_changed_files_are_found(live: Generation, check: Examine, folder: Path) -> None:
    (folder / "new.txt").write_text("Aid came.", "utf-8")
    (folder / "brussels.txt").unlink()
    (finding,) = check()
    assert finding == Finding("2 files have changed since the last sync", "python -m qa index", Part.FILES)


def test_file_that_changed_under_its_time_stamp_is_found(
    run_sync: Callable[[], SyncReport], check: Examine, folder: Path
) -> None:
    path, stamp = folder / "brussels.txt", 1_700_000_000_123_456_789
    os.utime(path, ns=(stamp, stamp))
    run_sync()
    path.write_bytes(path.read_bytes().replace(b"Saturday", b"Thursday"))
    os.utime(path, ns=(stamp, stamp))
    (finding,) = check()
    assert finding.what == "brussels.txt has changed since it was indexed, without a newer time stamp"
    assert finding.mend == "python -m qa index --verify"


def test_file_with_an_id_used_twice_is_sound(
    live: Generation, check: Examine, folder: Path, run_sync: Callable[[], SyncReport]
) -> None:
    records = [{"id": "same", "text": "Aid came."}, {"id": "same", "text": "Aid went."}]
    (folder / "a.json").write_text(json.dumps(records), "utf-8")
    assert [refusal.path for refusal in run_sync().refused] == ["a.json"]
    assert check() == []


def test_index_served_without_its_articles_is_sound(live: Generation, store: Path, folder: Path) -> None:
    folder.rename(folder.with_name("away"))
    assert examine(store, IndexConfig(embedder="wordllama:64")) == []


def test_what_a_broken_off_sync_left_is_found(live: Generation, check: Examine) -> None:
    (live.path.parent / "g000009").mkdir()
    (finding,) = check()
    assert "broken off" in finding.what
    assert finding.mend == "python -m qa doctor --repair"
