"""How many of the true nearest vectors the index finds, by exact search over all of them."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from index.catalog import Catalog
from index.config import IndexConfig
from index.embedding import Vectors
from index.generations import Store
from index.places import Places
from index.segments import VectorReader

DEPTH = 10


def vector_recall(store: Path, config: IndexConfig, queries: Vectors) -> float:
    """Return the share of the ten nearest vectors of each query row that a search finds; equal distances are equal."""
    with closing(Store(store).lease()) as lease, closing(Catalog(lease.generation.catalog)) as catalog:
        ids = [row[0] for row in catalog.rows("SELECT id FROM passages ORDER BY id")]
        dead = catalog.dead_vectors()
        places = Places.of_sealed(lease.generation, config, catalog.meta())
        with closing(VectorReader(places, catalog.vector_segments(), dead)) as vectors:
            stored = vectors.get(ids)
            exact = np.asarray([stored[i] for i in ids]) @ queries.T
            shares = [_share(vectors, row, exact[:, number]) for number, row in enumerate(queries)]
    return float(np.mean(shares))


def _share(vectors: VectorReader, row: Vectors, scores: Sequence[float] | Vectors) -> float:
    tenth = np.partition(np.asarray(scores), -DEPTH)[-DEPTH]
    found = vectors.search(row, DEPTH)
    return len([hit for hit in found if hit.score >= tenth - 1e-5]) / DEPTH
