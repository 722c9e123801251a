"""What of the settings shapes vectors or passages. An index answers only under what built it."""

from pathlib import Path

from index.config import IndexConfig
from index.generations import IndexUnusable, rebuilding

SCHEMA_VERSION = 4  # of the catalog's tables, the text segments and the lexical fields
ANALYSER_VERSION = 3  # of sentence and passage rules, folding and stemming
WORDLLAMA_DIM = 256  # the only weights inside the wheel; smaller ones are its leading columns
WORDLLAMA_DIMS = (64, 128, 256)
_OWN_EMBEDDERS = ("wordllama", *(f"wordllama:{dim}" for dim in WORDLLAMA_DIMS))
EMBEDDERS = f"{', '.join(_OWN_EMBEDDERS)}, fastembed:MODEL or openai:MODEL"


def fingerprint(config: IndexConfig) -> dict[str, str]:
    """Return what an index built under `config` depends on, by name. Loads no model."""
    return {
        "embedder": embedder_name(config.embedder),
        "passage_chars": str(config.passage_chars),
        "analyser": str(ANALYSER_VERSION),
        "schema": str(SCHEMA_VERSION),
        "vectors": "on a Chroma server" if config.chroma_url else "in the index",
    }


def embedder_name(embedder: str) -> str:
    """Return one name for each set of vectors: `wordllama` is `wordllama:256`."""
    return f"wordllama:{WORDLLAMA_DIM}" if embedder == "wordllama" else embedder


def is_embedder(name: str) -> bool:
    """Tell whether this is one of the `EMBEDDERS`."""
    kind, _, model = name.partition(":")
    return name in _OWN_EMBEDDERS or (kind in ("fastembed", "openai") and bool(model))


class FingerprintMismatch(IndexUnusable):
    """The index was built under other settings than those asked for."""


class FolderMismatch(IndexUnusable):
    """The index was built from another folder of articles."""


def as_meta(config: IndexConfig, articles_dir: Path) -> dict[str, str]:
    """Return what the catalog records of settings and folder."""
    built = {f"{_PREFIX}{name}": value for name, value in fingerprint(config).items()}
    return {**built, "articles_dir": str(articles_dir.resolve()), "max_file_mb": str(config.max_file_mb)}


def fingerprint_of(meta: dict[str, str]) -> dict[str, str]:
    """Return the fingerprint that a catalog records."""
    return {key.removeprefix(_PREFIX): value for key, value in meta.items() if key.startswith(_PREFIX)}


def check_usable(
    meta: dict[str, str], config: IndexConfig, *, store: Path, articles_dir: Path | None
) -> None:
    """Check that an index was built under `config` and, unless None, from `articles_dir`.

    Raises FingerprintMismatch or FolderMismatch, naming both values and the command that mends it.
    """
    if articles_dir is not None and (built := meta.get("articles_dir")) != str(articles_dir.resolve()):
        if not articles_dir.is_dir():
            raise FolderMismatch(f"no folder of articles at {articles_dir}; the index {store} is of {built}")
        raise FolderMismatch(
            f"the index {store} was built from {built}, not from {articles_dir.resolve()}; "
            f"run: {rebuilding(store, articles_dir)}"
        )
    built_with, wanted = fingerprint_of(meta), fingerprint(config)
    differing = [
        f"{name} {built_with.get(name, 'unknown')}, settings say {wanted.get(name, 'unknown')}"
        for name in sorted({*built_with, *wanted})
        if built_with.get(name) != wanted.get(name)
    ]
    if differing:
        raise FingerprintMismatch(
            f"the index {store} was built with {'; '.join(differing)}; "
            f"run: {rebuilding(store, articles_dir or meta.get('articles_dir'))}"
        )


_PREFIX = "fingerprint."
