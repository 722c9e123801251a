"""Whatever an LLM server does wrong: one clear line within the deadline, and the articles' own sentences instead."""

import logging
import socket
import time
from collections.abc import Callable

import pytest

from qa.answer import Mode, Outcome
from qa.assistant import Assistant
from qa.llm import check_json, check_text
from qa.llm_client import LLMFailed, warm_up
from qa.settings import Settings
from tests.qa.assistants import TODAY
from tests.qa.llm_server import (
    KEY,
    Reply,
    Script,
    breaks_off,
    ends_without_end,
    goes_on,
    hangs,
    says,
    sends,
    status,
    waits,
)

WHO = "Who mediated the talks in Brussels?"
TRUE = "Charles Michel mediated the talks in Brussels. [1]"
DEADLINE_S = 20.0
SHORT_S = 1.0  # where the deadline is what is looked for
GRACE_S = 12.0  # for retrieval and a busy machine; the server would wait for half a minute

FAILURES: dict[str, tuple[Reply, str]] = {
    "401": (status(401), "refused the key (HTTP 401); check QA_LLM_API_KEY"),
    "403": (status(403), "refused the key (HTTP 403)"),
    "404": (status(404), "is not known there (HTTP 404); check QA_LLM_URL and QA_LLM_MODEL"),
    "429": (status(429), "(HTTP 429)"),
    "429, try in an hour": (status(429, retry_after="3600"), "(HTTP 429)"),
    "400": (status(400), "refused the request (HTTP 400)"),
    "500": (status(500), "failed (HTTP 500)"),
    "503": (status(503), "failed (HTTP 503)"),
    "no answer at all": (waits(30), "did not finish within 1 s (QA_LLM_TIMEOUT)"),
    "hangs after the head": (hangs(seconds=30), "did not finish within 1 s"),
    "hangs in the middle": (hangs(TRUE, seconds=30), "did not finish within 1 s"),
    "drips": (hangs("The", seconds=30, drips=True), "did not finish within 1 s"),
    "connection cut": (breaks_off(TRUE), "broke off its answer"),
    "stream cut": (ends_without_end(TRUE), "broke off its answer"),
    "a web page": (sends("<html>Welcome</html>", content_type="text/html"), "check QA_LLM_URL"),
    "no JSON": (sends("data: {broken\n\n"), "malformed answer"),
    "other JSON": (sends('data: {"foo": [1]}\n\n'), "malformed answer"),
    "an error event": (sends('data: {"error": {"message": "bad key ' + KEY + '"}}\n\n'), "reported an error"),
    "empty": (says(""), "gave an empty answer"),
    "blank": (says("  \n \n"), "ignored the form"),
    "without end": (goes_on("The talks went on and on. "), "did not stop at the limit"),
    "withheld": (says("", finish="content_filter"), "withheld its answer"),
    "no form": (says("Roses are red.\n\nViolets are blue."), "ignored the form"),
    "other language": (says("Las conversaciones fueron mediadas por un presidente."), "ignored the form"),
}


@pytest.fixture(scope="module")
def assistant(samples: Assistant, script: Script) -> Assistant:
    return with_llm(samples, script.environ, timeout_s=DEADLINE_S)


@pytest.fixture(scope="module")
def impatient(samples: Assistant, script: Script) -> Assistant:
    return with_llm(samples, script.environ, timeout_s=SHORT_S)


