"""Uploaded files -> the articles folder: only what can be read, under a safe name, and never over another file."""

import os
import re
import unicodedata
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Response

from corpus.article import Article
from corpus.folder import SUFFIXES, FileEntry, is_article_name
from corpus.loader import read_file
from corpus.refusal import Refusal
from qa.render import inert
from qa.web.errors import error_response
from qa.web.strings import Strings

MAX_NAME_CHARS = 120
MAX_UPLOAD_MB = 500  # of one file; the loader's own limit is a record's in .jsonl
CLOSED = (
    *("/file={path:path}", "/file/{path:path}", "/proxy={path:path}", "/deep_link"),
    *("/process_recording", "/component_server", "/component_server/"),
)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\N{REPLACEMENT CHARACTER}]+')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d) *(\.|$)")  # on Windows


@dataclass(frozen=True, slots=True)
class Upload:
    """What became of an uploaded file: kept under `name`, or why not."""

    name: str
    is_kept: bool
    reasons: tuple[str, ...]  # why not, or what of it was left out


def safe_name(given: str) -> str:
    """Return a file name that means the same on every system; no path, nothing hidden, its suffix kept."""
    name = unicodedata.normalize("NFC", inert(given.encode("utf-8", "replace").decode()))
    name = _UNSAFE.sub("-", name).strip(" .-")
    suffix = next((s for s in sorted(SUFFIXES, key=len, reverse=True) if name.lower().endswith(s)), "")
    stem = name[: len(name) - len(suffix)].strip(" .")
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    stem = stem[: MAX_NAME_CHARS - len(suffix)].strip(" .")
    return f"{stem or 'article'}{name[len(name) - len(suffix) :]}"


def closed_routes(*, read_only: bool) -> APIRouter:
    """Return what stands before Gradio's own routes for files that the page has no use for.

    They fetch from whatever address is asked for, write to the disk or run ffmpeg. Where visitors may only read,
    uploading is one of them.
    """
    router = APIRouter(prefix="/gradio_api")

    def closed() -> Response:
        return error_response("this page has nothing here", status=403, code="closed")

    def upload() -> Response:
        return error_response("this page takes no articles", status=403, code="read_only")

    for path in CLOSED:
        router.add_api_route(path, closed, methods=["GET", "HEAD", "POST"])
    if read_only:
        router.add_api_route("/upload", upload, methods=["POST"])
    return router


def take_in(paths: Sequence[Path], folder: Path, words: Strings, *, max_file_mb: float) -> tuple[Upload, ...]:
    """Put uploaded files into the articles folder, each once; what is refused is not kept."""
    return tuple(_take_in(path, folder, words, max_file_mb=max_file_mb) for path in paths)


def _take_in(path: Path, folder: Path, words: Strings, *, max_file_mb: float) -> Upload:
    name = safe_name(path.name)
    if not is_article_name(name):
        return Upload(name, False, (words.wrong_format.format(formats=", ".join(SUFFIXES)),))
    try:
        is_good, refused = _read(path, name, max_file_mb)
        if not is_good:
            return Upload(name, False, refused[:1])
        target = folder / name
        if target.exists():
            is_same = target.read_bytes() == path.read_bytes()
            return Upload(name, False, (words.known_file if is_same else words.other_file,))
        _copy(path, target)
    except OSError as error:
        return Upload(name, False, (words.not_written.format(problem=error.strerror or error),))
    return Upload(name, True, refused)


def _read(path: Path, name: str, max_file_mb: float) -> tuple[bool, tuple[str, ...]]:
    """Return whether the file holds an article, and what the loader refuses of it and why."""
    found = path.stat()
    entry = FileEntry(str(path), name, found.st_size, found.st_mtime_ns, found.st_ino)
    is_good, refused = False, []
    for read in read_file(entry, max_file_mb=max_file_mb):
        is_good = is_good or isinstance(read, Article)
        if isinstance(read, Refusal):
            refused.append(f"{read.reason}{f' ({read.line})' if read.line else ''}")
    return is_good, tuple(refused)


def _copy(path: Path, target: Path) -> None:
    """Copy a file so that it is there whole or not at all; raises FileExistsError rather than overwrite."""
    draft = target.with_name(f".{uuid.uuid4().hex}")  # hidden: no sync reads it half
    try:
        draft.write_bytes(path.read_bytes())
        os.link(draft, target)
    finally:
        draft.unlink(missing_ok=True)
