"""Writing a catalog that is not sealed yet."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from corpus.article import Article
from corpus.refusal import Refusal
from index import texts
from index.catalog import PLACE, SCHEMA, TEXTS, FileState, Row, passages_by_hash
from index.passages import Passage
from index.records import Changes, VectorSegment
from index.story_writer import SCHEMA as STORY_SCHEMA
from index.story_writer import StoryWriter

# Hashes come in no order, so that each goes to another page of their index: with SQLite's 2 MB most pages would be
# written and read again each time.
CACHE_KB = 32_000


@dataclass(frozen=True, slots=True)
class Holding:
    """The article that an id stands for, and the file that it was read from."""

    n: int
    file: str
    digest: str


class CatalogWriter:
    """Changes one catalog of an unsealed generation. Its one transaction ends with `finish`."""

    def __init__(self, path: Path) -> None:
        is_new = not path.exists()
        self._folder = path.parent / TEXTS
        # An unsealed generation that is not finished is thrown away: it needs no journal.
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        if is_new:
            self._connection.executescript(SCHEMA + STORY_SCHEMA)
        self._connection.execute("BEGIN")
        ((last,),) = self._rows("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'passages'")
        self._last_passage: int = last
        # Digests of what was put or removed, if it was there before; not kept of a new catalog, where all is added.
        self._before: dict[str, str | None] | None = None if is_new else {}
        self._texts = texts.TextWriter(self._folder, self._next_segment())
        self._written = texts.TextReader(self._folder)
        self._stories = StoryWriter(self._connection, self._text_of)

    def regroup(self) -> None:
        """Bring the stories in line with the articles; `finish` does it otherwise."""
        self._stories.regroup()

    def finish(self) -> tuple[int, int]:
        """Regroup stories, end the transaction, close, and return how many articles and passages there are."""
        self.regroup()
        self._merge_texts()
        ((articles, passages),) = self._rows(
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)"
        )
        self._connection.execute("COMMIT")
        self.close()
        return articles, passages

    def changes(self) -> Changes:
        """Return what became of the articles since the catalog was opened; must come before `finish`."""
        if self._before is None:
            ((added,),) = self._rows("SELECT count(*) FROM articles")
            return Changes(added, changed=0, removed=0)
        holdings = {identity: self.holding(identity) for identity in self._before}
        return Changes.between(
            {identity: digest for identity, digest in self._before.items() if digest is not None},
            {identity: held.digest for identity, held in holdings.items() if held is not None},
        )

    def close(self) -> None:
        """Close without finishing."""
        self._texts.close()
        self._written.close()
        self._connection.close()

    def meta(self, key: str) -> str | None:
        """Return what `set_meta` recorded."""
        found = self._rows("SELECT value FROM meta WHERE key = ?", [key])
        return found[0][0] if found else None

    def set_meta(self, values: dict[str, str]) -> None:
        """Record what the index is and is built from."""
        self._connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", list(values.items()))

    def set_folder_refusals(self, refusals: Iterable[Refusal]) -> None:
        """Replace what is refused by its directory entry."""
        self._connection.execute("DELETE FROM refusals WHERE file = ''")
        for refusal in refusals:
            self.refuse("", refusal)

    def forget_file(self, name: str) -> None:
        """Drop a file with its claims and refusals; its articles stay until claimed anew or removed."""
        for table, column in (("files", "name"), ("claims", "file"), ("refusals", "file")):
            self._connection.execute(f"DELETE FROM {table} WHERE {column} = ?", [name])

    def record_file(self, name: str, state: FileState) -> None:
        """Record a file as it is read."""
        values = (name, state.size, state.mtime_ns, state.inode, state.hash, state.is_proven)
        self._connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)", values)

    def unproven(self) -> dict[str, bytes]:
        """Return the hashes of files whose state is not proven, by name."""
        return dict(self._rows("SELECT name, hash FROM files WHERE NOT is_proven"))

    def refuse(self, file: str, refusal: Refusal) -> None:
        """Record what was refused of a file."""
        self._connection.execute(
            "INSERT INTO refusals VALUES (?, ?, ?, ?)", (file, refusal.path, refusal.line, refusal.reason)
        )

    def withdraw(self, file: str, refusal: Refusal) -> None:
        """Forget a refusal of a file, however often it is recorded; none is no error."""
        self._connection.execute(
            "DELETE FROM refusals WHERE file = ? AND path = ? AND line IS ? AND reason = ?",
            (file, refusal.path, refusal.line, refusal.reason),
        )

    def claim(self, article_id: str, file: str) -> str | None:
        """Record that a file holds an article of this id; return the first file that claimed it, if any."""
        ((first,),) = self._rows("SELECT min(file) FROM claims WHERE id = ?", [article_id])
        self._connection.execute("INSERT OR IGNORE INTO claims VALUES (?, ?)", (article_id, file))
        return first  # type: ignore[no-any-return]

    def holding(self, article_id: str) -> Holding | None:
        """Return what the id stands for now."""
        found = self._rows("SELECT n, file, digest FROM articles WHERE id = ?", [article_id])
        return Holding(*found[0]) if found else None

    def move(self, article_id: str, file: str) -> None:
        """Record that an article, unchanged, is now read from another file."""
        self._connection.execute("UPDATE articles SET file = ? WHERE id = ?", (file, article_id))

    def put(
        self, article: Article, file: str, passages: Sequence[Passage], hashes: Sequence[bytes]
    ) -> list[int]:
        """Add an article that is not there, and return its passages' ids, never used before."""
        packed, text_size = texts.pack(article.text, passages)
        place = self._texts.append(packed, text_size)
        self._count_text(place)
        published = article.published.isoformat() if article.published else None
        authors = json.dumps(article.authors, ensure_ascii=False)
        first = self._last_passage + 1
        self._last_passage += len(passages)
        cursor = self._connection.execute(
            "INSERT INTO articles (id, file, digest, title, published, source, url, authors, language, length,"
            " first, passages, segment, offset, text_size, size)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(article.id, file, article.digest, article.title, published, article.source, article.url),
                *(authors, article.language, len(article.text), first, len(passages)),
                *(place.segment, place.offset, place.text_size, place.size),
            ),
        )
        n = cursor.lastrowid or 0
        if self._before is not None:
            self._before.setdefault(article.id, None)
        self._stories.add(n, article.text)
        rows = [(first + i, n, hashed) for i, hashed in enumerate(hashes)]
        self._connection.executemany("INSERT INTO passages VALUES (?, ?, ?)", rows)
        return [row[0] for row in rows]

    def remove(self, article_id: str) -> list[int]:
        """Remove an article and return the ids of its passages."""
        ((n, digest, first, count, segment, size),) = self._rows(
            "SELECT n, digest, first, passages, segment, size FROM articles WHERE id = ?", [article_id]
        )
        if self._before is not None:
            self._before.setdefault(article_id, digest)
        self._stories.remove(n, self._text_of(n))
        self._connection.execute("DELETE FROM passages WHERE id >= ? AND id < ?", (first, first + count))
        self._connection.execute("DELETE FROM articles WHERE n = ?", [n])
        self._connection.execute("UPDATE texts SET dead = dead + ? WHERE segment = ?", (size, segment))
        return list(range(first, first + count))

    def last_passage(self) -> int:
        """Return the highest id that a passage ever had."""
        return self._last_passage

    def vector_segments(self) -> list[VectorSegment]:
        """Return the sealed vector segments, in order of the passages that they hold."""
        return [VectorSegment(*row) for row in self._rows("SELECT * FROM vectors ORDER BY first")]

    def set_vector_segments(self, segments: Iterable[VectorSegment]) -> None:
        """Replace what is known of the sealed vector segments."""
        self._connection.execute("DELETE FROM vectors")
        rows = [(s.name, s.first, s.last, s.slots, s.dead) for s in segments]
        self._connection.executemany("INSERT INTO vectors VALUES (?, ?, ?, ?, ?)", rows)

    def bury(self, passages: Iterable[int]) -> None:
        """Record vectors that stay in a sealed segment though their passages are removed."""
        self._connection.executemany("INSERT INTO dead_vectors VALUES (?)", ((p,) for p in passages))

    def forget_dead(self, first: int, last: int) -> None:
        """Forget the dead vectors of a segment that is written anew without them."""
        self._connection.execute("DELETE FROM dead_vectors WHERE passage BETWEEN ? AND ?", (first, last))

    def passages_between(self, first: int, last: int) -> list[int]:
        """Return the passages from `first` to `last`, in order."""
        found = self._rows("SELECT id FROM passages WHERE id BETWEEN ? AND ? ORDER BY id", (first, last))
        return [row[0] for row in found]

    def passages_by_hash(self, hashes: Sequence[bytes]) -> dict[bytes, int]:
        """Return, for each hash of embedded text that is known, one passage that has it."""
        return passages_by_hash(self._rows, hashes)

    def unheld(self) -> dict[str, str]:
        """Return ids that files claim while no claimant holds them, with the first of those files."""
        return dict(
            self._rows(
                "SELECT c.id, min(c.file) FROM claims c LEFT JOIN articles a ON a.id = c.id"
                " LEFT JOIN claims k ON k.id = a.id AND k.file = a.file WHERE k.id IS NULL GROUP BY c.id"
            )
        )

    def unclaimed(self) -> list[str]:
        """Return the ids of articles that no file claims, in order."""
        statement = "SELECT id FROM articles WHERE id NOT IN (SELECT id FROM claims) ORDER BY id"
        return [row[0] for row in self._rows(statement)]

    def _text_of(self, n: int) -> str:
        ((*place,),) = self._rows(f"SELECT {PLACE} FROM articles a WHERE a.n = ?", [n])
        self._texts.flush()
        return self._written.text(texts.Place(*place))

    def _count_text(self, place: texts.Place) -> None:
        self._connection.execute(
            "INSERT INTO texts VALUES (?, ?, 0) ON CONFLICT DO UPDATE SET size = size + excluded.size",
            (place.segment, place.size),
        )

    def _next_segment(self) -> int:
        ((last,),) = self._rows("SELECT coalesce(max(segment), 0) FROM texts")
        return int(last) + 1

    def _merge_texts(self) -> None:
        """Write text segments anew that are mostly dead, or small and many."""
        self._texts.close()
        found = [texts.TextSegment(*row) for row in self._rows("SELECT segment, size, dead FROM texts")]
        merged = [segment.segment for segment in texts.to_merge(found)]
        if not merged:
            return
        writer = texts.TextWriter(self._folder, self._next_segment())
        with closing(texts.TextReader(self._folder)) as reader, closing(writer):
            for old in merged:
                for n, *row in self._rows(f"SELECT a.n, {PLACE} FROM articles a WHERE a.segment = ?", [old]):
                    place = texts.Place(*row)
                    moved = writer.append(reader.raw(place), place.text_size)
                    self._count_text(moved)
                    self._connection.execute(
                        "UPDATE articles SET segment = ?, offset = ? WHERE n = ?",
                        (moved.segment, moved.offset, n),
                    )
                self._connection.execute("DELETE FROM texts WHERE segment = ?", [old])
        texts.remove(self._folder, merged)

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        return self._connection.execute(statement, values).fetchall()
