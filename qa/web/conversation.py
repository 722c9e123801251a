"""The conversation that the page shows: turns in order, and which quote a marker's link means."""

import re
from dataclasses import dataclass

from qa.answer import Answer, Citation, Outcome

MAX_QUESTION_CHARS = 2000  # more is refused with a plain message
_REFERENCE = re.compile(r"(\d{1,6})-(\d{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, as much of its answer as has arrived, and what else is to be said: stopped, failed."""

    question: str
    answer: Answer | None
    remark: str | None


Conversation = tuple[Turn, ...]


def earlier_questions(conversation: Conversation) -> tuple[str, ...]:
    """Return the questions that a follow-up may lean on, oldest first."""
    return tuple(turn.question for turn in conversation if turn.answer is not None)


def with_last(conversation: Conversation, turn: Turn) -> Conversation:
    """Return the conversation with its last turn replaced."""
    return (*conversation[:-1], turn)


def quotes(answer: Answer) -> tuple[Citation, ...]:
    """Return what the answer's markers point to: its citations or, under a refusal, the nearest coverage."""
    return answer.nearest if answer.outcome is Outcome.NOT_IN_CORPUS else answer.citations


def reference(turn: int, citation: Citation) -> str:
    """Name a quote uniquely within the conversation, for a link's `#cite-…`; `turn` counts from 0."""
    return f"{turn + 1}-{citation.marker}"


def referred(conversation: Conversation, wanted: str) -> tuple[Citation, tuple[Citation, ...]] | None:
    """Return the quote that a reference names and all quotes of its answer; None if there is none."""
    match = _REFERENCE.fullmatch(wanted)
    if match is None or not 1 <= int(match[1]) <= len(conversation):
        return None
    answer = conversation[int(match[1]) - 1].answer
    if answer is None:
        return None
    found = [citation for citation in quotes(answer) if citation.marker == int(match[2])]
    return (found[0], quotes(answer)) if found else None
