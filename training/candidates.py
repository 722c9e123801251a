"""Questions -> the windows that the pipeline would have read: what the reader will see in use."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from index.filters import Filters
from index.reader import LiveIndex
from qa.confidence import confidence
from qa.evidence import PASSAGES_READ, weigh
from qa.meaning import Meaning
from qa.query import read_question
from qa.reader import Window
from qa.rereading import windows
from qa.retrieval import retrieve

READ = 24  # the best sentences


@dataclass(frozen=True, slots=True)
class Candidates:
    """What the pipeline found for a question."""

    windows: tuple[Window, ...]
    articles: tuple[str, ...]  # of each window
    scores: tuple[tuple[float, ...], ...]  # the pipeline's, of each window's sentences
    confidence: float
    passage_share: float


def candidates_of(
    questions: Sequence[tuple[str, date | None]], live: LiveIndex, *, read: int = READ
) -> Iterator[Candidates]:
    """Yield, for each question with the day it is asked, the pipeline's windows, best first."""
    meaning = Meaning()
    for text, asked in questions:
        with live.reader() as reader:
            query = read_question(text)
            found = retrieve(
                query, reader, filters=Filters(as_of=asked), today=asked or date.today(), limit=PASSAGES_READ
            )
            evidence = weigh(query, found, meaning)
            groups = windows(evidence[:read], evidence)
            yield Candidates(
                windows=tuple(
                    Window(g[0].passage.article.title, tuple(" ".join(e.text.split()) for e in g))
                    for g in groups
                ),
                articles=tuple(g[0].passage.article.id for g in groups),
                scores=tuple(tuple(e.score for e in g) for g in groups),
                confidence=confidence(query, found.terms, evidence),
                passage_share=max((e.passage_share for e in evidence), default=0.0),
            )
