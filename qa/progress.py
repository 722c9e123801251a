"""A progress bar on a terminal's stderr for syncs that take longer than a second."""

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from index.sync import Progress

QUIET_S = 1.0


class ProgressBar:
    """Call it with each `Progress` of a sync; it draws nothing before a second has passed."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._bar: Bar | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, progress: "Progress") -> None:
        """Move the bar."""
        if self._bar is None and (time.monotonic() - self._started < QUIET_S or not sys.stderr.isatty()):
            return  # where it cannot be drawn, rich leaves an empty line
        if self._bar is None:
            self._bar = _open_bar()
        for task in self._bar.task_ids:
            self._bar.update(task, description=progress.stage, completed=progress.done, total=progress.total)


def _open_bar() -> "Bar":
    from rich.console import Console
    from rich.progress import Progress as Bar

    bar = Bar(console=Console(stderr=True), transient=True)
    bar.add_task("indexing", total=None)
    bar.start()
    return bar
