"""Copying the live generation to a folder of its own, to be served on another machine: it never changes there."""

from contextlib import closing
from pathlib import Path

from index import lexical, texts, vectors
from index.catalog import Catalog
from index.generations import Generation, IndexUnusable, Store
from index.sharing import copy_file


def export(store: Path, target: Path) -> Path:
    """Copy the live generation into an index folder that is not there yet, and return that folder.

    Readers may ask and a sync may run meanwhile: the generation is leased, and Chroma's files, which every opening
    writes to, are copied by backup. Raises IndexUnusable, also where `target` is not empty or vectors are on a server.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise IndexUnusable(f"{target} is not empty; give a folder that is not there yet")
    with closing(Store(store).lease()) as lease, closing(Catalog(lease.generation.catalog)) as catalog:
        live = lease.generation
        if catalog.meta().get("tail"):
            raise IndexUnusable(
                "the vectors are on a Chroma server, where a later sync drops them; share the index folder instead"
            )
        copy = Generation(target / live.name)
        copy.path.mkdir(parents=True)
        for segment in catalog.vector_segments():
            place = copy.sealed_vectors(segment.name)
            place.parent.mkdir(exist_ok=True)
            vectors.clone(live.sealed_vectors(segment.name), place)
        vectors.clone(live.vectors, copy.vectors)
        lexical.clone(live.lexical, copy.lexical)
        texts.clone(live.texts, copy.texts)
        copy_file(live.catalog, copy.catalog)
    Store(target).publish(copy)
    return target
