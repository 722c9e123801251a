"""Judging in another process: the same judgements, many at once, and nothing lost with the process."""

import io
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest.mock import patch

import pytest

from index.filters import Filters
from qa.assistant import Assistant
from qa.dates import TimeFrame
from qa.judgement import Case, judge
from qa.judging_process import JudgingProcess, serve
from qa.query import read_question
from qa.retrieval import Retrieval

QUESTIONS = (
    "Who mediated the talks in Brussels?",
    "Which corridor was closed?",
    "Who won the chess championship?",
    "When did the leaders meet?",
)


@pytest.fixture(scope="module")
def process() -> Iterator[JudgingProcess]:
    with closing(JudgingProcess(reads=True)) as judging:
        yield judging


@pytest.fixture(scope="module")
def cases(samples: Assistant) -> list[Case]:
    return [case_of(question, samples) for question in QUESTIONS]


def test_judges_as_this_process_does(process: JudgingProcess, cases: list[Case], samples: Assistant) -> None:
    for case in cases:
        here = judge(case, samples.meaning, samples.network)

        assert process.judge(case) == replace(here, evidence=())


def test_many_at_once_each_get_their_own(
    process: JudgingProcess, cases: list[Case], samples: Assistant
) -> None:
    wanted = [replace(judge(case, samples.meaning, samples.network), evidence=()) for case in cases]

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(process.judge, cases * 6))

    assert found == wanted * 6


def test_case_that_cannot_be_judged_hinders_no_other(
    process: JudgingProcess, cases: list[Case], caplog: pytest.LogCaptureFixture
) -> None:
    broken = replace(cases[0], found=None)  # type: ignore[arg-type]

    assert process.judge(broken) is None
    assert "AttributeError" in caplog.text
    assert process.judge(cases[0]) is not None


def test_killed_process_is_done_without_and_started_anew(samples: Assistant, cases: list[Case]) -> None:
    with patch("qa.judging_process.REST_S", 0.0), closing(JudgingProcess(reads=False)) as judging:
        assert judging.judge(cases[0]) is not None
        os.kill(pid_of(judging), signal.SIGKILL)
        assistant = replace(samples, judging=judging)
        assert [assistant.ask(question).outcome for question in QUESTIONS] == [
            samples.ask(question).outcome for question in QUESTIONS
        ]
        wait_until(lambda: judging.judge(cases[0]) is not None)


def test_process_that_ends_again_and_again_is_left_alone(cases: list[Case]) -> None:
    with closing(JudgingProcess(reads=False)) as judging:
        assert judging.judge(cases[0]) is not None
        os.kill(pid_of(judging), signal.SIGKILL)
        wait_until(lambda: judging.judge(cases[0]) is None)
        assert judging.judge(cases[0]) is None


def test_hung_process_is_ended(cases: list[Case]) -> None:
    with closing(JudgingProcess(reads=False)) as judging:
        assert judging.judge(cases[0]) is not None
        pid = pid_of(judging)
        os.kill(pid, signal.SIGSTOP)
        with patch("qa.judging_process.WAITS_S", 0.2), ThreadPoolExecutor(4) as pool:
            many = cases * 4  # more than a pipe holds
            assert list(pool.map(judging.judge, many)) == [None] * len(many)
        wait_until(lambda: not is_running(pid))


def test_closed_process_ends(cases: list[Case]) -> None:
    judging = JudgingProcess(reads=False)
    assert judging.judge(cases[0]) is not None
    pid = pid_of(judging)

    judging.close()

    wait_until(lambda: not is_running(pid))
    assert judging.judge(cases[0]) is None


def test_ends_with_the_process_that_started_it() -> None:
    run = subprocess.run(
        [sys.executable, "-c", STARTER], capture_output=True, text=True, check=False, timeout=60
    )
    pid = int(run.stdout)

    assert run.returncode == -signal.SIGKILL
    wait_until(lambda: not is_running(pid))


STARTER = """
import os, signal
from datetime import date
from qa.dates import TimeFrame
from qa.judgement import Case
from qa.judging_process import JudgingProcess
from qa.query import read_question
from qa.retrieval import Retrieval

judging = JudgingProcess(reads=False)
nothing = Retrieval((), (), TimeFrame(date(2023, 7, 19)))
assert judging.judge(Case(read_question("Who?"), nothing, True, 4)) is not None
print(judging._process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_case_cut_off_in_its_middle_is_the_end() -> None:
    nothing = Retrieval((), (), TimeFrame(date(2023, 7, 19)))
    whole = pickle.dumps((1, Case(read_question("Who?"), nothing, True, 4)))
    judgements = io.BytesIO()

    serve(io.BytesIO(whole + whole[: len(whole) // 2]), judgements, reads=False)

    number, judgement = pickle.loads(judgements.getvalue())
    assert number == 1
    assert judgement.confidence == 0


def case_of(question: str, samples: Assistant) -> Case:
    query = read_question(question)
    with samples.live.reader() as reader:
        found = samples.find(query, reader, Filters(), 30)
    return Case(query, found, True, 4)


def pid_of(judging: JudgingProcess) -> int:
    assert judging._process is not None
    return judging._process.pid


def is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


def wait_until(holds: Callable[[], bool], *, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)
