"""Questions a line in, results a line out: the batch form of `ask` and `search`."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from index.filters import Filters
from qa.llm_client import LLMFailed
from qa.query import over_length
from qa.render import json_text

_KEYS = frozenset(("question", "as_of", "since", "until", "source", "turns"))


class BadLineError(Exception):
    """A batch line that cannot be asked; the message says why."""


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One question of a batch, with its own filters laid over the command's."""

    question: str
    turns: tuple[str, ...]
    filters: Filters


def run_batch(
    lines: Iterable[str], filters: Filters, process: Callable[[BatchLine], dict[str, Any]]
) -> Iterator[tuple[str, Exception | None]]:
    """Yield one JSON line for each input line, in order, with what kept it from being processed."""
    for number, line in enumerate(lines, start=1):
        try:
            yield json_text(process(read_line(line, filters))), None
        except (BadLineError, LLMFailed) as error:
            yield json_text({"line": number, "error": str(error)}), error


def read_line(line: str, filters: Filters) -> BatchLine:
    """Read one line. Raises BadLineError on anything but an object with a question and known, well-formed keys."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLineError("not JSON") from None
    return read_record(record, filters)


def read_record(record: object, filters: Filters) -> BatchLine:
    """Read a question with its own filters laid over `filters`; raises BadLineError as `read_line` does."""
    if not isinstance(record, dict):
        raise BadLineError('not an object such as {"question": "…"}')
    if unknown := sorted(set(record) - _KEYS):
        raise BadLineError(f"unknown key {unknown[0]!r}; known are {', '.join(sorted(_KEYS))}")
    question = record.get("question")
    if not isinstance(question, str) or not question.strip():
        raise BadLineError("the question is empty" if isinstance(question, str) else "no question")
    if told := over_length(question):
        raise BadLineError(told)
    turns = record.get("turns") or []
    if not isinstance(turns, list) or not all(isinstance(turn, str) for turn in turns):
        raise BadLineError("turns is not a list of questions")
    source = record.get("source", filters.source)
    if source is not None and not isinstance(source, str):
        raise BadLineError("source is not a name")
    dates = {
        key: _date(record[key], key) for key in ("as_of", "since", "until") if record.get(key) is not None
    }
    filters = replace(filters, source=source, **dates)
    if filters.since and filters.until and filters.since > filters.until:
        raise BadLineError(f"since {filters.since} is after until {filters.until}")
    return BatchLine(question, tuple(turns), filters)


def _date(value: Any, key: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadLineError(f"{key} is not a date such as 2023-07-15") from None
