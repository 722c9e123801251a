"""The doctor finds nothing in a sound index, and names each fault with what mends it."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.generations import Generation, Store
from index.health import Finding, examine
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
    (finding,) = check()
    assert "1 in the lexical index" in finding.what
    assert finding.mend.endswith("--rebuild")


def test_altered_text_is_found(live: Generation, check: Examine) -> None:
    segment = live.texts / "000001.text"
    segment.write_bytes(segment.read_bytes().replace(b"Brussels", b"Bruxelles"[:8]))
    assert any("is not as it was indexed" in finding.what for finding in check())


@pytest.mark.parametrize("part", ["catalog.sqlite", "chroma/chroma.sqlite3", "lexical/meta.json"])
def test_broken_part_is_found(live: Generation, check: Examine, part: str) -> None:
    (live.path / part).write_bytes(b"nonsense" * 1000)
    (finding, *_) = check()
    assert finding.mend.endswith("--rebuild")


@pytest.mark.parametrize("part", ["catalog.sqlite", "chroma/chroma.sqlite3", "lexical/meta.json"])
def test_missing_part_is_found(live: Generation, check: Examine, part: str) -> None:
    (live.path / part).unlink()
    (finding, *_) = check()
    assert finding.mend.endswith("--rebuild")
