"""A folder of articles, a store, and the index that a sync makes of them; all parts real."""

from collections.abc import Callable
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.sync import SyncReport, sync

CORRIDOR = "Azerbaijan closed the Laçın Corridor on Tuesday. The Red Cross denied the claims."
BRUSSELS = "The leaders met in Brussels on Saturday. Charles Michel acted as mediator."


@pytest.fixture
def config() -> IndexConfig:
    return IndexConfig(embedder="wordllama:64")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two articles."""
    folder = tmp_path / "news"
    folder.mkdir()
    (folder / "corridor.txt").write_text(CORRIDOR, "utf-8")
    (folder / "brussels.txt").write_text(BRUSSELS, "utf-8")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def run_sync(folder: Path, store: Path, config: IndexConfig) -> Callable[[], SyncReport]:
    """Sync the folder into the store."""
    return lambda: sync(folder, store, config)
