"""An LLM server on loopback that speaks the OpenAI protocol with SSE, and does as a script tells it."""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-test-0123456789abcdef"
Reply = Callable[["Handler"], None]


@dataclass
class Script:
    """What the server does at each request, the last reply again and again; and what it was sent."""

    replies: list[Reply] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    times: dict[str, float] = field(default_factory=dict)  # of events, time.monotonic
    hung_up: threading.Event = field(default_factory=threading.Event)  # the client closed the connection
    port: int = 0

    @property
    def url(self) -> str:
        """The base URL of the server."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def environ(self) -> dict[str, str]:
        """The settings that name this server."""
        return {"QA_LLM_URL": self.url, "QA_LLM_MODEL": "scripted", "QA_LLM_API_KEY": KEY}

    def plays(self, *replies: Reply) -> "Script":
        """Set what is replied from now on, and forget what was sent."""
        self.replies = list(replies)
        self.requests.clear()
        self.keys.clear()
        self.times.clear()
        self.hung_up.clear()
        return self

    @property
    def prompt(self) -> str:
        """All messages of the last request, as one text."""
        return "\n".join(message["content"] for message in self.requests[-1]["messages"])


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    script: Script

    def do_POST(self) -> None:
        """Record the request and play the next reply."""
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        script = self.script
        script.requests.append(json.loads(body) | {"path": self.path})
        script.keys.append(self.headers.get("authorization", ""))
        script.times.setdefault("asked", time.monotonic())
        reply = script.replies[min(len(script.requests), len(script.replies)) - 1]
        try:
            reply(self)
        except (BrokenPipeError, ConnectionResetError):
            script.hung_up.set()
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Say nothing."""

    def begin(self, content_type: str = "text/event-stream") -> None:
        """Send the head of a streamed answer."""
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def send(self, data: str) -> None:
        """Send one chunk of the HTTP body."""
        raw = data.encode("utf-8")
        self.wfile.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")
        self.wfile.flush()

    def say(self, text: str, *, finish: str | None = None) -> None:
        """Send one piece of the answer."""
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
        self.event({"choices": [choice]})

    def event(self, fields: dict[str, Any]) -> None:
        """Send one event of the OpenAI protocol."""
        head = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "scripted"}
        self.send(f"data: {json.dumps(head | fields)}\n\n")

    def end(self, *, finish: str = "stop") -> None:
        """End the answer as the protocol wants it, with the tokens counted."""
        self.say("", finish=finish)
        self.event(
            {"choices": [], "usage": {"prompt_tokens": 321, "completion_tokens": 12, "total_tokens": 333}}
        )
        self.send("data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")


def says(text: str, *, piece: int = 7, pause_s: float = 0.0, finish: str = "stop") -> Reply:
    """Reply with a text, a few characters at a time."""

    def reply(handler: Handler) -> None:
        handler.begin()
        handler.event({"choices": [{"index": 0, "delta": {"role": "assistant"}, "finish_reason": None}]})
        for start in range(0, len(text), piece):
            handler.say(text[start : start + piece])
            time.sleep(pause_s)
        handler.end(finish=finish)

    return reply


def status(code: int, *, retry_after: str | None = None) -> Reply:
    """Refuse with an HTTP status, and a body that repeats the key as some servers do."""

    def reply(handler: Handler) -> None:
        body = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}", "code": code}}).encode()
        handler.send_response(code)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        if retry_after is not None:
            handler.send_header("Retry-After", retry_after)
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def hangs(text: str = "", *, seconds: float = 30.0, drips: bool = False) -> Reply:
    """Begin with a text, then say nothing more, or only comments that keep the line open."""

    def reply(handler: Handler) -> None:
        handler.begin()
        if text:
            handler.say(text)
        until = time.monotonic() + seconds
        while time.monotonic() < until and not handler.script.hung_up.is_set():
            time.sleep(0.05)
            handler.send(": still here\n\n" if drips else "\n")

    return reply


def waits(seconds: float) -> Reply:
    """Answer nothing at all, not even a head."""
    return lambda handler: time.sleep(seconds)


def breaks_off(text: str) -> Reply:
    """Close the connection in the middle of an answer."""

    def reply(handler: Handler) -> None:
        handler.begin()
        handler.say(text)
        handler.close_connection = True
        handler.wfile.flush()
        handler.connection.shutdown(2)

    return reply


def sends(data: str, *, content_type: str = "text/event-stream") -> Reply:
    """Send a body as it is."""

    def reply(handler: Handler) -> None:
        handler.begin(content_type)
        handler.send(data)
        handler.wfile.write(b"0\r\n\r\n")

    return reply


def ends_without_end(text: str) -> Reply:
    """End the stream properly, but before the answer has ended."""

    def reply(handler: Handler) -> None:
        handler.begin()
        handler.say(text)
        handler.wfile.write(b"0\r\n\r\n")

    return reply


def goes_on(text: str) -> Reply:
    """Say the same for ever."""

    def reply(handler: Handler) -> None:
        handler.begin()
        while True:
            handler.say(text)

    return reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that hangs up between two requests: by default its traceback is printed."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def llm_server() -> Iterator[Script]:
    """Serve a script until the block ends."""
    script = Script()
    handler = type("Scripted", (Handler,), {"script": script})
    with _Server(("127.0.0.1", 0), handler) as server:
        script.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield script
        finally:
            server.shutdown()
