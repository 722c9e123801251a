"""Embedders give unit rows, zero rows for no words, and clear errors."""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest

from index.config import IndexConfig
from index.embedding import EmbedderError, load_embedder


@pytest.mark.parametrize(("name", "dim"), [("wordllama", 256), ("wordllama:64", 64)])
def test_wordllama_rows_are_of_unit_length(name: str, dim: int) -> None:
    embedder = load_embedder(IndexConfig(embedder=name))
    rows = embedder.embed_documents(["Talks in Brussels.", "", "😀 a\ud800b"])
    assert (rows.shape, rows.dtype, embedder.dim) == ((3, dim), np.float32, dim)
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 0, 1], abs=1e-5)


def test_rows_do_not_depend_on_their_neighbours() -> None:
    embedder = load_embedder(IndexConfig())
    texts = ["Short.", "A much longer text about the talks in Brussels on Saturday.", "Mid-sized text."]
    together = embedder.embed_documents(texts)
    alone = np.concatenate([embedder.embed_documents([text]) for text in texts])
    assert together == pytest.approx(alone, abs=1e-5)
    assert embedder.embed_documents([]).shape == (0, 256)


@pytest.mark.parametrize("dim", [256, 128, 64])
def test_rows_are_those_that_wordllama_gives(dim: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "basicConfig", lambda **_: None)  # which it calls when imported
    import wordllama

    its_own = wordllama.WordLlama.load(
        trunc_dim=dim, cache_dir=Path(wordllama.__file__).parent, disable_download=True
    )
    texts = ["Talks in Brussels.", "Two lines,\nLaçın among  them.", "long " * 2_000]
    rows = load_embedder(IndexConfig(embedder=f"wordllama:{dim}")).embed_documents(texts)
    assert rows == pytest.approx(its_own.embed(texts, norm=True), abs=1e-5)


@pytest.mark.parametrize("name", ["bert", "wordllama:100", "wordllama:x", "fastembed:", "openai"])
def test_unknown_embedder_is_named(name: str) -> None:
    with pytest.raises(EmbedderError, match="unknown embedder"):
        load_embedder(IndexConfig(embedder=name))


def test_missing_package_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastembed", None)
    with pytest.raises(EmbedderError, match="pip install fastembed"):
        load_embedder(IndexConfig(embedder="fastembed:some/model"))


class _Endpoint(BaseHTTPRequestHandler):
    """An embeddings endpoint: the row of a text is [its length, 1, 0], sent last text first."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        rows = [
            {"index": i, "embedding": [len(t), 1, 0], "object": "embedding"}
            for i, t in enumerate(asked["input"])
        ]
        body = json.dumps(
            {"data": rows[::-1], "model": asked["model"], "object": "list", "usage": {}}
        ).encode()
        self.send_response(200 if self.path == "/v1/embeddings" else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Endpoint)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    thread.join()
    server.server_close()


def test_openai_rows_come_in_the_order_of_texts(endpoint: str) -> None:
    embedder = load_embedder(IndexConfig(embedder="openai:some-model", embedder_url=endpoint))
    rows = embedder.embed_documents(["ab", " ", "abcd"])
    expected = np.array([[2, 1, 0], [0, 0, 0], [4, 1, 0]]) / np.sqrt([[5], [1], [17]])
    assert rows == pytest.approx(expected, abs=1e-6)
    assert embedder.dim == 3


def test_silent_endpoint_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.embedding.RETRIES", 0)
    config = IndexConfig(embedder="openai:some-model", embedder_url="http://127.0.0.1:9/v1")
    with pytest.raises(EmbedderError, match=r"openai:some-model at http://127\.0\.0\.1:9/v1"):
        load_embedder(config)
