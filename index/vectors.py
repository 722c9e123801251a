"""The vectors, in Chroma. The only file that talks to Chroma."""

import shutil
import sqlite3
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from index.generations import IndexUnusable
from index.lexical import Scored

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api.client import Client

Vectors = NDArray[np.float32]

COLLECTION = "passages"
DATABASE = "chroma.sqlite3"
READ_BATCH = 2_000  # rows a request; unpaged reads fail past about 32,000
LIST_BATCH = 500  # collections a request
FEW = 500  # of which each is compared, as Chroma walks past most others on its way to so few
USES, MOST_USES = "uses", 50  # of a collection; each leaves slots in it of what it held before
SAME_ROW = 1e-5  # at most so far apart are the numbers of a vector that was read from Chroma and stored again
TIMEOUT_S = 60.0  # of a request to a server
HNSW: Any = {  # Any: Chroma's type of it is private
    "space": "cosine",
    "num_threads": 1,  # more of them spin: 10,000 inserts took 40 % more of two cores' time, and no less of a clock's
    # At 50 and Chroma's default of 16, no search found 29 of 32,768 passages by their own vector; so it misses 1.
    "ef_construction": 100,
    "max_neighbors": 24,
    "ef_search": 200,
    "sync_threshold": 2,  # what is not yet in the index's files would be inserted anew at each opening
}
_OPENING = threading.Lock()  # Chroma shares a client's engine by its path, and does not lock that


@dataclass(frozen=True, slots=True)
class OnServer:
    """A collection of a Chroma server."""

    url: str
    name: str

    def __str__(self) -> str:
        return f"{self.name} on the Chroma server {self.url}"


Place = Path | OnServer


class ServerDown(IndexUnusable):
    """The Chroma server does not answer."""


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


def collections(url: str, prefix: str) -> list[str]:
    """Return the names of a server's collections that begin with `prefix`, in order. Raises ServerDown."""
    found: list[str] = []
    with _failures_named(OnServer(url, "collections")):
        while page := _server(url).list_collections(limit=LIST_BATCH, offset=len(found)):
            found += [collection.name for collection in page]
    return sorted(name for name in found if name.startswith(prefix))


def drop(place: OnServer) -> None:
    """Remove a collection; one that is not there is no error. Raises ServerDown."""
    with _failures_named(place), suppress(_chroma().errors.NotFoundError):
        _server(place.url).delete_collection(place.name)


def take_over(old: OnServer, place: OnServer, dim: int) -> bool:
    """Give a collection another place, with all that it holds; return whether it was fit for that.

    One that served often enough is not, nor one of vectors of another dimension. Raises ServerDown.
    """
    with _failures_named(old):
        collection = _server(old.url).get_collection(old.name, embedding_function=None)
        uses = int((collection.metadata or {}).get(USES, 0)) + 1
        if uses > MOST_USES or collection.get_model()["dimension"] not in (None, dim):
            return False
        collection.modify(name=place.name if place != old else None, metadata={USES: uses})
        return True


@contextmanager
def _failures_named(place: Place) -> Iterator[None]:
    chroma = _chroma()  # first: it says what is imported of httpx
    import httpx

    try:
        yield
    except chroma.errors.ChromaError as error:
        raise OSError(f"vector store {place}: {error}") from error
    except (httpx.HTTPError, ConnectionError) as error:
        if isinstance(place, Path):
            raise
        raise _down(place.url, error) from error


def _down(url: str, error: Exception) -> ServerDown:
    return ServerDown(
        f"the Chroma server {url} (QA_CHROMA_URL) does not answer: {error}; start it and try again"
    )


@lru_cache(maxsize=4)
def _server(url: str) -> "Client":
    """Return the client of a server, one a process: it connects anew where it must, and its parts never close."""
    parts = urlsplit(url)
    is_tls = parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    settings = _chroma().config.Settings(anonymized_telemetry=False)
    try:
        client: Any = _chroma().HttpClient(parts.hostname or "", port, ssl=is_tls, settings=settings)
    except ValueError as error:  # what it makes of any failure to connect
        raise _down(url, error) from error
    client._server._session.timeout = TIMEOUT_S  # it would wait for ever
    return cast("Client", client)


def _folder_client(folder: Path) -> "Client":
    settings = _chroma().config.Settings(anonymized_telemetry=False)
    return cast("Client", _chroma().PersistentClient(str(folder), settings=settings))


@cache
def _chroma() -> Any:  # Any: its submodules are no attributes to a type checker
    """Import Chroma, and leave out what takes half of the time and nobody asks for: see below."""
    with _overriding_unchecked(), _no_command_of_httpx():
        import chromadb
        import chromadb.config
        import chromadb.errors
    return chromadb


