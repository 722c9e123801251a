"""`Updating`: the index being brought in line with the folder, in the background, one run at a time."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from index.generations import IndexUnusable, Store
from index.sync import NoArticles, Progress, SyncReport
from qa.indexing import updates
from qa.settings import Settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UpdateState:
    """How far an update is, or how the last one ended: with a report, with a problem, or there was none."""

    is_running: bool = False
    progress: Progress | None = None
    report: SyncReport | None = None
    problem: str | None = None


class Updating:
    """Runs updates for all visitors of a page; safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._state = UpdateState()
        self._again = False

    @property
    def state(self) -> UpdateState:
        """How things stand at this moment."""
        return self._state

    def start(self, on_state: Callable[[UpdateState], None] | None = None) -> None:
        """Begin an update; where one runs, another follows it, so that what changed meanwhile is seen, too."""
        with self._lock:
            if self._state.is_running:
                self._again = True
                return
            self._state = UpdateState(is_running=True)
        threading.Thread(target=self._run, args=(on_state,), name="page update", daemon=True).start()

    def _run(self, on_state: Callable[[UpdateState], None] | None) -> None:
        while True:
            ended = self._once(on_state)
            with self._lock:
                if not self._again:
                    self._state = ended
                    break
                self._again = False
        if on_state:
            on_state(ended)

    def _once(self, on_state: Callable[[UpdateState], None] | None) -> UpdateState:
        try:
            for step in updates(self._settings):
                if isinstance(step, SyncReport):
                    return UpdateState(report=step)
                self._state = replace(self._state, progress=step)
                if on_state:
                    on_state(self._state)
        except NoArticles as error:
            if Store(self._settings.store).current() is None:
                return UpdateState(problem=str(error))
            logger.warning("%s; the index is served as it is", error)
            return UpdateState()
        except IndexUnusable as error:
            return UpdateState(problem=str(error))
        except Exception as error:
            logger.exception("the index could not be updated")
            return UpdateState(problem=str(error))
        return UpdateState()
