"""The catalog: articles, passages, files and what was refused, in one SQLite file; texts stand in files beside it.

It is copied at each sync, so what is large and never changes (texts, spans) is not in it.
"""

import json
import sqlite3
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

from corpus.article import Article
from corpus.refusal import Refusal
from index.analysis import fold
from index.days import UNDATED, date_window, day_of
from index.filters import Filters
from index.passages import Passage
from index.records import ArticleRecord, Published, StoredPassage, VectorSegment
from index.texts import Place, TextReader, TextSegment, check_there

T = TypeVar("T")
Row = tuple[Any, ...]  # Any: SQLite's columns are typed by the statement
WORDS_LOOKED_FOR = 16  # of what is typed to find an article
ID_BATCH = 500  # ids in one statement; SQLite allows 32,766 variables
ARTICLE_BATCH = 10_000  # rows read at a time of what is read of all articles

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    name TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
    hash BLOB NOT NULL, is_proven INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE refusals (file TEXT NOT NULL, path TEXT NOT NULL, line INTEGER, reason TEXT NOT NULL);
CREATE TABLE claims (id TEXT NOT NULL, file TEXT NOT NULL, PRIMARY KEY (id, file)) WITHOUT ROWID;
CREATE TABLE articles (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, file TEXT NOT NULL, digest TEXT NOT NULL,
    title TEXT NOT NULL, published TEXT, source TEXT, url TEXT, authors TEXT NOT NULL, language TEXT NOT NULL,
    length INTEGER NOT NULL, first INTEGER NOT NULL, passages INTEGER NOT NULL,
    segment INTEGER NOT NULL, offset INTEGER NOT NULL, text_size INTEGER NOT NULL, size INTEGER NOT NULL);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article INTEGER NOT NULL, hash BLOB NOT NULL);
