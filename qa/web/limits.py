"""Limits of one asker: how long a question may be, how many a minute, and how many at once."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil

from qa.query import MAX_QUESTION_CHARS
from qa.web.asker import Asker

MINUTE_S = 60.0
AGAIN_S = 1  # when to try again where the end of a question is waited for

EMPTY = "the question is empty"
TOO_LONG = "the question has {length:,} characters; up to {limit:,} are allowed"
TOO_MANY_AT_ONCE = "{limit} of your questions are being answered already; wait for one to end"
TOO_MANY_A_MINUTE = "you have asked {limit} questions within a minute; try again in {seconds} s"


class QuestionRefused(Exception):  # noqa: N818
    """A question that is not asked as it is; the message says why."""


class LimitReached(QuestionRefused):
    """The asker has asked too much; it may be tried again in `retry_after_s` seconds."""

    def __init__(self, message: str, *, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


def check_question(question: str) -> None:
    """Raise QuestionRefused where a question is empty or too long."""
    if not question.strip():
        raise QuestionRefused(EMPTY)
    if len(question) > MAX_QUESTION_CHARS:
        raise QuestionRefused(TOO_LONG.format(length=len(question), limit=MAX_QUESTION_CHARS))


class Limits:
    """What each asker has asked in the last minute and is asking now; safe to share between threads.

    A limit of 0 is none. Memory is bounded: an asker that has been quiet for a minute is forgotten.
    """

    def __init__(self, *, per_minute: int, at_once: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._at_once, self._clock = per_minute, at_once, clock
        self._lock = threading.Lock()
        self._asked: dict[str, deque[float]] = {}
        self._open: dict[str, int] = {}

    @contextmanager
    def held(self, asker: Asker) -> Iterator[None]:
        """Count one question for as long as it is being answered; raises LimitReached instead."""
        if not asker.is_limited:
            yield
            return
        with self._lock:
            self._enter(asker.name)
        try:
            yield
        finally:
            with self._lock:
                self._leave(asker.name)

    def __len__(self) -> int:
        """How many askers are remembered."""
        return len(self._asked.keys() | self._open.keys())

    def _enter(self, name: str) -> None:
        now = self._clock()
        self._forget(now)
        if self._at_once and self._open.get(name, 0) >= self._at_once:
            raise LimitReached(TOO_MANY_AT_ONCE.format(limit=self._at_once), retry_after_s=AGAIN_S)
        times = self._asked.setdefault(name, deque())
        if self._per_minute and len(times) >= self._per_minute:
            wait_s = ceil(times[0] + MINUTE_S - now)
            raise LimitReached(
                TOO_MANY_A_MINUTE.format(limit=self._per_minute, seconds=wait_s), retry_after_s=wait_s
            )
        times.append(now)
        self._open[name] = self._open.get(name, 0) + 1

    def _leave(self, name: str) -> None:
        self._open[name] -= 1
        if not self._open[name]:
            del self._open[name]

    def _forget(self, now: float) -> None:
        for name, times in list(self._asked.items()):
            while times and times[0] <= now - MINUTE_S:
                times.popleft()
            if not times:
                del self._asked[name]
