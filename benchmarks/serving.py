"""The real page in a process of its own, with as many users as wanted, and what its process uses."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from qa.settings import ROOT
from qa.web.auth import user_line

PASSWORD = "for this run only"
STARTS_WITHIN_S = 900


@dataclass(frozen=True, slots=True)
class Page:
    """A running page."""

    url: str
    users: tuple[str, ...]
    pid: int

    def memory_mb(self) -> float:
        """Return the resident memory of the page's processes, in MB."""
        kilobytes = (
            re.findall(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text("ascii"))[0]
            for pid in self._pids()
        )
        return sum(map(int, kilobytes)) / 1024

    def cpu_s(self) -> float:
        """Return the processor time that the page's processes have used, in seconds."""
        ticks = 0
        for pid in self._pids():
            fields = Path(f"/proc/{pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def _pids(self) -> list[int]:
        """Return the page's process and those that it has started."""
        started: list[int] = []
        for children in Path(f"/proc/{self.pid}/task").glob("*/children"):
            with suppress(FileNotFoundError):  # a thread that has ended since
                started += map(int, children.read_text("ascii").split())
        return [self.pid, *started]


@contextmanager
def served(articles: Path, index: Path, work: Path, *, users: int, **settings: str) -> Iterator[Page]:
    """Serve a folder to some users; `work` holds their file and the log."""
    work.mkdir(parents=True, exist_ok=True)
    names = tuple(f"person{number}" for number in range(1, users + 1))
    line = user_line("x", PASSWORD).partition(":")[2]  # one hash for all: it takes a third of a second
    (work / "users").write_text("".join(f"{name}:{line}\n" for name in names), "utf-8")
    port = _free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("QA_", "GRADIO_"))}
    environ = kept | {
        "QA_ARTICLES_DIR": str(articles),
        "QA_INDEX_DIR": str(index),
        "QA_AUTH_FILE": str(work / "users"),
        "GRADIO_SERVER_PORT": str(port),
        **settings,
    }
    with (work / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "ui.py"], cwd=ROOT, env=environ, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait(f"http://127.0.0.1:{port}/healthz", process, work / "log")
            yield Page(f"http://127.0.0.1:{port}", names, process.pid)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with opener.open(url, timeout=30):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the page did not come up:\n{log.read_text('utf-8', 'replace')[-2000:]}")
