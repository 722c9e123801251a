"""A sync over a local Ray cluster of two nodes, one of which is then lost: a process of its own.

Run as: python tests/index/ray_cluster.py FOLDER STORE. Prints on how many nodes was embedded.
"""

import os
import sys
import threading
from pathlib import Path

import numpy as np
from test_sync import assert_index_equals_corpus

from index.config import IndexConfig
from index.embedding import load_embedder
from index.generations import Store
from index.parallel import ClusterEmbedder
from index.sync import sync

LOCAL = IndexConfig(embedder="wordllama:64", passage_chars=100)


def sentences(number: int) -> str:
    return " ".join(f"Delegation {number} spoke of point {point}." for point in range(20))


def write(folder: Path, first: int, count: int) -> None:
    for number in range(first, first + count):
        (folder / f"{number:04d}.txt").write_text(sentences(number), "utf-8")


def main(folder: Path, store: Path) -> None:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    other = cluster.add_node(num_cpus=1)
    cluster.wait_for_nodes()
    config = IndexConfig(embedder="wordllama:64", passage_chars=100, ray_address=cluster.address)

    embedder, texts = ClusterEmbedder(config), [sentences(number) for number in range(5_000)]
    assert np.allclose(
        embedder.embed_documents(texts), load_embedder(LOCAL).embed_documents(texts), atol=1e-6
    )
    write(folder, 0, 150)
    sync(folder, store, config)
    write(folder, 150, 150)
    loss = threading.Timer(0.1, cluster.remove_node, [other], {"allow_graceful": False})
    loss.start()
    sync(folder, store, config)
    loss.join()
    current = Store(store).current()
    assert current is not None
    assert_index_equals_corpus(current, folder, config)
    print(len(embedder.nodes))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
