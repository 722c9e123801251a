"""Files shared by generations (by hard link, else shared blocks, else copy), and made to last."""

import os
import shutil
from contextlib import suppress
from pathlib import Path


def link_or_copy(source: Path, target: Path) -> None:
    """Share a file that nobody ever changes; copy it where the file system has no hard links."""
    try:
        target.hardlink_to(source)
    except OSError:
        copy_file(source, target)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file, sharing its blocks where the file system can."""
    with source.open("rb") as reading, target.open("xb") as writing:
        if hasattr(os, "copy_file_range"):
            with suppress(OSError):
                while os.copy_file_range(reading.fileno(), writing.fileno(), 1 << 30):
                    pass
                return
        reading.seek(0)
        writing.seek(0)
        writing.truncate()
        shutil.copyfileobj(reading, writing, 1 << 20)


def sync_tree(folder: Path) -> None:
    """Make a folder and all in it survive a power cut."""
    for path in sorted(folder.rglob("*"), reverse=True):
        sync_path(path)
    sync_path(folder)


def sync_path(path: Path) -> None:
    """Make one file or folder survive a power cut."""
    if path.is_dir() and os.name == "nt":  # Windows cannot open folders
        return
    descriptor = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
