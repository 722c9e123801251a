"""`IndexReader`: one open generation. `LiveIndex`: the live one, asked for anew at each question."""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import date, datetime
from functools import lru_cache
from itertools import compress
from pathlib import Path

import numpy as np

from corpus.article import Article
from corpus.refusal import Refusal
from index.analysis import stems, words
from index.catalog import Catalog
from index.config import IndexConfig
from index.days import SPARE, Window, date_window, ordinal
from index.embedding import Vectors, load_embedder
from index.filters import Filters
from index.fingerprint import check_usable, fingerprint_of
from index.generations import Damaged, Generation, IndexUnusable, Lease, Store
from index.heaps import give_back
from index.lexical import LexicalReader, Scored, WeightedPhrase, WeightedTerm
from index.names import NameList, Variant, corrections, variants
from index.origins import Origins
from index.places import Places
from index.records import TOP_SOURCES, ArticleRecord, CorpusStats, Origin, StoredPassage
from index.segments import VectorReader

REMEMBERED = 20_000  # answers of a kind
REMEMBERED_PREFIXES = 64  # first letters of names, with all names that begin so
MOST_ASKED = 2_500  # neighbours; for more, what is of other days is better left out by the search itself


class IndexReader:
    """One generation, open for searching; safe to share between threads. It holds a lease until `close`.

    What is kept of its answers is kept by its `identity`: an index built in its place may have the same name.
    """

    def __init__(self, lease: Lease, config: IndexConfig) -> None:
        generation = lease.generation
        self.generation, self.identity = generation.name, generation.identity()
        self._lease, self._config = lease, config
        with ExitStack() as opened:
            opened.callback(lease.close)
            self._catalog = opened.enter_context(closing(Catalog(generation.catalog)))
            self._catalog.check_texts()
            self._meta = self._catalog.meta()
            self._lexical = LexicalReader(generation.lexical)
            segments, dead = self._catalog.vector_segments(), self._catalog.dead_vectors()
            places = Places.of_sealed(generation, config, self._meta)
            self._vectors = opened.enter_context(closing(VectorReader(places, segments, dead)))
            self._vectors.warm_up(int(self._meta.get("dim", "1")))
            self._opened = opened.pop_all()
        self._sources = lru_cache(1)(self._catalog.sources)
        self._origins = lru_cache(1)(lambda: Origins(self._catalog.publications()))
        self._by_day = lru_cache(1)(lambda: self._origins().by_day())
        self._stats: CorpusStats | None = None
        self._names = lru_cache(REMEMBERED_PREFIXES)(self._list_names)
        self._document_frequency = lru_cache(REMEMBERED)(self._lexical.document_frequency)
        self._name_frequency = lru_cache(REMEMBERED)(self._lexical.name_frequency)
        self._variants = lru_cache(REMEMBERED)(self._find_variants)
        self._corrections = lru_cache(REMEMBERED)(self._find_corrections)

    def close(self) -> None:
        """Release all files and the lease."""
        self._opened.close()
        # Each of these holds the reader or its terms in a cycle, which would wait for a rare round of the collector.
        del self._sources, self._names, self._document_frequency, self._name_frequency, self._variants
        del self._corrections, self._by_day, self._origins
        del self._lexical

    def stats(self) -> CorpusStats:
        """Return what the index holds; of a sealed generation, so that it is counted once."""
        if self._stats is None:
            self._stats = self._counted()
        return self._stats

    def _counted(self) -> CorpusStats:
        articles, passages = self._catalog.counts()
        undated, earliest, latest = self._catalog.date_span()
        return CorpusStats(
            generation=self.generation,
            articles=articles,
            passages=passages,
            stories=self._catalog.story_count(),
            undated=undated,
            earliest=earliest,
            latest=latest,
            sources=tuple(self._catalog.most_frequent("source", TOP_SOURCES)),
            languages=tuple(self._catalog.most_frequent("language", TOP_SOURCES)),
            refused=len(self._catalog.refusals()),
            indexed_at=datetime.fromisoformat(self._meta["indexed_at"]),
            articles_dir=Path(self._meta["articles_dir"]),
            fingerprint=fingerprint_of(self._meta),
            size_bytes=self._lease.generation.size_bytes(),
        )

    @property
    def passage_count(self) -> int:
        """How many passages the index holds."""
        return self._lexical.count()

    def co_occurrence(self, groups: Sequence[Sequence[str]]) -> int:
        """Return how many live passages hold at least one stem of each group, in title or text."""
        return self._lexical.co_occurrence(groups)

    def published_within(self, first: date, last: date) -> int:
        """Return how many passages are of articles from these days, both included."""
        return self._by_day().within((ordinal(first), ordinal(last)))

    def search_terms(
        self,
        terms: Sequence[WeightedTerm],
        phrases: Sequence[WeightedPhrase] = (),
        *,
        filters: Filters,
        limit: int,
    ) -> list[Scored]:
        """Return passages by BM25 over title and text, best first, ties by passage id."""
        share = self._by_day().within(date_window(filters)) / max(self.passage_count, 1)
        return self._lexical.search(terms, phrases, filters, limit, share=share)

    def search_vectors(self, text: str, *, filters: Filters, limit: int) -> list[Scored]:
        """Return passages by cosine similarity to the embedded text; none if it has no words."""
        row = self.embed([text])[0]
        if not row.any():
            return []
        if filters == Filters():
            return self._vectors.search(row, limit)
        found = self._near_within(row, date_window(filters), limit) if filters.source is None else None
        return found or self._vectors.search(row, limit, self._catalog.passages_within(filters))

    def _near_within(self, row: Vectors, window: Window, limit: int) -> list[Scored] | None:
        """Leave out of what is near all that is not of these days; None where too little of it is.

        To search among many passages that are told one by one takes longer.
        """
        within = self._by_day().within(window)
        is_all = within == self.passage_count
        asked = float(limit) if is_all else limit * self.passage_count * SPARE / max(within, 1)
        while asked <= MOST_ASKED:
            near = self._vectors.search(row, int(asked))
            are_within = self._origins().are_within([hit.passage for hit in near], window)
            kept = list(compress(near, are_within))
            if len(kept) >= limit or len(near) < int(asked):
                return kept[:limit]
            asked *= SPARE * limit / max(len(kept), 1)
        return None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed queries as float32 rows of shape (len(texts), dim), L2-normalised; no words, a zero row."""
        if not texts:
            return np.zeros((0, 0), dtype=np.float32)
        return load_embedder(self._config).embed_queries(texts)

    def origins(self, ids: Sequence[int]) -> dict[int, Origin]:
        """Return when and by whom passages were published; unlike their text, that costs next to nothing."""
        return self._origins().of(ids)

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """Return passages in the order asked for; ids that are not there are left out."""
        return self._catalog.passages(ids)

    def article_passages(self, article_id: str) -> list[StoredPassage]:
        """Return an article's passages in order; none if there is no such article."""
        return self._catalog.article_passages(article_id)

    def article(self, article_id: str) -> Article | None:
        """Return an article as indexed."""
        return self._catalog.article(article_id)

    def copies(self, article_id: str) -> tuple[ArticleRecord, ...]:
        """Return the other articles that tell an article's story in nearly the same words, oldest first.

        Which story an article belongs to, its record says: `story` is equal for all copies.
        """
        return self._catalog.copies(article_id)

    @property
    def sources(self) -> frozenset[str]:
        """The sources of the articles, as they are written."""
        return self._sources()

    def articles(self) -> Iterator[ArticleRecord]:
        """Yield all articles without text, in order of id."""
        return self._catalog.records()

    def find_articles(self, text: str, *, offset: int, limit: int) -> tuple[int, list[ArticleRecord]]:
        """Return how many articles have each word of `text` in title, source, date or id, and some, newest first."""
        return self._catalog.find(text, offset=offset, limit=limit)

    def newest(self, filters: Filters, *, limit: int) -> list[ArticleRecord]:
        """Return the newest articles that the filters let through, undated ones last, then by id."""
        return self._catalog.newest(filters, limit=limit)

    def document_frequency(self, stem: str) -> int:
        """Return how many passages hold a stem in title or text."""
        return self._document_frequency(stem)

    def name_variants(self, word: str) -> list[Variant]:
        """Return other spellings of a name that the articles have, closest first."""
        return self._variants(word)

    def corrections(self, stem: str) -> list[Variant]:
        """Return stems of the articles that a stem which is in none may be misspelt for, most frequent first."""
        return self._corrections(stem)

    def name_share(self, word: str) -> float:
        """Return which share of the passages that hold a word, or another of its stem, write it as a name, 0 to 1."""
        shares = [
            self._name_frequency(part) / max(self.document_frequency(stem), 1)
            for part, stem in zip(words(word), stems(word), strict=True)
        ]
        return min(shares, default=0.0)

    def refusals(self) -> list[Refusal]:
        """Return what could not be indexed, and why."""
        return self._catalog.refusals()

    def _list_names(self, prefix: str) -> NameList:
        return NameList.of(self._lexical.names(prefix))

    def _find_variants(self, word: str) -> list[Variant]:
        return variants(word, self._names)

    def _find_corrections(self, stem: str) -> list[Variant]:
        return corrections(stem, lambda prefix: NameList.of(self._lexical.stems(prefix)))


