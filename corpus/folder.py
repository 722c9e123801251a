"""A folder -> the files in it that are articles, from directory entries alone."""

import logging
import os
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from corpus.encoding import without_surrogates
from corpus.refusal import Refusal

_logger = logging.getLogger(__name__)
SUFFIXES = (".txt", ".md", ".html", ".htm", ".json", ".jsonl", ".jsonl.gz")


class FileEntry(NamedTuple):
    """A file of articles as its directory entry describes it; a tuple, as each sync makes one of every file."""

    location: str  # its path, made a `Path` where it is opened
    name: str  # its POSIX path below the folder
    size: int
    mtime_ns: int
    inode: int

    @property
    def path(self) -> Path:
        """Where the file is."""
        return Path(self.location)


def is_article_name(name: str) -> bool:
    """Tell whether a file of this name (POSIX, below the folder) is read: a known suffix, nothing hidden."""
    return _has_suffix(name) and not any(part.startswith(".") for part in name.split("/"))


def scan(folder: Path) -> tuple[list[FileEntry], list[Refusal]]:
    """List the folder's files of articles and what cannot be one, both sorted by name; no file is opened.

    Raises FileNotFoundError or NotADirectoryError if `folder` itself is no folder.
    """
    root = folder.resolve(strict=True)
    if not root.is_dir():
        raise NotADirectoryError(f"not a folder: {folder}")
    entries: list[FileEntry] = []
    refusals: list[Refusal] = []
    for found in _walk(root):
        (entries if isinstance(found, FileEntry) else refusals).append(found)  # type: ignore[arg-type]
    return sorted(entries, key=attrgetter("name")), sorted(refusals, key=attrgetter("path"))


def _walk(root: Path) -> Iterator[FileEntry | Refusal]:
    """Visit folders by a stack of their names, not by recursion, so that depth does not matter."""
    pending = [""]
    skipped = 0
    while pending:
        prefix = pending.pop()
        try:
            with os.scandir(root / prefix) as listing:
                children = [child for child in listing if not child.name.startswith(".")]
        except OSError as error:
            yield _refusal(prefix or ".", f"unreadable folder: {error.strerror or error}")
            continue
        for child in children:
            name = prefix + child.name
            if child.is_dir(follow_symlinks=False):
                pending.append(f"{name}/")
            elif child.is_symlink() and (reason := _why_not_follow(child, root)):
                yield _refusal(name, reason)
            elif _has_suffix(name):
                yield _entry(child, name)
            else:
                skipped += 1
    _logger.info("%s: %d files of other kinds skipped", root, skipped)


def _has_suffix(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def _why_not_follow(child: os.DirEntry[str], root: Path) -> str | None:
    """Return why a link is not followed; a link to a file within the folder is."""
    try:
        target = Path(child.path).resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: a loop, before Python 3.13
        return "a broken link" if is_article_name(child.name) else None
    if target.is_dir():
        return "a link to a folder: not followed"
    if not target.is_relative_to(root):
        return "a link that leaves the folder: not followed" if is_article_name(child.name) else None
    return None


def _entry(child: os.DirEntry[str], name: str) -> FileEntry | Refusal:
    try:
        found = child.stat()
        if not child.is_file():
            return _refusal(name, "not a regular file")
    except OSError as error:
        return _refusal(name, f"unreadable: {error.strerror or error}")
    if without_surrogates(name) != name:
        return _refusal(name, "the file's name is not valid UTF-8: rename it")
    return FileEntry(child.path, name, found.st_size, found.st_mtime_ns, found.st_ino)


def _refusal(name: str, reason: str) -> Refusal:
    return Refusal(without_surrogates(name).rstrip("/"), None, reason)
