"""Users and their passwords, in a file as `htpasswd -B` writes it. `python -m qa.web.auth USER` writes a line.

The file has a line a user: `name:bcrypt hash`; empty lines and lines that begin with # are passed over.
"""

import argparse
import getpass
import logging
import re
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import bcrypt

from qa.settings import SettingsError

logger = logging.getLogger(__name__)

LONGEST_BYTES = 72  # what bcrypt reads of a password
SHORTEST_CHARS = 8
_HASH = re.compile(r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}", re.ASCII)
# Checked for unknown names, so that the time taken does not tell who exists. No password is known for it.
_NOBODY = b"$2b$12$I/bPOngcGmoOa3KJ9d/qg.KgT9qxq0RABeGdnlP.0AYwNGZtNwlBC"


class AuthFileError(SettingsError):
    """The file of users cannot be used; the message says where and how to mend it."""


class Users:
    """The users of one file, read again when it changes; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        """Read the file; raises AuthFileError."""
        self._path, self._lock = path, threading.Lock()
        self._stamp = _stamp(path)
        self._hashes = read_users(path)

    def knows(self, name: str) -> bool:
        """Whether there is such a user now."""
        return name in self._current()

    def verify(self, name: str, password: str) -> bool:
        """Whether the password is the user's; takes a fifth of a second, by design."""
        known = self._current().get(name)
        given = password.encode("utf-8", "surrogatepass")
        matches = bcrypt.checkpw(given[:LONGEST_BYTES], known or _NOBODY)
        return matches and known is not None and len(given) <= LONGEST_BYTES

    def fingerprint(self, name: str) -> bytes:
        """Return what changes when the user's password does; empty for an unknown user."""
        return self._current().get(name, b"")

    def _current(self) -> Mapping[str, bytes]:
        with self._lock:
            stamp = _stamp(self._path)
            if stamp != self._stamp:
                self._stamp = stamp
                try:
                    self._hashes = read_users(self._path)
                except AuthFileError as error:
                    logger.error("the users stay as they were: %s", error)
            return self._hashes


def read_users(path: Path) -> dict[str, bytes]:
    """Return the hashes by user name. Raises AuthFileError, naming the line."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise AuthFileError(f"QA_AUTH_FILE={path} cannot be read: {error}") from error
    users: dict[str, bytes] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, known = line.strip().partition(":")
        if not name or not _HASH.fullmatch(known):
            raise AuthFileError(
                f"QA_AUTH_FILE={path}, line {number}: not `name:bcrypt hash`; "
                "write lines with: python -m qa.web.auth NAME"
            )
        if name in users:
            raise AuthFileError(f"QA_AUTH_FILE={path}, line {number}: {name!r} is there twice; remove one")
        users[name] = known.encode("ascii")
    if not users:
        raise AuthFileError(
            f"QA_AUTH_FILE={path} names nobody; write a line with: python -m qa.web.auth NAME"
        )
    return users


def user_line(name: str, password: str) -> str:
    """Return the file's line for a user. Raises AuthFileError on a name or password that cannot be."""
    if not name or ":" in name or name != name.strip() or name.startswith("#") or not name.isprintable():
        raise AuthFileError(f"the name {name!r} cannot be used: give one without ':' that begins with no '#'")
    if len(password) < SHORTEST_CHARS:
        raise AuthFileError(f"the password has {len(password)} characters; give at least {SHORTEST_CHARS}")
    secret = password.encode("utf-8", "surrogatepass")
    if len(secret) > LONGEST_BYTES or b"\0" in secret:
        raise AuthFileError(
            f"the password has {len(secret)} bytes; bcrypt reads {LONGEST_BYTES}: give a shorter one"
        )
    return f"{name}:{bcrypt.hashpw(secret, bcrypt.gensalt()).decode('ascii')}"


def main(argv: Sequence[str] | None = None) -> int:
    """Ask for a password without echo and print the user's line."""
    parser = argparse.ArgumentParser(
        prog="python -m qa.web.auth", description="Print a user's line for QA_AUTH_FILE."
    )
    parser.add_argument("name", help="the user's name")
    name = parser.parse_args(argv).name
    try:
        sys.stdout.write(f"{user_line(name, _asked_password(name))}\n")
    except AuthFileError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    except (KeyboardInterrupt, EOFError):
        return 130
    return 0


def _asked_password(name: str) -> str:
    if not sys.stdin.isatty():  # from a password manager, through a pipe
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(f"Password of {name}: ")
    if getpass.getpass("Once more: ") != password:
        raise AuthFileError("the two passwords differ; nothing was written")
    return password


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


if __name__ == "__main__":
    raise SystemExit(main())
