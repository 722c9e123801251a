"""What happens to every request around the gate: its path behind a proxy, its id, a line in the log, headers."""

import logging
import re
import time
import uuid

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.web.asker import STATE

logger = logging.getLogger(__name__)

REQUEST_ID = "x-request-id"
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)

# The browser itself refuses to ask another host for anything, whatever an article holds. Gradio compiles its
# templates in the browser and styles elements in place, hence 'unsafe-eval' and 'unsafe-inline'.
_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "base-uri 'self'",
    ]
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode("ascii")),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


class Prefix:
    """Takes the root path off where a proxy has left it on, so that routes are found either way."""

    def __init__(self, app: ASGIApp, *, root_path: str) -> None:
        self._app, self._root_path = app, root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._root_path and scope["type"] != "lifespan":
            path: str = scope["path"]
            if path == self._root_path or path.startswith(f"{self._root_path}/"):
                scope = dict(scope, path=path[len(self._root_path) :] or "/")
                scope.pop("raw_path", None)
        await self._app(scope, receive, send)


class RequestLog:
    """Gives each request an id, which its response carries, adds our headers, and logs what went wrong.

    A query may hold a question, and a header a key: neither is logged.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex[:12]
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                ours = ((REQUEST_ID.encode("ascii"), request_id.encode("ascii")), *_HEADERS)
                message["headers"] = [*message["headers"], *ours]
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        finally:
            asker = scope["state"].get(STATE)
            logger.log(
                logging.INFO if status >= 400 else logging.DEBUG,
                "%s %s %r from %s: %d, %.0f ms",
                request_id, scope["method"], scope["path"], asker.name if asker else "nobody", status,
                1000 * (time.perf_counter() - started),
            )  # fmt: skip
