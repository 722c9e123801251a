"""Writing a catalog that is not sealed yet."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.article import Article
from corpus.refusal import Refusal
from index.catalog import SCHEMA, FileState, Row, pack_spans
from index.passages import Passage
from index.story_writer import SCHEMA as STORY_SCHEMA
from index.story_writer import StoryWriter


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
        # An unsealed generation that is not finished is thrown away: it needs no journal.
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        if is_new:
            self._connection.executescript(SCHEMA + STORY_SCHEMA)
        self._connection.execute("BEGIN")
        ((last,),) = self._rows("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'passages'")
        self._last_passage: int = last
        self._stories = StoryWriter(self._connection)

    def finish(self) -> tuple[int, int]:
        """Regroup stories, end the transaction, close, and return how many articles and passages there are."""
        self._stories.regroup()
        ((articles, passages),) = self._rows(
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)"
        )
        self._connection.execute("COMMIT")
        self.close()
        return articles, passages

    def close(self) -> None:
        """Close without finishing."""
        self._connection.close()

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
        published = article.published.isoformat() if article.published else None
        authors = json.dumps(article.authors, ensure_ascii=False)
        values = (article.id, file, article.digest, article.title, published, article.source, article.url)
        cursor = self._connection.execute(
            "INSERT INTO articles (id, file, digest, title, published, source, url, authors, language,"
            " length) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, authors, article.language, len(article.text)),
        )
        n = cursor.lastrowid or 0
        self._connection.execute("INSERT INTO texts VALUES (?, ?)", (n, article.text))
        self._stories.add(n, article.text)
        first = self._last_passage + 1
        self._last_passage += len(passages)
        rows = [
            (first + i, n, i, passage.start, passage.end, pack_spans(passage), hashed)
            for i, (passage, hashed) in enumerate(zip(passages, hashes, strict=True))
        ]
        self._connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        return [row[0] for row in rows]

    def remove(self, article_id: str) -> list[int]:
        """Remove an article and return the ids of its passages."""
        ((n, text),) = self._rows(
            "SELECT a.n, t.text FROM articles a JOIN texts t ON t.n = a.n WHERE a.id = ?", [article_id]
        )
        self._stories.remove(n, text)
        passages = [row[0] for row in self._rows("SELECT id FROM passages WHERE article = ?", [n])]
        for table, column in (("passages", "article"), ("texts", "n"), ("articles", "n")):
            self._connection.execute(f"DELETE FROM {table} WHERE {column} = ?", [n])
        return passages

    def passages_by_hash(self, hashes: Sequence[bytes]) -> dict[bytes, int]:
        """Return, for each hash of embedded text that is known, one passage that has it."""
        found: dict[bytes, int] = {}
        for hashed in hashes:
            found.update(self._rows("SELECT hash, id FROM passages WHERE hash = ? LIMIT 1", [hashed]))
        return found

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

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        return self._connection.execute(statement, values).fetchall()
