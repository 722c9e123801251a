"""`Keeper`: whose credentials a request carries: a session's cookie, or `Authorization: Basic` or `Bearer`."""

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil

from anyio import CapacityLimiter, to_thread
from starlette.requests import HTTPConnection

from qa.web.auth import Users
from qa.web.sessions import Attempts, Sessions

CHECKS_AT_ONCE = 2  # of passwords: each takes a core for a fifth of a second
REMEMBERED_S = 300.0
MOST_REMEMBERED = 1000


class TooManyAttempts(Exception):  # noqa: N818
    """Too many wrong passwords; none is looked at for `retry_after_s` seconds."""

    def __init__(self, wait_s: float) -> None:
        self.retry_after_s = max(1, ceil(wait_s))
        super().__init__(f"too many failed attempts; try again in {self.retry_after_s} s")


class Keeper:
    """Knows the users and their sessions. Its coroutines belong to one event loop."""

    def __init__(
        self,
        users: Users,
        *,
        cookie: str,
        clock: Callable[[], float] = time.monotonic,
        on_failure: Callable[[], None] = lambda: None,
    ) -> None:
        self.cookie = cookie
        self._users, self._clock, self._on_failure = users, clock, on_failure
        self._sessions, self._attempts = Sessions(clock=clock), Attempts(clock=clock)
        self._checks = CapacityLimiter(CHECKS_AT_ONCE)
        self._key = secrets.token_bytes(32)
        self._remembered: OrderedDict[bytes, tuple[str, bytes, float]] = OrderedDict()

    async def name_of(self, connection: HTTPConnection) -> str | None:
        """Return whose request it is; None without valid credentials. Raises TooManyAttempts."""
        header = connection.headers.get("authorization")
        if header is not None:
            return await self._name_of_header(header, address_of(connection))
        token = connection.cookies.get(self.cookie)
        return self._sessions.name_of(token, self._users.fingerprint) if token else None

    async def log_in(self, address: str, name: str, password: str) -> str | None:
        """Return a new session's token; None if name and password are wrong. Raises TooManyAttempts."""
        if not await self._is_right(address, name, password):
            return None
        return self._sessions.open(name, self._users.fingerprint(name))

    def log_out(self, connection: HTTPConnection) -> None:
        """End the request's session."""
        self._sessions.close(connection.cookies.get(self.cookie, ""))

    async def _name_of_header(self, header: str, address: str) -> str | None:
        digest = hmac.digest(self._key, header.encode("utf-8", "surrogatepass"), hashlib.sha256)
        name, fingerprint, until = self._remembered.get(digest, ("", b"", 0.0))
        if self._clock() < until and self._users.fingerprint(name) == fingerprint:
            return name
        given = _credentials(header)
        if given is None or not await self._is_right(address, *given):
            return None
        name = given[0]
        self._remembered[digest] = (name, self._users.fingerprint(name), self._clock() + REMEMBERED_S)
        while len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return name

    async def _is_right(self, address: str, name: str, password: str) -> bool:
        async with (
            self._checks
        ):  # waiting in line, so that many tries at once are delayed like one after another
            if wait_s := self._attempts.wait_s(address, name):
                raise TooManyAttempts(wait_s)
            is_right = await to_thread.run_sync(self._users.verify, name, password)
            if is_right:
                self._attempts.succeeded(address, name)
            else:
                self._attempts.failed(address, name)
                self._on_failure()
        return is_right


def address_of(connection: HTTPConnection) -> str:
    """Return the client's address, as the server or a trusted proxy says."""
    return connection.client.host if connection.client else "unknown"


def _credentials(header: str) -> tuple[str, str] | None:
    """Read `Basic base64(name:password)`, `Bearer name:password` or `Bearer base64(name:password)`."""
    scheme, _, value = header.partition(" ")
    value = value.strip()
    if scheme.lower() == "bearer" and ":" in value:
        name, _, password = value.partition(":")
        return name, password
    if scheme.lower() not in ("basic", "bearer"):
        return None
    try:
        name, colon, password = base64.b64decode(value, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (name, password) if colon else None
