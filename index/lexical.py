"""The lexical index: BM25 over stems, the vocabulary of names. With `analysis.py` all that talks to tantivy."""

import json
import shutil
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from index.analysis import PLAIN, STEMMED, analyser, fold, folded_source, normalise
from index.days import EVERY_DAY, SPARE, UNDATED, Window, date_window, is_within, ordinal
from index.filters import Filters

if TYPE_CHECKING:
    import tantivy

TITLE_BOOST = 1.5  # measured, see DESIGN "Retrieval: what is known"
WRITER_HEAP_BYTES = 100_000_000
WIDER = 4  # times as many are asked for at most where dates are filtered afterwards
PAST_THE_CUT = 50  # tantivy breaks ties by place in the index, which depends on its history


class Scored(NamedTuple):
    """A passage found, with its arm's own score; higher is better."""

    passage: int
    score: float


@dataclass(frozen=True, slots=True)
class WeightedTerm:
    """A stem, as `stems` returns it, and how much it counts."""

    stem: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class WeightedPhrase:
    """Stems that stand in this order, with at most `slop` words moved between, and how much that counts."""

    stems: tuple[str, ...]
    weight: float = 1.0
    slop: int = 0


@dataclass(frozen=True, slots=True)
class LexicalEntry:
    """What the lexical index holds of one passage."""

    passage: int
    title: str
    text: str
    names: str
    published: date | None
    source: str | None


_normalised_title = lru_cache(16)(normalise)  # those of an article's passages come one after another


@cache
def _schema() -> "tantivy.Schema":
    from tantivy import SchemaBuilder

    builder = SchemaBuilder().add_unsigned_field("passage", indexed=True, fast=True)
    builder = builder.add_text_field("title", tokenizer_name=STEMMED)
    builder = builder.add_text_field("text", tokenizer_name=STEMMED)
    builder = builder.add_text_field("names", tokenizer_name=PLAIN, index_option="basic")
    builder = builder.add_integer_field("published", indexed=True, fast=True)
    return builder.add_text_field("source", tokenizer_name="raw", index_option="basic").build()


def _open(folder: Path) -> "tantivy.Index":
    from tantivy import Index

    with _as_os_error(folder):
        index = Index(_schema(), str(folder))
    for name in (STEMMED, PLAIN):  # not stored with the index; a missing one shows only at commit
        index.register_tokenizer(name, analyser(name))
    return index


@contextmanager
def _as_os_error(folder: Path) -> Iterator[None]:
    """tantivy tells of full disks and damaged files by ValueError."""
    try:
        yield
    except ValueError as error:
        raise OSError(f"lexical index {folder}: {error}") from error


def clone(source: Path, target: Path) -> None:
    """Copy a sealed lexical index: segments, which never change, by hard link, their lists by copy."""
    target.mkdir()
    for file in sorted(source.iterdir()):
        if file.suffix == ".lock":  # linked, the copies would lock each other
            continue
        if file.name in ("meta.json", ".managed.json"):
            shutil.copyfile(file, target / file.name)
            continue
        try:
            (target / file.name).hardlink_to(file)
        except OSError:  # a file system without hard links
            shutil.copyfile(file, target / file.name)


def _document(entry: LexicalEntry) -> "tantivy.Document":
    from tantivy import Document

    document = Document()
    document.add_unsigned("passage", entry.passage)
    document.add_text("title", _normalised_title(entry.title))
    document.add_text("text", normalise(entry.text))
    document.add_text("names", normalise(entry.names))
    document.add_integer("published", ordinal(entry.published))
    document.add_text("source", folded_source(entry.source or ""))
    return document


