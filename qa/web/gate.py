"""The gate before every route, the page's own and Gradio's alike: who asks, and whether they may."""

from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.web.asker import Asker, remember
from qa.web.errors import error_response
from qa.web.keeper import Keeper, TooManyAttempts, address_of
from qa.web.server import is_loopback

LOGIN, HEALTH = "/login", "/healthz"
OPEN = frozenset((("GET", LOGIN), ("POST", LOGIN), ("GET", HEALTH)))  # all else asks for credentials
CLOSED = "log in first: send `Authorization: Basic` or `Bearer name:password`, or the cookie of /login"
WRONG = "name or password is wrong"


class Gate:
    """Lets a request through with its asker. Without a keeper everybody may pass.

    Whoever asks from this machine without having to log in is its owner, and has no limits.
    """

    def __init__(self, app: ASGIApp, *, keeper: Keeper | None, root_path: str) -> None:
        self._app, self._keeper, self._root_path = app, keeper, root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        refusal = await self._admit(connection)
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await refusal(scope, receive, send)

    async def _admit(self, connection: HTTPConnection) -> Response | None:
        """Leave the asker with the request, or return what to say instead."""
        address = address_of(connection)
        name: str | None = address
        if self._keeper is not None:
            try:
                name = await self._keeper.name_of(connection)
            except TooManyAttempts as error:
                return too_many_attempts(error)
            if name is None:
                is_open = (connection.scope.get("method", ""), connection.scope["path"]) in OPEN
                return None if is_open else self._closed(connection)
        is_owner = self._keeper is None and is_loopback(address)
        request_id = connection.scope.get("state", {}).get("request_id", "-")
        remember(connection.scope, Asker(name or "", request_id, is_limited=not is_owner))
        return None

    def _closed(self, connection: HTTPConnection) -> Response:
        if connection.scope.get("method") == "GET" and "text/html" in connection.headers.get("accept", ""):
            asked = connection.scope["path"] + ("?" + connection.url.query if connection.url.query else "")
            return RedirectResponse(f"{self._root_path}{LOGIN}?next={quote(asked, safe='')}", status_code=303)
        return error_response(
            WRONG if "authorization" in connection.headers else CLOSED,
            status=401,
            code="invalid_api_key",
            headers={"WWW-Authenticate": 'Bearer realm="articles"'},
        )


def too_many_attempts(error: TooManyAttempts) -> Response:
    """Say when a password is looked at again."""
    return error_response(
        str(error),
        status=429,
        code="rate_limit_exceeded",
        headers={"Retry-After": str(error.retry_after_s)},
    )
