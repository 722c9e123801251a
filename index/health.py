"""What `doctor` runs: open each part of the live generation, name what is wrong and what mends it."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from corpus.article import Article
from corpus.folder import FileEntry, scan
from corpus.loader import read_file
from index.catalog import Catalog, FileState
from index.config import IndexConfig
from index.fingerprint import check_usable
from index.generations import Generation, IndexUnusable, Locked, Store
from index.lexical import LexicalReader
from index.passages import split
from index.places import Places
from index.plan import hash_file, settle, suspect
from index.segments import VectorReader
from index.stories import keys
from index.vectors import ServerDown

T = TypeVar("T")
SAMPLE = 50  # passages, vectors and files looked at one by one
SAMPLE_ARTICLES = 500  # articles whose digest is computed anew
SAME = 0.999  # cosine similarity of a stored vector with itself, less rounding
SYNC, VERIFY, REBUILD = (f"python -m qa index{flag}" for flag in ("", " --verify", " --rebuild"))
REPAIR = "python -m qa doctor --repair"


class Part(StrEnum):
    """What of an index a fault is in."""

    STORE = "store"
    CATALOG = "catalog"
    TERMS = "terms"
    VECTORS = "vectors"
    FILES = "files"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault, and the command that mends it."""

    what: str
    mend: str
    part: Part


def examine(
    store: Path, config: IndexConfig, *, articles_dir: Path | None = None, is_locked: bool = False
) -> list[Finding]:
    """Examine the live generation of a store; no findings mean that it is sound.

    `is_locked` says that the caller holds the writer lock, so that no sync is running.
    """
    found = list(_check_store(Store(store), is_locked=is_locked))
    try:
        with closing(Store(store).lease()) as lease:
            return found + examine_generation(lease.generation, config, articles_dir=articles_dir)
    except IndexUnusable as error:
        return [*found, _as_finding(error, Part.STORE)]


def examine_generation(
    generation: Generation, config: IndexConfig, *, articles_dir: Path | None = None
) -> list[Finding]:
    """Examine one finished generation, whether or not it is the live one."""
    store = generation.path.parent
    try:
        with closing(Catalog(generation.catalog)) as catalog:
            check_usable(catalog.meta(), config, store=store, articles_dir=articles_dir)
            found = [*_check_integrity(catalog), *_check_articles(catalog, config)]
            if not found:
                found += _check_opened(Part.TERMS, lambda: _check_terms(generation, catalog))
                found += _check_opened(Part.VECTORS, lambda: _check_vectors(generation, catalog, config))
                found += _check_files(catalog, config)
            return found
    except IndexUnusable as error:
        return [_as_finding(error, Part.SERVICE if isinstance(error, ServerDown) else Part.STORE)]
    except (sqlite3.Error, OSError, ValueError) as error:
        return [Finding(f"the catalog {generation.catalog} cannot be read: {error}", REBUILD, Part.CATALOG)]


def _as_finding(error: IndexUnusable, part: Part) -> Finding:
    what, _, mend = str(error).partition("; run: ")
    return Finding(what, mend or "see above, then run: python -m qa doctor", part)


def _check_store(store: Store, *, is_locked: bool) -> Iterator[Finding]:
    if store.path.is_dir() and store.has_rubbish():
        try:
            with nullcontext() if is_locked else store.lock(wait_s=0):
                yield Finding(f"a sync that was broken off left files in {store.path}", REPAIR, Part.STORE)
        except (Locked, OSError):  # a sync is running, or nobody can write here
            return
    if store.current() is None and store.sealed():
        yield Finding(f"no generation of {store.path} is named as the live one", REPAIR, Part.STORE)


