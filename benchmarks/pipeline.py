"""Articles -> an index in a work folder -> an assistant over it; built once, reused while the inputs are equal."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.fingerprint import FingerprintMismatch, FolderMismatch
from index.heaps import collecting_seldom, settle
from qa.assistant import Assistant
from qa.indexing import open_index, update
from qa.settings import Settings


@contextmanager
def assistant_over(
    records: Callable[[], Iterable[dict[str, Any]]], work: Path, **flags: object
) -> Iterator[Assistant]:
    """Write the records as one .jsonl below `work` unless it is there, index them, yield an assistant.

    `flags` are settings; those that shape the index want a work folder of their own.
    """
    articles = work / "articles"
    write_articles(records, articles)
    with assistant_at(articles, work, **flags) as assistant:
        yield assistant


@contextmanager
def assistant_at(articles: Path, work: Path, **flags: object) -> Iterator[Assistant]:
    """Index a folder of articles below `work`, anew where settings or folder differ, and yield an assistant.

    Python looks for cycles as seldom as it does where the page is served.
    """
    settings = Settings.load(
        {}, dotenv=None, articles_dir=articles, index_dir=work / "index", max_file_mb=100, **flags
    )
    try:
        update(settings)
    except (FingerprintMismatch, FolderMismatch):  # built by an older version, or moved here
        update(settings, rebuild=True)
    with open_index(settings) as live, collecting_seldom():
        settle()
        yield Assistant(live, settings)


def write_articles(records: Callable[[], Iterable[dict[str, Any]]], folder: Path) -> None:
    """Write the records as a folder of one .jsonl; a killed run leaves none."""
    if folder.is_dir():
        return
    draft = folder.with_name(f"{folder.name}.part")
    draft.mkdir(parents=True, exist_ok=True)
    with (draft / "articles.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record) + "\n" for record in records())
    draft.rename(folder)
