"""Stories of an unsealed catalog, kept as articles come and go: at the cost of those and of what is like them.

A story is a connected component of the graph of copies, so it does not depend on the order of arrival.
"""

import sqlite3
from collections.abc import Callable, Iterable
from datetime import date
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from index.days import day_of
from index.stories import KEYS, MOST_DAYS, Telling, are_copies, keys, story_id

PASS = 30  # of all articles, one in so many: looking for those that share a key with each takes as long as one pass

SCHEMA = """
CREATE TABLE story_keys (key INTEGER NOT NULL, article INTEGER NOT NULL, PRIMARY KEY (key, article))
    WITHOUT ROWID;
CREATE TABLE stories (article INTEGER PRIMARY KEY, story TEXT NOT NULL);
CREATE INDEX stories_story ON stories (story);
"""  # `stories` holds the articles that have copies; any other is a story by itself


class StoryWriter:
    """Keeps the stories of one catalog; they are right after `regroup`."""

    def __init__(self, connection: sqlite3.Connection, text_of: Callable[[int], str]) -> None:
        self._connection, self._text_of = connection, text_of
        self._added: dict[int, NDArray[np.int64]] = {}  # with their keys
        self._broken: set[str] = set()  # stories that lost an article

    def add(self, article: int, text: str) -> None:
        """Take note of an article that is being added."""
        self._added[article] = keys(text)

    def remove(self, article: int, text: str) -> None:
        """Take note of an article that is being removed."""
        rows = [(key, article) for key in keys(text).tolist()]
        self._connection.executemany("DELETE FROM story_keys WHERE key = ? AND article = ?", rows)
        self._broken.update(self._story_of(article))
        self._connection.execute("DELETE FROM stories WHERE article = ?", [article])
        self._added.pop(article, None)

    def regroup(self) -> None:
        """Bring the stories in line with all that came and went."""
        self._mark()
        parted = {article for story in self._broken for article in self._members(story)}
        loose = sorted(parted.union(self._added))
        groups = _Groups(loose)
        alone = self._alone()
        for article in loose:
            others = self._candidates(article) if article not in alone else []
            if not others:
                continue
            telling = self._telling(article)
            for other in others:
                if other not in groups:
                    groups.add([other, *(n for story in self._story_of(other) for n in self._members(story))])
                if not groups.are_one(article, other) and are_copies(telling, self._telling(other)):
                    groups.join(article, other)
        for group in groups.holding(loose):
            if len(group) > 1 or group[0] not in self._added:  # one by itself that was added is in no story
                self._write(group)
        self._added, self._broken = {}, set()

    def _mark(self) -> None:
        """Write the keys of what was added."""
        found = np.concatenate([*self._added.values(), np.empty(0, dtype=np.int64)])
        articles = np.repeat(np.fromiter(self._added, dtype=np.int64), KEYS)
        # In order of the keys, all together: one by one each would go to another page of the table.
        order = np.argsort(found, kind="stable")
        rows = zip(found[order].tolist(), articles[order].tolist(), strict=True)
        self._connection.executemany("INSERT OR IGNORE INTO story_keys VALUES (?, ?)", rows)

    def _alone(self) -> set[int]:
        """Return added articles that share no key: all of them, by one pass over the keys, where they are many."""
        ((last,),) = self._connection.execute("SELECT coalesce(max(n), 0) FROM articles")
        if len(self._added) * PASS <= last:
            return set()
        rows = self._connection.execute("SELECT key FROM story_keys GROUP BY key HAVING count(*) > 1")
        shared = np.fromiter((key for (key,) in rows), dtype=np.int64)
        is_shared = np.isin(np.stack(list(self._added.values())), shared)
        return set(compress(self._added, np.count_nonzero(is_shared, axis=1) == 0))

    def _write(self, group: list[int]) -> None:
        self._connection.executemany("DELETE FROM stories WHERE article = ?", [(n,) for n in group])
        if len(group) > 1:
            story = story_id(self._dated(article) for article in group)
            self._connection.executemany("INSERT INTO stories VALUES (?, ?)", [(n, story) for n in group])

    def _candidates(self, article: int) -> list[int]:
        """Return the articles that share a key with this one and are not known to be of another month."""
        marked = self._added[article] if article in self._added else keys(self._telling(article).text)
        found = self._connection.execute(
            "SELECT DISTINCT k.article FROM story_keys k JOIN articles a ON a.n = k.article"
            " JOIN articles o ON o.n = ? WHERE k.article <> o.n"
            " AND abs(coalesce(julianday(a.published) - julianday(o.published), 0)) <= ?"
            f" AND k.key IN ({','.join('?' * KEYS)}) ORDER BY k.article",
            [article, MOST_DAYS, *marked.tolist()],
        )
        return [other for (other,) in found]

    def _telling(self, article: int) -> Telling:
        ((title, published),) = self._connection.execute(
            "SELECT title, published FROM articles WHERE n = ?", [article]
        )
        return Telling.of(title, self._text_of(article), day_of(published))

    def _dated(self, article: int) -> tuple[date | None, str]:
        ((published, identity),) = self._connection.execute(
            "SELECT published, id FROM articles WHERE n = ?", [article]
        )
        return day_of(published), identity

    def _story_of(self, article: int) -> list[str]:
        found = self._connection.execute("SELECT story FROM stories WHERE article = ?", [article])
        return [story for (story,) in found]

    def _members(self, story: str) -> list[int]:
        found = self._connection.execute("SELECT article FROM stories WHERE story = ?", [story])
        return [article for (article,) in found]


class _Groups:
    """Sets of articles without any in common, joined as copies are found: the smaller into the larger."""

    def __init__(self, articles: Iterable[int]) -> None:
        self._group = {article: [article] for article in articles}

    def __contains__(self, article: int) -> bool:
        return article in self._group

    def add(self, articles: Iterable[int]) -> None:
        group = sorted(set(articles))
        self._group |= dict.fromkeys(group, group)

    def are_one(self, one: int, other: int) -> bool:
        return self._group[one] is self._group[other]

    def join(self, one: int, other: int) -> None:
        small, large = sorted((self._group[one], self._group[other]), key=len)
        large += small
        self._group |= dict.fromkeys(small, large)

    def holding(self, articles: Iterable[int]) -> list[list[int]]:
        """Return the groups that hold any of these articles, each once."""
        return list({id(group): group for group in (self._group[n] for n in articles)}.values())
