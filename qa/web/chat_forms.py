"""OpenAI's chat completions, to the extent that chat clients use them: requests read, answers written.

An answer's text is Markdown with markers and a list of sources. Beside it, for programs: `annotations` in OpenAI's
own form where articles have an address, and `answer`, the whole answer as `python -m qa ask --json` gives it.
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from index.filters import Filters
from qa.answer import NOT_FOUND, Answer, Citation, Outcome, Sentence
from qa.batch import BadLineError, BatchLine, read_record
from qa.render import inert

MODEL = "ask-the-articles"
MOST_TURNS = 20  # earlier questions that are looked at
NO_TOKENS = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}  # none are used
BROKEN_OFF = "That answer was broken off."
ANEW = f"{BROKEN_OFF} In the articles' own words:"
REFUSED, NEAREST, PARTIAL = (
    "The articles do not say",
    "Closest in the articles",
    "The articles answer this in part.",
)
_ACTIVE = re.compile(r"[\\\[\]<]")  # what would make a link, an image or a tag
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


class BadRequest(Exception):  # noqa: N818
    """A request that cannot be answered as it is; the message says why, `param` which part."""

    def __init__(
        self, message: str, *, param: str | None, status: int = 400, code: str = "invalid_value"
    ) -> None:
        super().__init__(message)
        self.param, self.status, self.code = param, status, code


class _Part(BaseModel):
    type: str
    text: str = ""


class _Message(BaseModel):
    role: str
    content: str | list[_Part] | None = None


class _StreamOptions(BaseModel):
    include_usage: bool | None = None


class _Format(BaseModel):
    type: Literal["text"]


class _Body(BaseModel):
    model: str
    messages: list[_Message] = Field(min_length=1)
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    n: Literal[1] | None = None
    response_format: _Format | None = None
    as_of: str | None = None
    since: str | None = None
    until: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A question with the conversation's earlier ones, and how its answer is wanted."""

    asked: BatchLine
    streams: bool
    counts_tokens: bool


def read_request(body: bytes) -> ChatRequest:
    """Read a request's JSON; raises BadRequest. What we do not know, such as `temperature`, is passed over."""
    try:
        sent = _Body.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        param = ".".join(str(part) for part in first["loc"]) or None
        raise BadRequest(f"{param or 'the body'}: {first['msg']}", param=param) from None
    if sent.model != MODEL:
        raise BadRequest(
            f"the model {sent.model!r} does not exist; there is {MODEL!r}",
            param="model", status=404, code="model_not_found",
        )  # fmt: skip
    questions = [_text(message) for message in sent.messages if message.role == "user"]
    if not questions:
        raise BadRequest("there is no message of the role 'user'", param="messages")
    record = {
        "question": questions[-1],
        "turns": [turn for turn in questions[:-1] if turn.strip()][-MOST_TURNS:],
    }
    filters = {name: getattr(sent, name) for name in ("as_of", "since", "until", "source")}
    try:
        asked = read_record(record | {k: v for k, v in filters.items() if v is not None}, Filters())
    except BadLineError as error:
        raise BadRequest(str(error), param="messages") from None
    options = sent.stream_options
    return ChatRequest(asked, bool(sent.stream), bool(options and options.include_usage))


def _text(message: _Message) -> str:
    if isinstance(message.content, str):
        return message.content
    return "\n".join(part.text for part in message.content or () if part.type == "text")


def model_json() -> dict[str, Any]:
    """Return the one model that there is."""
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": "articles"}


def completion_json(request_id: str, answer: Answer, urls: Mapping[str, str]) -> dict[str, Any]:
    """Return a whole answer; `urls` has the addresses of cited articles, by id."""
    message = {"role": "assistant", "content": content(answer), "refusal": None}
    choice = {
        "index": 0,
        "message": message | {"annotations": annotations(answer, urls)},
        "finish_reason": "stop",
        "logprobs": None,
    }
    head = _head(request_id, "chat.completion")
    return head | {"choices": [choice], "usage": NO_TOKENS, "answer": answer.as_json()}


