"""The gate before every route, the page's own and Gradio's alike: who asks, and whether they may."""

from urllib.parse import quote

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.web.asker import STATE, Asker, remember
from qa.web.errors import error_response
from qa.web.keeper import Keeper, TooManyAttempts, address_of
from qa.web.server import is_loopback
from qa.web.sessions import SESSION_S

LOGIN, HEALTH = "/login", "/healthz"
OPEN = frozenset(
    (("GET", LOGIN), ("POST", LOGIN), ("GET", HEALTH), ("HEAD", HEALTH))
)  # all else asks for credentials
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
            await self._app(scope, receive, self._renewing(connection, send))
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

    def _renewing(self, connection: HTTPConnection, send: Send) -> Send:
        """Return what gives the session's cookie its whole time again, with the page and with what is sent to it.

        No other response has it: a proxy may keep those for others.
        """
        scope, keeper = connection.scope, self._keeper
        if keeper is None or (scope.get("method") != "POST" and scope["path"] != "/"):
            return send
        token = connection.cookies.get(keeper.cookie)
        if not token or "authorization" in connection.headers or STATE not in scope.get("state", {}):
            return send
        renewed = Response()
        set_session_cookie(renewed, connection, keeper, token, root_path=self._root_path)

        async def send_renewed(message: Message) -> None:
            if message["type"] == "http.response.start":  # before what logs in or out, whose cookie counts
                message["headers"] = [*renewed.raw_headers[-1:], *message["headers"]]
            await send(message)

        return send_renewed

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


def set_session_cookie(
    response: Response, connection: HTTPConnection, keeper: Keeper, token: str, *, root_path: str
) -> None:
    """Give a session's cookie to the browser, for as long as the session lasts unused."""
    response.set_cookie(
        keeper.cookie,
        token,
        max_age=int(SESSION_S),
        path=root_path or "/",
        secure=connection.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def too_many_attempts(error: TooManyAttempts) -> Response:
    """Say when a password is looked at again."""
    return error_response(
        str(error),
        status=429,
        code="rate_limit_exceeded",
        headers={"Retry-After": str(error.retry_after_s)},
    )
