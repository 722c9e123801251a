"""Mending an index without reading the articles again: go back a generation, write an arm anew from the catalog."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import numpy as np

from index import lexical, texts, vectors
from index.build import embedded_text, lexical_entry
from index.catalog import Catalog
from index.catalog_writer import CatalogWriter
from index.config import IndexConfig
from index.embedding import Vectors, load_embedder
from index.generations import Generation, IndexUnusable, Store, rebuilding
from index.health import Finding, Part, examine, examine_generation
from index.lexical import LexicalWriter
from index.places import TAIL_NAME, Places, sweep_server
from index.segment_writer import TAIL_SLOTS, TAIL_VECTORS, VectorWriter
from index.sharing import copy_file
from index.vectors import VectorStore

BATCH = 2_000  # passages in memory


def repair(store: Path, config: IndexConfig, *, wait_s: float | None = None) -> list[str]:
    """Mend what `examine` finds and can be mended; return what was done, in words. Does nothing to a sound index.

    The articles are not read: afterwards a sync brings the index in line with them. Raises IndexUnusable where
    nothing but a rebuild helps, and EmbedderError where vectors are lost and cannot be computed.
    """
    if not examine(store, config):
        return []
    place = Store(store)
    with place.lock(wait_s=wait_s):
        # Anew: whoever held the lock until now may have made another generation the live one.
        done = list(_mend(place, config, examine(store, config, is_locked=True)))
        place.sweep()
        sweep_server(place, config)
    return done


def _mend(store: Store, config: IndexConfig, found: Sequence[Finding]) -> Iterator[str]:
    parts = {finding.part for finding in found}
    if store.has_rubbish():
        yield "removed what a broken-off sync had left"
    live = store.current()
    if live is None or Part.CATALOG in parts:
        yield _go_back(store, config, live)
    elif parts & {Part.TERMS, Part.VECTORS}:
        yield _write_anew(store, config, live, parts)


def _go_back(store: Store, config: IndexConfig, live: Generation | None) -> str:
    """Make the newest sound generation the live one."""
    for generation in reversed(store.sealed()):
        if generation == live:
            continue
        faults = examine_generation(generation, config)
        if all(finding.part is Part.FILES for finding in faults):
            store.make_live(generation)
            return f"went back to generation {generation.name}; run: python -m qa index"
    raise IndexUnusable(f"no generation of {store.path} is sound; run: {rebuilding(store.path)}")


def _write_anew(store: Store, config: IndexConfig, live: Generation, parts: set[Part]) -> str:
    draft = store.begin(None)
    done = []
    try:
        copy_file(live.catalog, draft.catalog)
        texts.clone(live.texts, draft.texts)
        if Part.VECTORS in parts:
            kept, embedded = _write_vectors(live, draft, config)
            done.append(f"wrote {kept + embedded} vectors anew, {embedded} of them embedded again")
        elif live.vectors.is_dir():
            vectors.clone(live.vectors, draft.vectors)
        if Part.TERMS in parts:
            done.append(f"wrote the terms of {_write_terms(draft)} passages anew")
        else:
            lexical.clone(live.lexical, draft.lexical)
        store.publish(draft)
    except BaseException:
        if store.current() != draft:
            store.discard(draft)
        raise
    return "; ".join(done)


def _write_terms(draft: Generation) -> int:
    with closing(Catalog(draft.catalog)) as catalog, closing(LexicalWriter(draft.lexical)) as writer:
        for record in catalog.records():
            article = catalog.article(record.id)
            if article is not None:
                stored = catalog.article_passages(record.id)
                writer.add(lexical_entry(passage.id, article, passage) for passage in stored)
        return writer.finish()


def _write_vectors(live: Generation, draft: Generation, config: IndexConfig) -> tuple[int, int]:
    """Write all vectors into new stores; return how many of them could be read, and how many were embedded."""
    writing, embedded = CatalogWriter(draft.catalog), 0
    with ExitStack() as opened:
        catalog = opened.enter_context(closing(Catalog(live.catalog)))
        passages = writing.passages_between(0, writing.last_passage())
        writing.set_vector_segments([])
        writing.forget_dead(0, writing.last_passage())
        writing.set_meta({TAIL_NAME: "", TAIL_SLOTS: "0", TAIL_VECTORS: ""})
        opened.callback(writing.close)
        writer = opened.enter_context(closing(VectorWriter(draft, writing, config)))
        stores = [opened.enter_context(closing(store)) for store in _readable(live, catalog, config)]
        dim = int(catalog.meta().get("dim", "0"))
        for first in range(0, len(passages), BATCH):
            batch = passages[first : first + BATCH]
            rows = _salvaged(stores, batch, dim)
            missing = [passage for passage in batch if passage not in rows]
            rows |= _embedded(catalog, config, missing)
            embedded += len(missing)
            writer.add(batch, np.asarray([rows[passage] for passage in batch], dtype=np.float32))
        writer.hand_over()
        writer.finish()
        writing.finish()
    return len(passages) - embedded, embedded


def _readable(live: Generation, catalog: Catalog, config: IndexConfig) -> Iterator[VectorStore]:
    """Open the stores of a generation, one by one: what cannot be opened is the damage."""
    places = Places.of_sealed(live, config, catalog.meta())
    for place in [places.tail, *(places.segment(segment.name) for segment in catalog.vector_segments())]:
        with suppress(OSError, ValueError, sqlite3.Error):
            yield VectorStore(place, create=False)


def _salvaged(stores: Sequence[VectorStore], passages: list[int], dim: int) -> dict[int, Vectors]:
    """Return those vectors that can still be read."""
    found: dict[int, Vectors] = {}
    for store in stores:
        with suppress(OSError, ValueError, sqlite3.Error):
            found |= store.get([passage for passage in passages if passage not in found])
    return {passage: row for passage, row in found.items() if row.shape == (dim,) and np.isfinite(row).all()}


def _embedded(catalog: Catalog, config: IndexConfig, passages: list[int]) -> dict[int, Vectors]:
    if not passages:
        return {}
    stored = catalog.passages(passages)
    written = [embedded_text(passage.article.title, passage.text) for passage in stored]
    rows = load_embedder(config).embed_documents(written)
    return {passage.id: row for passage, row in zip(stored, rows, strict=True)}
