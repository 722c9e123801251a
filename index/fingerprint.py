"""What of the settings shapes vectors or passages. An index answers only under what built it."""

from index.config import IndexConfig

SCHEMA_VERSION = 1  # of the catalog's tables and the lexical fields
ANALYSER_VERSION = 1  # of sentence rules, folding and stemming
WORDLLAMA_DIM = 256  # the only weights inside the wheel; smaller ones are its leading columns
WORDLLAMA_DIMS = (64, 128, 256)


def fingerprint(config: IndexConfig) -> dict[str, str]:
    """Return what an index built under `config` depends on, by name. Loads no model."""
    return {
        "embedder": embedder_name(config.embedder),
        "passage_chars": str(config.passage_chars),
        "analyser": str(ANALYSER_VERSION),
        "schema": str(SCHEMA_VERSION),
    }


def embedder_name(embedder: str) -> str:
    """Return one name for each set of vectors: `wordllama` is `wordllama:256`."""
    return f"wordllama:{WORDLLAMA_DIM}" if embedder == "wordllama" else embedder


def differences(built: dict[str, str], wanted: dict[str, str]) -> list[str]:
    """Say, a setting an entry, what the index was built with and what is asked for."""
    return [
        f"{name} is {built.get(name, 'unknown')} in the index, {wanted.get(name, 'unknown')} in the settings"
        for name in sorted({*built, *wanted})
        if built.get(name) != wanted.get(name)
    ]
