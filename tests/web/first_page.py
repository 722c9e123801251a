"""`python -m tests.web.first_page FILE`: the page at its first start; it reads the articles once FILE is there."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from index.sync import Progress, SyncReport
from qa.settings import Settings
from qa.web import updating

_updates = updating.updates


def _updates_later(settings: Settings) -> Iterator[Progress | SyncReport]:
    while not Path(sys.argv[1]).exists():
        yield Progress(3, 12, "reading")
        time.sleep(0.05)
    yield from _updates(settings)


if __name__ == "__main__":
    import ui

    updating.updates = _updates_later
    raise SystemExit(ui.main([]))
