"""Generations: a store holds sealed indexes, one of them live. Clone, seal, flip, lease, remove.

    STORE/CURRENT            name of the live generation, replaced as one
    STORE/writer.lock        held by the one sync that writes
    STORE/g000007/           chroma/ lexical/ texts/ catalog.sqlite LEASE SEALED
    STORE/vectors/<name>/    vectors that generations share; a generation's catalog names those that it needs

A folder without SEALED is what a killed sync left, and never live.
"""

import hashlib
import logging
import os
import re
import shutil
import sqlite3
import time
from collections.abc import Hashable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from index.sharing import copy_file, sync_path, sync_tree

try:
    import fcntl
except ImportError:  # Windows: a folder with open files cannot be renamed, which protects readers as well
    fcntl = None  # type: ignore[assignment]

logger = logging.getLogger(__name__)

CURRENT, LOCK, SEALED, LEASE = "CURRENT", "writer.lock", "SEALED", "LEASE"
CATALOG, LEXICAL, VECTORS, TEXTS = "catalog.sqlite", "lexical", "chroma", "texts"
SEALED_VECTORS = "vectors"
_NAME = re.compile(r"g(\d{6,})")
_RUBBISH = ".removed-"
LEASE_ATTEMPTS = 100
POLL_S = 0.05


class IndexUnusable(Exception):  # noqa: N818
    """No answer can come from this index; the message says why and names the command that mends it."""


class NoIndex(IndexUnusable):
    """There is no sealed generation in the store."""


class Damaged(IndexUnusable):
    """The index cannot be read."""

    def __init__(self, store: Path, articles_dir: Path | None, error: Exception) -> None:
        super().__init__(
            f"the index {store} cannot be opened: {error}; run: {rebuilding(store, articles_dir)}"
        )


def rebuilding(store: Path, articles_dir: Path | str | None = None) -> str:
    """Return the command that builds a store anew; from the folder of the settings, where none is given."""
    folder = f" {articles_dir}" if articles_dir else ""
    return f"python -m qa index{folder} --index {store} --rebuild"


class Locked(IndexUnusable):
    """Another sync is writing to the store."""


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation's folder, sealed or being written."""

    path: Path

    @property
    def name(self) -> str:
        """The folder's name, by which CURRENT calls it."""
        return self.path.name

    @property
    def catalog(self) -> Path:
        """The catalog's file."""
        return self.path / CATALOG

    @property
    def lexical(self) -> Path:
        """The lexical index's folder."""
        return self.path / LEXICAL

    @property
    def texts(self) -> Path:
        """The folder of text segments."""
        return self.path / TEXTS

    @property
    def vectors(self) -> Path:
        """The folder of the vectors that are this generation's own."""
        return self.path / VECTORS

    def sealed_vectors(self, name: str) -> Path:
        """Return the folder of a segment of vectors that generations share."""
        return self.path.parent / SEALED_VECTORS / name

    @property
    def is_sealed(self) -> bool:
        """Whether the generation was finished."""
        return (self.path / SEALED).is_file()

    def identity(self) -> Hashable:
        """Return what tells it from all others, also from one of its name that was built in its place."""
        try:
            found = (self.path / LEASE).stat()
        except FileNotFoundError:
            return self.name
        return self.name, found.st_dev, found.st_ino, found.st_mtime_ns

    def size_bytes(self) -> int:
        """Return the size of all files that it needs, those included that generations share."""
        folders = [self.path, *map(self.sealed_vectors, _vector_names(self) or ())]
        return sum(path.stat().st_size for folder in folders for path in folder.rglob("*") if path.is_file())


