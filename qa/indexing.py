"""Index-keeping for people: bring it up to date, open it, say what it holds and whether it is sound."""

import logging
import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from index.generations import NoIndex
from index.sync import Progress, SyncReport, sync
from qa.progress import ProgressBar
from qa.render import inert
from qa.settings import Settings

if TYPE_CHECKING:
    from index.health import Finding
    from index.reader import LiveIndex
    from index.records import CorpusStats

logger = logging.getLogger(__name__)

TELL_S = 0.1  # between two words of progress
AGAIN_S = 60.0  # before following begins again that a fault of ours has ended


def update(
    settings: Settings,
    *,
    rebuild: bool = False,
    wait: bool = True,
    verify: bool = False,
    may_empty: bool = False,
) -> SyncReport:
    """Bring the index in line with the articles folder, drawing a progress bar if it takes a while."""
    with ProgressBar() as bar:
        return sync(
            settings.articles_dir,
            settings.store,
            settings.index_config,
            rebuild=rebuild,
            verify=verify,
            may_empty=may_empty,
            on_progress=bar,
            wait_s=None if wait else 0,
        )


def updates(settings: Settings) -> Iterator[Progress | SyncReport]:
    """Bring the index in line in the background; yield how far it is, ten times a second, then the report.

    Another sync that is running is waited for, which is stage "waiting". What was begun goes on to its end, also
    where nobody reads on. Raises IndexUnusable and EmbedderError.
    """
    told: queue.SimpleQueue[Progress | SyncReport | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            told.put(sync(settings.articles_dir, settings.store, settings.index_config, on_progress=told.put))
        except Exception as error:  # noqa: BLE001 - raised where it is read
            told.put(error)

    threading.Thread(target=run, name="index update", daemon=True).start()
    while True:
        latest = told.get()
        while not told.empty():
            latest = told.get()
        if isinstance(latest, Exception):
            raise latest
        yield latest
        if isinstance(latest, SyncReport):
            return
        time.sleep(TELL_S)


def follow(settings: Settings, *, stop: threading.Event | None = None) -> Iterator[SyncReport]:
    """Yield a report for each sync that wrote, until interrupted or `stop` is set."""
    from index.watch import watch

    reports = watch(settings.articles_dir, settings.store, settings.index_config, stop=stop)
    return (report for report in reports if report.wrote)


@contextmanager
def following(settings: Settings) -> Iterator[None]:
    """Follow the articles folder in the background for as long as the context lasts, if the settings say so."""
    if not settings.watch:
        yield
        return
    stop = threading.Event()

    def run() -> None:
        while not stop.is_set():
            try:
                for report in follow(settings, stop=stop):
                    logger.info("%s", report_text(report))
            except Exception as error:  # noqa: BLE001 - the page outlives whatever befalls it
                logger.warning("the articles folder is not followed for a minute: %s", error)
                stop.wait(AGAIN_S)

    thread = threading.Thread(target=run, name="articles folder", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(TELL_S)  # a sync that is writing may be cut off at any moment


@contextmanager
def open_index(settings: Settings) -> Iterator["LiveIndex"]:
    """Open the index, building it first where there is none; raises IndexUnusable where none can be had."""
    try:
        live = _open(settings)
    except NoIndex:
        update(settings)
        live = _open(settings)
    try:
        yield live
    finally:
        live.close()


@contextmanager
def open_early(settings: Settings) -> Iterator["LiveIndex"]:
    """Open the index even if it is still to be built: asking raises NoIndex until it is.

    Raises IndexUnusable where there is an index that cannot be used, or no folder to build one from.
    """
    from index.reader import LiveIndex
    from index.sync import NoArticles

    live = LiveIndex(settings.store, settings.index_config, articles_dir=settings.articles_dir)
    try:
        with live.reader():
            pass
    except NoIndex:
        if not settings.articles_dir.is_dir():
            raise NoArticles(f"no folder of articles at {settings.articles_dir}") from None
    try:
        yield live
    finally:
        live.close()


def _open(settings: Settings) -> "LiveIndex":
    from index.reader import open_live

    try:
        return open_live(settings.store, settings.index_config, articles_dir=settings.articles_dir)
    except NoIndex as error:
        raise NoIndex(f"no index in {settings.store}; run: {settings.index_command}") from error


def report_text(report: SyncReport) -> str:
    """Render what a sync did, and what it refused and why."""
    if not report.wrote:
        head = f"Nothing to do: {report.unchanged} articles, all indexed."
    else:
        head = (
            f"Indexed in {report.seconds:.1f} s: {report.added} added, {report.changed} changed, "
            f"{report.removed} removed, {report.unchanged} unchanged; "
            f"{report.passages_embedded} passages embedded, {report.passages_reused} reused."
        )
    return inert("\n".join([head, *(f"  {line}" for line in refusal_lines(report))]))


def refusal_lines(report: SyncReport) -> list[str]:
    """Render what was refused, a line each."""
    return [
        f"refused {refusal.path}{f', line {refusal.line}' if refusal.line else ''}: {refusal.reason}"
        for refusal in report.refused
    ]


def status_json(settings: Settings) -> dict[str, Any]:
    """Return what the index holds; raises IndexUnusable where there is none."""
    live = _open(settings)
    try:
        with live.reader() as reader:
            return _stats_json(reader.stats(), str(settings.store))
    finally:
        live.close()


def _stats_json(stats: "CorpusStats", store: str) -> dict[str, Any]:
    return {
        "articles": stats.articles,
        "passages": stats.passages,
        "stories": stats.stories,
        "undated": stats.undated,
        "earliest": stats.earliest.isoformat() if stats.earliest else None,
        "latest": stats.latest.isoformat() if stats.latest else None,
        "sources": dict(stats.sources),
        "languages": dict(stats.languages),
        "refused": stats.refused,
        "indexed_at": stats.indexed_at.isoformat(timespec="seconds"),
        "articles_dir": str(stats.articles_dir),
        "index_dir": store,
        "generation": stats.generation,
        "fingerprint": stats.fingerprint,
        "size_bytes": stats.size_bytes,
    }


def status_text(stats: dict[str, Any]) -> str:
    """Render `status_json` for a terminal."""
    span = f"{stats['earliest']} to {stats['latest']}" if stats["earliest"] else "no dates"
    sources = (
        ", ".join(f"{name} ({count})" for name, count in list(stats["sources"].items())[:10]) or "none named"
    )
    languages = ", ".join(f"{name} ({count})" for name, count in stats["languages"].items())
    fingerprint = ", ".join(f"{key} {value}" for key, value in stats["fingerprint"].items())
    copied = f" ({stats['stories']} stories)" if stats["stories"] < stats["articles"] else ""
    return inert(
        f"{stats['articles']} articles{copied}, {stats['passages']} passages, "
        f"{stats['refused']} files or records refused\n"
        f"dates      {span}; {stats['undated']} undated\n"
        f"sources    {sources}\n"
        f"languages  {languages}\n"
        f"articles   {stats['articles_dir']}\n"
        f"index      {stats['index_dir']} ({stats['size_bytes'] / 1e6:.1f} MB, {stats['generation']})\n"
        f"built with {fingerprint}\n"
        f"indexed at {stats['indexed_at']}"
    )


def examine(settings: Settings) -> list["Finding"]:
    """Check the index against itself and the files it was made from."""
    from index.health import examine as examine_index

    return examine_index(settings.store, settings.index_config)


def repair(settings: Settings) -> list[str]:
    """Mend what can be mended without reading the articles; return what was done."""
    from index.repair import repair as repair_index

    return repair_index(settings.store, settings.index_config)


def findings_text(findings: list["Finding"], repaired: list[str]) -> str:
    """Render what was mended, and what is wrong and what mends it."""
    lines = [f"mended: {done}" for done in repaired]
    lines += [f"{finding.what}\n  mend: {finding.mend}" for finding in findings]
    return inert("\n".join(lines if findings else [*lines, "The index is sound."]))
