"""`sync`: bring the index in line with a folder of articles; where nothing changed it writes nothing."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.folder import FileEntry, scan
from corpus.refusal import Refusal
from index.catalog import Catalog, FileState
from index.config import IndexConfig
from index.fingerprint import as_meta, check_usable
from index.generations import Damaged, Generation, IndexUnusable, Locked, Store
from index.heaps import collecting_seldom
from index.plan import Plan, observe, settle, stamps, suspect
from index.records import UNCHANGED, Changes
from index.touched import note, noted, with_notes

if TYPE_CHECKING:
    from index.build import Counts

MANY = 1_000  # articles; an empty folder where so many were indexed is more likely a missing disk
SINGLE = (".txt", ".md", ".html", ".htm")  # formats of one article a file


class NoArticles(IndexUnusable):
    """The folder of articles is not there."""


class FolderEmptied(IndexUnusable):
    """The folder holds no file of articles, and the index many articles; nothing was removed."""


class SyncFailed(IndexUnusable):
    """The index could not be written; the one before is as it was."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync is: articles read of how many, if that is known."""

    done: int
    total: int | None
    stage: str  # "waiting", "reading", "finishing"


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync found and did; the four counts are articles."""

    added: int
    changed: int
    removed: int
    unchanged: int
    passages_embedded: int
    passages_reused: int
    refused: tuple[Refusal, ...]
    generation: str
    wrote: bool
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """Return the report for `index --json`."""
        refused = [{"path": r.path, "line": r.line, "reason": r.reason} for r in self.refused]
        return {
            "added": self.added,
            "changed": self.changed,
            "removed": self.removed,
            "unchanged": self.unchanged,
            "passages_embedded": self.passages_embedded,
            "passages_reused": self.passages_reused,
            "refused": refused,
            "generation": self.generation,
            "wrote": self.wrote,
            "seconds": round(self.seconds, 3),
        }


def sync(
    articles_dir: Path,
    store: Path,
    config: IndexConfig,
    *,
    rebuild: bool = False,
    verify: bool = False,
    may_empty: bool = False,
    on_progress: Callable[[Progress], None] | None = None,
    wait_s: float | None = None,
) -> SyncReport:
    """Bring the index in `store` in line with the folder, and return what that took.

    With `verify` every file is hashed, not only those whose directory entries changed. Without `may_empty` a
    folder without files does not empty an index of MANY articles. Waits `wait_s` for another sync to end (None:
    as long as it takes). Raises NoArticles, FolderEmptied, FolderMismatch, FingerprintMismatch, Damaged,
    Locked and SyncFailed, all IndexUnusable, and EmbedderError. The index then is as it was.
    """
    job = _Job(
        articles_dir, Store(store), config, on_progress or _ignore, verify, may_empty, time.perf_counter()
    )
    with collecting_seldom():
        return job.run(rebuild=rebuild, wait_s=wait_s)


@dataclass(frozen=True, slots=True)
class _Look:
    """What one look at the folder found, compared with the generation that is to be changed."""

    base: Generation | None
    entries: list[FileEntry]
    plan: Plan
    notes: dict[str, FileState]  # of the base
    report: SyncReport | None = None  # if there is nothing to do


@dataclass(frozen=True, slots=True)
class _Job:
    """One call of `sync`."""

    articles_dir: Path
    store: Store
    config: IndexConfig
    on_progress: Callable[[Progress], None]
    verify: bool
    may_empty: bool
    started: float

    def run(self, *, rebuild: bool, wait_s: float | None) -> SyncReport:
        """Look, and write if there is anything to write."""
        look = None if rebuild else self.look()
        if look is not None and look.report is not None:
            self.sweep_if_idle()
            return look.report
        with _clear_failures(self.store.path), self.locked(wait_s) as waited:
            self.sweep()
            if rebuild:
                look = self.look_anew()
            elif look is None or waited or self.store.current() != look.base:
                look = self.look()
            return look.report or self.write(look)

    def look(self) -> _Look:
        """Compare folder and live generation; the report tells of a sync that has nothing to do."""
        if self.store.current() is None:
            return self.look_anew()
        try:
            return self._compared()
        except sqlite3.Error as error:
            raise Damaged(self.store.path, self.articles_dir, error) from error

    def _compared(self) -> _Look:
        with closing(self.store.lease()) as lease, closing(_open(lease.generation)) as catalog:
            base = lease.generation
            self._check(catalog)
            entries, refusals = self._scan()
            self._check_emptied(catalog, entries)
            notes = noted(base)
            known = with_notes(catalog.files(), notes)
            forced = self._forced(catalog, entries)
            suspects = suspect(entries, known, forced=forced, verify=self.verify)
            plan = settle(suspects, known, refusals=refusals, known_refusals=catalog.folder_refusals())
            if not plan.is_empty:
                return _Look(base, entries, plan, notes)
            if any(stamps(entry) != stamps(known[entry.name]) for entry in plan.touched):
                self._note(base, known, plan)
            return _Look(base, entries, plan, notes, self._report(catalog, base))

    def look_anew(self) -> _Look:
        """Look at the folder as if nothing were indexed."""
        entries, refusals = self._scan()
        with suppress(sqlite3.Error, OSError), _opened(self.store.current()) as previous:
            if previous is not None:
                self._check_emptied(previous, entries)
        return _Look(None, entries, Plan(tuple(entries), (), (), tuple(refusals)), {})

    def write(self, look: _Look) -> SyncReport:
        """Write a new generation and make it the live one. The lock must be held."""
        before = None if look.base else self._digests()
        draft = self.store.begin(look.base)
        try:
            with _opened(look.base) as previous:
                counts = self._build(draft, previous, look)
            self.on_progress(Progress(counts.articles, None, "finishing"))
            self.store.publish(draft)
        except BaseException:
            if self.store.current() != draft:
                self.store.discard(draft)
            raise
        with suppress(
            OSError, IndexUnusable
        ):  # all is done; what cannot be removed now the next sync removes
            self.sweep()
        with closing(_open(draft)) as catalog:
            if before is not None:  # the draft began empty
                counts = replace(counts, changes=Changes.between(before, catalog.digests()))
            return self._report(catalog, draft, counts)

    def _digests(self) -> dict[str, str]:
        """Return the digests of what is indexed; none where that cannot be read."""
        try:
            with _opened(self.store.current()) as previous:
                return previous.digests() if previous else {}
        except (sqlite3.Error, OSError):
            return {}

    def _build(self, draft: Generation, previous: Catalog | None, look: _Look) -> "Counts":
        from index.build import Builder

        is_counted = all(entry.name.lower().endswith(SINGLE) for entry in look.plan.read)
        meter = _Meter(self.on_progress, len(look.plan.read) if is_counted else None)
        with Builder(draft, previous, self.config, meter.count_one) as builder:
            if previous is not None and look.notes:
                known = previous.files()
                builder.record({n: s for n, s in with_notes(known, look.notes).items() if s != known[n]})
            builder.apply(look.plan, {entry.name: entry for entry in look.entries})
            counts = builder.finish(as_meta(self.config, self.articles_dir))
        if not counts.passages == counts.lexical == counts.vectors:
            raise SyncFailed(
                f"the new index holds {counts.passages} passages in the catalog, {counts.lexical} in the "
                f"lexical index and {counts.vectors} vectors; it was thrown away; run again with --rebuild"
            )
        return counts

    def _scan(self) -> tuple[list[FileEntry], list[Refusal]]:
        try:
            return scan(self.articles_dir)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NoArticles(f"no folder of articles at {self.articles_dir}: {error}") from error

    def _forced(self, catalog: Catalog, entries: list[FileEntry]) -> set[str]:
        """Return the files that another size limit may read otherwise."""
        limit = catalog.meta().get("max_file_mb")
        if limit == str(self.config.max_file_mb):
            return set()
        return {entry.name for entry in entries}

    def _note(self, generation: Generation, known: dict[str, FileState], plan: Plan) -> None:
        """Note the time stamps of touched files, so that the next sync need not hash them; if possible."""
        states = {entry.name: observe(entry) for entry in plan.touched}
        same = {name: s for name, s in states.items() if s.hash == known[name].hash and s != known[name]}
        if same:
            with suppress(Locked, OSError), self.store.lock(wait_s=0):
                note(generation, same)

    def _check_emptied(self, catalog: Catalog, entries: list[FileEntry]) -> None:
        if entries or self.may_empty:
            return
        (articles, _) = catalog.counts()
        if articles >= MANY:
            raise FolderEmptied(
                f"the folder {self.articles_dir} holds no articles, and the index {articles}; nothing was "
                f"removed; if they shall go, run: python -m qa index {self.articles_dir} --yes"
            )

    def _check(self, catalog: Catalog) -> None:
        check_usable(catalog.meta(), self.config, store=self.store.path, articles_dir=self.articles_dir)

    def _report(self, catalog: Catalog, generation: Generation, counts: "Counts | None" = None) -> SyncReport:
        changes = counts.changes if counts else UNCHANGED
        return SyncReport(
            added=changes.added,
            changed=changes.changed,
            removed=changes.removed,
            unchanged=catalog.counts()[0] - changes.added - changes.changed,
            passages_embedded=counts.embedded if counts else 0,
            passages_reused=counts.reused if counts else 0,
            refused=tuple(catalog.refusals()),
            generation=generation.name,
            wrote=counts is not None,
            seconds=time.perf_counter() - self.started,
        )

    @contextmanager
    def locked(self, wait_s: float | None) -> Iterator[bool]:
        """Hold the writer lock; yield whether that meant waiting, and say so."""
        waited = False
        with ExitStack() as stack:
            try:
                stack.enter_context(self.store.lock(wait_s=0))
            except Locked:
                if wait_s is not None and wait_s <= 0:
                    raise
                waited = True
                self.on_progress(Progress(0, None, "waiting"))
                stack.enter_context(self.store.lock(wait_s=wait_s))
            yield waited

    def sweep(self) -> None:
        """Remove what no reader and no later sync needs. The lock must be held."""
        self.store.sweep()
        if self.config.chroma_url:
            from index.places import sweep_server

            sweep_server(self.store, self.config)

    def sweep_if_idle(self) -> None:
        """Remove what a killed sync left, unless a sync is running."""
        if self.store.has_rubbish():
            with suppress(Locked, OSError), self.store.lock(wait_s=0):
                self.store.sweep()


class _Meter:
    """Counts articles for a progress bar."""

    def __init__(self, on_progress: Callable[[Progress], None], total: int | None) -> None:
        self._on_progress, self._total, self._done = on_progress, total, 0

    def count_one(self) -> None:
        self._done += 1
        self._on_progress(Progress(self._done, self._total, "reading"))


@contextmanager
def _clear_failures(store: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise SyncFailed(
            f"could not write the index {store}: {error}; the one before is as it was"
        ) from error


@contextmanager
def _opened(generation: Generation | None) -> Iterator[Catalog | None]:
    if generation is None:
        yield None
        return
    with closing(_open(generation)) as catalog:
        yield catalog


def _open(generation: Generation) -> Catalog:
    return Catalog(generation.catalog)


def _ignore(_: Progress) -> None:
    pass