CREATE TABLE texts (segment INTEGER PRIMARY KEY, size INTEGER NOT NULL, dead INTEGER NOT NULL);
CREATE TABLE vectors (
    name TEXT PRIMARY KEY, first INTEGER NOT NULL, last INTEGER NOT NULL, slots INTEGER NOT NULL,
    dead INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE dead_vectors (passage INTEGER PRIMARY KEY);
CREATE INDEX refusals_file ON refusals (file);
CREATE INDEX claims_file ON claims (file);
CREATE INDEX articles_segment ON articles (segment);
CREATE INDEX passages_hash ON passages (hash);
"""
TEXTS = "texts"  # the folder of text segments, beside the catalog's file

_RECORD = (
    "a.id, a.title, a.published, a.source, a.url, a.language, a.digest, a.length,"
    " coalesce((SELECT story FROM stories WHERE article = a.n), a.id)"
)
PLACE = "a.segment, a.offset, a.text_size, a.size"
_PASSAGES = (
    f"SELECT p.id, p.id - a.first, {PLACE}, {_RECORD} FROM passages p JOIN articles a ON a.n = p.article"
)


class FileState(NamedTuple):
    """A file as it was when last read. Not proven: it may have changed since without a newer time stamp."""

    size: int
    mtime_ns: int
    inode: int
    hash: bytes  # of its bytes; empty if it could not be read
    is_proven: bool


class Catalog:
    """A sealed catalog, read only; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        # immutable: a sealed catalog never changes, so no lock, journal or shared-memory file is touched.
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._connection.create_function("holds_words", -1, _holds_words, deterministic=True)
        self._folder = path.parent / TEXTS
        self._texts = TextReader(self._folder)

    def close(self) -> None:
        """Release the files."""
        with self._lock:
            self._connection.close()
        self._texts.close()

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """Return all rows of one statement."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def meta(self) -> dict[str, str]:
        """Return what the index is and was built from."""
        return dict(self.rows("SELECT key, value FROM meta"))

    def files(self) -> dict[str, FileState]:
        """Return the files as they were read, by name."""
        found = self.rows("SELECT name, size, mtime_ns, inode, hash, is_proven FROM files")
        return {row[0]: FileState._make(row[1:]) for row in found}

    def folder_refusals(self) -> list[Refusal]:
        """Return what was refused by its directory entry, in order of path."""
        found = self.rows("SELECT path, line, reason FROM refusals WHERE file = '' ORDER BY path, reason")
        return [Refusal(*row) for row in found]

    def refusals(self) -> list[Refusal]:
        """Return all that was refused, second holders of an id included, in order of path and line."""
        found = self.rows("SELECT path, line, reason FROM refusals")
        found += self.rows(
            "SELECT c.file, NULL, 'duplicate id ' || c.id || ': ' || a.file || ' has it already'"
            " FROM (SELECT id FROM claims GROUP BY id HAVING count(*) > 1) r JOIN claims c ON c.id = r.id"
            " JOIN articles a ON a.id = c.id WHERE a.file <> c.file"
        )
        return [Refusal(*row) for row in sorted(found, key=lambda row: (row[0], row[1] or 0, row[2]))]

    def counts(self) -> tuple[int, int]:
        """Return how many articles and how many passages there are."""
        ((articles, passages),) = self.rows(
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)"
        )
        return articles, passages

    def digests(self) -> dict[str, str]:
        """Return each article's digest, by id."""
        return dict(self.rows("SELECT id, digest FROM articles"))

    def date_span(self) -> tuple[int, date | None, date | None]:
        """Return how many articles are undated, and the first and last date of the others."""
        ((undated, first, last),) = self.rows(
            "SELECT count(*) - count(published), min(published), max(published) FROM articles"
        )
        return undated, day_of(first), day_of(last)

    def most_frequent(self, column: Literal["source", "language"], limit: int) -> list[tuple[str, int]]:
        """Return the values of a column of articles with their counts, most frequent first."""
        return self.rows(
            f"SELECT {column}, count(*) AS number FROM articles WHERE {column} IS NOT NULL"
            f" GROUP BY {column} ORDER BY number DESC, {column} LIMIT ?",
            [limit],
        )

    def publications(self) -> Iterator[list[Published]]:
        """Yield when and by whom all articles that have passages were published, some thousand at a time."""
        ((last,),) = self.rows("SELECT coalesce(max(n), 0) FROM articles")
        for first in range(1, last + 1, ARTICLE_BATCH):
            yield self.rows(
                "SELECT first, passages, published, source FROM articles"
                " WHERE n >= ? AND n < ? AND passages > 0",
                [first, first + ARTICLE_BATCH],
            )

    def records(self) -> Iterator[ArticleRecord]:
        """Yield all articles without text, in order of id."""
        last = ""
        while found := self.rows(
            f"SELECT {_RECORD} FROM articles a WHERE a.id > ? ORDER BY a.id LIMIT {ID_BATCH}", [last]
        ):
            yield from map(_record, found)
            last = found[-1][0]

    def find(self, text: str, *, offset: int, limit: int) -> tuple[int, list[ArticleRecord]]:
        """Return how many articles have each word of `text` in title, source, date or id, and some of them.

        Newest first, undated ones last, then by id; case and accents do not matter, nor words past the sixteenth.
        """
        condition, values = "1", list[object]()
        if words := list(dict.fromkeys(_folded(text).split()))[:WORDS_LOOKED_FOR]:
            holds = "holds_words(?, a.title, a.source, a.id, a.published)"
            numbers = self.rows(f"SELECT a.n FROM articles a WHERE {holds}", [" ".join(words)])
            condition, values = (
                "a.n IN (SELECT value FROM json_each(?))",
                [json.dumps([n for (n,) in numbers])],
            )
        ((count,),) = self.rows(f"SELECT count(*) FROM articles a WHERE {condition}", values)
        found = self.rows(
            f"SELECT {_RECORD} FROM articles a WHERE {condition}"
            " ORDER BY a.published IS NULL, a.published DESC, a.id LIMIT ? OFFSET ?",
            [*values, limit, offset],
        )
        return count, [_record(row) for row in found]

    def newest(self, filters: Filters, *, limit: int) -> list[ArticleRecord]:
        """Return the newest articles that the filters let through, undated ones last, then by id."""
        condition, values = self._let_through(filters)
        found = self.rows(
            f"SELECT {_RECORD} FROM articles a WHERE {condition}"
            " ORDER BY a.published IS NULL, a.published DESC, a.id LIMIT ?",
            [*values, limit],
        )
        return [_record(row) for row in found]

    def passages_within(self, filters: Filters) -> list[int]:
        """Return the passages of the articles that the filters let through, in order."""
        condition, values = self._let_through(filters)
        found = self.rows(f"SELECT first, passages FROM articles a WHERE {condition} ORDER BY first", values)
        return list(chain.from_iterable(range(first, first + count) for first, count in found))

    def copies(self, article_id: str) -> tuple[ArticleRecord, ...]:
        """Return the other articles of an article's story, oldest first, undated ones last, then by id."""
        found = self.rows(
            f"SELECT {_RECORD} FROM articles own JOIN stories s ON s.article = own.n"
            " JOIN stories c ON c.story = s.story AND c.article <> own.n JOIN articles a ON a.n = c.article"
            " WHERE own.id = ? ORDER BY a.published IS NULL, a.published, a.id",
            [article_id],
        )
        return tuple(map(_record, found))

    def sources(self) -> frozenset[str]:
        """Return the articles' sources."""
        found = self.rows("SELECT DISTINCT source FROM articles WHERE source IS NOT NULL")
        return frozenset(str(source) for (source,) in found)

    def story_count(self) -> int:
        """Return how many stories the articles tell: copies of one another count once."""
        ((articles, copies, stories),) = self.rows(
            "SELECT (SELECT count(*) FROM articles), count(*), count(DISTINCT story) FROM stories"
        )
        return int(articles - copies + stories)

    def article(self, article_id: str) -> Article | None:
        """Return an article with its text."""
        found = self.rows(
            f"SELECT {PLACE}, a.title, a.published, a.source, a.url, a.authors, a.language"
            " FROM articles a WHERE a.id = ?",
            [article_id],
        )
        if not found:
            return None
        *place, title, published, source, url, authors, language = found[0]
        text, authors = self._texts.text(Place(*place)), tuple(json.loads(authors))
        return Article(article_id, text, title, day_of(published), source, url, authors, language)

    def passages(self, ids: Sequence[int]) -> list[StoredPassage]:
        """Return passages in the order asked for; ids that are not there are left out."""
        found: dict[int, StoredPassage] = {}
        for batch in _batches(list(dict.fromkeys(ids))):
            marks = ",".join("?" * len(batch))
            rows = self.rows(f"{_PASSAGES} WHERE p.id IN ({marks})", batch)
            found.update((passage.id, passage) for passage in self._with_text(rows))
        return [found[i] for i in ids if i in found]

    def article_passages(self, article_id: str) -> list[StoredPassage]:
        """Return an article's passages in order; none if there is no such article."""
        rows = self.rows(
            f"SELECT p.id, p.id - a.first, {PLACE}, {_RECORD} FROM articles a"
            " JOIN passages p ON p.id >= a.first AND p.id < a.first + a.passages WHERE a.id = ? ORDER BY p.id",
            [article_id],
        )
        return list(self._with_text(rows))

    def check_texts(self) -> None:
        """Raise OSError if a text segment is missing or too short."""
        found = self.rows("SELECT segment, size, dead FROM texts")
        check_there(self._folder, [TextSegment(*row) for row in found])

    def vector_segments(self) -> list[VectorSegment]:
        """Return the sealed vector segments, in order of the passages that they hold."""
        found = self.rows("SELECT name, first, last, slots, dead FROM vectors ORDER BY first")
        return [VectorSegment(*row) for row in found]

    def dead_vectors(self) -> set[int]:
        """Return the passages whose vectors stand in sealed segments though they are removed."""
        return {row[0] for row in self.rows("SELECT passage FROM dead_vectors")}

    def passages_by_hash(self, hashes: Sequence[bytes]) -> dict[bytes, int]:
        """Return, for each hash of embedded text that is known, one passage that has it."""
        return passages_by_hash(self.rows, hashes)

    def _let_through(self, filters: Filters) -> tuple[str, list[object]]:
        """Return the condition, with its values, that the filters put on an article."""
        conditions, values = ["1"], list[object]()
        low, high = date_window(filters)
        if low > UNDATED:
            conditions.append("a.published >= ?")
            values.append(date.fromordinal(low).isoformat())
        if high is not None:
            conditions.append("(a.published IS NULL OR a.published <= ?)")
            values.append(date.fromordinal(high).isoformat())
        if filters.source is not None:
            written = [source for source in self.sources() if fold(source) == fold(filters.source)]
            conditions.append(f"a.source IN ({','.join('?' * len(written))})")
            values += written
        return " AND ".join(conditions), values

    def _with_text(self, rows: Sequence[Row]) -> Iterator[StoredPassage]:
        articles: dict[tuple[int, int], tuple[ArticleRecord, str, Sequence[Passage]]] = {}
        for passage_id, number, segment, offset, text_size, size, *record in rows:
            start = segment, offset
            if start not in articles:
                place = Place(segment, offset, text_size, size)
                articles[start] = (_record(tuple(record)), *self._texts.article(place))
            article, text, passages = articles[start]
            found = passages[number]
            shown = text[found.start : found.end]
            yield StoredPassage(passage_id, article, number, found.start, found.end, shown, found.sentences)


def _holds_words(words: str, *texts: str | None) -> bool:
    """Whether each word, as folded, stands in one of the texts; a function of all words folds a row but once."""
    *named, published = texts
    day = day_of(published)
    month = f"{day:%B}" if day else None  # as lists write dates
    return all(map(_folded(*named, published, month).__contains__, words.split()))


def _folded(*texts: str | None) -> str:
    """Join texts without their case and accents, as lists are searched."""
    joined = " ".join(text for text in texts if text)
    if joined.isascii():  # in a twentieth of the time
        return joined.lower()
    joined = unicodedata.normalize("NFKD", joined).casefold()
    return "".join(char for char in joined if not unicodedata.combining(char)).replace("ı", "i")


def _record(row: Row) -> ArticleRecord:
    identity, title, published, source, url, language, digest, length, story = row
    return ArticleRecord(identity, title, day_of(published), source, url, language, digest, length, story)


def passages_by_hash(
    rows: Callable[[str, Sequence[bytes]], Iterable[Row]], hashes: Sequence[bytes]
) -> dict[bytes, int]:
    """Return what `Catalog.passages_by_hash` does, from any open catalog."""
    found: dict[bytes, int] = {}
    for batch in _batches(hashes):
        marks = ",".join("?" * len(batch))
        found.update(rows(f"SELECT hash, id FROM passages WHERE hash IN ({marks})", batch))
    return found


def _batches(values: Sequence[T]) -> Iterable[Sequence[T]]:
    return (values[first : first + ID_BATCH] for first in range(0, len(values), ID_BATCH))