def _check_opened(part: Part, check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(check())
    except (sqlite3.Error, OSError, ValueError) as error:
        return [Finding(f"the {part} cannot be opened: {error}", REPAIR, part)]


def _check_integrity(catalog: Catalog) -> Iterator[Finding]:
    for (fault,) in catalog.rows("PRAGMA quick_check(5)"):
        if fault != "ok":
            yield Finding(f"the catalog is damaged: {fault}", REBUILD, Part.CATALOG)


def _check_terms(generation: Generation, catalog: Catalog) -> Iterator[Finding]:
    """There must be as many passages as in the catalog, the sampled ones among them."""
    lexical, (_, passages) = LexicalReader(generation.lexical), catalog.counts()
    if lexical.count() != passages:
        what = f"{passages} passages in the catalog, {lexical.count()} in the lexical index"
        yield Finding(what, REPAIR, Part.TERMS)
    sample = _sample(_passage_ids(catalog), SAMPLE)
    for passage in sorted({*sample} - lexical.held(sample)):
        yield Finding(f"passage {passage} is not in the lexical index", REPAIR, Part.TERMS)


def _check_vectors(generation: Generation, catalog: Catalog, config: IndexConfig) -> Iterator[Finding]:
    """There must be as many as passages; sampled ones must be there and find themselves."""
    places = Places.of_sealed(generation, config, catalog.meta())
    with closing(VectorReader(places, catalog.vector_segments(), catalog.dead_vectors())) as vectors:
        count, (_, passages) = vectors.count(), catalog.counts()
        if count != passages:
            yield Finding(f"{passages} passages in the catalog, {count} vectors", REPAIR, Part.VECTORS)
        sample = _sample(_passage_ids(catalog), SAMPLE)
        rows = vectors.get(sample)
        for passage in sample:
            if passage not in rows:
                yield Finding(f"passage {passage} has no vector", REPAIR, Part.VECTORS)
                continue
            nearest = vectors.search(rows[passage], 1)
            # Another passage with the same text may stand before it; no words have no direction.
            if rows[passage].any() and (not nearest or nearest[0].score < SAME):
                what = f"the vector of passage {passage} does not find itself"
                yield Finding(what, REPAIR, Part.VECTORS)


def _check_articles(catalog: Catalog, config: IndexConfig) -> Iterator[Finding]:
    """Sampled articles must have the digest, the passages and the keys that are recorded."""
    digests = catalog.digests()
    for number, article_id in enumerate(_sample(sorted(digests), SAMPLE_ARTICLES)):
        article = catalog.article(article_id)
        if article is None or article.digest != digests[article_id]:
            yield Finding(f"article {article_id} is not as it was indexed", REBUILD, Part.CATALOG)
        elif number < SAMPLE:
            stored = [(p.start, p.end, p.sentences) for p in catalog.article_passages(article_id)]
            fresh = [
                (p.start, p.end, p.sentences) for p in split(article, passage_chars=config.passage_chars)
            ]
            known = catalog.rows(
                "SELECT key FROM story_keys JOIN articles ON n = article WHERE id = ?1 AND key IN"
                f" ({','.join(map(str, keys(article.text)))})",
                [article_id],
            )
            if stored != fresh or len(known) != len(set(keys(article.text))):
                what = f"the passages or keys of article {article_id} are not as they were indexed"
                yield Finding(what, REBUILD, Part.CATALOG)


def _check_files(catalog: Catalog, config: IndexConfig) -> Iterator[Finding]:
    """The folder must be as it was at the last sync, if it is there; sampled files must hold what is indexed."""
    try:
        entries, refusals = scan(Path(catalog.meta()["articles_dir"]))
    except OSError:  # an index may be served where its articles are not
        return
    known = catalog.files()
    suspects = suspect(entries, known, forced=set())
    plan = settle(suspects, known, refusals=refusals, known_refusals=catalog.folder_refusals())
    if not plan.is_empty:
        changed = len(plan.read) + len(plan.gone)
        yield Finding(f"{changed} files have changed since the last sync", SYNC, Part.FILES)
    settled = {entry.name for entry in plan.read}
    for entry in _sample([e for e in entries if e.name in known and e.name not in settled], SAMPLE):
        yield from _check_file(catalog, entry, known[entry.name], config)


def _check_file(
    catalog: Catalog, entry: FileEntry, state: FileState, config: IndexConfig
) -> Iterator[Finding]:
    if hash_file(entry.path) != state.hash:
        what = f"{entry.name} has changed since it was indexed, without a newer time stamp"
        yield Finding(what, VERIFY, Part.FILES)
        return
    indexed: dict[str, str] = dict(
        catalog.rows("SELECT id, digest FROM articles WHERE file = ?", [entry.name])
    )
    for item in read_file(entry, max_file_mb=config.max_file_mb):
        # Taken out, as the first of an id is indexed and the others are refused.
        if isinstance(item, Article) and indexed.pop(item.id, item.digest) != item.digest:
            yield Finding(f"article {item.id} is not what {entry.name} holds", REBUILD, Part.FILES)


def _passage_ids(catalog: Catalog) -> list[int]:
    return [row[0] for row in catalog.rows("SELECT id FROM passages ORDER BY id")]


def _sample(values: list[T], count: int) -> list[T]:
    return random.Random(0).sample(values, min(count, len(values)))
