"""Embed texts: settings name one embedder, which turns documents and queries into float32 rows."""

import threading
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.config import IndexConfig
from index.fingerprint import EMBEDDERS, WORDLLAMA_DIM, embedder_name, is_embedder
from index.wordpieces import REMEMBERED, WordPieces

Vectors = NDArray[np.float32]

WEIGHTS, TENSOR = (
    f"weights/l2_supercat_{WORDLLAMA_DIM}.safetensors",
    "embedding.weight",
)  # in wordllama's folder
TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
REMEMBERED_OF_QUERIES = 60_000  # words, 12 MB: a question meets a thousand, few of them new
OPENAI_BATCH = 256  # texts a request
TIMEOUT_S = 60.0
RETRIES = 2  # of a request, by the client, with growing pauses


class EmbedderError(Exception):
    """The configured embedder is unknown, not installed, or its service did not answer."""


class Embedder(Protocol):
    """Turns texts into rows of shape (len(texts), dim), L2-normalised; a text without words is a zero row."""

    dim: int

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed what is searched in."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed what is searched for."""
        ...


@lru_cache(maxsize=2)
def load_embedder(config: IndexConfig) -> Embedder:
    """Load the embedder that `config.embedder` names; once a process, as threads may share it.

    Raises EmbedderError if the name is unknown, the package is missing or the endpoint does not answer.
    """
    if not is_embedder(config.embedder):
        raise EmbedderError(f"unknown embedder {config.embedder!r}: use {EMBEDDERS}")
    kind, _, model = embedder_name(config.embedder).partition(":")
    if kind == "wordllama":
        return WordLlamaEmbedder(int(model))
    if kind == "fastembed":
        return FastEmbedEmbedder(model)
    return OpenAIEmbedder(model, url=config.embedder_url, api_key=config.embedder_api_key)


def frequency_rank(word: str) -> int | None:
    """Return how many words wordllama's vocabulary has before this one, the more frequent first; None if not it."""
    embedder = load_embedder(IndexConfig())
    assert isinstance(embedder, WordLlamaEmbedder)
    return embedder.rank(word)


class WordLlamaEmbedder:
    """Static token vectors, averaged; the weights are in the wheel, nothing is downloaded."""

    def __init__(self, dim: int) -> None:
        from safetensors import safe_open
        from tokenizers import Tokenizer

        # Importing wordllama takes longer than reading its files, and sets the level of all logs.
        found = find_spec("wordllama")
        if found is None or found.origin is None:
            raise EmbedderError("wordllama is not installed; run: pip install -r requirements.txt")
        folder = Path(found.origin).parent
        with safe_open(folder / WEIGHTS, framework="numpy") as weights:
            self._tokens = np.ascontiguousarray(weights.get_tensor(TENSOR)[:, :dim], dtype=np.float32)
        self._pieces = WordPieces(Tokenizer.from_file(str(folder / TOKENIZER)))
        self._lock = threading.Lock()  # of the pieces
        self.dim = dim

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed by average of token vectors, as wordllama does; a text without tokens is a zero row."""
        return self._embed(texts, remembered=REMEMBERED)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed as documents are."""
        return self._embed(texts, remembered=REMEMBERED_OF_QUERIES)

    def rank(self, word: str) -> int | None:
        """Return the word's place in the vocabulary, as `frequency_rank` does."""
        return self._pieces.rank(word)

    def _embed(self, texts: Sequence[str], *, remembered: int) -> Vectors:
        with self._lock:
            tokens = self._pieces.encode([_encodable(text) for text in texts], remembered=remembered)
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        longest = max(map(len, tokens), default=0)
        ones, gathered = np.ones(longest, dtype=np.float32), np.empty((longest, self.dim), dtype=np.float32)
        for row, ids in zip(rows, tokens, strict=True):
            # All ids are the vocabulary's own; with another mode numpy checks them, and takes half as long again.
            vectors = self._tokens.take(ids, axis=0, out=gathered[: len(ids)], mode="clip")
            np.matmul(ones[: len(ids)], vectors, out=row)
        return _normalised(rows)


class FastEmbedEmbedder:
    """Any ONNX model that fastembed knows; fetched by fastembed the first time it is used."""

    def __init__(self, model: str) -> None:
        try:
            from fastembed import TextEmbedding
        except ImportError as error:
            raise EmbedderError(
                f"embedder fastembed:{model} needs a package that is not here; run: pip install fastembed"
            ) from error
        try:
            self._model = TextEmbedding(model_name=model)
        except (ValueError, OSError) as error:
            raise EmbedderError(f"fastembed cannot load {model}: {error}") from error
        self.dim = int(self.embed_queries(["dimension"]).shape[1])

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed with the model's passage prefix, if it has one."""
        return _rows(list(self._model.passage_embed([_encodable(text) for text in texts])))

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed with the model's query prefix, if it has one."""
        return _rows(list(self._model.query_embed([_encodable(text) for text in texts])))


class OpenAIEmbedder:
    """An OpenAI-compatible embeddings endpoint. Texts leave the machine for the configured URL."""

    def __init__(self, model: str, *, url: str | None, api_key: str | None) -> None:
        import openai

        self._model, self._url = model, url or "https://api.openai.com/v1"
        self._errors = openai.OpenAIError
        self._client = openai.OpenAI(
            base_url=self._url, api_key=api_key or "none", timeout=TIMEOUT_S, max_retries=RETRIES
        )
        self.dim = int(self.embed_queries(["dimension"]).shape[1])

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Embed in batches; a text without words is not sent, as endpoints refuse it."""
        worded = [i for i, text in enumerate(texts) if text.strip()]
        found: list[list[float]] = []
        for first in range(0, len(worded), OPENAI_BATCH):
            batch = [_encodable(texts[i]) for i in worded[first : first + OPENAI_BATCH]]
            found += self._request(batch)
        dim = len(found[0]) if found else self.dim
        rows = np.zeros((len(texts), dim), dtype=np.float32)
        if found:
            rows[worded] = np.asarray(found, dtype=np.float32)
        return _normalised(rows)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed as documents are."""
        return self.embed_documents(texts)

    def _request(self, batch: list[str]) -> list[list[float]]:
        try:
            response = self._client.embeddings.create(model=self._model, input=batch, encoding_format="float")
        except self._errors as error:
            raise EmbedderError(f"embedder openai:{self._model} at {self._url}: {error}") from error
        rows = [item.embedding for item in sorted(response.data, key=lambda item: item.index)]
        if len(rows) != len(batch):
            raise EmbedderError(
                f"embedder openai:{self._model} at {self._url} sent {len(rows)} rows for {len(batch)} texts"
            )
        return rows


def _rows(vectors: Sequence[Vectors]) -> Vectors:
    return _normalised(np.asarray(vectors, dtype=np.float32))


def _normalised(rows: Vectors) -> Vectors:
    lengths: Vectors = np.linalg.norm(rows, axis=1, keepdims=True)
    # An empty text has length 0: dividing would give NaN, which Chroma accepts and ranks as it likes.
    unit: Vectors = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return unit


def _encodable(text: str) -> str:
    """Replace lone surrogates, which crash the tokenizers, by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
