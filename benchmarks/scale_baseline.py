"""llama-index's own ingestion of a folder: splitter, the same embedder, Chroma, BM25; a process of its own.

`python -m benchmarks.scale_baseline ARTICLES WORK build|all` prints seconds as JSON. Passages are as long as ours.
Documents go in a few megabytes at a time: the pipeline hands all nodes of a run to Chroma at once, which takes 5,461.
"""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

from llama_index.core import Document
from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.storage.docstore import SimpleDocumentStore
from llama_index.retrievers.bm25 import BM25Retriever
from llama_index.vector_stores.chroma import ChromaVectorStore

from benchmarks.baselines import WrappedEmbedding, as_document
from corpus.article import Article
from corpus.loader import load_articles
from index.config import IndexConfig
from index.embedding import load_embedder

NEWS = (
    "A delegation of nine came to Vienna on 5 May 2021 and signed the protocol on the river's upper course."
)


BATCH_CHARS = 2_000_000  # of documents' text, about 2,500 nodes


def main(folder: Path, work: Path, kind: str) -> None:
    """Build, and unless `kind` is build add and delete one document; print what each took."""
    import chromadb
    from chromadb.api.client import Client
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    client = cast(Client, chromadb.PersistentClient(str(work / "chroma"), settings=settings))
    splitter = SentenceSplitter(chunk_size=256, chunk_overlap=20)
    store = ChromaVectorStore(chroma_collection=client.get_or_create_collection("articles"))
    docstore = SimpleDocumentStore()
    pipeline = IngestionPipeline(
        transformations=[splitter, WrappedEmbedding(load_embedder(IndexConfig()))],
        vector_store=store,
        docstore=docstore,
        docstore_strategy=DocstoreStrategy.UPSERTS,
        disable_cache=True,
    )

    def bring_in(documents: list[Document]) -> tuple[float, int]:
        started = time.perf_counter()
        for batch in batches(documents):
            pipeline.run(documents=batch)
        nodes = splitter.get_nodes_from_documents(documents)
        words = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=10)
        words.persist(str(work / "bm25"))
        pipeline.persist(str(work / "pipeline"))
        return round(time.perf_counter() - started, 2), len(nodes)

    started = time.perf_counter()
    items = load_articles(folder, max_file_mb=100)
    documents = [as_document(item) for item in items if isinstance(item, Article)]
    read_s = time.perf_counter() - started
    seconds, passages = bring_in(documents)
    figures: dict[str, float] = {"build_s": round(seconds + read_s, 1), "passages": passages}
    if kind == "all":
        one = Document(text=NEWS, doc_id="one")
        figures["add_s"], _ = bring_in([*documents, one])
        started = time.perf_counter()
        store.delete("one")
        docstore.delete_document("one")
        figures["delete_s"] = round(time.perf_counter() - started + bring_in(documents)[0], 2)
    client.close()
    size = sum(path.stat().st_size for path in work.rglob("*") if path.is_file())
    print(json.dumps(figures | {"index_mb": round(size / 1e6, 1)}))


def batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Yield the documents in order, up to `BATCH_CHARS` of text at a time, or one that is longer."""
    batch: list[Document] = []
    chars = 0
    for document in documents:
        if batch and chars + len(document.text) > BATCH_CHARS:
            yield batch
            batch, chars = [], 0
        batch.append(document)
        chars += len(document.text)
    if batch:
        yield batch


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
