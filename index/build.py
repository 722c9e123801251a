"""Applying a plan to a generation that is not sealed: read, split, embed, write, in bounded batches."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

import numpy as np

from corpus.article import Article
from corpus.folder import FileEntry
from corpus.loader import read_file
from corpus.refusal import Refusal
from index.catalog import Catalog, FileState
from index.catalog_writer import CatalogWriter
from index.config import IndexConfig
from index.embedding import Embedder, Vectors
from index.generations import Generation
from index.lexical import LexicalEntry, LexicalWriter
from index.names import names_in
from index.parallel import load_sync_embedder
from index.passages import Passage, split
from index.plan import Plan, observe, observe_and_read
from index.records import Changes, StoredPassage
from index.segment_writer import VectorWriter

BATCH_PASSAGES = 2_000  # as many are held in memory, with their articles and vectors
ROUNDS = 5  # of looking for another holder of an id whose holder went
BYTES_A_CHAR = 2  # of a file, at a guess: with markup and fields
HASH_BYTES = 16


@dataclass(frozen=True, slots=True)
class Counts:
    """How much each part of a finished generation holds, how that came about, and what it cost."""

    changes: Changes  # to the generation that it began as
    articles: int
    passages: int
    lexical: int
    vectors: int
    embedded: int
    reused: int


@dataclass(frozen=True, slots=True)
class _Pending:
    """An article that is read and split, and not written yet."""

    article: Article
    file: str
    passages: tuple[Passage, ...]
    texts: tuple[str, ...]  # that are embedded, one a passage
    hashes: tuple[bytes, ...]  # of those

    @classmethod
    def of(cls, article: Article, file: str, passage_chars: int) -> Self:
        passages = tuple(split(article, passage_chars=passage_chars))
        texts = tuple(embedded_text(article.title, article.text[p.start : p.end]) for p in passages)
        return cls(article, file, passages, texts, tuple(map(_hash, texts)))


def embedded_text(title: str, text: str) -> str:
    """Return what is embedded for a passage: its article's title, which says what it is about, and its text."""
    return f"{title}\n{text}"


def lexical_entry(passage_id: int, article: Article, passage: Passage | StoredPassage) -> LexicalEntry:
    """Return what the lexical index holds of a passage."""
    text = article.text[passage.start : passage.end]
    names = names_in(article.text, passage.sentences)
    return LexicalEntry(passage_id, article.title, text, names, article.published, article.source)