class LexicalWriter:
    """Adds and removes passages of one unsealed lexical index; nothing counts before `finish`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder, self._index = folder, _open(folder)
        self._writer = self._index.writer(WRITER_HEAP_BYTES, 1)
        self._is_open = True

    def add(self, entries: Iterable[LexicalEntry]) -> None:
        """Add passages that the index does not hold."""
        documents = list(map(_document, entries))
        with _as_os_error(self._folder):  # around all: by itself it takes as long as a document
            for document in documents:
                self._writer.add_document(document)

    def remove(self, passages: Sequence[int]) -> None:
        """Remove passages; one that is not there is no error."""
        from tantivy import Query

        # delete_documents_by_term takes the number for a signed one and removes nothing.
        if passages:
            self._writer.delete_documents_by_query(Query.term_set_query(_schema(), "passage", passages))

    def finish(self) -> int:
        """Commit, wait for merges, close; return how many passages the index holds."""
        with _as_os_error(self._folder):
            self._writer.commit()
            self._is_open = False
            self._writer.wait_merging_threads()
        self._index.reload()
        return int(self._index.searcher().num_docs)

    def close(self) -> None:
        """End without committing, if that is not done: its thread may be writing files yet."""
        if self._is_open:
            self._is_open = False
            with suppress(ValueError):  # a full disk, of which the sync has told
                self._writer.wait_merging_threads()


class LexicalReader:
    """Searches one sealed lexical index; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        if not (folder / "meta.json").is_file():  # tantivy would make an empty one
            raise FileNotFoundError(f"lexical index {folder}: meta.json is missing")
        self._index = _open(folder)
        self._searcher = self._index.searcher()
        segments = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["segments"]
        self._has_removed = sum(segment["max_doc"] for segment in segments) > self._searcher.num_docs

    def count(self) -> int:
        """Return how many passages the index holds."""
        return int(self._searcher.num_docs)

    def held(self, passages: Sequence[int]) -> set[int]:
        """Return those of some passages that the index holds."""
        from tantivy import Query

        if not passages:
            return set()
        found = self._run(Query.term_set_query(_schema(), "passage", list(passages)), len(passages))
        return {hit.passage for hit in found}

    def search(
        self,
        terms: Sequence[WeightedTerm],
        phrases: Sequence[WeightedPhrase],
        filters: Filters,
        limit: int,
        *,
        share: float = 1.0,
    ) -> list[Scored]:
        """Return passages that hold a term or phrase, by BM25 with boosted titles; ties by passage id.

        `share`, of all passages, are of the days that the filters let through: it tells how many to ask for at first.
        """
        from tantivy import Occur, Query

        # One flat list: with a query of its own for each word, a search takes a third longer.
        wanted = [field for t in terms if t.weight > 0 for field in self._fields(t.stem, t.weight)]
        wanted += [(Occur.Should, self._phrase(phrase)) for phrase in phrases if phrase.stems]
        if not wanted or limit < 1:
            return []
        query = Query.boolean_query(wanted)
        found = (
            self._run_within(query, date_window(filters), limit, share) if filters.source is None else None
        )
        if found is not None:
            return found
        filtered = [(Occur.Must, query), *((Occur.Must, each) for each in self._filters(filters))]
        return self._run(Query.boolean_query(filtered), limit)

    def document_frequency(self, stem: str) -> int:
        """Return how many passages hold the stem in title or text; removed ones do not count."""
        from tantivy import Occur, Query

        if self._has_removed:
            return self._count(self._term(stem, 1.0))
        # Each field's list is counted already, removed passages, too; a search takes ten times as long.
        title, text = (self._searcher.doc_freq(field, stem) for field in ("title", "text"))
        if not title or not text:
            return title + text
        both = [(Occur.Must, Query.term_query(_schema(), field, stem)) for field in ("title", "text")]
        return title + text - self._count(Query.const_score_query(Query.boolean_query(both), 1.0))

    def co_occurrence(self, groups: Sequence[Sequence[str]]) -> int:
        """Return how many passages hold, in title or text, at least one stem of each group."""
        from tantivy import Occur, Query

        wanted = [
            (Occur.Must, Query.boolean_query([(Occur.Should, self._term(stem, 1.0)) for stem in group]))
            for group in groups
        ]
        return self._count(Query.boolean_query(wanted))

    def name_frequency(self, word: str) -> int:
        """Return how many passages write the folded word as a name."""
        from tantivy import Query

        return self._count(Query.term_query(_schema(), "names", word))

    def names(self, prefix: str) -> list[tuple[str, int]]:
        """Return the names that begin with `prefix`, and in how many passages each stands, unordered."""
        from tantivy import Query

        # Without the query, names of removed passages would be among them.
        return self._searcher.terms_with_prefix("names", prefix, Query.all_query())

    def stems(self, prefix: str) -> list[tuple[str, int]]:
        """Return the stems of texts that begin with `prefix`, and in how many passages each stands, unordered."""
        from tantivy import Query

        return self._searcher.terms_with_prefix("text", prefix, Query.all_query())

    def _run_within(
        self, query: "tantivy.Query", window: Window, limit: int, share: float
    ) -> list[Scored] | None:
        """Return what `_run` would with the window as a filter, which takes as long as all else; None where so few are
        within it that asking for some more does not find enough.
        """
        if window == EVERY_DAY:
            return self._run(query, limit)
        enough = limit + PAST_THE_CUT
        most = WIDER * enough
        few = int(min(SPARE * enough / share, most)) if share else most
        for asked in dict.fromkeys((few, most)):
            hits = self._searcher.search(query, limit=asked, count=False).hits
            days = self._searcher.fast_field_values("published", [address for _, address in hits])
            within = [
                hit for hit, day in zip(hits, days, strict=True) if is_within(int(day or UNDATED), window)
            ]
            if len(hits) < asked or len(within) >= enough:
                return self._scored(within, limit)
        return None

    def _run(self, query: "tantivy.Query", limit: int) -> list[Scored]:
        hits = self._searcher.search(query, limit=limit + PAST_THE_CUT, count=False).hits
        return self._scored(hits, limit)

    def _scored(self, hits: "Sequence[tuple[Any, tantivy.DocAddress]]", limit: int) -> list[Scored]:
        """Return the best of some hits, which come best first, with their passages."""
        if len(hits) > limit:  # behind those that tie with the last one, none is looked up
            hits = hits[: bisect_right(hits, -hits[limit - 1][0], key=lambda hit: -hit[0])]
        ids = self._searcher.fast_field_values("passage", [address for _, address in hits])
        found = [Scored(int(i or 0), float(score)) for (score, _), i in zip(hits, ids, strict=True)]
        return sorted(found, key=lambda hit: (-hit.score, hit.passage))[:limit]

    def _count(self, query: "tantivy.Query") -> int:
        return int(self._searcher.search(query, limit=1).count)  # type: ignore[attr-defined]

    def _term(self, stem: str, weight: float) -> "tantivy.Query":
        from tantivy import Query

        return Query.boolean_query(self._fields(stem, weight))

    def _fields(self, stem: str, weight: float) -> "list[tuple[tantivy.Occur, tantivy.Query]]":
        from tantivy import Occur, Query

        boosts = {"title": weight * TITLE_BOOST, "text": weight}
        return [
            (Occur.Should, Query.boost_query(Query.term_query(_schema(), field, stem), boost))
            for field, boost in boosts.items()
        ]

    def _phrase(self, phrase: WeightedPhrase) -> "tantivy.Query":
        from tantivy import Occur, Query

        if len(phrase.stems) == 1:  # tantivy panics at a phrase of one word
            return self._term(phrase.stems[0], phrase.weight)
        found = [
            (Occur.Should, Query.phrase_query(_schema(), field, list(phrase.stems), slop=phrase.slop))
            for field in ("title", "text")
        ]
        return Query.boost_query(Query.boolean_query(found), phrase.weight)

    def _filters(self, filters: Filters) -> list["tantivy.Query"]:
        from tantivy import Query

        window = date_window(filters)
        found = []
        if window != EVERY_DAY:
            found.append(Query.const_score_query(_published(window), 0.0))
        if filters.source is not None:
            source = Query.term_query(_schema(), "source", fold(filters.source))
            found.append(Query.const_score_query(source, 0.0))
        return found


def _published(window: Window) -> "tantivy.Query":
    from tantivy import FieldType, Query

    low, high = window
    return Query.range_query(_schema(), "published", FieldType.Integer, low, high)
