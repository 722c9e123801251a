"""Files -> articles, and what was refused and why; file by file, so that a sync reads only what changed."""

import gzip
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from corpus.article import Article
from corpus.encoding import decode
from corpus.folder import FileEntry, is_article_name, scan
from corpus.formats.html import declared_charset, read_html
from corpus.formats.json_document import read_json
from corpus.formats.json_lines import read_json_lines
from corpus.formats.text import read_text
from corpus.refusal import NotAnArticleError, Refusal

__all__ = [
    "Article",
    "FileEntry",
    "Refusal",
    "is_article_name",
    "load_articles",
    "read_bytes",
    "read_file",
    "scan",
]

_BYTES_PER_MB = 1_000_000


def load_articles(folder: Path, *, max_file_mb: float) -> Iterator[Article | Refusal]:
    """Read a whole folder in order of names. Of two articles with one id the first stands.

    Raises FileNotFoundError or NotADirectoryError if `folder` is no folder.
    """
    entries, refusals = scan(folder)
    yield from refusals
    file_of: dict[str, str] = {}
    for entry in entries:
        for read in read_file(entry, max_file_mb=max_file_mb):
            if isinstance(read, Article) and read.id in file_of:
                yield Refusal(entry.name, None, f"duplicate id {read.id}: {file_of[read.id]} has it already")
                continue
            if isinstance(read, Article):
                file_of[read.id] = entry.name
            yield read


def read_bytes(entry: FileEntry, *, max_file_mb: float) -> bytes | None:
    """Return what a file holds; None if it is read record by record, over the limit, or cannot be read."""
    limit = int(max_file_mb * _BYTES_PER_MB)
    if _is_streamed(entry) or entry.size > limit:
        return None
    try:
        data = _bytes_of(entry, limit)
    except OSError:
        return None
    return data if len(data) <= limit else None


def read_file(
    entry: FileEntry, *, max_file_mb: float, data: bytes | None = None
) -> Iterator[Article | Refusal]:
    """Read one file, lazily; whatever it holds, what cannot be read is refused and nothing is raised.

    `max_file_mb` (of 1,000,000 bytes) limits a file, in .jsonl and .jsonl.gz a record. With `data`, what
    `read_bytes` returned, the file is not opened again.
    """
    limit = int(max_file_mb * _BYTES_PER_MB)
    try:
        if _is_streamed(entry):
            yield from _stream(entry, limit)
        else:
            yield from _read_whole(entry, limit, _bytes_of(entry, limit) if data is None else data)
    except NotAnArticleError as error:
        yield Refusal(entry.name, error.line, error.reason)
    except OSError as error:  # gone since the scan, not permitted, no gzip
        yield Refusal(entry.name, None, f"unreadable: {error.strerror or error}")


def _is_streamed(entry: FileEntry) -> bool:
    return entry.name.lower().endswith((".jsonl", ".jsonl.gz"))


def _bytes_of(entry: FileEntry, limit: int) -> bytes:
    """Read a file, but not much further than the limit."""
    with entry.path.open("rb") as stream:
        # As much as the scan saw: room for the limit would be taken from the system and given back each time.
        data = stream.read(min(entry.size, limit) + 1)
        return data if len(data) <= entry.size else data + stream.read(max(0, limit + 1 - len(data)))


def _stream(entry: FileEntry, limit: int) -> Iterator[Article | Refusal]:
    with entry.path.open("rb") as file, ExitStack() as unpacking:
        is_packed = entry.name.lower().endswith(".gz")
        stream = unpacking.enter_context(gzip.open(file)) if is_packed else file
        yield from read_json_lines(stream, name=entry.name, max_record_bytes=limit)


def _read_whole(entry: FileEntry, limit: int, data: bytes) -> Iterator[Article | Refusal]:
    if len(data) > limit:
        size = max(entry.size, len(data))
        raise NotAnArticleError(
            f"over the size limit: {size / _BYTES_PER_MB:.3g} MB, at most {limit / _BYTES_PER_MB:g}"
        )
    if not data.strip():
        raise NotAnArticleError("empty")
    match entry.name.lower().rpartition(".")[2]:
        case "json":
            yield from read_json(decode(data), name=entry.name)
        case "html" | "htm":
            yield read_html(decode(data, declared=declared_charset(data)), name=entry.name)
        case _:
            yield read_text(decode(data), name=entry.name)
