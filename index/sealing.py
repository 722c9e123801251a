"""Sealing vector segments in a process of its own, as Chroma holds the interpreter's lock while it adds.

`python -m index.sealing` reads a job a line, `[job file, target folder]`, and answers each with `[name, count]` or
`[name, null, error]`. It ends when its input does, so with the sync that started it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import date
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from index.sharing import sync_path, sync_tree
from index.vectors import Place, VectorEntry, Vectors, VectorStore, compact

ROOT = Path(__file__).resolve().parents[1]
PROCESSES = 2  # at most; each holds a segment, up to 200 MB


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
    """Seals segments, in the background once there is more than one; in a second process once the sync waits."""

    def __init__(self) -> None:
        self._jobs: SimpleQueue[tuple[Path, Path] | None] = SimpleQueue()
        self._processes: list[subprocess.Popen[str]] = []
        # Each thread gives one process its jobs, one by one.
        self._feeders = ThreadPoolExecutor(PROCESSES, "sealing")
        self._fed: list[Future[None]] = []
        self._counts: dict[str, int] = {}

    def start(self, job: Path, target: Place) -> None:
        """Seal in a folder, in the background; `results` waits for it. Raises OSError if an earlier job failed."""
        assert isinstance(target, Path)
        if not self._processes:
            self._start_process()
        for fed in self._fed:
            if fed.done():
                fed.result()
        self._jobs.put((job, target))

    def run(self, job: Path, target: Place) -> None:
        """Seal now, in this process, or after what is being sealed in the background."""
        assert isinstance(target, Path)
        if self._processes:
            self.start(job, target)
        else:
            self._counts[target.name] = seal(job, target)

    @property
    def process_ids(self) -> list[int]:
        """The background processes."""
        return [process.pid for process in self._processes]

    def results(self) -> dict[str, int]:
        """Wait for all segments; return how many vectors each holds, by name. Raises OSError."""
        while self._processes and len(self._processes) < min(PROCESSES, 1 + self._jobs.qsize()):
            self._start_process()
        for _ in self._processes:
            self._jobs.put(None)
        for fed in as_completed(self._fed):
            fed.result()
        return self._counts

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        for process in self._processes:
            process.kill()
            self._jobs.put(None)
        self._feeders.shutdown()
        for process in self._processes:
            process.communicate()
        self._processes.clear()

    def _start_process(self) -> None:
        process = _start()
        self._processes.append(process)
        self._fed.append(self._feeders.submit(self._feed, process))

    def _feed(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        while (job := self._jobs.get()) is not None:
            try:
                process.stdin.write(json.dumps([*map(str, job)]) + "\n")
                process.stdin.flush()
            except OSError as broken:
                raise OSError(f"a process that writes vectors ended: {broken}") from broken
            line = process.stdout.readline()
            if not line:
                raise OSError("a process that writes vectors ended before it was done")
            name, count, *error = json.loads(line)
            if error:
                raise OSError(error[0])
            self._counts[name] = count


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
