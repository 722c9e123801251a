"""What a sync has to do: from directory entries, the files as indexed, and hashes of what moved."""

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.folder import FileEntry
from corpus.loader import read_bytes
from corpus.refusal import Refusal
from index.catalog import FileState

_HASH_BYTES = 16
_CHUNK_BYTES = 1 << 20
FINE_MARGIN_NS = 50_000_000  # kernels stamp files by their tick, 1 to 10 ms
COARSE_MARGIN_NS = 2_500_000_000  # FAT and some network file systems keep times to 1 or 2 s


@dataclass(frozen=True, slots=True)
class Suspects:
    """Files whose directory entries do not show that they are as they were indexed."""

    new: tuple[FileEntry, ...]
    moved: tuple[FileEntry, ...]  # other size, time or inode, or not proven
    gone: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.new or self.moved or self.gone)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sync reads, drops, and merely notes."""

    read: tuple[FileEntry, ...]  # in order of name
    gone: tuple[str, ...]
    touched: tuple[FileEntry, ...]  # the same bytes under new time stamps
    refusals: tuple[Refusal, ...] | None  # by directory entry, if they changed

    @property
    def is_empty(self) -> bool:
        """Whether the index is in line with the folder; a mere touch is no reason to write."""
        return not (self.read or self.gone or self.refusals is not None)


def suspect(
    entries: Iterable[FileEntry], known: Mapping[str, FileState], *, forced: set[str], verify: bool = False
) -> Suspects:
    """Compare directory entries with the files as indexed. Pure.

    `forced` files are taken for new; with `verify`, no directory entry is trusted.
    """
    new, moved, gone = [], [], set(known)
    for entry in entries:
        state = known.get(entry.name)
        gone.discard(entry.name)
        if state is None or entry.name in forced:
            new.append(entry)
        elif verify or not state.is_proven or stamps(entry) != stamps(state):
            moved.append(entry)
    return Suspects(tuple(new), tuple(moved), tuple(sorted(gone)))


def settle(
    suspects: Suspects,
    known: Mapping[str, FileState],
    *,
    refusals: list[Refusal],
    known_refusals: list[Refusal],
) -> Plan:
    """Turn suspects into a plan by hashing those that may have changed."""
    changed = [entry for entry in suspects.moved if hash_file(entry.path) != known[entry.name].hash]
    changed_names = {entry.name for entry in changed}
    touched = [entry for entry in suspects.moved if entry.name not in changed_names]
    read = sorted([*suspects.new, *changed], key=lambda entry: entry.name)
    before = sorted(known_refusals, key=_refusal_key)
    now = sorted(refusals, key=_refusal_key)
    return Plan(tuple(read), suspects.gone, tuple(touched), None if now == before else tuple(refusals))


def hash_file(path: Path) -> bytes:
    """Return a hash of the file's bytes; empty if it cannot be read."""
    hashed = _hash()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                hashed.update(chunk)
    except OSError:
        return b""
    return hashed.digest()


def observe(entry: FileEntry) -> FileState:
    """Hash a file and return what the catalog remembers of it; called before the file is read."""
    is_settled = _is_settled(entry)
    return _state(entry, hash_file(entry.path), is_settled)


def observe_and_read(entry: FileEntry, *, max_file_mb: float) -> tuple[FileState, bytes | None]:
    """Observe a file and return what `corpus.loader.read_bytes` does, too: from one reading, if that reads it."""
    is_settled = _is_settled(entry)
    data = read_bytes(entry, max_file_mb=max_file_mb)
    hashed = hash_file(entry.path) if data is None else _hash(data).digest()
    return _state(entry, hashed, is_settled), data


def _hash(data: bytes = b"") -> "hashlib.blake2b":
    return hashlib.blake2b(data, digest_size=_HASH_BYTES)


def _is_settled(entry: FileEntry) -> bool:
    """Whether any change from now on must show in the time stamp, as git asks of its index."""
    margin_ns = FINE_MARGIN_NS if entry.mtime_ns % 1_000_000_000 else COARSE_MARGIN_NS
    return entry.mtime_ns < time.time_ns() - margin_ns


def _state(entry: FileEntry, hashed: bytes, is_settled: bool) -> FileState:
    return FileState(entry.size, entry.mtime_ns, entry.inode, hashed, is_settled and bool(hashed))


def stamps(found: FileEntry | FileState) -> tuple[int, int, int]:
    """Return what tells that a file was written anew: its size, time and inode."""
    return found.size, found.mtime_ns, found.inode


def _refusal_key(refusal: Refusal) -> tuple[str, int, str]:
    return refusal.path, refusal.line or 0, refusal.reason
