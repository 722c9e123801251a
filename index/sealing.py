"""Writing vector segments in processes of their own, as Chroma holds the interpreter's lock while it adds.

`python -m index.sealing` reads a line for each part of a segment, `[folder of the segment, part]`, and one to seal
it, `[folder]`. Each is answered with `[name, vectors so far]` or `[name, null, error]`. It ends when its input does,
so with the sync that started it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from queue import SimpleQueue

import numpy as np

from index.processes import start
from index.sharing import sync_path, sync_tree
from index.vectors import Place, Vectors, VectorStore, compact

PROCESSES = 2  # at most; each holds a segment, up to 200 MB

_Lines = SimpleQueue[list[str] | None]  # of one segment, for one process; None where it ends


def write_part(part: Path, passages: Sequence[int], rows: Vectors) -> None:
    """Write vectors to `part`.npy and whose they are to `part`.ids.npy."""
    part.parent.mkdir(parents=True, exist_ok=True)
    np.save(f"{part}.npy", rows)
    np.save(f"{part}.ids.npy", np.asarray(passages, dtype=np.int64))


def load_part(part: Path) -> tuple[list[int], Vectors]:
    """Return what `write_part` wrote; the rows are mapped, not read."""
    return np.load(f"{part}.ids.npy").tolist(), np.load(f"{part}.npy", mmap_mode="r")


class Growing:
    """A segment that takes up one part after another, in this process."""

    def __init__(self, target: Path) -> None:
        self.target = target
        target.parent.mkdir(exist_ok=True)
        self._store = VectorStore(target, create=True)
        self._size = 0

    def add(self, part: Path) -> int:
        """Add a part; return how many vectors that makes."""
        passages, rows = load_part(part)
        self._store.add(passages, rows)
        self._size += len(passages)
        return self._size

    def seal(self) -> int:
        """Make the segment such that it survives a power cut; return how many vectors it holds."""
        try:
            count = self._store.count()
        finally:
            self.close()
        compact(self.target)
        sync_tree(self.target)
        sync_path(self.target.parent)
        return count

    def close(self) -> None:
        """Release the store."""
        self._store.close()


def seal(part: Path, target: Path) -> int:
    """Make a segment of one part; return how many vectors it holds."""
    growing = Growing(target)
    try:
        growing.add(part)
    except BaseException:
        growing.close()
        raise
    return growing.seal()


class Sealer:
    """Writes segments in the background where they come in parts; in a second process once the sync waits."""

    def __init__(self) -> None:
        self._begun: SimpleQueue[_Lines | None] = SimpleQueue()
        self._growing: dict[str, _Lines] = {}
        self._processes: list[subprocess.Popen[bytes]] = []
        # Each thread gives one process its segments, one by one.
        self._feeders = ThreadPoolExecutor(PROCESSES, "sealing")
        self._fed: list[Future[None]] = []
        self._counts: dict[str, int] = {}

    def start(self) -> None:
        """Start the first process, which has to load Chroma before it can write; else `grow` does."""
        if not self._processes:
            self._start_process()

    def grow(self, part: Path, target: Place) -> None:
        """Add to a segment, in the background. Raises OSError if something failed there before."""
        self.start()
        for fed in self._fed:
            if fed.done():
                fed.result()
        if target.name not in self._growing:
            self._begin(target)
        self._growing[target.name].put([str(target), str(part)])

    def make_empty(self, target: Path) -> None:
        """Make a store without vectors, in the background; `results` waits for it."""
        self.start()
        self._begin(target)
        self.seal(target)

    def seal(self, target: Place) -> None:
        """Seal a segment that has grown, in the background; `results` waits for it."""
        lines = self._growing.pop(target.name)
        lines.put([str(target)])
        lines.put(None)

    def run(self, part: Path, target: Place) -> None:
        """Make a segment of one part now, in this process, or after what is written in the background."""
        assert isinstance(target, Path)
        if self._processes:
            self.grow(part, target)
            self.seal(target)
        else:
            self._counts[target.name] = seal(part, target)

    @property
    def process_ids(self) -> list[int]:
        """The background processes."""
        return [process.pid for process in self._processes]

    def results(self) -> dict[str, int]:
        """Wait for all segments; return how many vectors each holds, by name. Raises OSError."""
        while self._processes and len(self._processes) < min(PROCESSES, 1 + self._begun.qsize()):
            self._start_process()
        for _ in self._processes:
            self._begun.put(None)
        for fed in as_completed(self._fed):
            fed.result()
        return self._counts

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        for process in self._processes:
            process.kill()
            self._begun.put(None)
        for lines in self._growing.values():
            lines.put(None)
        self._feeders.shutdown()
        for process in self._processes:
            process.communicate()
        self._processes.clear()

    def _begin(self, target: Place) -> None:
        self._growing[target.name] = SimpleQueue()
        self._begun.put(self._growing[target.name])

    def _start_process(self) -> None:
        process = start("index.sealing", ANONYMIZED_TELEMETRY="False")
        self._processes.append(process)
        self._fed.append(self._feeders.submit(self._feed, process))

    def _feed(self, process: "subprocess.Popen[bytes]") -> None:
        while (lines := self._begun.get()) is not None:
            while (line := lines.get()) is not None:
                name, count = _told(process, line)
                self._counts[name] = count


def _told(process: "subprocess.Popen[bytes]", line: list[str]) -> tuple[str, int]:
    """Tell a process what to do; return the segment's name and how many vectors it has. Raises OSError."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(line).encode() + b"\n")
        process.stdin.flush()
    except OSError as broken:
        raise OSError(f"a process that writes vectors ended: {broken}") from broken
    answer = process.stdout.readline()
    if not answer:
        raise OSError("a process that writes vectors ended before it was done")
    name, count, *error = json.loads(answer)
    if error:
        raise OSError(error[0])
    return name, count


def main() -> None:
    """Grow and seal what standard input names, one segment after another."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what a library prints is no answer
    started_by = os.getppid()
    growing: Growing | None = None
    for line in sys.stdin:
        if os.getppid() != started_by:  # killed, with lines still in the pipe
            return
        target, *parts = map(Path, json.loads(line))
        try:
            growing = growing or Growing(target)
            if parts:
                answer: list[object] = [target.name, growing.add(parts[0])]
            else:
                answer, growing = [target.name, growing.seal()], None
        except (OSError, ValueError) as error:
            answer = [target.name, None, str(error)]
        try:
            answers.write(json.dumps(answer) + "\n")
            answers.flush()
        except BrokenPipeError:  # killed, too
            return


if __name__ == "__main__":
    main()
