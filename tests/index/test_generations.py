"""A store is always whole: sealed, flipped as one, kept while leased, swept of what kills leave."""

from contextlib import closing
from pathlib import Path

import pytest

from index.generations import Generation, NoIndex, Store, default_store


@pytest.fixture
def filled(tmp_path: Path) -> Store:
    """A store whose live generation is the third."""
    store = Store(tmp_path)
    for _ in range(3):
        store.publish(store.begin(None))
    return store


def names(store: Store) -> list[str]:
    return sorted(path.name for path in store.path.iterdir() if path.is_dir())


def test_empty_store_has_no_generation(tmp_path: Path) -> None:
    store = Store(tmp_path / "none")
    assert store.current() is None
    with pytest.raises(NoIndex, match="python -m qa index"):
        store.lease()


def test_current_is_the_last_published(filled: Store) -> None:
    filled.begin(None)
    assert filled.current() == Generation(filled.path / "g000003")


def test_sweep_keeps_the_live_one_and_the_one_before(filled: Store) -> None:
    filled.sweep()
    assert names(filled) == ["g000002", "g000003"]


def test_sweep_removes_what_kills_leave(filled: Store) -> None:
    filled.begin(None)
    sealed_but_never_live = filled.begin(None)
    (sealed_but_never_live.path / "SEALED").touch()
    (filled.path / ".removed-g000000").mkdir()
    assert filled.has_rubbish()
    filled.sweep()
    assert names(filled) == ["g000002", "g000003"]
    assert not filled.has_rubbish()


def test_leased_generation_outlives_sweeps(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.publish(store.begin(None))
    with closing(store.lease()) as lease:
        for _ in range(3):
            store.publish(store.begin(None))
            store.sweep()
        assert lease.generation.is_sealed
        assert names(store) == ["g000001", "g000003", "g000004"]
    store.sweep()
    assert names(store) == ["g000003", "g000004"]


@pytest.mark.parametrize("content", ["", "../../etc", "g000009", "\xff"])
def test_nonsense_in_current_is_no_index(filled: Store, content: str) -> None:
    (filled.path / "CURRENT").write_text(content, "latin-1")
    assert filled.current() is None


def test_default_store_is_told_apart_by_path(tmp_path: Path) -> None:
    one, two = (
        default_store(tmp_path / "a" / "news", tmp_path),
        default_store(tmp_path / "b" / "news", tmp_path),
    )
    assert one != two
    assert one.name.startswith("news-")
    assert len(one.name) == len("news-") + 8
    assert default_store(tmp_path / "a" / ".." / "a" / "news", tmp_path) == one
