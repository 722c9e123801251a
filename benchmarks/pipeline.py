"""Articles -> an index in a work folder -> an assistant over it; built once, reused while the inputs are equal."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa.assistant import Assistant
from qa.indexing import open_index, update
from qa.settings import Settings


@contextmanager
def assistant_over(records: Iterable[dict[str, Any]], work: Path) -> Iterator[Assistant]:
    """Write the records as one .jsonl below `work`, index them, yield an assistant."""
    articles = work / "articles"
    if not articles.is_dir():
        articles.mkdir(parents=True)
        with (articles / "articles.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in records)
    settings = Settings.load(
        {}, dotenv=None, articles_dir=articles, index_dir=work / "index", max_file_mb=100
    )
    update(settings)
    with open_index(settings) as live:
        yield Assistant(live, settings)
