"""Sealing vector segments in a process of its own, as Chroma holds the interpreter's lock while it adds.

`python -m index.sealing` reads a job a line, `[job file, target folder]`, and answers each with `[name, count]` or
`[name, null, error]`. It ends when its input does, so with the sync that started it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from index.sharing import sync_path, sync_tree
from index.vectors import Place, VectorEntry, Vectors, VectorStore, compact

ROOT = Path(__file__).resolve().parents[1]


def write_job(job: Path, entries: Sequence[VectorEntry], rows: Vectors) -> None:
    """Write vectors to `job`.npy and what is stored beside them to `job`.json."""
    job.parent.mkdir(exist_ok=True)
    np.save(f"{job}.npy", rows)
    beside = [(e.passage, e.published.isoformat() if e.published else None, e.source) for e in entries]
    Path(f"{job}.json").write_text(json.dumps(beside), "utf-8")


def load_job(job: Path) -> tuple[list[VectorEntry], Vectors]:
    """Return what `write_job` wrote; the rows are mapped, not read."""
    beside = json.loads(Path(f"{job}.json").read_text("utf-8"))
    entries = [VectorEntry(i, date.fromisoformat(day) if day else None, source) for i, day, source in beside]
    return entries, np.load(f"{job}.npy", mmap_mode="r")


def seal(job: Path, target: Path) -> int:
    """Make a segment of a job's vectors, so that it survives a power cut; return how many it holds."""
    entries, rows = load_job(job)
    target.parent.mkdir(exist_ok=True)
    store = VectorStore(target, create=True)
    try:
        store.add(entries, rows)
        count = store.count()
    finally:
        store.close()
    compact(target)
    sync_tree(target)
    sync_path(target.parent)
    return count


class Sealer:
    """Seals segments, in the background once there is more than one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._waiting = 0
        self._counts: dict[str, int] = {}

    def start(self, job: Path, target: Place) -> None:
        """Seal in a folder, in the background; `results` waits for it."""
        assert isinstance(target, Path)
        if self._process is None:
            self._process = _start()
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps([str(job), str(target)]) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise OSError(f"the process that writes vectors ended: {error}") from error
        self._waiting += 1

    def run(self, job: Path, target: Place) -> None:
        """Seal now, in this process, or after what is being sealed in the background."""
        assert isinstance(target, Path)
        if self._process is not None:
            self.start(job, target)
        else:
            self._counts[target.name] = seal(job, target)

    @property
    def process_id(self) -> int:
        """The background process; 0 if none was started."""
        return self._process.pid if self._process else 0

    def results(self) -> dict[str, int]:
        """Wait for all segments; return how many vectors each holds, by name. Raises OSError."""
        while self._waiting:
            assert self._process is not None
            assert self._process.stdout is not None
            line = self._process.stdout.readline()
            if not line:
                raise OSError("the process that writes vectors ended before it was done")
            self._waiting -= 1
            name, count, *error = json.loads(line)
            if error:
                raise OSError(error[0])
            self._counts[name] = count
        return self._counts

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _start() -> "subprocess.Popen[str]":
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return subprocess.Popen(
        [sys.executable, "-m", "index.sealing"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": path, "ANONYMIZED_TELEMETRY": "False"},
        start_new_session=True,  # an interrupt is for the sync, which then ends this
    )


def main() -> None:
    """Seal what standard input names."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no answer
    started_by = os.getppid()
    for line in sys.stdin:
        if os.getppid() != started_by:  # killed, with jobs still in the pipe
            return
        job, target = map(Path, json.loads(line))
        try:
            answer: list[object] = [target.name, seal(job, target)]
        except (OSError, ValueError) as error:
            answer = [target.name, None, str(error)]
        try:
            answers.write(json.dumps(answer) + "\n")
            answers.flush()
        except BrokenPipeError:  # killed, too
            return


if __name__ == "__main__":
    main()
