"""`Answer`, `Sentence`, `Citation`, `Outcome`: the types that the command line, the page and the API render."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How a question ended. "The articles do not say" is an outcome, not an error."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NOT_IN_CORPUS = "not_in_corpus"


class Mode(StrEnum):
    """Who wrote the sentences."""

    EXTRACTIVE = "extractive"
    LLM = "llm"


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote of an article: `article.text[start:end] == quote`, in code points."""

    marker: int  # 1-based, numbered by first use in the answer
    article: str
    title: str
    published: date | None
    source: str | None
    start: int
    end: int
    quote: str
    digest: str  # of the article as it was when quoted

    def as_json(self) -> dict[str, Any]:
        """Return the citation as the command-line contract writes it."""
        return {
            "marker": self.marker,
            "article": self.article,
            "title": self.title,
            "published": self.published.isoformat() if self.published else None,
            "source": self.source,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "digest": self.digest,
        }


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence shown, with the markers of the citations that carry it.

    `additions` are what was put into its text in square brackets, in order, to resolve "he" or "Saturday".
    """

    text: str
    markers: tuple[int, ...]
    verified: bool
    additions: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the sentence as the command-line contract writes it."""
        return {
            "text": self.text,
            "markers": list(self.markers),
            "verified": self.verified,
            "additions": list(self.additions),
        }


@dataclass(frozen=True, slots=True)
class Timings:
    """Wall-clock time of one question, in milliseconds."""

    retrieve_ms: float
    answer_ms: float
    total_ms: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question.

    Under NOT_IN_CORPUS `sentences` and `citations` are empty, `reason` says why, and `nearest` holds the
    closest coverage, numbered from 1 for itself: offered as such, never as an answer.
    """

    question: str
    standalone_question: str
    outcome: Outcome
    confidence: float  # 0 to 1
    reason: str | None
    notes: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...]
    as_of: date | None
    mode: Mode
    timings: Timings

    @property
    def text(self) -> str:
        """The sentences with their markers, as one string: `… [1] … [2]`; empty under a refusal."""
        return " ".join(f"{s.text} {''.join(f'[{m}]' for m in s.markers)}" for s in self.sentences)

    def as_json(self) -> dict[str, Any]:
        """Return the answer as the command-line contract writes it."""
        return {
            "question": self.question,
            "standalone_question": self.standalone_question,
            "outcome": self.outcome.value,
            "confidence": round(self.confidence, 3),
            "reason": self.reason,
            "notes": list(self.notes),
            "text": self.text,
            "sentences": [sentence.as_json() for sentence in self.sentences],
            "citations": [citation.as_json() for citation in self.citations],
            "nearest": [citation.as_json() for citation in self.nearest],
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "mode": self.mode.value,
            "timings": {
                "retrieve_ms": round(self.timings.retrieve_ms, 1),
                "answer_ms": round(self.timings.answer_ms, 1),
                "total_ms": round(self.timings.total_ms, 1),
            },
        }
