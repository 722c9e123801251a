"""`Answer`, `Sentence`, `Citation`, `Outcome`: the types that the command line, the page and the API render."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Self

from index.passages import Span
from index.records import StoredPassage

NOT_FOUND = "not found in the articles"  # said of an LLM's sentence that is shown struck


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

    @classmethod
    def of(cls, passage: StoredPassage, start: int, end: int, *, marker: int = 0) -> Self:
        """Quote `[start, end)` of the article, which lies in the passage."""
        record = passage.article
        return cls(
            marker=marker,
            article=record.id,
            title=record.title,
            published=record.published,
            source=record.source,
            start=start,
            end=end,
            quote=passage.text_at(Span(start, end)),
            digest=record.digest,
        )

    @property
    def place(self) -> tuple[str, int, int]:
        """Where the quote stands: article, start, end."""
        return self.article, self.start, self.end

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
    llm: "LLMCost | None" = None  # where an LLM was asked

    def as_json(self) -> dict[str, Any]:
        """Return the times as the command-line contract writes them."""
        times: dict[str, Any] = {
            "retrieve_ms": round(self.retrieve_ms, 1),
            "answer_ms": round(self.answer_ms, 1),
            "total_ms": round(self.total_ms, 1),
        }
        if self.llm is not None:
            cost = self.llm
            times |= {"llm_ms": round(cost.ms, 1), "tokens_in": cost.tokens_in, "tokens_out": cost.tokens_out}
        return times


@dataclass(frozen=True, slots=True)
class LLMCost:
    """What an answer has taken of an LLM; nothing where the answer had been kept."""

    ms: float
    tokens_in: int
    tokens_out: int


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
    dropped: int = 0  # sentences of an LLM's that no article carries

    @property
    def is_waiting(self) -> bool:
        """Whether an LLM has yet to write the first sentence."""
        return not self.sentences and self.outcome is not Outcome.NOT_IN_CORPUS

    @property
    def is_read_as_written(self) -> bool:
        """Whether the question was read as it was asked, but for capitals and white space."""
        asked, read = (
            " ".join(text.casefold().split()) for text in (self.question, self.standalone_question)
        )
        return asked == read

    @property
    def text(self) -> str:
        """The verified sentences with their markers, as one string: `… [1] … [2]`; empty under a refusal."""
        shown = [sentence for sentence in self.sentences if sentence.verified]
        return " ".join(f"{s.text} {''.join(f'[{m}]' for m in s.markers)}" for s in shown)

    def as_json(self) -> dict[str, Any]:
        """Return the answer as the command-line contract writes it; `dropped` only where an LLM was asked."""
        asked_llm = self.timings.llm is not None
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
            "timings": self.timings.as_json(),
        } | ({"dropped": self.dropped} if asked_llm else {})
