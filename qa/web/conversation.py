"""The conversation that the page shows: turns in order, and which quote a marker's link means."""

import re
from dataclasses import dataclass
from typing import Literal

from index.filters import Filters
from qa.answer import Answer, Citation, Mode, Outcome

_REFERENCE = re.compile(r"(\d{1,6})-(\d{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Rating:
    """What a reader thought of an answer: a thumb and, if they like, a word."""

    id: str  # the same when a word is added to the thumb
    vote: Literal["up", "down"]
    word: str


@dataclass(frozen=True, slots=True)
class Story:
    """Articles that an answer quotes and that tell one story in nearly the same words."""

    articles: tuple[str, ...]  # those quoted, in order of first quote
    told: int  # by how many articles in all


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, as much of its answer as has arrived, and what else is to be said: stopped, failed."""

    question: str
    answer: Answer | None
    remark: str | None
    filters: Filters = Filters()
    stories: tuple[Story, ...] = ()  # once the answer is whole
    rating: Rating | None = None

    @property
    def is_growing(self) -> bool:
        """Whether its answer has yet to come, or the rest of what an LLM writes."""
        if self.remark is not None:
            return False
        if self.answer is None or self.answer.is_waiting:
            return True
        return self.answer.mode is Mode.LLM and bool(quotes(self.answer)) and not self.stories


Conversation = tuple[Turn, ...]


@dataclass(frozen=True, slots=True)
class Referred:
    """A quote that a reference names, with all quotes of its answer in order of marker, and its turn from 0."""

    turn: int
    active: Citation
    quotes: tuple[Citation, ...]


def earlier_questions(conversation: Conversation) -> tuple[str, ...]:
    """Return the questions that a follow-up may lean on, oldest first."""
    return tuple(turn.question for turn in conversation if turn.answer is not None)


def with_last(conversation: Conversation, turn: Turn) -> Conversation:
    """Return the conversation with its last turn replaced."""
    return (*conversation[:-1], turn)


def quotes(answer: Answer) -> tuple[Citation, ...]:
    """Return what the answer's markers point to: its citations or, under a refusal, the nearest coverage."""
    return answer.nearest if answer.outcome is Outcome.NOT_IN_CORPUS else answer.citations


def quotes_in_use(answer: Answer) -> tuple[Citation, ...]:
    """Return the quotes whose markers are shown: while an answer grows, those of its sentences so far."""
    if answer.outcome is Outcome.NOT_IN_CORPUS:
        return answer.nearest
    used = {marker for sentence in answer.sentences for marker in sentence.markers}
    return tuple(citation for citation in answer.citations if citation.marker in used)


def reference(turn: int, citation: Citation) -> str:
    """Name a quote uniquely within the conversation, for a link's `#cite-…`; `turn` counts from 0."""
    return f"{turn + 1}-{citation.marker}"


def referred(conversation: Conversation, wanted: str) -> Referred | None:
    """Return the quote that a reference names; None if there is none."""
    match = _REFERENCE.fullmatch(wanted)
    if match is None or not 1 <= int(match[1]) <= len(conversation):
        return None
    turn = int(match[1]) - 1
    answer = conversation[turn].answer
    if answer is None:
        return None
    shown = quotes_in_use(answer)
    found = [citation for citation in shown if citation.marker == int(match[2])]
    return Referred(turn, found[0], shown) if found else None
