"""The vectors, in Chroma. The only file that talks to Chroma."""

import shutil
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from index.filters import Filters
from index.lexical import UNDATED, Scored, date_window, fold, ordinal

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.client import Client

Vectors = NDArray[np.float32]

COLLECTION = "passages"
DATABASE = "chroma.sqlite3"
READ_BATCH = 2_000  # rows a request; unpaged reads fail past about 32,000
HNSW: Any = {  # Any: Chroma's type of it is private
    "space": "cosine",
    "num_threads": 1,  # more of them spin: 10,000 inserts took 40 % more of two cores' time, and no less of a clock's
    "ef_construction": 50,  # half the work of the default of 100; with this `ef_search`, recall@10 is .99
    "ef_search": 150,
    "sync_threshold": 2,  # what is not yet in the index's files would be inserted anew at each opening
}
_OPENING = threading.Lock()  # Chroma shares a client's engine by its path, and does not lock that


@dataclass(frozen=True, slots=True)
class VectorEntry:
    """What is stored beside one vector."""

    passage: int
    published: date | None
    source: str | None


def clone(source: Path, target: Path) -> None:
    """Copy a vector store that others may be opening: the database by backup, the rest as files."""
    target.mkdir()
    for path in sorted(source.rglob("*")):
        copy = target / path.relative_to(source)
        if path.is_dir():
            copy.mkdir()
        elif path.name == DATABASE:
            # Each opening writes a row to this file, so a plain copy may be torn.
            with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(copy)) as backup:
                live.backup(backup)
        elif not path.name.startswith(DATABASE):  # its journal belongs to the live file
            shutil.copyfile(path, copy)


def compact(folder: Path) -> None:
    """Shrink the database of a closed store: Chroma leaves half of it empty."""
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        database.execute("VACUUM")


@contextmanager
def _as_os_error(folder: Path) -> Iterator[None]:
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as error:
        raise OSError(f"vector store {folder}: {error}") from error


def _open_collection(client: "Client", *, create: bool) -> "Collection":
    # The default embedding function would download a model.
    if not create:
        return client.get_collection(COLLECTION, embedding_function=None)
    return client.get_or_create_collection(
        COLLECTION,
        embedding_function=None,
        configuration={"hnsw": HNSW},
    )


class VectorStore:
    """One Chroma collection in a folder; searches are safe to share between threads."""

    def __init__(self, folder: Path, *, create: bool) -> None:
        import chromadb
        from chromadb.config import Settings

        settings = Settings(anonymized_telemetry=False)
        self._folder = folder
        self._size: int | None = None
        if not create and not (folder / DATABASE).is_file():  # Chroma would make an empty one
            raise FileNotFoundError(f"vector store {folder}: {DATABASE} is missing")
        with _as_os_error(folder), _OPENING:
            self._client = cast("Client", chromadb.PersistentClient(str(folder), settings=settings))
            try:
                self._collection = _open_collection(self._client, create=create)
            except BaseException:
                self._client.close()
                raise

    def warm_up(self, dim: int) -> None:
        """Load the vectors now: Chroma does so at the first query."""
        if self.count():
            self._query(np.ones((1, dim), dtype=np.float32), limit=1, where=None)

    def count(self) -> int:
        """Return how many vectors are stored."""
        return self._collection.count()

    def add(self, entries: Sequence[VectorEntry], rows: Vectors) -> None:
        """Add one row an entry, none of which is stored."""
        step = self._client.get_max_batch_size()
        for first in range(0, len(entries), step):
            batch = entries[first : first + step]
            ids = [str(entry.passage) for entry in batch]
            metadatas = [_metadata(entry) for entry in batch]
            with _as_os_error(self._folder):
                self._collection.add(ids=ids, embeddings=rows[first : first + step], metadatas=metadatas)

    def remove(self, passages: Sequence[int]) -> None:
        """Remove the vectors of passages."""
        for first in range(0, len(passages), READ_BATCH):
            ids = [str(passage) for passage in passages[first : first + READ_BATCH]]
            with _as_os_error(self._folder):
                self._collection.delete(ids=ids)

    def get(self, passages: Sequence[int]) -> dict[int, Vectors]:
        """Return the vectors of those passages that have one."""
        found: dict[int, Vectors] = {}
        for first in range(0, len(passages), READ_BATCH):
            ids = [str(passage) for passage in passages[first : first + READ_BATCH]]
            with _as_os_error(self._folder):
                answer = self._collection.get(ids=ids, include=["embeddings"])
            rows = np.asarray(answer["embeddings"], dtype=np.float32)
            found.update(zip(map(int, answer["ids"]), rows, strict=True))
        return found

    def search(self, row: Vectors, filters: Filters, limit: int) -> list[Scored]:
        """Return the passages nearest to `row` (shape (dim,)), by cosine similarity; ties by passage id.

        Of a store that no longer changes: its size is asked for once.
        """
        if self._size is None:  # asking takes 10 ms among 70,000
            self._size = self.count()
        if limit < 1 or not self._size:
            return []
        found = self._query(row.reshape(1, -1), limit=min(limit, self._size), where=_where(filters))
        return sorted(found, key=lambda hit: (-hit.score, hit.passage))

    def close(self) -> None:
        """Release the store; Chroma keeps it open for the process otherwise."""
        with _OPENING:
            self._client.close()

    def _query(self, rows: Vectors, *, limit: int, where: dict[str, Any] | None) -> list[Scored]:
        with _as_os_error(self._folder):
            answer = self._collection.query(
                query_embeddings=rows, n_results=limit, where=where, include=["distances"]
            )
        distances = (answer["distances"] or [[]])[0]
        return [Scored(int(i), 1.0 - float(d)) for i, d in zip(answer["ids"][0], distances, strict=True)]


def _metadata(entry: VectorEntry) -> Mapping[str, Any]:  # Any: Chroma's type of values is recursive
    return {"published": ordinal(entry.published), "source": fold(entry.source or "")}


def _where(filters: Filters) -> dict[str, Any] | None:  # Any: Chroma's filter type is recursive
    low, high = date_window(filters)
    parts: list[dict[str, Any]] = []
    if low > UNDATED:
        parts.append({"published": {"$gte": low}})
    if high is not None:
        parts.append({"published": {"$lte": high}})
    if filters.source is not None:
        parts.append({"source": fold(filters.source)})
    return {"$and": parts} if len(parts) > 1 else (parts[0] if parts else None)
