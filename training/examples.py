"""`Example`: a question, the windows to read, and where in them the answer stands; kept as JSON lines."""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from qa.reader import Window


@dataclass(frozen=True, slots=True)
class Answer:
    """A sentence that answers: its window, its number there, and the answer's offsets in it (0, 0 if unknown)."""

    window: int
    sentence: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Example:
    """One question to learn from; no answers: none of the windows answers it."""

    kind: str
    key: str  # what the split into learned and held back goes by
    question: str
    windows: tuple[Window, ...]
    answers: tuple[Answer, ...]


def write(path: Path, examples: Iterable[Example]) -> int:
    """Write examples to a .jsonl.gz, whole or not at all; return how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished, count = path.with_suffix(".part"), 0
    with gzip.open(unfinished, "wt", encoding="utf-8") as file:
        for example in examples:
            file.write(json.dumps(asdict(example)) + "\n")
            count += 1
    unfinished.replace(path)
    return count


def read(path: Path) -> Iterator[Example]:
    """Yield the examples of a file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            yield Example(
                kind=record["kind"],
                key=record["key"],
                question=record["question"],
                windows=tuple(Window(w["title"], tuple(w["sentences"])) for w in record["windows"]),
                answers=tuple(Answer(**answer) for answer in record["answers"]),
            )
