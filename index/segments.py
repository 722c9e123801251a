"""The vectors of one generation: sealed segments, which generations share, and the tail, which is its own.

    STORE/vectors/<name>/     sealed segments: Chroma folders to which nothing is ever added
    STORE/g000007/chroma/     the tail: the newest vectors, copied at each sync

or in collections of a Chroma server (index/places.py).
A vector removed from a sealed segment stays there, dead, and is left out of what is found.
"""

import os
import threading
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, pairwise
from typing import NamedTuple

import numpy as np

from index.lexical import Scored
from index.places import Places
from index.records import VectorSegment
from index.vectors import Place, Vectors, VectorStore

# Of each segment at first: asking one again takes longer than some neighbours more.
FIRST_ASKED, TIMES_ITS_SHARE = 16, 3


class _OpenStores:
    """The sealed segments that this process has open: one store each, however many generations need it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stores: dict[Place, VectorStore] = {}
        self._takers: Counter[Place] = Counter()

    def take(self, place: Place) -> VectorStore:
        """Return the store at a place, opened if it is not; to be released as often as taken."""
        with self._lock:
            if place not in self._stores:
                self._stores[place] = VectorStore(place, create=False)
            self._takers[place] += 1
            return self._stores[place]

    def release(self, place: Place) -> None:
        """Close the store at a place, unless somebody else has it."""
        with self._lock:
            self._takers[place] -= 1
            if not self._takers[place]:
                del self._takers[place]
                self._stores.pop(place).close()


_OPEN = _OpenStores()


class SealedVectors:
    """The sealed segments of one generation, each opened when first needed."""

    def __init__(self, places: Places, segments: Sequence[VectorSegment]) -> None:
        self._places, self._segments = places, list(segments)
        self._lasts = [segment.last for segment in segments]
        self._lock = threading.Lock()
        self._open: dict[str, VectorStore] = {}

    def close(self) -> None:
        """Release all stores."""
        with self._lock:
            for name in self._open:
                _OPEN.release(self._places.segment(name))
            self._open.clear()

    def store(self, segment: VectorSegment) -> VectorStore:
        """Return a segment's store."""
        with self._lock:
            if segment.name not in self._open:
                self._open[segment.name] = _OPEN.take(self._places.segment(segment.name))
            return self._open[segment.name]

    def segment_of(self, passage: int) -> VectorSegment | None:
        """Return the segment in which a passage's vector stands; None if that is the tail."""
        at = bisect_left(self._lasts, passage)
        return self._segments[at] if at < len(self._segments) else None

    def get(self, passages: Iterable[int]) -> dict[int, Vectors]:
        """Return the vectors of those passages that have one in a sealed segment."""
        ids: dict[str, list[int]] = {}
        segments: dict[str, VectorSegment] = {}
        for passage in passages:
            segment = self.segment_of(passage)
            if segment is not None:
                segments[segment.name] = segment
                ids.setdefault(segment.name, []).append(passage)
        found: dict[int, Vectors] = {}
        for name, segment in segments.items():
            found |= self.store(segment).get(ids[name])
        return found


class _Asked(NamedTuple):
    """A segment, None for the tail, and among which of its passages is searched, None for all."""

    segment: VectorSegment | None
    among: Sequence[int] | None


def _best(hits: Iterable[Scored], limit: int) -> list[Scored]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.passage))[: max(limit, 0)]


class VectorReader:
    """All vectors of one generation; searches are safe to share between threads."""

    def __init__(self, places: Places, segments: Sequence[VectorSegment], dead: AbstractSet[int]) -> None:
        self._segments, self._dead = list(segments), dead
        self._sealed = SealedVectors(places, segments)
        self._tail = VectorStore(places.tail, create=False)
        self._pool = ThreadPoolExecutor(os.cpu_count(), "vectors")  # Chroma searches without Python's lock

    def close(self) -> None:
        """Release all stores."""
        self._pool.shutdown()
        self._sealed.close()
        self._tail.close()

    def warm_up(self, dim: int) -> None:
        """Load all vectors now: Chroma does so at the first query."""
        self.search(np.ones(dim, dtype=np.float32), 1)

    def count(self) -> int:
        """Return how many vectors there are, dead ones left out; each store is asked."""
        sealed = sum(self._sealed.store(segment).count() - segment.dead for segment in self._segments)
        return sealed + self._tail.count()

    def get(self, passages: Iterable[int]) -> dict[int, Vectors]:
        """Return the vectors of those passages that have one."""
        wanted = [passage for passage in passages if passage not in self._dead]
        in_tail = [passage for passage in wanted if self._sealed.segment_of(passage) is None]
        return self._sealed.get(wanted) | self._tail.get(in_tail)

    def search(self, row: Vectors, limit: int, among: Sequence[int] | None = None) -> list[Scored]:
        """Return the passages nearest to `row` (shape (dim,)), by cosine similarity; ties by passage id.

        With `among`, live passages in order, no others are found.
        """
        asked = self._holding(among)
        first = min(limit, FIRST_ASKED + TIMES_ITS_SHARE * limit // max(len(asked), 1))
        hits = self._search_each(asked, row, first)
        best = _best(chain.from_iterable(hits), limit)
        # Where all that one gave are among the best, it may have more of them.
        more = [
            place
            for place, found in enumerate(hits)
            if len(found) >= first < limit and (len(best) < limit or found[-1].score >= best[-1].score)
        ]
        again = self._search_each([asked[place] for place in more], row, limit)
        for place, found in zip(more, again, strict=True):
            hits[place] = found
        return _best(chain.from_iterable(hits), limit) if more else best

    def _holding(self, among: Sequence[int] | None) -> list[_Asked]:
        """Return which segments to ask, the tail last, and among which of their passages."""
        segments: list[VectorSegment | None] = [*self._segments, None]
        if among is None:
            return [_Asked(segment, None) for segment in segments]
        ends = [bisect_right(among, segment.last) for segment in self._segments]
        parts = [among[start:end] for start, end in pairwise([0, *ends, len(among)])]
        return [_Asked(segment, part) for segment, part in zip(segments, parts, strict=True) if part]

    def _search_each(self, asked: Sequence[_Asked], row: Vectors, limit: int) -> list[list[Scored]]:
        return list(self._pool.map(lambda one: self._search_live(one, row, limit), asked))

    def _search_live(self, one: _Asked, row: Vectors, limit: int) -> list[Scored]:
        """Ask for more until enough live ones are among them, or there are no more."""
        segment, among = one
        if segment is None:
            return self._tail.search(row, limit, among)
        store, asked = self._sealed.store(segment), limit + min(limit, segment.dead)
        while True:
            found = store.search(row, asked, among)
            live = [hit for hit in found if hit.passage not in self._dead]
            if len(live) >= limit or len(found) < asked or asked >= segment.slots:
                return live
            asked = min(4 * asked, segment.slots)
