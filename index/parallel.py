"""Embedding over a Ray cluster (QA_RAY): for embedders that are slow on one machine. Questions stay on this one."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from index.config import IndexConfig
from index.embedding import Embedder, EmbedderError, Vectors, load_embedder

ROOT = Path(__file__).resolve().parents[1]
SHARE = 250  # texts sent at a time
TRIES = 3  # of a share whose node is lost


def load_sync_embedder(config: IndexConfig) -> Embedder:
    """Return what a sync embeds with: this machine, or the cluster that the settings name."""
    return ClusterEmbedder(config) if config.ray_address else load_embedder(config)


class ClusterEmbedder:
    """The configured embedder on every CPU of a Ray cluster. Articles' texts are sent to its nodes.

    Raises EmbedderError if Ray is not installed, the cluster does not answer or is lost on the way.
    """

    def __init__(self, config: IndexConfig) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # it would report to its makers
        try:
            import ray
        except ImportError as error:
            raise EmbedderError(
                "QA_RAY needs a package that is not here; run: pip install -r requirements-scale.txt"
            ) from error
        self._ray: Any = ray  # Any: Ray has no types that mypy can follow
        self._address, self._config = config.ray_address, replace(config, ray_address=None)
        self.nodes: set[str] = set()  # that have embedded
        try:
            if not ray.is_initialized():
                ray.init(
                    address=self._address, log_to_driver=False, logging_level="error", runtime_env=_code()
                )
        except (ConnectionError, ray.exceptions.RayError, RuntimeError, ValueError) as error:
            raise self._lost(error) from error
        self._embed = ray.remote(num_cpus=1, max_retries=TRIES)(_embed)
        self.dim = int(self.embed_documents(["dimension"]).shape[1])

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed shares of the texts wherever a CPU is free; the share of a lost node is given to another."""
        shares = [list(texts[first : first + SHARE]) for first in range(0, len(texts), SHARE)]
        try:
            found = self._ray.get([self._embed.remote(self._config, share) for share in shares])
        except self._ray.exceptions.RayTaskError as error:
            raise EmbedderError(f"on the Ray cluster {self._address}: {error.cause}") from error
        except self._ray.exceptions.RayError as error:
            raise self._lost(error) from error
        self.nodes |= {node for node, _ in found}
        return np.concatenate([rows for _, rows in found]) if found else np.zeros((0, self.dim), np.float32)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed as documents are."""
        return self.embed_documents(texts)

    def _lost(self, error: Exception) -> EmbedderError:
        first = str(error).strip().partition("\n")[0]
        return EmbedderError(f"the Ray cluster {self._address} (QA_RAY) does not answer: {first}")


def _embed(config: IndexConfig, texts: list[str]) -> tuple[str, Vectors]:
    """Embed on some node, which loads the embedder once; return which node that was, too."""
    import ray

    return str(ray.get_runtime_context().get_node_id()), load_embedder(config).embed_documents(texts)


def _code() -> dict[str, Any]:
    """Describe what of the project the nodes need: its code, no index, no articles."""
    return {"py_modules": [str(ROOT / "corpus"), str(ROOT / "index")], "excludes": ["store/", "articles/"]}
