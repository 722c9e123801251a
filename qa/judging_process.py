"""Judging in a process of its own: most of what a question costs, and Python runs on one core a process.

`python -m qa.judging_process` reads pairs of a number and a `Case`, pickled, and answers each with its number and the
`Judgement`, or what went wrong, as they get done. It ends when its input does, so with the process that started it.
"""

import itertools
import logging
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from typing import IO

from index.heaps import collect_seldom, give_back, settle, share_heaps
from index.processes import start
from qa.judgement import Case, Judgement, judge
from qa.meaning import Meaning
from qa.reader import load_reader
from qa.settings import Settings

logger = logging.getLogger(__name__)

WITHOUT_READER = "--without-reader"
WAITS_S = 30.0  # for a judgement, which takes a tenth of a second
TIDIED_EVERY = 200  # judgements
REST_S = 60.0  # between two starts: one that ends again and again is left alone


class JudgingProcess:
    """Judges cases elsewhere, started at the first one. Safe to share between threads."""

    def __init__(self, *, reads: bool) -> None:
        self._reads = reads
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._waiting: dict[int, Future[Judgement]] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._receiver: threading.Thread | None = None
        self._rests_until = 0.0  # time.monotonic
        self._is_closed = False

    def judge(self, case: Case) -> Judgement | None:
        """Return the judgement, with no more of the evidence than is chosen; None where the process cannot."""
        try:
            return self._send(case).result(WAITS_S)
        except TimeoutError:
            self._end()
            problem = f"it has not answered for {WAITS_S:.0f} seconds"
        except OSError as error:
            problem = str(error)
        logger.warning("a question is judged here and not in the process for that: %s", problem)
        return None

    def close(self) -> None:
        """End the process."""
        self._is_closed = True
        self._end()
        if self._receiver is not None:
            self._receiver.join()

    def _send(self, case: Case) -> "Future[Judgement]":
        number, judged = next(self._numbers), Future[Judgement]()
        message = pickle.dumps((number, case), pickle.HIGHEST_PROTOCOL)
        with self._lock:
            process = self._process or self._start()
            assert process.stdin is not None
            self._waiting[number] = judged
            try:
                process.stdin.write(message)
                process.stdin.flush()
            except OSError:
                del self._waiting[number]
                raise
        return judged

    def _start(self) -> "subprocess.Popen[bytes]":
        if self._is_closed or time.monotonic() < self._rests_until:
            raise OSError("it ended a moment ago")
        self._rests_until = time.monotonic() + REST_S
        arguments = [] if self._reads else [WITHOUT_READER]
        self._process = start("qa.judging_process", *arguments)
        self._receiver = threading.Thread(target=self._receive, args=[self._process], daemon=True)
        self._receiver.start()
        return self._process

    def _receive(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        with suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                number, found = pickle.load(process.stdout)
                judged = self._waiting.pop(number, None)
                if judged is None:
                    continue
                if isinstance(found, Judgement):
                    judged.set_result(found)
                else:
                    judged.set_exception(OSError(found))
        process.kill()
        with self._lock:
            self._process = None
            with suppress(OSError):  # what could not be sent any more
                process.communicate()
            lost, self._waiting = self._waiting, {}
        for judged in lost.values():
            judged.set_exception(OSError("it ended"))

    def _end(self) -> None:
        process = self._process  # without the lock, which somebody may hold who waits to be read
        if process is not None:
            process.kill()


@contextmanager
def judging_beside(settings: Settings) -> Iterator[JudgingProcess | None]:
    """Yield a process for many people's questions; None where there is one core, or an LLM wants all evidence here."""
    if settings.llm is not None or os.cpu_count() == 1:
        yield None
        return
    with closing(JudgingProcess(reads=settings.reader)) as judging:
        yield judging


def serve(cases: IO[bytes], judgements: IO[bytes], *, reads: bool) -> None:
    """Judge what comes in, several at a time, until nothing more does."""
    meaning, network = Meaning(), load_reader() if reads else None
    lock, done = threading.Lock(), itertools.count(1)

    def answer(number: int, case: Case) -> None:
        try:
            found: Judgement | str = replace(judge(case, meaning, network), evidence=())
        except Exception as error:  # noqa: BLE001 - whatever it is, who asked can try it for himself
            found = f"{type(error).__name__}: {error}"
        message = pickle.dumps((number, found), pickle.HIGHEST_PROTOCOL)
        with lock, suppress(BrokenPipeError):  # who asked was killed
            judgements.write(message)
            judgements.flush()
        if (judged := next(done)) == 1:
            settle()
        elif judged % TIDIED_EVERY == 0:
            give_back()

    is_end = suppress(EOFError, pickle.UnpicklingError)  # or what was being sent by who was killed
    with ThreadPoolExecutor((os.cpu_count() or 1) + 1, "judging") as pool, is_end:
        while True:
            pool.submit(answer, *pickle.load(cases))


def main() -> None:
    """Serve standard input and output."""
    judgements, sys.stdout = sys.stdout.buffer, sys.stderr  # what a library prints is no judgement
    share_heaps()
    collect_seldom()
    serve(sys.stdin.buffer, judgements, reads=WITHOUT_READER not in sys.argv[1:])


if __name__ == "__main__":
    main()
