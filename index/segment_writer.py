"""Writing the vectors of an unsealed generation: the tail grows, is sealed when large, and segments are merged.

What a sync costs follows from what it changes: the tail, of a few vectors, is all that is copied. Segments are
merged as a binary counter carries, so that a vector is written a few times in all, and their number stays small.
Where there are many vectors, a segment grows by parts while the next ones are embedded.
"""

import shutil
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.catalog_writer import CatalogWriter
from index.config import IndexConfig
from index.generations import Generation
from index.places import TAIL_NAME, Places, ServerSealer, prepare_tail
from index.records import VectorSegment
from index.sealing import Sealer, write_part
from index.segments import SealedVectors
from index.vectors import OnServer, Vectors, VectorStore

TAIL_SLOTS, TAIL_VECTORS = "tail_slots", "tail_vectors"  # of the catalog's meta
SEGMENT = 131_072  # vectors in a full segment: asking one takes nearly as long whatever it holds
MERGED = 16_384  # vectors in a segment made of smaller ones, at most: some small sync has to wait for it
BEGUN = 8_192  # vectors with which a segment is begun before it is known how many there will be
PART = 4_096  # vectors that it then grows by
FIRST = 2_000  # vectors with which one is begun where there will be many: its process waits for them


@dataclass(frozen=True, slots=True)
class _Part:
    """Vectors on their way to a segment, in order of passage."""

    ids: NDArray[np.int64]
    rows: Vectors  # mapped from a file, not read

    def get(self, passage: int) -> Vectors | None:
        at = int(np.searchsorted(self.ids, passage))
        is_there = at < len(self.ids) and self.ids[at] == passage
        return np.array(self.rows[at]) if is_there else None


@dataclass(slots=True)
class _Chunk:
    """A segment that this sync writes, by parts."""

    segment: VectorSegment
    parts: list[_Part] = field(default_factory=list)


