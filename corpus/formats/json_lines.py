"""A .jsonl file, plain or gzipped: a record a line, read as a stream so that size does not matter."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from corpus.article import Article
from corpus.formats.json_records import parse_json, read_record
from corpus.refusal import NotAnArticleError, Refusal

_MOST_LIMITS_SKIPPED = 50  # a gzip bomb is one line of many gigabytes: past this the rest is left unread


class ByteLines(Protocol):
    """An open file, plain or unpacked on the way."""

    def readline(self, size: int, /) -> bytes:
        """Return the next line, or `size` bytes of it; b"" at the end."""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    data: bytes
    refused: str | None


def read_json_lines(stream: ByteLines, *, name: str, max_record_bytes: int) -> Iterator[Article | Refusal]:
    """Yield each line's article or refusal; blank lines are none. A broken stream ends with a refusal.

    No more than `max_record_bytes` of a line are held at once.
    """
    number, is_empty = 0, True
    try:
        for line in _lines(stream, max_record_bytes):
            number = line.number
            is_empty = is_empty and line.refused is None and not line.data.strip()
            if line.refused is not None:
                yield Refusal(name, number, line.refused)
            elif line.data.strip():
                yield _read_line(line, name=name)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        yield Refusal(name, number + 1, f"broken gzip: {error}; the rest is not read")
        return
    if is_empty:
        yield Refusal(name, None, "empty")


def _read_line(line: _Line, *, name: str) -> Article | Refusal:
    try:
        # JSON is UTF-8 (RFC 8259); to detect an encoding line by line would read one file in several.
        text = line.data.decode("utf-8-sig" if line.number == 1 else "utf-8")
        return read_record(parse_json(text), name=name, line=line.number)
    except UnicodeDecodeError:
        return Refusal(name, line.number, "undecodable: the line is not UTF-8")
    except NotAnArticleError as error:
        return Refusal(name, line.number, error.reason)


def _lines(stream: ByteLines, limit: int) -> Iterator[_Line]:
    number = 0
    while data := stream.readline(limit + 1):
        number += 1
        if len(data) <= limit:
            yield _Line(number, data, None)
        elif _skip_to_next_line(stream, data, limit):
            yield _Line(number, b"", f"over the size limit of {limit / 1e6:g} MB a record")
        else:
            yield _Line(
                number,
                b"",
                f"a record of over {_MOST_LIMITS_SKIPPED * limit / 1e6:g} MB; the rest is not read",
            )
            return


def _skip_to_next_line(stream: ByteLines, data: bytes, limit: int) -> bool:
    """Read on until the line ends; False if it is too long even for that."""
    for _ in range(_MOST_LIMITS_SKIPPED):
        if not data or data.endswith(b"\n"):
            return True
        data = stream.readline(limit)
    return False
