"""Watch a folder of articles and sync after its changes, one sync at a time."""

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from corpus.folder import is_article_name
from index.config import IndexConfig
from index.embedding import EmbedderError
from index.generations import IndexUnusable
from index.sync import Progress, SyncReport, sync

logger = logging.getLogger(__name__)

QUIET_MS = 400  # without changes before a sync starts
LONGEST_MS = 5_000  # of steady changes before a sync starts all the same
LOOK_MS = 1_000  # between looks at whether the folder is still there


def watch(
    articles_dir: Path,
    store: Path,
    config: IndexConfig,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> Iterator[SyncReport]:
    """Sync now and after every change; yield the first report and those that wrote, until `stop` is set.

    A sync that fails is logged as a warning, once for the same words, and tried again at the next change; a
    folder that vanishes is waited for, and its index kept.
    """
    stop = stop or threading.Event()
    is_first, trouble = True, ""
    while not stop.is_set():
        for _ in _changes(articles_dir, stop):
            try:
                report = sync(articles_dir, store, config, on_progress=on_progress)
            except (IndexUnusable, EmbedderError) as error:
                if str(error) != trouble:
                    logger.warning("%s", error)
                trouble = str(error)
                continue
            if is_first or report.wrote:
                yield report
            is_first, trouble = False, ""
        stop.wait(LOOK_MS / 1000)


def _changes(folder: Path, stop: threading.Event) -> Iterator[None]:
    """Yield at once, when watching has begun, and after each change of an article; end if the folder goes."""
    import watchfiles

    yield
    root = folder.resolve()
    watched = _identity(root)

    def concerns_articles(_: watchfiles.Change, path: str) -> bool:
        changed = Path(path)
        if changed == root or not changed.is_relative_to(root) or not changed.suffix:
            return True  # a folder may have come or gone with all that is in it
        return is_article_name(changed.relative_to(root).as_posix())

    seen = watchfiles.watch(
        root,
        watch_filter=concerns_articles,
        debounce=LONGEST_MS,
        step=QUIET_MS,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
        stop_event=stop,
    )
    is_first = True
    try:
        for changes in seen:
            if _identity(root) != watched:
                return
            if changes or is_first:  # the first time for what changed before watching began
                yield
            is_first = False
    except FileNotFoundError:
        return


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        found = folder.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