class Builder:
    """Changes one draft generation. Without `finish`, leaving the context abandons it."""

    def __init__(
        self, draft: Generation, previous: Catalog | None, config: IndexConfig, on_article: Callable[[], None]
    ) -> None:
        self._catalog = CatalogWriter(draft.catalog)
        self._lexical = LexicalWriter(draft.lexical)
        self._vectors = VectorWriter(draft, self._catalog, config)
        self._previous, self._config, self._on_article = previous, config, on_article
        self._embedder: Embedder | None = None
        self._pending: list[_Pending] = []
        self._pending_passages = 0
        self._embedded = self._reused = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._vectors.close()
        self._lexical.close()
        self._catalog.close()

    def record(self, files: Mapping[str, FileState]) -> None:
        """Record the states of files whose bytes are as indexed."""
        for name, state in files.items():
            self._catalog.record_file(name, state)

    def apply(self, plan: Plan, entries: Mapping[str, FileEntry]) -> None:
        """Bring the draft in line with the folder, whose files are `entries` by name."""
        if plan.refusals is not None:
            self._catalog.set_folder_refusals(plan.refusals)
        for name in plan.gone:
            self._catalog.forget_file(name)
        for entry in plan.touched:
            self._catalog.record_file(entry.name, observe(entry))
        read_bytes = sum(entry.size for entry in plan.read)
        self._vectors.expect(read_bytes // (BYTES_A_CHAR * self._config.passage_chars))
        self._read(plan.read)
        unheld = self._catalog.unheld()
        for _ in range(ROUNDS):
            if not unheld:
                break
            self._read([entries[name] for name in sorted(set(unheld.values()))])
            unheld = self._catalog.unheld()
        for article_id in [*self._catalog.unclaimed(), *sorted(unheld)]:
            self._remove(article_id)
        self._prove(plan.read)

    def finish(self, meta: dict[str, str]) -> Counts:
        """Write what is left, close all parts, and count each."""
        self._vectors.hand_over()
        lexical = self._lexical.finish()
        if self._embedder is not None:
            meta = {**meta, "dim": str(self._embedder.dim)}
        self._catalog.set_meta({**meta, "indexed_at": datetime.now(UTC).isoformat(timespec="seconds")})
        self._catalog.regroup()  # while the last vectors are being written
        changes = self._catalog.changes()
        vectors = self._vectors.finish()
        articles, passages = self._catalog.finish()
        return Counts(changes, articles, passages, lexical, vectors, self._embedded, self._reused)

    def _read(self, entries: Iterable[FileEntry]) -> None:
        """Read files, which must come in order of name: the first to hold an id keeps it."""
        entries = list(entries)
        for entry in entries:
            self._catalog.forget_file(entry.name)
        for entry in entries:
            state, data = observe_and_read(entry, max_file_mb=self._config.max_file_mb)
            self._catalog.record_file(entry.name, state)
            for item in read_file(entry, max_file_mb=self._config.max_file_mb, data=data):
                if isinstance(item, Refusal):
                    self._catalog.refuse(entry.name, item)
                else:
                    self._take(item, entry.name)
        self._flush()

    def _take(self, article: Article, file: str) -> None:
        self._on_article()
        first = self._catalog.claim(article.id, file)
        if first == file:
            self._catalog.refuse(file, _repeated(article.id, file))
            return
        if first is not None and first < file:
            return  # the catalog tells of it among the refusals as long as the first one holds the id
        if first is not None:
            self._catalog.withdraw(first, _repeated(article.id, first))  # it has the id no longer
        held = self._catalog.holding(article.id)
        if held is not None and held.digest == article.digest:
            self._catalog.move(article.id, file)
            return
        if held is not None:
            self._remove(article.id)
        self._pending.append(_Pending.of(article, file, self._config.passage_chars))
        self._pending_passages += len(self._pending[-1].passages)
        if self._pending_passages >= BATCH_PASSAGES:
            self._flush()

    def _remove(self, article_id: str) -> None:
        passages = self._catalog.remove(article_id)
        self._lexical.remove(passages)
        self._vectors.remove(passages)

    def _flush(self) -> None:
        batch, self._pending, self._pending_passages = self._pending, [], 0
        if not batch:
            return
        rows = self._rows(batch)
        passages: list[int] = []
        for pending in batch:
            article = pending.article
            ids = self._catalog.put(article, pending.file, pending.passages, pending.hashes)
            passages += ids
            self._lexical.add(
                lexical_entry(i, article, passage) for i, passage in zip(ids, pending.passages, strict=True)
            )
        self._vectors.add(passages, rows)

    def _rows(self, batch: Sequence[_Pending]) -> Vectors:
        """Return a row a passage: one that the index has for the same text, else a new one."""
        texts = {h: text for p in batch for h, text in zip(p.hashes, p.texts, strict=True)}
        known = self._catalog.passages_by_hash(list(texts))
        if self._previous is not None:
            known |= self._previous.passages_by_hash([hashed for hashed in texts if hashed not in known])
        stored = self._vectors.get(known.values())
        by_hash = {hashed: stored[passage] for hashed, passage in known.items() if passage in stored}
        missing = [hashed for hashed in texts if hashed not in by_hash]
        if missing:
            rows = self._load_embedder().embed_documents([texts[hashed] for hashed in missing])
            by_hash.update(zip(missing, rows, strict=True))
        self._embedded += len(missing)
        wanted = [by_hash[hashed] for pending in batch for hashed in pending.hashes]
        self._reused += len(wanted) - len(missing)
        return np.asarray(wanted, dtype=np.float32)

    def _load_embedder(self) -> Embedder:
        if self._embedder is None:
            self._embedder = load_sync_embedder(self._config)
        return self._embedder

    def _prove(self, entries: Iterable[FileEntry]) -> None:
        """Look again at files that were so new when read that a change might not have shown."""
        known = self._catalog.unproven()
        for entry in entries:
            if entry.name in known and is_as_scanned(entry):
                state = observe(entry)
                if state.hash == known[entry.name]:
                    self._catalog.record_file(entry.name, state)


def is_as_scanned(entry: FileEntry) -> bool:
    """Whether the directory entry of a file is still the one that the scan saw."""
    try:
        found = entry.path.stat()
    except OSError:
        return False
    return (found.st_size, found.st_mtime_ns, found.st_ino) == (entry.size, entry.mtime_ns, entry.inode)


def _repeated(article_id: str, file: str) -> Refusal:
    return Refusal(file, None, f"duplicate id {article_id}: {file} has it already")


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=HASH_BYTES).digest()
