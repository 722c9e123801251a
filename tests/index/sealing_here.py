"""Segments written in the process of the test, where a sync would start others."""

from pathlib import Path

from index.sealing import Growing
from index.vectors import Place


class SealerHere:
    """A `Sealer` without processes."""

    def __init__(self) -> None:
        self._growing: dict[str, Growing] = {}
        self._counts: dict[str, int] = {}

    def start(self) -> None:
        pass

    def grow(self, part: Path, target: Place) -> None:
        assert isinstance(target, Path)
        if target.name not in self._growing:
            self._growing[target.name] = Growing(target)
        self._growing[target.name].add(part)

    def make_empty(self, target: Path) -> None:
        self._growing[target.name] = Growing(target)
        self.seal(target)

    def seal(self, target: Place) -> None:
        self._counts[target.name] = self._growing.pop(target.name).seal()

    def run(self, part: Path, target: Place) -> None:
        self.grow(part, target)
        self.seal(target)

    def results(self) -> dict[str, int]:
        return self._counts

    def close(self) -> None:
        for growing in self._growing.values():
            growing.close()