class Lease:
    """Keeps a generation from being removed until `close`."""

    def __init__(self, generation: Generation, descriptor: int) -> None:
        self.generation = generation
        self._descriptor: int | None = descriptor

    def close(self) -> None:
        """Let the generation go; a second call does nothing."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class Store:
    """A folder of generations."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def current(self) -> Generation | None:
        """Return the live generation; None if there is none."""
        try:
            name = (self.path / CURRENT).read_text("ascii").strip()
        except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
            return None
        if not _NAME.fullmatch(name):
            return None
        generation = Generation(self.path / name)
        return generation if generation.is_sealed else None

    def sealed(self) -> list[Generation]:
        """Return all finished generations, oldest first."""
        found = [Generation(self.path / name) for name in self._entries() if _NAME.fullmatch(name)]
        return [generation for generation in found if generation.is_sealed]

    def lease(self) -> Lease:
        """Return a lease on the live generation. Raises NoIndex if there is none."""
        for _ in range(LEASE_ATTEMPTS):
            generation = self.current()
            if generation is None:
                break
            lease = _try_lease(generation)
            if lease is not None:
                return lease
            # Removed between reading CURRENT and leasing, so CURRENT has moved on or is about to.
            time.sleep(POLL_S / 10)
        raise NoIndex(f"no index in {self.path}; run: python -m qa index")

    @contextmanager
    def lock(self, *, wait_s: float | None) -> Iterator[None]:
        """Hold the store's writer lock; `wait_s` None waits for as long as it takes.

        The operating system frees the lock of a process that was killed. Raises Locked when the time is up.
        """
        from filelock import FileLock, Timeout

        self.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path / LOCK, timeout=-1 if wait_s is None else wait_s, poll_interval=POLL_S)
        try:
            lock.acquire()
        except Timeout as error:
            raise Locked(
                f"another index run is writing to {self.path}; wait for it, then run again"
            ) from error
        try:
            yield
        finally:
            lock.release()

    def begin(self, base: Generation | None) -> Generation:
        """Make a new unsealed generation: a clone of `base`, or empty. The lock must be held."""
        numbers = [int(match.group(1)) for name in self._entries() if (match := _NAME.fullmatch(name))]
        draft = Generation(self.path / f"g{max(numbers, default=0) + 1:06d}")
        draft.path.mkdir()
        if base is not None:
            from index import lexical, texts, vectors

            copy_file(base.catalog, draft.catalog)
            texts.clone(base.texts, draft.texts)
            lexical.clone(base.lexical, draft.lexical)
            if base.vectors.is_dir():  # else they are on a server
                vectors.clone(base.vectors, draft.vectors)
        return draft

    def publish(self, draft: Generation) -> None:
        """Seal a finished generation and make it the live one, so that it survives a power cut."""
        (draft.path / LEASE).touch()
        sync_tree(draft.path)  # shared vectors are synced by those who make them
        (draft.path / SEALED).touch()
        sync_path(draft.path)
        sync_path(self.path)
        self.make_live(draft)

    def make_live(self, generation: Generation) -> None:
        """Name a finished generation as the live one. The lock must be held."""
        following = self.path / f"{CURRENT}.new"
        following.write_text(f"{generation.name}\n", "ascii")
        sync_path(following)
        following.replace(self.path / CURRENT)
        sync_path(self.path)

    def has_rubbish(self) -> bool:
        """Whether a sync that was killed left something behind, or one is running."""
        return any(self._is_rubbish(name) for name in self._entries())

    def sweep(self) -> None:
        """Remove rubbish, and what is neither live, nor the generation before, nor leased, under the lock."""
        live = self.current()
        names = [name for name in self._entries() if _NAME.fullmatch(name) and not self._is_rubbish(name)]
        # Sealed with a higher number than the live one: its sync was killed before it moved CURRENT.
        kept = {live.name, *[name for name in names if name < live.name][-1:]} if live else set()
        for name in self._entries():
            if self._is_rubbish(name):
                shutil.rmtree(self.path / name, ignore_errors=True)
            elif _NAME.fullmatch(name) and name not in kept:
                self._remove_unless_leased(Generation(self.path / name))
        self._sweep_vectors()

    def needed_vectors(self) -> set[str] | None:
        """Return the names of the vector segments and tails that any generation needs; None if one cannot say."""
        needed: set[str] = set()
        for name in self._entries():
            if _NAME.fullmatch(name):
                named = _vector_names(Generation(self.path / name))
                if named is None:  # damaged, or of an older schema: perhaps it needs all of them
                    return None
                needed |= named
        return needed

    def _sweep_vectors(self) -> None:
        """Remove the segments that no generation needs."""
        needed = self.needed_vectors()
        if needed is None:
            return
        folder = self.path / SEALED_VECTORS
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.name not in needed:
                shutil.rmtree(path, ignore_errors=True)
        if not needed:
            with suppress(OSError):
                folder.rmdir()

    def discard(self, draft: Generation) -> None:
        """Remove a generation that was not finished."""
        shutil.rmtree(draft.path, ignore_errors=True)
        self._sweep_vectors()

    def _entries(self) -> list[str]:
        try:
            return sorted(path.name for path in self.path.iterdir())
        except FileNotFoundError:
            return []

    def _is_rubbish(self, name: str) -> bool:
        if name.startswith(_RUBBISH):
            return True
        return _NAME.fullmatch(name) is not None and not Generation(self.path / name).is_sealed

    def _remove_unless_leased(self, generation: Generation) -> None:
        aside = self.path / f"{_RUBBISH}{generation.name}"
        try:
            descriptor = os.open(generation.path / LEASE, os.O_RDONLY)
        except FileNotFoundError:
            descriptor = None
        try:
            if descriptor is not None and fcntl is not None:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Out of the way first: a reader finds the whole generation, or none.
            generation.path.rename(aside)
        except OSError:  # leased by a reader; a later sync removes it
            return
        finally:
            if descriptor is not None:
                os.close(descriptor)
        shutil.rmtree(aside, ignore_errors=True)


def is_name(name: str) -> bool:
    """Whether a generation may have that name."""
    return _NAME.fullmatch(name) is not None


def default_store(articles_dir: Path, base: Path) -> Path:
    """Return the store of a folder of articles: its name and 8 hex digits of its resolved path."""
    resolved = articles_dir.resolve()
    digest = hashlib.sha256(os.fsencode(resolved)).hexdigest()
    return base / f"{resolved.name or 'root'}-{digest[:8]}"


def _try_lease(generation: Generation) -> Lease | None:
    try:
        descriptor = os.open(generation.path / LEASE, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        if fcntl is not None:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        # Between opening and locking the generation may have been moved out of the way.
        if os.path.samestat(os.fstat(descriptor), (generation.path / LEASE).stat()):
            return Lease(generation, descriptor)
    except (BlockingIOError, FileNotFoundError):  # being removed, or removed
        pass
    os.close(descriptor)
    return None


def _vector_names(generation: Generation) -> set[str] | None:
    """Return the names of the segments and the tail that a generation needs; None if its catalog cannot say."""
    from index.catalog import Catalog

    try:
        with closing(Catalog(generation.catalog)) as catalog:
            tail = catalog.meta().get("tail")  # a collection of its own, on a server
            return {segment.name for segment in catalog.vector_segments()} | ({tail} if tail else set())
    except (sqlite3.Error, OSError):
        return None