class VectorWriter:
    """Adds and removes vectors of one unsealed generation. Passages must come in order of their ids."""

    def __init__(self, draft: Generation, catalog: CatalogWriter, config: IndexConfig) -> None:
        self._draft, self._catalog = draft, catalog
        self._places = Places.of_draft(draft, config)
        self._last_before = catalog.last_passage()
        self._segments = catalog.vector_segments()  # sealed before this sync
        self._chunks: list[_Chunk] = []  # written by it
        self._growing: _Chunk | None = None
        self._pending: dict[int, Vectors] = {}
        self._begun = BEGUN
        self._removed: set[int] = set()
        self._slots = int(catalog.meta(TAIL_SLOTS) or 0)
        size = catalog.meta(TAIL_VECTORS)
        self._tail_size = int(size) if size else None  # vectors; None where the tail must be asked
        self._dim = int(catalog.meta("dim") or 0) or None  # of all vectors, where there are some
        self._parts = draft.path / "parts"
        # An empty tail, made by the process that writes vectors: this one would load Chroma for it at the very end.
        self._spare_tail = self._parts / "tail"
        self._sealer = ServerSealer() if self._places.url else Sealer()
        self._sealed = SealedVectors(self._places, self._segments)
        self._tail_store = self._tail_on_server(self._places.url) if self._places.url else None

    @property
    def _tail(self) -> VectorStore:
        """The tail, opened when first needed: importing Chroma takes longer than removing an article."""
        if self._tail_store is None:
            self._tail_store = VectorStore(self._places.tail, create=True)
        return self._tail_store

    def close(self) -> None:
        """Release all stores, and end what is still being sealed."""
        self._sealer.close()
        self._sealed.close()
        if self._tail_store is not None:
            self._tail_store.close()

    def expect(self, vectors: int) -> None:
        """Take note of how many vectors there will be, about: many are written from the first on."""
        if vectors > BEGUN:
            self._begun = FIRST
            self._sealer.start()
            if isinstance(self._sealer, Sealer) and not self._places.generation.vectors.exists():
                self._sealer.make_empty(self._spare_tail)
                self._tail_size = 0

    def add(self, passages: Sequence[int], rows: Vectors) -> None:
        """Add one row a passage."""
        self._pending.update(zip(passages, rows, strict=True))
        while len(self._pending) >= (PART if self._growing else self._begun):
            if not self._chunks:
                self._take_tail()
            self._grow()

    def get(self, passages: Iterable[int]) -> dict[int, Vectors]:
        """Return the vectors of those passages that have one, those removed by this sync included."""
        found, rest = {}, []
        for passage in passages:
            if passage in self._pending:
                found[passage] = self._pending[passage]
            elif (row := self._chunk_row(passage)) is not None:
                found[passage] = row
            else:
                rest.append(passage)
        in_tail = [passage for passage in rest if self._sealed.segment_of(passage) is None]
        return found | self._sealed.get(rest) | (self._tail.get(in_tail) if in_tail else {})

    def remove(self, passages: Iterable[int]) -> None:
        """Remove vectors when the sync ends: until then `get` gives them to passages with the same text."""
        self._removed.update(passages)

    def hand_over(self) -> None:
        """Write what is left. Nothing may be added or removed after; `finish` waits until it is done."""
        self._bury()
        while self._growing and self._pending:
            self._grow()
        if self._growing:
            self._end()
        gone = 2 * self._count_tail() < self._slots  # Chroma never frees the slots of what is deleted
        if gone or len(self._pending) + self._count_tail() > self._places.most_in_tail:
            self._take_tail()
        if len(self._pending) + self._count_tail() > self._places.most_in_tail:
            self._absorb()
            self._seal()
        elif self._pending:
            self._slots += len(self._pending)
            self._tail_size = None
            self._tail.add(*self._taken(len(self._pending)))
        self._compact()

    def finish(self) -> int:
        """Return how many vectors there are, when all is written."""
        counts = self._sealer.results()
        in_tail = self._count_tail()
        vectors = in_tail + sum(segment.live for segment in self._segments)
        vectors += sum(counts[chunk.segment.name] - chunk.segment.dead for chunk in self._chunks)
        segments = [*self._segments, *(chunk.segment for chunk in self._chunks)]
        self._catalog.set_vector_segments(sorted(segments, key=lambda segment: segment.first))
        told = {TAIL_SLOTS: str(self._slots), TAIL_VECTORS: str(in_tail), TAIL_NAME: self._places.tail_name}
        self._catalog.set_meta(told)
        self._chunks.clear()
        self.close()
        if self._spare_tail.exists() and not self._places.generation.vectors.exists():
            self._spare_tail.rename(self._places.generation.vectors)
        shutil.rmtree(self._parts, ignore_errors=True)
        return vectors

    def _chunk_row(self, passage: int) -> Vectors | None:
        around = (c for c in self._chunks if c.segment.first <= passage <= c.segment.last)
        rows = (part.get(passage) for chunk in around for part in chunk.parts)
        return next((row for row in rows if row is not None), None)

    def _bury(self) -> None:
        """Forget removed vectors that are pending, delete those in the tail, mark those in segments as dead."""
        removed = sorted(passage for passage in self._removed if self._pending.pop(passage, None) is None)
        in_chunks = [passage for passage in removed if self._chunk_row(passage) is not None]
        in_tail = [passage for passage in removed if self._sealed.segment_of(passage) is None]
        from_tail = [passage for passage in in_tail if passage <= self._last_before]
        if from_tail:
            self._tail.remove(from_tail)
            self._tail_size = None
        dead = sorted({*removed} - {*in_tail} | {*in_chunks})
        self._catalog.bury(dead)
        self._segments = [_with_dead(segment, dead) for segment in self._segments]
        for chunk in self._chunks:
            chunk.segment = _with_dead(chunk.segment, dead)

    def _take_tail(self) -> None:
        """Put the tail's vectors before the pending ones, and begin a new tail."""
        passages = self._tail_passages()
        if not passages and not self._slots:  # nothing was ever in it
            return
        self._pending = self._tail.get(passages) | self._pending
        self._tail.close()
        self._tail_store, self._tail_size, self._slots = self._new_tail(), None, 0

    def _count_tail(self) -> int:
        if self._tail_size is None:
            self._tail_size = self._tail.count()
        return self._tail_size

    def _tail_passages(self) -> list[int]:
        first = self._segments[-1].last + 1 if self._segments else 0
        return self._catalog.passages_between(first, self._last_before)

    def _new_tail(self) -> VectorStore:
        place = self._places.tail
        if isinstance(place, OnServer):
            prepare_tail(self._places, self._dim)
            tail = VectorStore(place, create=True)
            tail.become([], np.empty(0, dtype=np.float32))
            return tail
        shutil.rmtree(place, ignore_errors=True)
        return VectorStore(place, create=True)

    def _tail_on_server(self, url: str) -> VectorStore:
        """Return a collection that holds what the tail before this sync does."""
        before = self._catalog.meta(TAIL_NAME)
        passages = self._tail_passages() if before else []
        rows: dict[int, Vectors] = {}
        if before and passages:
            with closing(VectorStore(OnServer(url, before), create=False)) as source:
                rows = source.get(passages)
        prepare_tail(self._places, self._dim)
        tail = VectorStore(self._places.tail, create=True)
        tail.become(list(rows), np.asarray(list(rows.values()), dtype=np.float32))
        self._slots, self._tail_size = len(rows), None
        return tail

    def _absorb(self) -> None:
        """Take up the last segments as long as they are not much larger than what is to be sealed."""
        while self._segments and not self._chunks:
            last, size = self._segments[-1], len(self._pending)
            if last.live > 2 * size or last.live + size > MERGED:
                break
            self._pending = self._live_of(self._segments.pop()) | self._pending

    def _compact(self) -> None:
        """Write segments anew of which more is dead than alive; no vector is embedded again."""
        for segment in [segment for segment in self._segments if segment.dead > segment.live]:
            self._segments.remove(segment)
            self._pending = self._live_of(segment)
            self._seal()

    def _live_of(self, segment: VectorSegment) -> dict[int, Vectors]:
        self._catalog.forget_dead(segment.first, segment.last)
        return self._sealed.get(self._catalog.passages_between(segment.first, segment.last))

    def _grow(self) -> None:
        """Write some pending vectors to the segment that grows, or to a new one, in the background."""
        chunk = self._growing = self._growing or self._new_chunk()
        part = self._write(chunk, min(PART, SEGMENT - chunk.segment.slots))
        self._sealer.grow(part, self._places.segment(chunk.segment.name))
        if chunk.segment.slots >= SEGMENT:
            self._end()

    def _end(self) -> None:
        """Let the segment that grows be sealed."""
        assert self._growing is not None
        self._sealer.seal(self._places.segment(self._growing.segment.name))
        self._growing = None

    def _seal(self) -> None:
        """Write all pending vectors to a segment of their own."""
        if self._pending:
            chunk = self._new_chunk()
            part = self._write(chunk, len(self._pending))
            self._sealer.run(part, self._places.segment(chunk.segment.name))

    def _new_chunk(self) -> _Chunk:
        first = next(iter(self._pending))
        chunk = _Chunk(VectorSegment(self._places.new_segment_name(), first, first, slots=0, dead=0))
        self._chunks.append(chunk)
        return chunk

    def _write(self, chunk: _Chunk, most: int) -> Path:
        """Write a part of a segment to a file, which is returned."""
        passages, rows = self._taken(most)
        segment = chunk.segment
        part = self._parts / f"{segment.name}-{len(chunk.parts)}"
        write_part(part, passages, rows)
        ids = np.asarray(passages, dtype=np.int64)
        chunk.parts.append(_Part(ids, np.load(f"{part}.npy", mmap_mode="r")))
        chunk.segment = replace(segment, last=int(ids[-1]), slots=segment.slots + len(ids))
        return part

    def _taken(self, count: int) -> tuple[list[int], Vectors]:
        taken = {passage: self._pending.pop(passage) for passage in list(self._pending)[:count]}
        return list(taken), np.asarray(list(taken.values()), dtype=np.float32)


def _with_dead(segment: VectorSegment, dead: Sequence[int]) -> VectorSegment:
    first, after = np.searchsorted(dead, [segment.first, segment.last + 1])
    return replace(segment, dead=segment.dead + int(after - first))