def with_llm(samples: Assistant, environ: dict[str, str], *, timeout_s: float) -> Assistant:
    settings = Settings.load(
        environ,
        dotenv=None,
        articles_dir=samples.settings.articles_dir,
        llm_timeout=timeout_s,
        llm_max_tokens=64,
    )
    assert settings.llm is not None
    warm_up(settings.llm)
    return Assistant(samples.live, settings, today=lambda: TODAY, meaning=samples.meaning)


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_gives_one_line_and_the_articles_own_sentences(
    assistant: Assistant,
    impatient: Assistant,
    samples: Assistant,
    script: Script,
    failure: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    reply, problem = FAILURES[failure]
    script.plays(reply)
    asked = impatient if "within" in problem else assistant
    started = time.monotonic()
    answer = asked.ask(WHO)
    assert asked is assistant or time.monotonic() - started < SHORT_S + GRACE_S
    own = samples.ask(WHO)
    assert (answer.mode, answer.outcome) == (Mode.EXTRACTIVE, Outcome.ANSWERED)
    assert (answer.sentences, answer.citations) == (own.sentences, own.citations)
    (note,) = answer.notes
    assert problem in note
    assert note.endswith("; these are the articles' own sentences")
    assert "\n" not in note
    assert KEY not in str(answer.as_json()) + caplog.text + repr(assistant)


@pytest.mark.parametrize("failure", ["401", "stream cut", "empty", "no form"])
def test_an_llm_that_is_insisted_on_fails_with_its_line(
    assistant: Assistant, script: Script, failure: str
) -> None:
    reply, problem = FAILURES[failure]
    script.plays(reply)
    with pytest.raises(LLMFailed) as failed:
        assistant.ask(WHO, mode=Mode.LLM)
    assert problem in str(failed.value)
    assert script.url in str(failed.value)
    assert KEY not in str(failed.value) + repr(failed.value.__context__)


def test_a_server_that_is_not_there_is_told(samples: Assistant) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        answer = with_llm(samples, {"QA_LLM_URL": url, "QA_LLM_MODEL": "m"}, timeout_s=9).ask(WHO)
    assert f"the LLM m at {url} cannot be reached" in answer.notes[0]


@pytest.mark.parametrize("passing", ["429", "503", "400", "500"])
def test_what_may_pass_is_tried_again(assistant: Assistant, script: Script, passing: str) -> None:
    script.plays(FAILURES[passing][0], says(TRUE))
    answer = _fresh(assistant).ask(WHO)
    assert answer.mode is Mode.LLM
    assert len(script.requests) == 2


@pytest.mark.parametrize("lasting", ["401", "403", "404"])
def test_what_lasts_is_not_tried_again(assistant: Assistant, script: Script, lasting: str) -> None:
    script.plays(FAILURES[lasting][0])
    assistant.ask(WHO)
    assert len(script.requests) == 1


def test_a_pause_that_the_server_asks_for_is_kept(assistant: Assistant, script: Script) -> None:
    script.plays(status(429, retry_after="1"), says(TRUE))
    started = time.monotonic()
    assert _fresh(assistant).ask(WHO).mode is Mode.LLM
    assert time.monotonic() - started >= 1


def test_an_answer_cut_at_its_limit_keeps_its_whole_sentences(assistant: Assistant, script: Script) -> None:
    script.plays(says(f"{TRUE} The leaders of the two", finish="length"))
    answer = _fresh(assistant).ask(WHO)
    assert answer.text == TRUE
    assert "the LLM's answer was cut at its limit (QA_LLM_MAX_TOKENS)" in answer.notes


def test_a_failure_is_not_kept(assistant: Assistant, script: Script) -> None:
    fresh = _fresh(assistant)
    script.plays(status(401), says(TRUE))
    assert [fresh.ask(WHO).mode for _ in range(2)] == [Mode.EXTRACTIVE, Mode.LLM]


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        ({"QA_LLM_CLASS": "no.such.Class"}, "cannot be imported"),
        ({"QA_LLM_CLASS": "json.JSONDecoder"}, "is no llama-index LLM class"),
        ({"QA_LLM_CLASS": "tests.qa.parrot.Parrot", "QA_LLM_OPTIONS": '{"line": 3}'}, "check QA_LLM_OPTIONS"),
    ],
)
def test_a_class_that_cannot_be_used_is_told(
    samples: Assistant, environ: dict[str, str], problem: str
) -> None:
    settings = Settings.load(environ, dotenv=None, articles_dir=samples.settings.articles_dir)
    answer = Assistant(samples.live, settings, today=lambda: TODAY).ask(WHO)
    assert problem in answer.notes[0]
    assert answer.mode is Mode.EXTRACTIVE


def test_the_doctor_tells_whether_the_llm_answers(assistant: Assistant, script: Script) -> None:
    config = assistant.settings.llm
    script.plays(says("yes"))
    found = check_json(config)
    assert (found["answers"], found["problem"]) == (True, None)
    assert f"The LLM scripted at {script.url} answers" in check_text(found)
    script.plays(status(401))
    found = check_json(config)
    assert found["answers"] is False
    assert "refused the key (HTTP 401)" in check_text(found)
    assert KEY not in str(found)
    assert "No LLM is configured" in check_text(check_json(None))


def _fresh(assistant: Assistant) -> Assistant:
    """Return the assistant with no answer kept."""
    built: Callable[..., Assistant] = Assistant
    return built(assistant.live, assistant.settings, today=assistant.today, meaning=assistant.meaning)
