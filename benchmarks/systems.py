"""What is measured: anything that ranks passages of the articles for a question."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from index.filters import Filters
from qa.assistant import Assistant

DEPTH = 20  # hits looked at


@dataclass(frozen=True, slots=True)
class Found:
    """A passage found: the article's id and the passage's text."""

    article: str
    text: str


class System(Protocol):
    """Ranks passages; `name` heads its figures."""

    name: str

    def search(self, question: str, as_of: date | None) -> list[Found]:
        """Return the first `DEPTH` passages, best first, none of an article dated after `as_of`."""
        ...


class Ours:
    """This project's own search."""

    name = "ours"

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def search(self, question: str, as_of: date | None) -> list[Found]:
        """Search as the command line does."""
        hits = self._assistant.search(question, filters=Filters(as_of=as_of), limit=DEPTH)
        return [Found(hit.passage.article.id, hit.passage.text) for hit in hits]