@contextmanager
def _no_command_of_httpx() -> Iterator[None]:
    """Let httpx believe that what only its own command line needs is not installed: as much again as all of it."""
    if "httpx" in sys.modules:
        yield
        return
    sys.modules["httpx._main"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        sys.modules.pop("httpx._main", None)


@contextmanager
def _overriding_unchecked() -> Iterator[None]:
    """Do not let the methods of Chroma's classes be compared with those that they override."""
    try:
        import overrides
    except ImportError:  # a Chroma that does without
        yield
        return
    checked = {name: getattr(overrides, name) for name in ("override", "overrides")}
    vars(overrides).update(dict.fromkeys(checked, _marked_as_overriding))
    try:
        yield
    finally:
        vars(overrides).update(checked)


def _marked_as_overriding(method: Any) -> Any:  # Any: whatever is decorated
    method.__override__ = True
    return method


def _open_collection(client: "Client", place: Place, *, create: bool) -> "Collection":
    name = COLLECTION if isinstance(place, Path) else place.name
    # The default embedding function would download a model.
    if not create:
        return client.get_collection(name, embedding_function=None)
    return client.get_or_create_collection(name, embedding_function=None, configuration={"hnsw": HNSW})


class VectorStore:
    """One Chroma collection, in a folder or on a server; searches are safe to share between threads."""

    def __init__(self, place: Place, *, create: bool) -> None:
        self._place = place
        self._size: int | None = None
        if isinstance(place, Path) and not create and not (place / DATABASE).is_file():
            # Chroma would make an empty one.
            raise FileNotFoundError(f"vector store {place}: {DATABASE} is missing")
        with _failures_named(place), _OPENING:
            self._client = _folder_client(place) if isinstance(place, Path) else _server(place.url)
            try:
                self._collection = _open_collection(self._client, place, create=create)
            except BaseException:
                self._close()
                raise

    def warm_up(self, dim: int) -> None:
        """Load the vectors now: Chroma does so at the first query."""
        if self.count():
            self._query(np.ones(dim, dtype=np.float32), 1)

    def count(self) -> int:
        """Return how many vectors are stored."""
        with _failures_named(self._place):
            return self._collection.count()

    def add(self, passages: Sequence[int], rows: Vectors) -> None:
        """Add one row a passage, none of which is stored."""
        step = self._client.get_max_batch_size()
        # Chroma takes number by number, which a mapped array gives in five times the time.
        rows = np.asarray(rows)
        for first in range(0, len(passages), step):
            ids = [str(passage) for passage in passages[first : first + step]]
            with _failures_named(self._place):
                self._collection.add(ids=ids, embeddings=rows[first : first + step])

    def become(self, passages: Sequence[int], rows: Vectors) -> None:
        """Store one row a passage and nothing else; what is stored already stays."""
        wanted = dict(zip(passages, rows, strict=True))
        with _failures_named(self._place):
            answer = self._collection.get(include=["embeddings"])
        have = np.asarray(answer["embeddings"], dtype=np.float32)
        stored = dict(zip(map(int, answer["ids"]), have, strict=True))
        same = {
            passage
            for passage, row in stored.items()
            if passage in wanted and np.allclose(row, wanted[passage], atol=SAME_ROW)
        }
        self.remove([passage for passage in stored if passage not in same])
        missing = [passage for passage in wanted if passage not in same]
        if missing:
            self.add(missing, np.asarray([wanted[passage] for passage in missing], dtype=np.float32))

    def remove(self, passages: Sequence[int]) -> None:
        """Remove the vectors of passages."""
        for first in range(0, len(passages), READ_BATCH):
            ids = [str(passage) for passage in passages[first : first + READ_BATCH]]
            with _failures_named(self._place):
                self._collection.delete(ids=ids)

    def get(self, passages: Sequence[int]) -> dict[int, Vectors]:
        """Return the vectors of those passages that have one, in the order asked for."""
        found: dict[int, Vectors] = {}
        for first in range(0, len(passages), READ_BATCH):
            ids = [str(passage) for passage in passages[first : first + READ_BATCH]]
            with _failures_named(self._place):
                answer = self._collection.get(ids=ids, include=["embeddings"])
            rows = np.asarray(answer["embeddings"], dtype=np.float32)
            found.update(zip(map(int, answer["ids"]), rows, strict=True))
        return {passage: found[passage] for passage in passages if passage in found}

    def search(self, row: Vectors, limit: int, among: Sequence[int] | None = None) -> list[Scored]:
        """Return the passages nearest to `row` (shape (dim,)), by cosine similarity; ties by passage id.

        With `among`, no others are found. Of a store that no longer changes: its size is asked for once.
        """
        if self._size is None:  # asking takes 10 ms among 70,000
            self._size = self.count()
        most = min(limit, self._size if among is None else len(among))
        if most < 1:
            return []
        few = among if among is not None and len(among) <= FEW else None
        found = self._query(row, most, among) if few is None else self._compare(row, few)
        return sorted(found, key=lambda hit: (-hit.score, hit.passage))[:most]

    def close(self) -> None:
        """Release the store; Chroma keeps it open for the process otherwise."""
        with _OPENING:
            self._close()

    def _close(self) -> None:
        if isinstance(self._place, Path):  # the client of a server is everybody's
            self._client.close()

    def _query(self, row: Vectors, limit: int, among: Sequence[int] | None = None) -> list[Scored]:
        ids = None if among is None else [str(passage) for passage in among]
        try:
            with _failures_named(self._place):
                answer = self._collection.query(
                    query_embeddings=row.reshape(1, -1), n_results=limit, ids=ids, include=["distances"]
                )
        except OSError:  # Chroma fails where one of them is lost, of which the doctor tells
            left = list(self.get(among or []))
            if among is None or len(left) == len(among):
                raise
            return self._query(row, min(limit, len(left)), left) if left else []
        distances = (answer["distances"] or [[]])[0]
        return [Scored(int(i), 1.0 - float(d)) for i, d in zip(answer["ids"][0], distances, strict=True)]

    def _compare(self, row: Vectors, among: Sequence[int]) -> list[Scored]:
        """Compare a row with each of some passages'."""
        stored = self.get(among)
        rows = np.asarray(list(stored.values()), dtype=np.float32).reshape(len(stored), row.size)
        norms = np.linalg.norm(rows, axis=1) * np.linalg.norm(row)
        cosines = (rows @ row) / np.maximum(norms, np.finfo(np.float32).tiny)
        return list(map(Scored, stored, cosines.tolist()))
