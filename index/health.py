"""What `doctor` runs: open each part of the live generation, name what is wrong and what mends it."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from index.catalog import Catalog
from index.config import IndexConfig
from index.filters import Filters
from index.fingerprint import check_usable
from index.generations import Generation, IndexUnusable, Store
from index.lexical import LexicalReader
from index.passages import split
from index.places import Places
from index.segments import VectorReader

T = TypeVar("T")
SAMPLE = 50  # passages and vectors looked at one by one
SAMPLE_ARTICLES = 500  # articles whose digest is computed anew
SAME = 0.999  # cosine similarity of a stored vector with itself, less rounding
REBUILD = "python -m qa index --rebuild"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, and the command that mends it."""

    what: str
    mend: str


def examine(store: Path, config: IndexConfig, *, articles_dir: Path | None = None) -> list[Finding]:
    """Examine the live generation of a store; no findings mean that it is sound."""
    try:
        with closing(Store(store).lease()) as lease:
            return list(_examine_parts(lease.generation, config, store=store, articles_dir=articles_dir))
    except IndexUnusable as error:
        what, _, mend = str(error).partition("; run: ")
        return [Finding(what, mend or REBUILD)]
    except (sqlite3.Error, OSError) as error:
        return [Finding(f"the index {store} cannot be opened: {error}", REBUILD)]


def _examine_parts(
    generation: Generation, config: IndexConfig, *, store: Path, articles_dir: Path | None
) -> Iterator[Finding]:
    with closing(Catalog(generation.catalog)) as catalog:
        check_usable(catalog.meta(), config, store=store, articles_dir=articles_dir)
        yield from _check_integrity(catalog)
        segments, dead = catalog.vector_segments(), catalog.dead_vectors()
        places = Places.of_sealed(generation, config, catalog.meta())
        with closing(VectorReader(places, segments, dead)) as vectors:
            lexical = LexicalReader(generation.lexical)
            yield from _check_counts(catalog, lexical, vectors)
            yield from _check_vectors(catalog, vectors)
        yield from _check_articles(catalog, config)


def _check_integrity(catalog: Catalog) -> Iterator[Finding]:
    for (fault,) in catalog.rows("PRAGMA quick_check(5)"):
        if fault != "ok":
            yield Finding(f"the catalog is damaged: {fault}", REBUILD)


def _check_counts(catalog: Catalog, lexical: LexicalReader, vectors: VectorReader) -> Iterator[Finding]:
    _, passages = catalog.counts()
    if not passages == lexical.count() == vectors.count():
        yield Finding(
            f"the parts disagree: {passages} passages in the catalog, {lexical.count()} in the lexical "
            f"index, {vectors.count()} vectors",
            REBUILD,
        )


def _check_vectors(catalog: Catalog, vectors: VectorReader) -> Iterator[Finding]:
    """Sampled vectors must be there and find themselves."""
    sample = _sample([row[0] for row in catalog.rows("SELECT id FROM passages ORDER BY id")], SAMPLE)
    rows = vectors.get(sample)
    for passage in sample:
        if passage not in rows:
            yield Finding(f"passage {passage} has no vector", REBUILD)
            continue
        nearest = vectors.search(rows[passage], Filters(), 1)
        # Another passage with the same text may stand before it.
        if not nearest or nearest[0].score < SAME:
            yield Finding(f"the vector of passage {passage} does not find itself", REBUILD)


def _check_articles(catalog: Catalog, config: IndexConfig) -> Iterator[Finding]:
    """Sampled articles must have the digest recorded, and split into the passages recorded."""
    records = {record.id: record for record in catalog.records()}
    for number, article_id in enumerate(_sample(list(records), SAMPLE_ARTICLES)):
        article = catalog.article(article_id)
        if article is None or article.digest != records[article_id].digest:
            yield Finding(f"article {article_id} is not as it was indexed", REBUILD)
        elif number < SAMPLE:
            stored = [(p.start, p.end, p.sentences) for p in catalog.article_passages(article_id)]
            fresh = [
                (p.start, p.end, p.sentences) for p in split(article, passage_chars=config.passage_chars)
            ]
            if stored != fresh:
                yield Finding(f"the passages of article {article_id} are not as they were indexed", REBUILD)


def _sample(values: list[T], count: int) -> list[T]:
    return random.Random(0).sample(values, min(count, len(values)))
