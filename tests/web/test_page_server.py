"""Where the page is served, what it says when it cannot be, and what its responses forbid."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from qa.settings import SettingsError
from qa.web.server import Address, AddressError, address_of, listen
from tests.web.serving import ROOT, environment, free_port


def started(*flags: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "ui.py", *flags]
    return subprocess.run(
        command, cwd=ROOT, env=environment(**environ), capture_output=True, text=True, timeout=60
    )


def test_address_defaults_to_loopback() -> None:
    assert address_of({}) == Address("127.0.0.1", 7860)
    assert address_of({}).url == "http://127.0.0.1:7860"


def test_address_is_read_from_the_environment() -> None:
    address = address_of({"GRADIO_SERVER_NAME": "[::1]", "GRADIO_SERVER_PORT": "9000"})

    assert address == Address("::1", 9000)
    assert address.url == "http://[::1]:9000"


@pytest.mark.parametrize("port", ["0", "65536", "-1", "x", "７８６０"])
def test_unusable_port_is_refused(port: str) -> None:
    with pytest.raises(SettingsError, match="GRADIO_SERVER_PORT"):
        address_of({"GRADIO_SERVER_PORT": port})


def test_second_listener_is_told_that_the_port_is_taken() -> None:
    address = Address("127.0.0.1", free_port())
    with listen(address), pytest.raises(AddressError, match=f"port {address.port} .* is taken"):
        listen(address)


def test_taken_port_ends_the_page_with_one_line() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        ran = started(GRADIO_SERVER_PORT=str(port))

    assert ran.returncode == 1
    assert ran.stderr.startswith(f"error: port {port} on 127.0.0.1 is taken")
    assert ran.stderr.count("\n") == 1


def test_unknown_setting_ends_the_page_with_one_line() -> None:
    ran = started(QA_ARTICLE_DIR="x")

    assert ran.returncode == 2
    assert ran.stderr.startswith("error: unknown setting QA_ARTICLE_DIR")
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("flags", "environ", "told"),
    [
        (("--index", ""), {}, "an empty path is given"),
        ((), {"GRADIO_SERVER_PORT": "abc"}, "GRADIO_SERVER_PORT"),
        ((), {"GRADIO_ROOT_PATH": "news"}, "GRADIO_ROOT_PATH"),
    ],
)
def test_unusable_value_ends_the_page_with_one_line(
    flags: tuple[str, ...], environ: dict[str, str], told: str
) -> None:
    ran = started(*flags, **environ)

    assert ran.returncode == 2
    assert ran.stderr.startswith(f"error: {told}")
    assert ran.stderr.count("\n") == 1


def test_missing_folder_ends_the_page_with_one_line(tmp_path: Path) -> None:
    flags = ("--articles", str(tmp_path / "none"), "--index", str(tmp_path / "index"))

    ran = started(*flags, GRADIO_SERVER_PORT=str(free_port()))

    assert ran.returncode == 4
    assert ran.stderr.startswith("error: ")
    assert ran.stderr.count("\n") == 1
