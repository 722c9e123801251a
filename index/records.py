"""What the index tells of articles and passages: the types that its rooms hand to one another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, Self

from index.passages import Span

# An article's first passage, their number, its date and source.
Published = tuple[int, int, str | None, str | None]


class Origin(NamedTuple):
    """When and by whom a passage's article was published."""

    published: date | None
    source: str | None


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """An article as indexed, without its text."""

    id: str
    title: str
    published: date | None
    source: str | None
    url: str | None
    language: str
    digest: str
    length: int  # of the text, code points
    story: str  # the id of the first article of its story, which is its own where it has no copies


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage as indexed: `text` is `article.text[start:end]`; sentences count in the article, too."""

    id: int
    article: ArticleRecord
    ordinal: int  # from 0, within the article
    start: int
    end: int
    text: str
    sentences: tuple[Span, ...]

    def text_at(self, span: Span) -> str:
        """Return what stands at a span of the article, which lies in the passage."""
        return self.text[span.start - self.start : span.end - self.start]


@dataclass(frozen=True, slots=True)
class VectorSegment:
    """A sealed store of vectors, shared by generations: all passages from `first` to `last` that have one."""

    name: str
    first: int
    last: int
    slots: int  # vectors in it
    dead: int  # of them, those of removed passages

    @property
    def live(self) -> int:
        """How many of its vectors are of passages that still are."""
        return self.slots - self.dead


@dataclass(frozen=True, slots=True)
class Changes:
    """How many articles are new, have other content, or are gone."""

    added: int
    changed: int
    removed: int

    @classmethod
    def between(cls, before: Mapping[str, str], now: Mapping[str, str]) -> Self:
        """Compare articles' digests, by id."""
        changed = sum(now[identity] != before[identity] for identity in now.keys() & before.keys())
        return cls(len(now.keys() - before.keys()), changed, len(before.keys() - now.keys()))


UNCHANGED = Changes(0, 0, 0)


@dataclass(frozen=True, slots=True)
class CorpusStats:
    """What an index holds."""

    generation: str
    articles: int
    passages: int
    stories: int  # copies of one another count once
    undated: int
    earliest: date | None
    latest: date | None
    sources: tuple[tuple[str, int], ...]  # the most frequent ones first, at most TOP_SOURCES
    languages: tuple[tuple[str, int], ...]
    refused: int
    indexed_at: datetime  # aware, UTC
    articles_dir: Path
    fingerprint: dict[str, str]
    size_bytes: int


TOP_SOURCES = 50
