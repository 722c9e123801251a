"""`sync`: bring the index in line with a folder of articles; where nothing changed it writes nothing."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.folder import FileEntry, scan
from corpus.refusal import Refusal
from index.catalog import Catalog, FileState
from index.config import IndexConfig
from index.fingerprint import as_meta, check_usable
from index.generations import Generation, IndexUnusable, Locked, Store
from index.plan import Plan, observe, settle, suspect
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
    as long as it takes). Raises NoArticles, FolderEmptied, FolderMismatch, FingerprintMismatch, Locked and
    SyncFailed, all IndexUnusable, and EmbedderError. The index then is as it was.
    """
    job = _Job(
        articles_dir, Store(store), config, on_progress or _ignore, verify, may_empty, time.perf_counter()
    )
    if not rebuild and (report := job.report_if_current()):
        job.sweep_if_idle()
        return report
    with _clear_failures(store), job.locked(wait_s):
        job.sweep()
        if not rebuild and (report := job.report_if_current()):
            return report
        return job.write(rebuild=rebuild)


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

    def report_if_current(self) -> SyncReport | None:
        """Return the report of a sync that has nothing to do; None if there is something, or no index yet."""
        if self.store.current() is None:
            return None
        with closing(self.store.lease()) as lease, closing(_open(lease.generation)) as catalog:
            self._check(catalog)
            entries, refusals = self._scan()
            self._check_emptied(catalog, entries)
            notes = noted(lease.generation)
            plan = self._plan(catalog, entries, refusals, notes)
            if not plan.is_empty:
                return None
            if plan.touched:
                self._note(lease.generation, catalog, plan)
            return self._report(catalog, lease.generation, {}, None)

    def write(self, *, rebuild: bool) -> SyncReport:
        """Write a new generation and make it the live one. The lock must be held."""
        live = self.store.current()
        with _opened(live) as previous:
            before = previous.digests() if previous else {}
            if previous:
                self._check_emptied(previous, self._scan()[0])
        draft = self.store.begin(None if rebuild else live)
        try:
            with _opened(None if rebuild else live) as previous:
                counts = self._build(draft, previous, {} if rebuild or live is None else noted(live))
            self.on_progress(Progress(counts.articles, None, "finishing"))
            self.store.publish(draft)
        except BaseException:
            if self.store.current() != draft:
                self.store.discard(draft)
            raise
        self.sweep()
        with closing(_open(draft)) as catalog:
            return self._report(catalog, draft, before, counts)

    def _build(self, draft: Generation, previous: Catalog | None, notes: dict[str, FileState]) -> "Counts":
        from index.build import Builder

        entries, refusals = self._scan()
        plan = self._plan(previous, entries, refusals, notes)
        is_counted = all(entry.name.lower().endswith(SINGLE) for entry in plan.read)
        meter = _Meter(self.on_progress, len(plan.read) if is_counted else None)
        with Builder(draft, previous, self.config, meter.count_one) as builder:
            if previous is not None and notes:
                known = previous.files()
                builder.record({n: s for n, s in with_notes(known, notes).items() if s != known[n]})
            builder.apply(plan, {entry.name: entry for entry in entries})
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

    def _plan(
        self,
        catalog: Catalog | None,
        entries: list[FileEntry],
        refusals: list[Refusal],
        notes: dict[str, FileState],
    ) -> Plan:
        if catalog is None:
            return Plan(tuple(entries), (), (), tuple(refusals))
        known = with_notes(catalog.files(), notes)
        forced = self._forced(catalog, entries)
        suspects = suspect(entries, known, forced=forced, verify=self.verify)
        return settle(suspects, known, refusals=refusals, known_refusals=catalog.folder_refusals())

    def _forced(self, catalog: Catalog, entries: list[FileEntry]) -> set[str]:
        """Return the files that another size limit may read otherwise."""
        limit = catalog.meta().get("max_file_mb")
        if limit == str(self.config.max_file_mb):
            return set()
        return {entry.name for entry in entries}

    def _note(self, generation: Generation, catalog: Catalog, plan: Plan) -> None:
        """Note the time stamps of touched files, so that the next sync need not hash them; if possible."""
        known = catalog.files()
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

    def _report(
        self, catalog: Catalog, generation: Generation, before: dict[str, str], counts: "Counts | None"
    ) -> SyncReport:
        now = catalog.digests() if counts else {}
        added, removed = len(now.keys() - before.keys()), len(before.keys() - now.keys())
        changed = sum(now[identity] != before[identity] for identity in now.keys() & before.keys())
        return SyncReport(
            added=added,
            changed=changed,
            removed=removed,
            unchanged=catalog.counts()[0] - added - changed,
            passages_embedded=counts.embedded if counts else 0,
            passages_reused=counts.reused if counts else 0,
            refused=tuple(catalog.refusals()),
            generation=generation.name,
            wrote=counts is not None,
            seconds=time.perf_counter() - self.started,
        )

    @contextmanager
    def locked(self, wait_s: float | None) -> Iterator[None]:
        """Hold the writer lock; say so if that means waiting."""
        with ExitStack() as stack:
            try:
                stack.enter_context(self.store.lock(wait_s=0))
            except Locked:
                if wait_s is not None and wait_s <= 0:
                    raise
                self.on_progress(Progress(0, None, "waiting"))
                stack.enter_context(self.store.lock(wait_s=wait_s))
            yield

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
