"""Where the page is served, what is to be said of that, and what its process is set to."""

import errno
import ipaddress
import logging
import socket
import sys
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass

from qa.settings import Settings, SettingsError
from qa.web.auth import read_users

DEFAULT_HOST, DEFAULT_PORT = "127.0.0.1", 7860
BACKLOG = 128


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
    """Read `GRADIO_SERVER_NAME` and `GRADIO_SERVER_PORT`; raises SettingsError on an unusable port."""
    host = environ.get("GRADIO_SERVER_NAME") or DEFAULT_HOST
    given = environ.get("GRADIO_SERVER_PORT") or str(DEFAULT_PORT)
    if not (given.isascii() and given.isdigit() and 0 < int(given) < 65536):
        raise SettingsError(f"GRADIO_SERVER_PORT={given!r} is no port; give a number from 1 to 65535")
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


def root_path_of(environ: Mapping[str, str]) -> str:
    """Read `GRADIO_ROOT_PATH`, the path below which a proxy serves the page; without a slash at its end."""
    given = environ.get("GRADIO_ROOT_PATH", "").rstrip("/")
    if given and not given.startswith("/"):
        raise SettingsError(f"GRADIO_ROOT_PATH={given!r} is no path; give one such as /news")
    return given


def check_serving(address: Address, settings: Settings) -> list[str]:
    """Return what should be thought over before the page is served like this; raises AuthFileError."""
    if settings.auth_file is not None:
        read_users(settings.auth_file)
    if settings.auth_file is not None or is_loopback(address.host):
        return []
    return [
        f"warning: everybody who reaches {address.host} port {address.port} can read all articles; "
        "set QA_AUTH_FILE to ask for a password"
    ]


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def calm_gradio(environ: MutableMapping[str, str]) -> None:
    """Set what Gradio reads when imported: nothing is reported to its makers, and no table grows with each event.

    Its analytics of its own events build a table of up to 10,000 rows anew after each event.
    """
    environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
    environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(sys.maxsize)


def configure_logging() -> None:
    """Write our log to standard error, one line an entry; libraries' only from warnings on."""
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr
    )
    logging.getLogger("qa").setLevel(logging.INFO)


def _refusal(address: Address, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {address.port} on {address.host} is taken, perhaps by this page already running; "
            f"stop that, or give another: GRADIO_SERVER_PORT={address.port + 1}"
        )
    return f"cannot serve on {address.host} port {address.port}: {error.strerror or error}"
