"""Starting the real page as a process, and opening it in a browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import bcrypt
import pytest
from playwright.sync_api import BrowserContext, Page

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 110
USERS = {"ann": "ann's secret", "bob": "bob's secret"}


@dataclass(frozen=True, slots=True)
class Served:
    """A running page, the folder that it answers from and the environment it was started with."""

    url: str
    articles: Path
    environ: dict[str, str]

    def index(self) -> None:
        """Bring the index up to date from another process."""
        command = [sys.executable, "-m", "qa", "index"]
        subprocess.run(command, cwd=ROOT, env=self.environ, check=True, capture_output=True)


def opened(context: BrowserContext, served: Served) -> Page:
    """Open the page in a new tab and wait until it can be asked."""
    page = context.new_page()
    page.goto(served.url)
    page.wait_for_selector("#question .submit-button")
    return page


def free_port() -> int:
    """Return a port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment without its settings of ours, and with `more`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("QA_", "GRADIO_", "OPENAI_"))
    }
    return kept | more


def serve(command: list[str], folder: Path, *, up: str = "/healthz", **more: str) -> Iterator[Served]:
    """Run the command that serves a page over the folder, wait until `up` can be had, and end it afterwards."""
    port = free_port()
    environ = environment(
        QA_ARTICLES_DIR=str(folder),
        QA_INDEX_DIR=str(folder.parent / "index"),
        GRADIO_SERVER_PORT=str(port),
        **more,
    )
    log = folder.parent / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=output, stderr=subprocess.STDOUT)
        try:
            served = Served(f"http://127.0.0.1:{port}", folder, environ)
            _wait_until_up(f"{served.url}{up}", process, log)
            yield served
        finally:
            process.kill()  # a graceful end waits for the tabs; the index does not mind
            process.wait(10)


def serve_samples(folder: Path, **more: str) -> Iterator[Served]:
    """Serve `python ui.py` over a copy of the sample articles below `folder`."""
    copy = shutil.copytree(ROOT / "corpus" / "articles", folder / "news")
    yield from serve([sys.executable, "ui.py"], copy, **more)


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with opener.open(url, timeout=STARTS_WITHIN_S):
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"the page did not come up:\n{log.read_text('utf-8', 'replace')}")


def user_file(folder: Path) -> Path:
    """Write USERS with hashes that are quick to check."""
    hashes = {name: bcrypt.hashpw(word.encode(), bcrypt.gensalt(4)).decode() for name, word in USERS.items()}
    path = folder / "users"
    path.write_text("".join(f"{name}:{known}\n" for name, known in hashes.items()), "utf-8")
    return path
