"""The HTTP side of the page: the address it is served on, and headers that keep it to itself."""

import errno
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 7860
BACKLOG = 128

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
        "base-uri 'self'",
    ]
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode("ascii")),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


class AddressError(Exception):
    """The page cannot be served where it should be; the message says why and what to set."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the page is served."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address to open in a browser."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"


def address_of(environ: Mapping[str, str]) -> Address:
    """Read `GRADIO_SERVER_NAME` and `GRADIO_SERVER_PORT`; raises AddressError on an unusable port."""
    host = environ.get("GRADIO_SERVER_NAME") or DEFAULT_HOST
    given = environ.get("GRADIO_SERVER_PORT") or str(DEFAULT_PORT)
    if not (given.isascii() and given.isdigit() and 0 < int(given) < 65536):
        raise AddressError(f"GRADIO_SERVER_PORT={given!r} is no port; give a number from 1 to 65535")
    return Address(host.removeprefix("[").removesuffix("]"), int(given))


def listen(address: Address) -> socket.socket:
    """Take the address, so that connections wait instead of failing; else AddressError."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise AddressError(
            f"GRADIO_SERVER_NAME={address.host!r} is no address of this machine: {error}"
        ) from error
    try:
        if sys.platform != "win32":  # there it would share the port with another program
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise AddressError(_refusal(address, error)) from error
    return listening


def bare_app() -> FastAPI:
    """Return the application that the page is mounted on; routes of ours go in before the page does."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_middleware(_Headers)
    return app


class _Headers:
    """Adds our headers to every response, streams included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def _refusal(address: Address, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {address.port} on {address.host} is taken, perhaps by this page already running; "
            f"stop that, or give another: GRADIO_SERVER_PORT={address.port + 1}"
        )
    return f"cannot serve on {address.host} port {address.port}: {error.strerror or error}"
