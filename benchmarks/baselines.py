"""llama-index as its own tutorials set it up, on the same articles and vectors: what ours has to beat.

Vector: `SentenceSplitter` and `VectorStoreIndex` on Chroma, defaults throughout. Hybrid: `QueryFusionRetriever`
over that and `BM25Retriever`, by reciprocal rank, one query, no LLM.
"""

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import BaseRetriever, QueryFusionRetriever
from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
from llama_index.core.schema import NodeWithScore, QueryBundle
from pydantic import PrivateAttr

from benchmarks.systems import DEPTH, Found, System
from corpus.article import Article
from index.embedding import Embedder, load_embedder
from index.reader import IndexReader
from qa.assistant import Assistant

if TYPE_CHECKING:
    from chromadb.api.client import Client

DEEPER = 4  # times as many are asked for, where too few are old enough
FORMAT = "1"  # of what is kept in the folder


@contextmanager
def llama_index_systems(assistant: Assistant, folder: Path) -> Iterator[list[System]]:
    """Yield llama-index's two systems over the assistant's articles, built below `folder` unless they are there."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings
    from llama_index.retrievers.bm25 import BM25Retriever
    from llama_index.vector_stores.chroma import ChromaVectorStore

    with assistant.live.reader() as reader:
        state = _state(reader, assistant.settings.embedder)
        done = folder / "COMPLETE"
        fresh = not (done.is_file() and done.read_text("utf-8") == state)
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        embedding = WrappedEmbedding(load_embedder(assistant.settings.index_config))
        settings = ChromaSettings(anonymized_telemetry=False)
        client = cast("Client", chromadb.PersistentClient(str(folder / "chroma"), settings=settings))
        try:
            store = ChromaVectorStore(chroma_collection=client.get_or_create_collection("articles"))
            if fresh:
                nodes = SentenceSplitter().get_nodes_from_documents([*_documents(reader)])
                VectorStoreIndex(
                    nodes,
                    storage_context=StorageContext.from_defaults(vector_store=store),
                    embed_model=embedding,
                )
                BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=1).persist(str(folder / "bm25"))
                done.write_text(state, "utf-8")
            index = VectorStoreIndex.from_vector_store(store, embed_model=embedding)
            words = BM25Retriever.from_persist_dir(str(folder / "bm25"), show_progress=False)
            yield _systems(index.as_retriever(), words, passages=store.client.count())
        finally:
            client.close()


class WrappedEmbedding(BaseEmbedding):
    """One of our embedders as llama-index's."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name="ours", embed_batch_size=1024)
        self._embedder = embedder

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._rows([query], of_queries=True)[0]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._rows([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._rows(texts)

    def _rows(self, texts: Sequence[str], *, of_queries: bool = False) -> list[list[float]]:
        embed = self._embedder.embed_queries if of_queries else self._embedder.embed_documents
        rows: list[list[float]] = embed(texts).tolist()
        return rows


class Dated(BaseRetriever):
    """A retriever without dates that leaves out later articles than `as_of`, asking deeper until enough remain."""

    def __init__(self, inner: Any, *, passages: int) -> None:  # Any: `similarity_top_k` is in no interface
        super().__init__()
        self._inner, self._passages = inner, passages
        self.as_of: date | None = None

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        depth = DEPTH
        while True:
            self._inner.similarity_top_k = min(depth, self._passages)
            found = self._inner.retrieve(query_bundle)
            kept = [node for node in found if self._is_old_enough(node)]
            if len(kept) >= DEPTH or depth >= self._passages:
                return kept[:DEPTH]
            depth *= DEEPER

    def _is_old_enough(self, node: NodeWithScore) -> bool:
        published = node.metadata.get("published")
        return self.as_of is None or not published or date.fromisoformat(published) <= self.as_of


class LlamaIndexSystem:
    """A llama-index retriever as a system; `arms` are the dated retrievers within it."""

    def __init__(self, name: str, retriever: BaseRetriever, arms: Sequence[Dated]) -> None:
        self.name, self._retriever, self._arms = name, retriever, arms

    def search(self, question: str, as_of: date | None) -> list[Found]:
        """Retrieve; each arm drops later articles before the arms are fused."""
        for arm in self._arms:
            arm.as_of = as_of
        nodes = self._retriever.retrieve(question)
        return [Found(str(node.metadata["article"]), node.text) for node in nodes[:DEPTH]]


def _systems(vectors: BaseRetriever, words: BaseRetriever, *, passages: int) -> list[System]:
    by_vectors, by_words = Dated(vectors, passages=passages), Dated(words, passages=passages)
    hybrid = QueryFusionRetriever(
        [by_vectors, by_words],
        llm=MockLLM(),  # never asked, as there is one query; without it an OpenAI key is demanded
        mode=FUSION_MODES.RECIPROCAL_RANK,
        similarity_top_k=DEPTH,
        num_queries=1,
        use_async=False,
    )
    return [
        LlamaIndexSystem("llama-index vector", by_vectors, [by_vectors]),
        LlamaIndexSystem("llama-index hybrid", hybrid, [by_vectors, by_words]),
    ]


def _documents(reader: IndexReader) -> Iterator[Document]:
    for record in reader.articles():
        article = reader.article(record.id)
        if article is not None:
            yield as_document(article)


def as_document(article: Article) -> Document:
    """Return an article as llama-index reads files: what names it goes into the text that is embedded."""
    known = {"title": article.title, "published": article.published, "source": article.source}
    metadata = {name: str(value) for name, value in known.items() if value is not None}
    return Document(
        text=article.text,
        doc_id=article.id,
        metadata=metadata | {"article": article.id},
        excluded_embed_metadata_keys=["article"],
        excluded_llm_metadata_keys=["article"],
    )


def _state(reader: IndexReader, embedder: str) -> str:
    digest = hashlib.sha256("\n".join(record.digest for record in reader.articles()).encode())
    return f"{FORMAT} {embedder} {digest.hexdigest()}"
