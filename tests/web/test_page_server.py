"""Where the page is served, what it says when it cannot be, and what its responses forbid."""

import ctypes
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from qa.web.server import ARENAS, Address, AddressError, address_of, listen
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
    with pytest.raises(AddressError, match="GRADIO_SERVER_PORT"):
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


def test_missing_folder_ends_the_page_with_one_line(tmp_path: Path) -> None:
    flags = ("--articles", str(tmp_path / "none"), "--index", str(tmp_path / "index"))

    ran = started(*flags, GRADIO_SERVER_PORT=str(free_port()))

    assert ran.returncode == 4
    assert ran.stderr.startswith("error: ")
    assert ran.stderr.count("\n") == 1


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="another malloc than glibc's")
def test_threads_share_a_few_heaps(tmp_path: Path) -> None:
    told = tmp_path / "heaps.xml"
    subprocess.run([sys.executable, "-c", HEAPS, str(told)], cwd=ROOT, check=True, timeout=60)
    assert 1 <= told.read_text("utf-8").count("<heap nr=") <= ARENAS


HEAPS = """
import ctypes, sys, threading
from qa.web.server import share_heaps
share_heaps()
libc, together = ctypes.CDLL(None), threading.Barrier(8)
libc.fopen.restype = libc.malloc.restype = ctypes.c_void_p
def allocate():
    together.wait()
    for _ in range(1000):
        libc.malloc(ctypes.c_size_t(1000))
    together.wait()
threads = [threading.Thread(target=allocate) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""
