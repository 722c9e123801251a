"""An LLM set up from the settings, and its failures in plain words. Nothing a server says of an error is passed on:
it may hold the key."""

import importlib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from qa.settings import LLMConfig

if TYPE_CHECKING:
    import httpx
    import tenacity
    from llama_index.core.base.llms.types import ChatMessage
    from llama_index.core.llms import LLM
    from llama_index.llms.openai_like import OpenAILike

BYTES_A_TOKEN = 3.5  # of UTF-8; English has about 4.2, so that a budget counted so is kept
ATTEMPTS = 3  # until the first word has come
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 5.0
PASSING = frozenset((408, 409, 425, 429, 500, 502, 503, 504, 529))  # HTTP status worth another attempt
PLAINER = (400, 422)  # worth one without what some servers do not know
LOOPBACK = ("localhost", "127.0.0.1", "::1")
NO_KEY = "none"  # the client wants one, though many servers do not


class LLMFailed(Exception):  # noqa: N818 - named as the outcome it is
    """The LLM did not give a usable answer; the message is one line: what, where, what to do. It holds no key."""


class Role(StrEnum):
    """Who says a message."""

    SYSTEM = "system"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt."""

    role: Role
    text: str


def where(config: LLMConfig) -> str:
    """Name the LLM as people may read it: model and address, without key, user or query."""
    if config.class_path is not None:
        return f"the LLM {config.model or ''} ({config.class_path})".replace("  ", " ")
    parts = urlsplit(config.url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = f":{parts.port}" if parts.port else ""
    return f"the LLM {config.model} at {parts.scheme}://{host}{port}{parts.path}"


def estimated_tokens(text: str) -> int:
    """Return about how many tokens a text has, rather too many than too few."""
    return int(len(text.encode("utf-8", "replace")) / BYTES_A_TOKEN) + 1


def http_client(config: LLMConfig) -> "httpx.AsyncClient":
    """Return a client for one question; a server on this machine is not looked for behind a proxy."""
    import httpx

    parts = urlsplit(config.url)
    return httpx.AsyncClient(
        timeout=httpx.Timeout(config.timeout_s),
        trust_env=parts.hostname not in LOOPBACK,
        verify=_tls() if parts.scheme == "https" else False,
        follow_redirects=False,  # the key goes nowhere but where it was meant to
    )


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


def openai_like(
    config: LLMConfig, http: "httpx.AsyncClient", *, max_tokens: int, counts_tokens: bool
) -> "OpenAILike":
    """Return the llama-index LLM of an OpenAI-compatible server. The key is in its HTTP client alone, not in it."""
    from llama_index.llms.openai_like import OpenAILike
    from openai import AsyncOpenAI

    key = config.api_key.get_secret_value() if config.api_key else NO_KEY
    client = AsyncOpenAI(api_key=key, base_url=config.url, http_client=http, max_retries=0)
    return OpenAILike(
        model=config.model or "",
        api_base=config.url,
        api_key=NO_KEY,
        is_chat_model=True,
        context_window=config.context_tokens,
        max_tokens=max_tokens,
        temperature=0.0,
        max_retries=0,  # ours are counted against the deadline
        async_openai_client=client,  # type: ignore[call-arg]
        additional_kwargs={"stream_options": {"include_usage": True}} if counts_tokens else {},
    )


@lru_cache(maxsize=2)
def load_class(config: LLMConfig) -> "LLM":
    """Return an instance of the llama-index LLM class that the settings name; made once, as it may be a model."""
    from llama_index.core.llms import LLM

    assert config.class_path is not None
    module, _, name = config.class_path.rpartition(".")
    try:
        cls = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        raise LLMFailed(f"QA_LLM_CLASS={config.class_path} cannot be imported; install its package") from None
    if not (isinstance(cls, type) and issubclass(cls, LLM)):
        raise LLMFailed(f"QA_LLM_CLASS={config.class_path} is no llama-index LLM class")
    try:
        return cls(**_arguments(cls, config))
    except Exception as error:  # noqa: BLE001 - any class may raise anything
        problem = f"cannot be set up ({type(error).__name__}); check QA_LLM_OPTIONS"
        raise LLMFailed(f"QA_LLM_CLASS={config.class_path} {problem}") from None


def _arguments(cls: type["LLM"], config: LLMConfig) -> dict[str, Any]:
    """Return what the class takes of the settings, under the names that llama-index's LLMs have for them."""
    known = cls.model_fields
    key = config.api_key.get_secret_value() if config.api_key else None
    named = {
        ("model", "model_name"): config.model,
        ("api_key",): key,
        ("api_base", "base_url"): config.url or None,
        ("max_tokens",): config.max_tokens,
        ("context_window",): config.context_tokens,
        ("timeout", "request_timeout"): config.timeout_s,
        ("temperature",): 0.0,
    }
    given = {
        next(name for name in names if name in known): value
        for names, value in named.items()
        if value is not None and any(name in known for name in names)
    }
    return given | dict(config.options)


