"""Embedding on a Ray cluster gives the same index, also when a node is lost; without Ray the remedy is named."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from index.config import IndexConfig
from index.embedding import EmbedderError, load_embedder
from index.parallel import load_sync_embedder

PATIENT = {"RAY_raylet_start_wait_time_s": "240"}  # a busy machine starts a node slowly
CLUSTER = Path(__file__).with_name("ray_cluster.py")


def test_without_a_cluster_this_machine_embeds(config: IndexConfig) -> None:
    assert load_sync_embedder(config) is load_embedder(config)


def test_missing_ray_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(EmbedderError, match=r"pip install -r requirements-scale\.txt"):
        load_sync_embedder(IndexConfig(ray_address="auto"))


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="needs requirements-scale.txt")
def test_index_equals_corpus_when_two_nodes_embed_and_one_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    command = [sys.executable, str(CLUSTER), str(folder), str(tmp_path / "store")]
    path = os.pathsep.join([str(CLUSTER.parents[2]), str(CLUSTER.parent)])
    ran = subprocess.run(
        command,
        env={**os.environ, **PATIENT, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split()[-1] == "2"
