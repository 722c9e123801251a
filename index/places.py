"""Where the vectors of a generation stand: in folders of its store, or in collections of a Chroma server.

On a server each generation has a collection of its own, its tail, and shares those of its sealed segments with others.
Its catalog names them all, so they are switched as one with it. What no generation of the store needs is dropped.
"""

import hashlib
import os
import platform
import uuid
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.config import IndexConfig
from index.generations import Generation, Store, is_name
from index.sealing import load_part
from index.vectors import OnServer, Place, VectorStore, collections, drop, take_over

TAIL_NAME = "tail"  # of the catalog's meta: the collection that is a generation's own
TAIL, TAIL_ON_SERVER = 2_048, 256  # vectors that are copied at each sync, at most


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one generation's vectors."""

    generation: Generation
    url: str | None  # of the server
    tail_name: str  # of the generation's own collection there

    @classmethod
    def of_draft(cls, draft: Generation, config: IndexConfig) -> "Places":
        """Return where a generation that is being written puts its vectors."""
        own = f"{prefix(draft.path.parent)}{draft.name}" if config.chroma_url else ""
        return cls(draft, config.chroma_url, own)

    @classmethod
    def of_sealed(cls, generation: Generation, config: IndexConfig, meta: Mapping[str, str]) -> "Places":
        """Return where a finished generation's vectors are, wherever it was written."""
        return cls(generation, config.chroma_url, meta.get(TAIL_NAME, ""))

    @property
    def tail(self) -> Place:
        """The place of the vectors that are the generation's own."""
        return OnServer(self.url, self.tail_name) if self.url else self.generation.vectors

    @property
    def most_in_tail(self) -> int:
        """How many vectors may stand there."""
        return TAIL_ON_SERVER if self.url else TAIL

    def segment(self, name: str) -> Place:
        """Return the place of a segment that generations share."""
        return OnServer(self.url, name) if self.url else self.generation.sealed_vectors(name)

    def new_segment_name(self) -> str:
        """Return a name that no segment has."""
        return f"{prefix(self.generation.path.parent) if self.url else ''}{uuid.uuid4().hex[:16]}"


def prefix(store: Path) -> str:
    """Return how all collections of a store begin: by machine and path, as a copied store must not drop them."""
    named = f"{platform.node()}\n{store.resolve()}"
    return f"{hashlib.sha256(os.fsencode(named)).hexdigest()[:12]}-"


def sweep_server(store: Store, config: IndexConfig) -> None:
    """Drop the store's collections that none of its generations needs, but for a tail. The lock must be held.

    The next sync takes that over: the server keeps memory and open files of each collection that it ever dropped.
    """
    if config.chroma_url is None:
        return
    unneeded = _unneeded(store, config.chroma_url)
    for name in set(unneeded) - set(_tails(store, unneeded)[-1:]):
        drop(OnServer(config.chroma_url, name))


def prepare_tail(places: Places, dim: int | None) -> None:
    """Let a draft's own collection be one that no generation needs, with what that holds. Raises ServerDown.

    `dim` is that of its vectors; None where it is not known yet. Without a fit one it is to be made anew.
    """
    tail = places.tail
    assert isinstance(tail, OnServer)
    store = Store(places.generation.path.parent)
    spare = _tails(store, _unneeded(store, tail.url))
    is_begun = tail.name in spare  # by a sync that was killed
    chosen = OnServer(tail.url, tail.name if is_begun else spare[-1]) if spare else None
    is_taken = dim is not None and chosen is not None and take_over(chosen, tail, dim)
    if is_begun and not is_taken:
        drop(tail)


def _unneeded(store: Store, url: str) -> list[str]:
    """Return the names of the store's collections that none of its generations needs; none where one cannot say."""
    needed = store.needed_vectors()
    if needed is None:
        return []
    return [name for name in collections(url, prefix(store.path)) if name not in needed]


def _tails(store: Store, names: Iterable[str]) -> list[str]:
    """Return those of a store's collections that were a generation's own, oldest first."""
    return sorted(name for name in names if is_name(name.removeprefix(prefix(store.path))))


class ServerSealer:
    """Writes segments on a server, in the background: the server does the work."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "sealing")
        self._running: list[Future[None]] = []
        self._counts: dict[str, int] = {}

    def start(self) -> None:
        """Do nothing: the server runs."""

    def grow(self, part: Path, target: Place) -> None:
        """Add to a segment, in the background; `results` waits for it."""
        self._running.append(self._thread.submit(self._add, part, target))

    run = grow

    def seal(self, target: Place) -> None:
        """Do nothing: a collection of a server is never closed."""

    def results(self) -> dict[str, int]:
        """Wait for all segments; return how many vectors each holds, by name."""
        for added in self._running:
            added.result()
        return self._counts

    def close(self) -> None:
        """Wait for what is being sent, and begin nothing more."""
        self._thread.shutdown(cancel_futures=True)

    def _add(self, part: Path, target: Place) -> None:
        with closing(VectorStore(target, create=True)) as store:
            store.add(*load_part(part))
            self._counts[target.name] = store.count()
