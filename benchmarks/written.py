"""Questions written for this project over RealTimeQA's articles, with the places of what answers them.

`written.jsonl` holds those of weeks that nothing is learned from: they only measure. Those that the reader learns
from are in `written_learned.jsonl`. An article a line:
`{"url", "published", "read": [[start, end], …], "asked": [[question, [[start, end], …], [start, end] | null], …]}`,
offsets in the article's text: of the runs of sentences that were read, of the sentences that answer (none: nothing in
what was read does), and of the answer's words where a few words answer.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

WRITTEN = Path(__file__).parent / "written.jsonl"
LEARNED = Path(__file__).parent / "written_learned.jsonl"
DAYS_AFTER = 7  # an article is asked about on the day it appears or on one of the six days after

Place = tuple[int, int]  # offsets in the article's text


@dataclass(frozen=True, slots=True)
class Written:
    """A question over an article, and what answers it there."""

    question: str
    url: str
    published: date
    read: tuple[Place, ...]
    sentences: tuple[Place, ...]
    answer: Place | None

    @property
    def asked(self) -> date:
        """The day on which it is asked, by a hash of its words."""
        return self.published + timedelta(days=sha256(self.question.encode()).digest()[0] % DAYS_AFTER)


def written(file: Path = WRITTEN) -> Iterator[Written]:
    """Yield the questions of a file, in its order."""
    with file.open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            yield from _of_article(record)


def _of_article(record: Mapping[str, Any]) -> Iterator[Written]:
    for question, sentences, answer in record["asked"]:
        yield Written(
            question,
            record["url"],
            date.fromisoformat(record["published"]),
            tuple((start, end) for start, end in record["read"]),
            tuple((start, end) for start, end in sentences),
            (answer[0], answer[1]) if answer else None,
        )