def warm_up(config: LLMConfig) -> None:
    """Import what an answer needs, which takes seconds the first time; raises LLMFailed where it cannot be had."""
    if config.otel_url is not None:
        from qa.tracing import secrets_of, trace_to

        key = {"api_key": config.api_key.get_secret_value()} if config.api_key else {}
        trace_to(config.otel_url, secrets_of(dict(config.options)) | secrets_of(key))
    if config.class_path is not None:
        load_class(config)
        return
    for module in ("llama_index.llms.openai_like", "openai.resources.chat", "tenacity"):
        importlib.import_module(module)


def chat_messages(messages: Sequence[Message]) -> "list[ChatMessage]":
    """Return a prompt in llama-index's form."""
    from llama_index.core.base.llms.types import ChatMessage

    return [ChatMessage(role=message.role.value, content=message.text) for message in messages]


def attempts(deadline: float) -> "tenacity.AsyncRetrying":
    """Retry what may pass, with growing pauses or those that the server asks for, as long as time is left."""
    import time

    import tenacity

    def pause(state: "tenacity.RetryCallState") -> float:
        error = state.outcome.exception() if state.outcome else None
        grown = tenacity.wait_exponential_jitter(
            multiplier=FIRST_PAUSE_S, max=LONGEST_PAUSE_S, jitter=FIRST_PAUSE_S
        )
        return _asked_pause(error) or grown(state)

    def is_out_of_time(state: "tenacity.RetryCallState") -> bool:
        error = state.outcome.exception() if state.outcome else None
        tries = 2 if error is not None and _status(error) in PLAINER else ATTEMPTS
        return state.attempt_number >= tries or time.monotonic() + pause(state) >= deadline

    return tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception(_may_pass), stop=is_out_of_time, wait=pause, reraise=True
    )


def _asked_pause(error: BaseException | None) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    asked = headers.get("retry-after", "")
    return float(asked) if asked.isascii() and asked.isdigit() else None


def _may_pass(error: BaseException) -> bool:
    import httpx
    import openai

    if isinstance(error, openai.APITimeoutError | TimeoutError):
        return False  # the deadline is spent
    return _status(error) in (*PASSING, *PLAINER) or isinstance(
        error, openai.APIConnectionError | httpx.TransportError
    )


def _status(error: BaseException) -> int | None:
    status = getattr(error, "status_code", None) or getattr(
        getattr(error, "response", None), "status_code", None
    )
    return status if isinstance(status, int) else None


def failure(error: BaseException, config: LLMConfig) -> LLMFailed:
    """Say in one line what went wrong, in our own words."""
    return LLMFailed(f"{where(config)} {_problem(error, config)}")


def _problem(error: BaseException, config: LLMConfig) -> str:
    status = _status(error)
    if status is not None:
        problem, _, remedy = _STATUS.get(status, "failed" if status >= 500 else "refused").partition("; ")
        return f"{problem} (HTTP {status})" + (f"; {remedy}" if remedy else "")
    import httpx
    import openai

    if isinstance(error, TimeoutError | openai.APITimeoutError | httpx.TimeoutException):
        return f"did not finish within {config.timeout_s:g} s (QA_LLM_TIMEOUT)"
    if isinstance(error, openai.APIConnectionError | httpx.ConnectError | ConnectionError):
        return "cannot be reached; check that it runs and QA_LLM_URL"
    if isinstance(error, httpx.TransportError):
        return "broke off its answer"
    if isinstance(error, openai.APIError):
        return "reported an error in the middle of its answer"
    return (
        f"gave a malformed answer ({type(error).__name__}); check that QA_LLM_URL speaks the OpenAI protocol"
    )


_STATUS = {
    400: "refused the request; QA_LLM_CONTEXT_TOKENS may be larger than the model's",
    401: "refused the key; check QA_LLM_API_KEY",
    403: "refused the key; check QA_LLM_API_KEY",
    404: "is not known there; check QA_LLM_URL and QA_LLM_MODEL",
    408: "timed out",
    413: "found the request too long; lower QA_LLM_CONTEXT_TOKENS",
    429: "refused for now: too many requests, or no credit left",
}
