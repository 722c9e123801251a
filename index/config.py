"""`IndexConfig`: what an index is built with. What of it shapes vectors or passages is in the fingerprint."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IndexConfig:
    """How articles are read, split and embedded."""

    embedder: str = "wordllama"  # "wordllama[:DIM]", "fastembed:MODEL" or "openai:MODEL"
    embedder_url: str | None = None  # the endpoint of "openai:MODEL"
    embedder_api_key: str | None = None
    passage_chars: int = 1000
    max_file_mb: float = 20.0
    chroma_url: str | None = None  # the server that holds the vectors; None: they are files of the index
    ray_address: str | None = None  # the cluster that syncs embed on; None: this machine
