"""`/v1`: the articles as a model of OpenAI's chat API, for any chat client."""

import json
import logging
from collections.abc import AsyncIterator, Generator
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self, cast

from anyio import CancelScope, CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from index.generations import IndexUnusable
from qa.answer import Answer
from qa.web import chat_forms as forms
from qa.web.asker import Asker, Door, asker_of
from qa.web.chat_forms import MODEL, BadRequest, ChatRequest
from qa.web.errors import error_response
from qa.web.limits import LimitReached, QuestionRefused
from qa.web.reception import Reception

logger = logging.getLogger(__name__)

LONGEST_BODY = 1_000_000  # bytes; a question has 2,000 characters, but clients send whole conversations
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def chat_routes(reception: Reception, threads: CapacityLimiter) -> APIRouter:
    """Return the routes below `/v1`; as many questions are worked on as there are `threads`, the others wait."""
    router = APIRouter(prefix="/v1")

    @router.get("/models")
    def models() -> JSONResponse:
        return JSONResponse({"object": "list", "data": [forms.model_json()]})

    @router.get("/models/{name:path}")
    def model(name: str) -> JSONResponse:
        if name != MODEL:
            problem = f"the model {name!r} does not exist; there is {MODEL!r}"
            return _refusal(BadRequest(problem, param="model", status=404, code="model_not_found"), "-")
        return JSONResponse(forms.model_json())

    @router.post("/chat/completions")
    async def complete(request: Request) -> Response:
        asker = asker_of(request)
        try:
            asked = forms.read_request(await _body(request))
            asking = _Asking(reception, asker, asked, threads)
            first = await asking.next()
            if asked.streams:
                events = _events(asking, first, asker.request_id)
                return StreamingResponse(events, media_type="text/event-stream")
            async with asking:
                answer = await asking.last(first)
                urls = await to_thread.run_sync(_urls, reception, answer)
            return JSONResponse(forms.completion_json(asker.request_id, answer, urls))
        except Exception as error:  # noqa: BLE001 - each becomes an error of the API's
            return _refusal(error, asker.request_id)

    @router.api_route("/{path:path}", methods=METHODS)
    def unknown(path: str) -> JSONResponse:
        problem = f"there is no /v1/{path} for this method"
        return _refusal(BadRequest(problem, param=None, status=404, code="unknown_url"), "-")

    return router


class _Asking:
    """One admitted question, worked on in a thread at a time; held against the asker's limits until closed."""

    def __init__(
        self, reception: Reception, asker: Asker, asked: ChatRequest, threads: CapacityLimiter
    ) -> None:
        self.reception, self.asked, self._threads = reception, asked, threads
        line = asked.asked
        self._held = ExitStack()
        self._served = self._held.enter_context(reception.serving(Door.CHAT, asker, line.question))
        growing = reception.assistant.stream(line.question, turns=line.turns, filters=line.filters)
        self._growing = cast("Generator[Answer, None, None]", growing)  # closed, it stops working

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with CancelScope(shield=True):
            await to_thread.run_sync(self._growing.close)
        self._held.__exit__(kind, error, trace)

    async def next(self) -> Answer | None:
        """Return the answer, grown; None at its end."""
        try:
            answer = await to_thread.run_sync(next, self._growing, None, limiter=self._threads)
        except BaseException as error:
            self._held.__exit__(type(error), error, error.__traceback__)
            raise
        if answer is not None:
            self._served.outcome = answer.outcome.value
        return answer

    async def last(self, first: Answer | None) -> Answer:
        """Return the whole answer."""
        answer = first
        while (grown := await self.next()) is not None:
            answer = grown
        assert answer is not None  # a stream has at least one part
        return answer


async def _events(asking: _Asking, first: Answer | None, request_id: str) -> AsyncIterator[str]:
    """Yield the answer's parts as server-sent events, a sentence at a time."""
    async with asking:
        try:
            yield _event(forms.chunk_json(request_id, {"role": "assistant", "content": ""}))
            telling, answer = forms.Telling(), first
            while answer is not None:
                if more := telling.more(answer):
                    yield _event(forms.chunk_json(request_id, {"content": more}))
                whole = answer
                answer = await asking.next()
            urls = await to_thread.run_sync(_urls, asking.reception, whole)
            yield _event(forms.chunk_json(request_id, {"content": forms.closing(whole)}))
            found = {"annotations": forms.annotations(whole, urls, start=telling.start)}
            yield _event(forms.chunk_json(request_id, found, is_last=True, answer=whole.as_json()))
            if asking.asked.counts_tokens:
                yield _event(forms.usage_json(request_id))
        except Exception as error:  # noqa: BLE001 - the response has begun: an event says so
            yield _event(json.loads(bytes(_refusal(error, request_id).body)))
        yield "data: [DONE]\n\n"


def _event(part: dict[str, Any]) -> str:
    return f"data: {json.dumps(part, ensure_ascii=False)}\n\n"


def _urls(reception: Reception, answer: Answer) -> dict[str, str]:
    """Return the addresses of the cited articles that have one and are still there."""
    with reception.live.reader() as reader:
        articles = [reader.article(article) for article in {c.article for c in answer.citations}]
    return {article.id: article.url for article in articles if article and article.url}


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_BODY:
            raise BadRequest(
                f"the body has more than {LONGEST_BODY:,} bytes", param=None, status=413, code="too_large"
            )
    return body


def _refusal(error: Exception, request_id: str) -> JSONResponse:
    """Say in the API's form what went wrong."""
    match error:
        case BadRequest():
            return error_response(str(error), status=error.status, code=error.code, param=error.param)
        case LimitReached():
            wait = {"Retry-After": str(error.retry_after_s)}
            return error_response(str(error), status=429, code="rate_limit_exceeded", headers=wait)
        case QuestionRefused():
            return error_response(str(error), status=400, code="invalid_value", param="messages")
        case IndexUnusable():
            return error_response(str(error), status=503, code="index_unusable")
    logger.error("%s a question could not be answered", request_id, exc_info=error)
    said_so = f"something went wrong; the server's log has it under {request_id}"
    return error_response(said_so, status=500, code="internal_error")
