"""Who is logged in, and who has failed to: held in memory, bounded, and gone with the process."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

SESSION_S = 7 * 24 * 3600.0  # since it was last used
MOST_SESSIONS = 10_000
FREE_TRIES = 3  # of one name from one address; typing errors happen
FREE_TRIES_OF_ADDRESS = 20  # of any names
LONGEST_DELAY_S = 60.0
FORGOTTEN_AFTER_S = 3600.0


@dataclass(slots=True)
class _Session:
    name: str
    fingerprint: bytes  # of the password it was opened with
    used: float


class Sessions:
    """Logins by the token in their cookie; safe to share between threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._sessions: OrderedDict[str, _Session] = OrderedDict()  # longest unused first

    def open(self, name: str, fingerprint: bytes) -> str:
        """Return the token of a new session; the one longest unused makes room for it."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions[token] = _Session(name, fingerprint, self._clock())
            while len(self._sessions) > MOST_SESSIONS:
                self._sessions.popitem(last=False)
        return token

    def name_of(self, token: str, fingerprint_of: Callable[[str], bytes]) -> str | None:
        """Return whose session it is; None if it has ended or the password is another now."""
        with self._lock:
            session = self._sessions.get(token)
            if session is None:
                return None
            is_old = self._clock() - session.used > SESSION_S
            if is_old or fingerprint_of(session.name) != session.fingerprint:
                del self._sessions[token]
                return None
            session.used = self._clock()
            self._sessions.move_to_end(token)
            return session.name

    def close(self, token: str) -> None:
        """End a session; an unknown token does nothing."""
        with self._lock:
            self._sessions.pop(token, None)


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


class Attempts:
    """Failed logins by address and name: each one past the free tries doubles the wait for the next."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._failures: OrderedDict[tuple[str, str], _Failures] = OrderedDict()  # oldest first

    def wait_s(self, address: str, name: str) -> float:
        """Return for how long no password is looked at; 0 if one is."""
        with self._lock:
            waits = (
                self._wait((address, name), FREE_TRIES),
                self._wait((address, ""), FREE_TRIES_OF_ADDRESS),
            )
        return max(waits)

    def failed(self, address: str, name: str) -> None:
        """Note a wrong password."""
        now = self._clock()
        with self._lock:
            for key in ((address, name), (address, "")):
                before = self._failures.pop(key, None)
                self._failures[key] = _Failures((before.count if before else 0) + 1, now)
            while self._failures and self._oldest().last < now - FORGOTTEN_AFTER_S:
                self._failures.popitem(last=False)
            while len(self._failures) > MOST_SESSIONS:
                self._failures.popitem(last=False)

    def succeeded(self, address: str, name: str) -> None:
        """Forget the name's failures from this address."""
        with self._lock:
            self._failures.pop((address, name), None)

    def _oldest(self) -> _Failures:
        return next(iter(self._failures.values()))

    def _wait(self, key: tuple[str, str], free: int) -> float:
        failures = self._failures.get(key)
        if failures is None or failures.count < free:
            return 0.0
        delay = min(2.0 ** (failures.count - free), LONGEST_DELAY_S)
        return max(0.0, failures.last + delay - self._clock())
