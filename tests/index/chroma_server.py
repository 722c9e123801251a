"""A real Chroma server for tests: started, killed and started again on the same port and data."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import chromadb

from index.vectors import collections

START_S = 60


class ChromaServer:
    """A `chroma run` of our own; `url` stays the same over restarts."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self._folder, self._port = folder, free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        command = [str(Path(sys.executable).with_name("chroma")), "run", "--host", "127.0.0.1"]
        with (self._folder / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--port", str(self._port), "--path", str(self._folder / "data")],
                stdout=log,
                stderr=log,
                start_new_session=True,  # the command runs the server as a child of its own
            )
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert self._process.poll() is None, (self._folder / "log.txt").read_text("utf-8")
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.05)

    def kill(self) -> None:
        """Kill it, whatever it is doing."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        deadline = time.monotonic() + START_S
        while self._answers() and time.monotonic() < deadline:
            time.sleep(0.02)

    def collections(self) -> list[str]:
        """Return the names of all its collections."""
        return collections(self.url, "")

    def collection_ids(self, prefix: str) -> set[str]:
        """Return the server's own names of its collections whose names begin so: these stay when one is renamed."""
        found = chromadb.HttpClient("127.0.0.1", self._port).list_collections()
        return {str(collection.id) for collection in found if collection.name.startswith(prefix)}

    def _answers(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
