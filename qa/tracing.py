"""Traces of what the LLM is asked and answers, sent by OTLP/HTTP to where QA_OTEL_URL says.

The spans are openinference's. Keys are taken out of them, and all that an exception says: servers repeat keys there.
"""

import logging
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from qa.llm_client import LOOPBACK

if TYPE_CHECKING:
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

SERVICE = "ask-the-articles"  # unless OTEL_SERVICE_NAME says otherwise
SIGNAL_PATH = "/v1/traces"  # below the receiver's address, as OTLP/HTTP has it
TIMEOUT_S = 3.0  # a receiver that is gone delays the end of the process by no more
HIDDEN = "…"
_SECRET_NAME = re.compile(r"key|token|secret|password", re.I)
_EXCEPTION_TYPE = "exception.type"
_lock = threading.Lock()


def trace_to(url: str, secrets: frozenset[str]) -> "TracerProvider":
    """Send a span for each call of an LLM to an OTLP/HTTP receiver from now on, without the secrets."""
    with _lock:  # the cache alone lets two threads in
        return _provider(url, secrets)


def secrets_of(options: Mapping[str, Any]) -> frozenset[str]:
    """Return the values that are secret by their names, such as `api_key`."""
    return frozenset(str(value) for name, value in options.items() if value and _SECRET_NAME.search(name))


@lru_cache(maxsize=1)
def _provider(url: str, secrets: frozenset[str]) -> "TracerProvider":
    from openinference.instrumentation.llama_index import LlamaIndexInstrumentor
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    logging.getLogger("opentelemetry").setLevel(
        logging.CRITICAL
    )  # it tells failures with tracebacks; we in a line
    endpoint = url.rstrip("/").removesuffix(SIGNAL_PATH) + SIGNAL_PATH
    exporter = OTLPSpanExporter(endpoint=endpoint, timeout=TIMEOUT_S, session=_session(endpoint))
    provider = TracerProvider(resource=_resource())
    provider.add_span_processor(BatchSpanProcessor(Discreet(exporter, endpoint, secrets)))  # type: ignore[arg-type]
    instrumentor = LlamaIndexInstrumentor()
    if instrumentor.is_instrumented_by_opentelemetry:
        instrumentor.uninstrument()
    instrumentor.instrument(tracer_provider=provider)  # not the global one: what others trace is not sent
    return provider


def _resource() -> "Resource":
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource

    found = Resource.create()  # of the standard's own variables
    is_named = not str(found.attributes[SERVICE_NAME]).startswith("unknown_service")
    return found if is_named else found.merge(Resource({SERVICE_NAME: SERVICE}))


def _session(endpoint: str) -> Any:
    """Return a session of `requests`, which has no types; a receiver on this machine is not behind a proxy."""
    import requests

    session = requests.Session()
    session.trust_env = urlsplit(endpoint).hostname not in LOOPBACK
    return session


@dataclass(slots=True)
class Discreet:
    """A span exporter that hands on spans without secrets, and tells of a failure once, in one line."""

    exporter: "SpanExporter"
    endpoint: str
    secrets: frozenset[str]
    has_failed: bool = False

    def export(self, spans: Sequence["ReadableSpan"]) -> "SpanExportResult":
        """Send the spans."""
        from opentelemetry.sdk.trace.export import SpanExportResult

        try:
            result = self.exporter.export([_discreet(span, self.secrets) for span in spans])
        except Exception:  # noqa: BLE001 - whatever goes wrong with a trace, the answer goes on
            result = SpanExportResult.FAILURE
        failed = result is not SpanExportResult.SUCCESS
        if failed and not self.has_failed:
            address = re.sub(r"//[^/@]*@", "//", self.endpoint)
            logging.getLogger(__name__).warning("traces cannot be sent to %s (QA_OTEL_URL)", address)
        self.has_failed = failed
        return result

    def shutdown(self) -> None:
        """Close the connection."""
        self.exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what is held back, which is nothing."""
        return self.exporter.force_flush(timeout_millis)


def _discreet(span: "ReadableSpan", secrets: frozenset[str]) -> "ReadableSpan":
    """Return a span without secrets, and of its exceptions only their types."""
    from opentelemetry.sdk.trace import Event, ReadableSpan
    from opentelemetry.trace import Status

    def kept(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
        return {name: _hidden(value, secrets) for name, value in (attributes or {}).items()}

    events = [
        Event(e.name, {name: v for name, v in kept(e.attributes).items() if _may_be_told(name)}, e.timestamp)
        for e in span.events
    ]
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=kept(span.attributes),
        events=events,
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _may_be_told(name: str) -> bool:
    return name == _EXCEPTION_TYPE or not name.startswith("exception.")


def _hidden(value: Any, secrets: frozenset[str]) -> Any:
    """Return an attribute's value, a plain one or a sequence of them, without the secrets."""
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, HIDDEN)
        return value
    return tuple(_hidden(item, secrets) for item in value) if isinstance(value, Sequence) else value