def chunk_json(
    request_id: str, delta: Mapping[str, Any], *, is_last: bool = False, **more: Any
) -> dict[str, Any]:
    """Return one part of a streamed answer."""
    choice = {
        "index": 0,
        "delta": dict(delta),
        "finish_reason": "stop" if is_last else None,
        "logprobs": None,
    }
    return _head(request_id, "chat.completion.chunk") | {"choices": [choice]} | more


def usage_json(request_id: str) -> dict[str, Any]:
    """Return the part that ends a stream whose tokens are asked for."""
    return _head(request_id, "chat.completion.chunk") | {"choices": [], "usage": NO_TOKENS}


def content(answer: Answer) -> str:
    """Write an answer as Markdown; article text in it is shown as it is, and makes no link, image or tag."""
    return said(answer.sentences) + closing(answer)


def said(sentences: Sequence[Sentence]) -> str:
    """Write sentences with their markers."""
    return " ".join(_sentence(sentence) for sentence in sentences)


class Telling:
    """A streamed answer's text as it grows; the sentences that stand begin at its character `start`."""

    def __init__(self) -> None:
        self._shown: tuple[Sentence, ...] = ()
        self._sent_chars = self.start = 0

    def more(self, answer: Answer) -> str:
        """Return what is to be sent next; an answer that does not go on from what was sent begins anew."""
        shown, self._shown = self._shown, answer.sentences
        new = answer.sentences[len(shown) :]
        if answer.sentences[: len(shown)] == shown:
            more = (" " if shown and new else "") + said(new)
        else:
            gap = f"\n\n{ANEW if answer.sentences else BROKEN_OFF}\n\n"
            self.start = self._sent_chars + len(gap)
            more = gap + said(answer.sentences)
        self._sent_chars += len(more)
        return more


def closing(answer: Answer) -> str:
    """Write what stands below the sentences: where they are from or, under a refusal, why there are none; notes."""
    return "\n\n".join((_grounds(answer), *(f"Note: {_plain(note)}." for note in answer.notes)))


def _grounds(answer: Answer) -> str:
    if answer.outcome is Outcome.NOT_IN_CORPUS:
        reason = f"{REFUSED}: {_plain(answer.reason)}." if answer.reason else f"{REFUSED}."
        return reason + (f"\n\n{NEAREST}:\n\n{_sources(answer.nearest)}" if answer.nearest else "")
    partial = f"\n\n{PARTIAL}" if answer.outcome is Outcome.PARTIAL else ""
    return f"{partial}\n\n{_sources(answer.citations)}"


def annotations(answer: Answer, urls: Mapping[str, str], *, start: int = 0) -> list[dict[str, Any]]:
    """Return OpenAI's `url_citation`s: which part of the text stands at which address."""
    cited = {citation.marker: citation for citation in answer.citations}
    found = []
    for sentence in answer.sentences:
        end = start + len(_sentence(sentence))
        for citation in (cited[marker] for marker in sentence.markers):
            url = urls.get(citation.article, "")
            if _WEB_ADDRESS.fullmatch(url):
                place = {"start_index": start, "end_index": end, "title": citation.title, "url": url}
                found.append({"type": "url_citation", "url_citation": place})
        start = end + 1
    return found


def _head(request_id: str, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{request_id}", "object": kind, "created": int(time.time()), "model": MODEL}


def _sentence(sentence: Sentence) -> str:
    if not sentence.verified:
        return f"~~{_plain(sentence.text)}~~ ({NOT_FOUND})"
    return f"{_plain(sentence.text)} {''.join(f'[{marker}]' for marker in sentence.markers)}"


def _sources(citations: Sequence[Citation]) -> str:
    return "\n".join(f"- [{c.marker}] {_plain(_origin(c.title, c.source, c.published))}" for c in citations)


def _origin(title: str, source: str | None, published: date | None) -> str:
    return ", ".join(part for part in (title, source, published.isoformat() if published else None) if part)


def _plain(text: str) -> str:
    return _ACTIVE.sub(r"\\\g<0>", " ".join(inert(text).split()))
