"""Each part of a build alone, on the same articles: what the whole can at best reach."""

import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TypeVar

from corpus.article import Article
from corpus.loader import load_articles
from index.build import embedded_text
from index.catalog_writer import CatalogWriter
from index.config import IndexConfig
from index.embedding import Vectors, load_embedder
from index.generations import Generation
from index.lexical import LexicalEntry, LexicalWriter
from index.names import names_in
from index.passages import Passage, split
from index.sealing import seal, write_part
from index.segment_writer import SEGMENT

T = TypeVar("T")
Split = list[tuple[Article, list[Passage]]]


def parts_alone(folder: Path, work: Path, most: int) -> dict[str, int]:
    """Return passages a second of each part by itself, over the first `most` articles."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    config = IndexConfig()
    embedder = load_embedder(config)
    embedder.embed_documents(["A warm-up."])
    rates: dict[str, float] = {}
    read = _timed(rates, "read", lambda: _read(folder, most))
    passages = _timed(
        rates, "split", lambda: [(a, split(a, passage_chars=config.passage_chars)) for a in read]
    )
    number = sum(len(found) for _, found in passages)
    names = _timed(
        rates, "names", lambda: [[names_in(a.text, p.sentences) for p in found] for a, found in passages]
    )
    texts = [embedded_text(a.title, a.text[p.start : p.end]) for a, found in passages for p in found]
    rows = _timed(rates, "embed", lambda: embedder.embed_documents(texts))
    _timed(rates, "catalog", lambda: _write_catalog(work, passages))
    _timed(rates, "tantivy", lambda: _write_terms(work, passages, [n for found in names for n in found]))
    _timed(rates, "chroma", lambda: _write_vectors(work, rows))
    return {name: round(number / seconds) for name, seconds in rates.items()}


def _timed(rates: dict[str, float], name: str, do: Callable[[], T]) -> T:
    started = time.perf_counter()
    result = do()
    rates[name] = time.perf_counter() - started
    return result


def _read(folder: Path, most: int) -> list[Article]:
    found = (item for item in load_articles(folder, max_file_mb=100) if isinstance(item, Article))
    return list(islice(found, most))


def _write_catalog(work: Path, passages: Split) -> None:
    with closing(CatalogWriter(work / "catalog.sqlite")) as catalog:
        for number, (article, found) in enumerate(passages):
            hashes = [f"{number}:{i}".encode() for i in range(len(found))]
            catalog.put(article, article.id, found, hashes)
        catalog.finish()


def _write_terms(work: Path, passages: Split, names: Sequence[str]) -> None:
    writer = LexicalWriter(work / "lexical")
    number = 0
    for article, found in passages:
        entries = []
        for passage in found:
            text = article.text[passage.start : passage.end]
            entries.append(
                LexicalEntry(number, article.title, text, names[number], article.published, article.source)
            )
            number += 1
        writer.add(entries)
    writer.finish()


def _write_vectors(work: Path, rows: Vectors) -> None:
    draft = Generation(work / "g000001")
    for first in range(0, len(rows), SEGMENT):
        batch = rows[first : first + SEGMENT]
        part = draft.path / "parts" / str(first)
        write_part(part, range(first, first + len(batch)), batch)
        seal(part, draft.sealed_vectors(str(first)))
