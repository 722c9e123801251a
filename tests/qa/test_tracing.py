"""Traces of the LLM's calls: off by default, told where they cannot be made, sent without a key, never in the way."""

import logging
import socket
import time
from collections.abc import Iterator
from importlib.util import find_spec

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from qa.answer import Mode
from qa.assistant import Assistant
from qa.settings import Settings, SettingsError
from qa.tracing import HIDDEN, Discreet, secrets_of, trace_to
from tests.qa.assistants import TODAY
from tests.qa.commandline import CommandLine
from tests.qa.llm_server import KEY, Script, says, status
from tests.qa.otlp_receiver import Received, otlp_receiver

# openinference calls pydantic by older names; where a warning is an error, its span is lost.
pytestmark = pytest.mark.filterwarnings("ignore::pydantic.PydanticDeprecatedSince20")
WHO = "Who mediated the talks in Brussels?"
TRUE = "Charles Michel mediated the talks in Brussels."
IS_INSTALLED = find_spec("openinference") is not None
needs_packages = pytest.mark.skipif(
    not IS_INSTALLED, reason="requirements-otel.txt is not installed, as it is not by default"
)


@pytest.fixture
def received() -> Iterator[Received]:
    with otlp_receiver() as receiver:
        yield receiver


def traced(samples: Assistant, script: Script, url: str) -> Assistant:
    settings = Settings.load(
        script.environ, dotenv=None, articles_dir=samples.settings.articles_dir, otel_url=url, llm_cache=0
    )
    return Assistant(samples.live, settings, today=lambda: TODAY, meaning=samples.meaning)


def sent(url: str) -> None:
    """Send what has not been sent yet."""
    assert trace_to(url, secrets_of({"api_key": KEY})).force_flush()


def test_nothing_is_traced_by_default() -> None:
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318", "QA_LLM_URL": "http://localhost:1"}
    config = Settings.load(environ | {"QA_LLM_MODEL": "m"}, dotenv=None).llm
    assert config is not None
    assert config.otel_url is None


@pytest.mark.skipif(IS_INSTALLED, reason="what would be missing is installed")
def test_missing_packages_are_told_in_a_line_with_the_command(samples: Assistant) -> None:
    line = CommandLine(samples.settings.articles_dir, samples.settings.store)
    ended = line.run("ask", WHO, environ={"QA_OTEL_URL": "http://localhost:4318"})
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert "QA_OTEL_URL is set, but what it needs is not installed; run: " in ended.err
    assert "-r requirements-otel.txt" in ended.err


@pytest.mark.parametrize("url", ["localhost:4318", "http://", f"grpc://user:{KEY}@host", "http://host?key=1"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="QA_OTEL_URL=") as error:
        Settings.load({"QA_OTEL_URL": url}, dotenv=None)
    assert KEY not in str(error.value)


def test_secrets_are_known_by_their_names() -> None:
    assert secrets_of({"api_key": "a", "auth_token": "b", "password": "c", "model": "m", "secret": ""}) == {
        *"abc"
    }


def test_no_span_that_is_handed_on_holds_a_key_or_a_server_s_words() -> None:
    memory = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(Discreet(memory, "http://h", frozenset({KEY}))))  # type: ignore[arg-type]
    span = provider.get_tracer("test").start_span("call")
    span.set_attributes({"said": f"my key is {KEY}", "all": [KEY, "other"], "tokens": 3})
    span.record_exception(ValueError(f"Incorrect API key provided: {KEY}"))
    span.set_status(StatusCode.ERROR, f"ValueError: {KEY}")
    span.end()
    (kept,) = memory.get_finished_spans()
    assert kept.attributes == {"said": f"my key is {HIDDEN}", "all": (HIDDEN, "other"), "tokens": 3}
    assert (kept.status.status_code, kept.status.description) == (StatusCode.ERROR, None)
    assert [dict(event.attributes or {}) for event in kept.events] == [{"exception.type": "ValueError"}]
    assert KEY not in kept.to_json()
    assert kept.start_time is not None
    assert kept.end_time is not None
    assert kept.start_time <= kept.end_time


@needs_packages
def test_a_call_s_span_holds_question_answer_and_tokens(
    samples: Assistant, script: Script, received: Received
) -> None:
    script.plays(says(f"{TRUE} [1] My key is {KEY}. [1]"))
    assert traced(samples, script, received.url).ask(WHO).mode is Mode.LLM
    sent(received.url)
    (span,) = (s for s in received.spans if "llm.token_count.prompt" in {a.key for a in s.attributes})
    values = {a.key: a.value for a in span.attributes}
    assert values["openinference.span.kind"].string_value == "LLM"
    assert WHO in values["llm.input_messages.1.message.content"].string_value
    assert values["llm.output_messages.0.message.content"].string_value.startswith(TRUE)
    assert values["llm.token_count.prompt"].int_value == 321
    assert (set(received.paths), set(received.services)) == ({"/v1/traces"}, {"ask-the-articles"})
    assert [KEY.encode() in body for body in received.bodies] == [False] * len(received.bodies)


@needs_packages
def test_a_failed_call_s_span_tells_its_kind_alone(
    samples: Assistant, script: Script, received: Received
) -> None:
    script.plays(status(401))
    assert "HTTP 401" in traced(samples, script, received.url).ask(WHO).notes[0]
    sent(received.url)
    told = [(a.key, a.value.string_value) for s in received.spans for e in s.events for a in e.attributes]
    assert told == [("exception.type", "openai.AuthenticationError")]
    assert b"Incorrect API key" not in b"".join(received.bodies)
    assert KEY.encode() not in b"".join(received.bodies)


@needs_packages
@pytest.mark.parametrize("failure", ["refuses", "is not there"])
def test_a_receiver_that_fails_is_told_once_and_costs_no_answer(
    samples: Assistant, script: Script, received: Received, caplog: pytest.LogCaptureFixture, failure: str
) -> None:
    received.status = 400
    url = received.url if failure == "refuses" else f"http://127.0.0.1:{unused_port()}/otel"
    script.plays(says(f"{TRUE} [1]"))
    assistant = traced(samples, script, url)
    for _ in range(2):
        assert assistant.ask(WHO).mode is Mode.LLM
        sent(url)
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert told == [f"traces cannot be sent to {url}/v1/traces (QA_OTEL_URL)"]


@needs_packages
def test_a_process_sends_its_spans_before_it_ends(
    samples: Assistant, script: Script, received: Received
) -> None:
    script.plays(says(f"{TRUE} [1]"))
    line = CommandLine(samples.settings.articles_dir, samples.settings.store)
    ended = line.run("ask", WHO, "--llm", environ=script.environ | {"QA_OTEL_URL": received.url})
    assert (ended.code, ended.err) == (0, "")
    assert received.spans


@needs_packages
def test_a_receiver_that_hangs_holds_no_process_up(
    samples: Assistant, script: Script, received: Received
) -> None:
    script.plays(says(f"{TRUE} [1]"))
    received.pause_s = 60
    line = CommandLine(samples.settings.articles_dir, samples.settings.store)
    started = time.monotonic()
    assert line.run("ask", WHO, environ=script.environ | {"QA_OTEL_URL": received.url}).code == 0
    assert time.monotonic() - started < received.pause_s


def unused_port() -> int:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port: int = unused.getsockname()[1]
        return port