class LiveIndex:
    """The live generation of a store. A finished sync is seen at the next `reader()`, without a restart."""

    def __init__(self, store: Path, config: IndexConfig, *, articles_dir: Path | None) -> None:
        self._store, self._config, self._articles_dir = Store(store), config, articles_dir
        self._lock = threading.Lock()
        self._open: _Shared | None = None

    @contextmanager
    def reader(self) -> Iterator[IndexReader]:
        """Give the live generation to one question; it stays open for it when a newer one appears meanwhile.

        Raises NoIndex, FingerprintMismatch or FolderMismatch.
        """
        shared = self._acquire()
        try:
            yield shared.reader
        finally:
            self._release(shared)

    def close(self) -> None:
        """Close the open generation, as soon as no question is using it."""
        with self._lock:
            shared, self._open = self._open, None
        if shared is not None:
            self._release(shared)

    def _acquire(self) -> "_Shared":
        with self._lock:
            live = self._store.current()
            if self._open is None or live is None or live.identity() != self._open.reader.identity:
                self._open = self._reopened(live)
            self._open.users += 1
            return self._open

    def _reopened(self, live: Generation | None) -> "_Shared":
        stale = self._open
        if stale is not None and live is not None and live.name == stale.reader.generation:
            # Built in its place: Chroma shares an engine by its path, so the old one must be closed before.
            if stale.users > 1:
                return stale
            self._open = None
            _let_go(stale)
        fresh = _Shared(self._open_reader())
        if self._open is not None:
            _let_go(self._open)
        return fresh

    def _release(self, shared: "_Shared") -> None:
        with self._lock:
            _let_go(shared)

    def _open_reader(self) -> IndexReader:
        lease = self._store.lease()
        try:
            with _damage_reported(self._store.path, self._articles_dir):
                self._check(lease)
                return IndexReader(lease, self._config)
        except BaseException:
            lease.close()
            raise

    def _check(self, lease: Lease) -> None:
        with closing(Catalog(lease.generation.catalog)) as catalog:
            meta = catalog.meta()
        check_usable(meta, self._config, store=self._store.path, articles_dir=self._articles_dir)


class _Shared:
    """A reader with the number of its users; the live index itself is one."""

    def __init__(self, reader: IndexReader) -> None:
        self.reader, self.users = reader, 1


def open_live(store: Path, config: IndexConfig, *, articles_dir: Path | None) -> LiveIndex:
    """Open the live generation of a store, built from `articles_dir` unless that is None.

    Raises NoIndex, FingerprintMismatch or FolderMismatch.
    """
    live = LiveIndex(store, config, articles_dir=articles_dir)
    with live.reader():
        return live


def _let_go(shared: _Shared) -> None:
    shared.users -= 1
    if shared.users == 0:
        shared.reader.close()
        give_back()


@contextmanager
def _damage_reported(store: Path, articles_dir: Path | None) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        if not os.access(store, os.W_OK):
            raise IndexUnusable(
                f"the index {store} is read-only, and Chroma writes on opening: make it writable, or copy it and "
                f"name the copy by --index"
            ) from error
        raise Damaged(store, articles_dir, error) from error
