"""The line to an LLM: what is configured, one streamed answer within a deadline, and every way it can fail.

The answer is read in a thread of its own, so that whoever waits for it gets a turn several times a second: that
is when a reader's Stop is heard and the deadline kept, whatever the server does. Closing the stream cancels the
HTTP request. Nothing that a server says of an error is passed on: it may hold the key.
"""

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from qa.llm_client import (
    BYTES_A_TOKEN,
    LLMFailed,
    Message,
    Role,
    attempts,
    chat_messages,
    estimated_tokens,
    failure,
    http_client,
    load_class,
    openai_like,
    warm_up,
    where,
)
from qa.settings import LLMConfig

TICK_S = 0.2  # at least so often does whoever waits get a turn
CLOSING_S = 1.0  # waited for a cancelled request to have closed its connection
OVER_LIMIT = 3  # times the tokens asked for, from which an answer is over the limit
CHECK_TIMEOUT_S = 20.0


@dataclass(slots=True)
class Usage:
    """What an answer has cost; tokens as the server counts them, else estimated."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    was_cut: bool = False  # the last call ended at its limit, not at its end

    def add(self, *, tokens_in: int, tokens_out: int, seconds: float) -> None:
        """Add a call."""
        self.calls += 1
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        self.seconds += seconds


@dataclass(frozen=True, slots=True)
class Line:
    """One question's line to the LLM: what it may take, what it has taken."""

    config: LLMConfig
    deadline: float  # of time.monotonic, for all that is asked of the LLM for one question
    usage: Usage = field(default_factory=Usage)

    @classmethod
    def opened(cls, config: LLMConfig) -> "Line":
        """Start the clock."""
        return cls(config, time.monotonic() + config.timeout_s)

    @contextmanager
    def asking(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[Iterator[str | None]]:
        """Ask; within the block the answer's text comes as it is written, None where nothing came for a moment.

        Reading raises LLMFailed. Leaving the block cancels what is under way.
        """
        reader = _Reader(self, messages, max_tokens)
        try:
            yield reader.pieces()
        finally:
            reader.close()

    def complete(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str | None]:
        """Yield None while the answer comes, then the whole of it."""
        pieces = []
        with self.asking(messages, max_tokens=max_tokens) as answer:
            for piece in answer:
                if piece is None:
                    yield None
                else:
                    pieces.append(piece)
        yield "".join(pieces)


def check_json(config: LLMConfig | None) -> dict[str, Any]:
    """Ask the LLM for a word, and return whether it answers; all null where none is configured."""
    if config is None:
        return {"name": None, "answers": None, "problem": None, "ms": None}
    problem, started = None, time.monotonic()
    try:
        warm_up(config)
        started = time.monotonic()  # what is imported is not the LLM's time
        line = Line(config, started + min(config.timeout_s, CHECK_TIMEOUT_S))
        for _ in line.complete([Message(Role.USER, "Reply with the word: yes")], max_tokens=16):
            pass
    except LLMFailed as failed:
        problem = str(failed)
    ms = round(1000 * (time.monotonic() - started), 1)
    return {"name": where(config), "answers": problem is None, "problem": problem, "ms": ms}


def check_text(llm: dict[str, Any]) -> str:
    """Render `check_json` for a terminal."""
    if llm["name"] is None:
        return "No LLM is configured; answers are in the articles' own sentences."
    if llm["problem"]:
        return f"The LLM does not answer: {llm['problem']}"
    return f"{llm['name'][:1].upper()}{llm['name'][1:]} answers ({llm['ms']:.0f} ms)."


class _End:
    """The answer has ended."""


class _Reader:
    """Reads one answer in a thread; what has come is handed over through a queue."""

    def __init__(self, line: Line, messages: Sequence[Message], max_tokens: int) -> None:
        self._line, self._messages, self._max_tokens = line, messages, max_tokens
        self._came: queue.SimpleQueue[str | LLMFailed | _End] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._cancel: Callable[[], None] = lambda: None
        self._tokens: tuple[int, int] | None = None
        self._finish: str | None = None
        self._started = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="llm", daemon=True)
        self._thread.start()

    def pieces(self) -> Iterator[str | None]:
        """Yield what comes until the answer ends; raises LLMFailed."""
        said = 0
        limit = OVER_LIMIT * self._max_tokens * BYTES_A_TOKEN
        try:
            while not isinstance(piece := self._next(), _End):
                said += len((piece or "").encode("utf-8", "replace"))
                if said > limit:
                    raise self._failed(f"did not stop at the limit of {self._max_tokens} tokens")
                yield piece
        finally:
            self._count(said, time.monotonic() - self._started)
        self._judge(said)

    def close(self) -> None:
        """Stop reading; a request under way is cancelled."""
        self._closed.set()
        self._cancel()
        if self._line.config.class_path is None and self._thread.is_alive():
            self._thread.join(CLOSING_S)

    def _next(self) -> "str | _End | None":
        left = self._line.deadline - time.monotonic()
        if left <= 0:
            raise failure(TimeoutError(), self._line.config)
        try:
            came = self._came.get(timeout=min(TICK_S, left))
        except queue.Empty:
            return None
        if isinstance(came, LLMFailed):
            raise came
        return came

    def _failed(self, problem: str) -> LLMFailed:
        return LLMFailed(f"{where(self._line.config)} {problem}")

    def _judge(self, said: int) -> None:
        if self._finish == "content_filter":
            raise self._failed("withheld its answer (content_filter)")
        if said == 0:
            raise self._failed("gave an empty answer; check QA_LLM_MODEL")

    def _count(self, said: int, seconds: float) -> None:
        asked = sum(estimated_tokens(message.text) for message in self._messages)
        tokens_in, tokens_out = self._tokens or (asked, int(said / BYTES_A_TOKEN))
        self._line.usage.was_cut = self._finish == "length"
        self._line.usage.add(tokens_in=tokens_in, tokens_out=tokens_out, seconds=seconds)

    def _run(self) -> None:
        try:
            if self._line.config.class_path is None:
                asyncio.run(self._read_openai())
            else:
                self._read_any()
            self._came.put(_End())
        except asyncio.CancelledError:
            self._came.put(_End())
        except LLMFailed as failed:
            self._came.put(failed)
        except Exception as error:  # noqa: BLE001 - any LLM class may raise anything
            self._came.put(failure(error, self._line.config))

    def _take(self, chunk: Any) -> None:
        """Hand over one llama-index `ChatResponse`; `Any`, as its module takes seconds to import."""
        raw = chunk.raw
        choices = _part(raw, "choices") or [None]
        self._finish = _part(choices[0], "finish_reason") or self._finish
        usage = _part(raw, "usage")
        counted = _part(usage, "prompt_tokens"), _part(usage, "completion_tokens")
        if all(isinstance(count, int) for count in counted):
            self._tokens = counted
        if chunk.delta:
            self._came.put(chunk.delta)

    async def _read_openai(self) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        self._cancel = lambda: _cancel(loop, task)
        if self._closed.is_set():
            return
        async with (
            asyncio.timeout(max(0.0, self._line.deadline - time.monotonic())),
            http_client(self._line.config) as http,
        ):
            counts_tokens = True
            async for attempt in attempts(self._line.deadline):
                with attempt:
                    llm = openai_like(
                        self._line.config, http, max_tokens=self._max_tokens, counts_tokens=counts_tokens
                    )
                    counts_tokens = False  # some servers refuse to be asked for it
                    await self._hand_over(await llm.astream_chat(chat_messages(self._messages)))
        if self._finish is None:
            raise self._failed("broke off its answer, or speaks another protocol; check QA_LLM_URL")

    async def _hand_over(self, chunks: AsyncIterator[Any]) -> None:
        is_first = True
        async with contextlib.aclosing(chunks):  # type: ignore[type-var]
            try:
                async for chunk in chunks:
                    self._take(chunk)
                    is_first = is_first and not chunk.delta
            except Exception as error:  # noqa: BLE001 - what has begun is not begun anew
                raise (error if is_first else failure(error, self._line.config)) from None

    def _read_any(self) -> None:
        llm = load_class(self._line.config)
        messages = chat_messages(self._messages)
        try:
            for chunk in llm.stream_chat(messages):
                self._take(chunk)
                if self._closed.is_set():
                    return
        except NotImplementedError:
            self._came.put(llm.chat(messages).message.content or "")


def _cancel(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[Any]") -> None:
    with contextlib.suppress(RuntimeError):  # the loop has ended by itself
        loop.call_soon_threadsafe(task.cancel)


def _part(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)
