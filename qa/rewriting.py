"""A follow-up or compound question -> one that stands alone, and its parts: by the LLM where one helps, else without.

The LLM's version is used only if it asks the same: it may lose no name or number, bring in none, and must lean on
nothing said before.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.analysis import stems
from qa.facts import NEGATORS, read_sentence
from qa.followup import Whom, depends_on_earlier, nobody, standalone
from qa.llm import Line
from qa.prompt import rewriting
from qa.query import STOP_WORDS, Kind, kind_of, read_question
from qa.roles import order_agrees

MOST_PARTS = 4
MAX_TOKENS = 160  # of a rewritten question
LONGEST_CHARS = 400
KNOWN_SHARE = 0.6  # of a rewritten question's words, that the conversation must hold

_WH = r"(?:who|whom|whose|what|when|where|why|how|which)"
_JOINT = re.compile(
    rf"\?\s+(?:and\s+)?(?=\w)|,?\s+and\s+(?={_WH}\b)|;\s+(?={_WH}\b)", re.I
)  # between two questions asked as one
_LABEL = re.compile(
    r"^\s*(?:[-*•]|\d{1,2}[.)]|(?:last |standalone |rewritten )?questions?\s*\d*\s*:)\s*", re.I
)
_WH_WORD = re.compile(rf"\b{_WH}\b", re.I)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: a question that stands alone, and its parts if it asks several things, else itself alone."""

    question: str
    parts: tuple[str, ...]


def without_llm(question: str, turns: Sequence[str], whom: Whom = nobody) -> Wanted:
    """Return what is asked, by rules alone; `whom` as `qa.followup.standalone` takes it."""
    asked = standalone(question, turns, whom)
    parts = split_question(asked)
    return Wanted(asked, parts)


def split_question(question: str) -> tuple[str, ...]:
    """Cut a question that asks several things where the next question word begins; each part stands alone."""
    pieces = [piece.strip(" ,;?") for piece in _JOINT.split(question)]
    pieces = [piece for piece in pieces if _WH_WORD.search(piece)]
    if not 1 < len(pieces) <= MOST_PARTS:
        return (question,)
    parts = [f"{piece[:1].upper()}{piece[1:]}?" for piece in pieces]
    return tuple(standalone(part, parts[:place]) for place, part in enumerate(parts))


def needs_llm(question: str, turns: Sequence[str]) -> bool:
    """Tell whether an LLM is worth asking: a follow-up that leans on earlier turns, or several questions in one."""
    return bool(turns and depends_on_earlier(question)) or len(split_question(question)) > 1


def with_llm(question: str, turns: Sequence[str], line: Line, fallback: Wanted) -> Iterator[Wanted | None]:
    """Yield None while the LLM rewrites, then what is asked; `fallback`, made by rules, where that is not faithful.

    Raises LLMFailed.
    """
    if not needs_llm(question, turns):
        yield fallback
        return
    written = ""
    for piece in line.complete(rewriting(question, turns), max_tokens=MAX_TOKENS):
        if piece is None:
            yield None
        written = piece or written
    parts = tuple(_questions(written))
    yield _combined(question, parts, fallback) if are_faithful(parts, question, turns) else fallback


def are_faithful(parts: Sequence[str], question: str, turns: Sequence[str]) -> bool:
    """Tell whether rewritten questions ask what was asked, in names, numbers and words of the conversation."""
    if not 0 < len(parts) <= MOST_PARTS or any(len(part) > LONGEST_CHARS for part in parts):
        return False
    said = _facts(question)
    known = said.union(*(_facts(turn) for turn in turns))
    words = set(stems(" ".join([question, *turns])))
    rewritten = [_facts(part) for part in parts]
    if not said <= frozenset().union(*rewritten) or not all(facts <= known | words for facts in rewritten):
        return False
    if len(parts) == 1 and kind_of(question)[0] not in (Kind.OTHER, kind_of(parts[0])[0]):
        return False
    if not all(_turns_nothing_round(part, [question, *turns]) for part in parts):
        return False
    return all(_is_of(part, words) and not depends_on_earlier(part) for part in parts)


def _turns_nothing_round(part: str, said: Sequence[str]) -> bool:
    """Tell whether a rewritten question denies no more than what was said, and leaves who did what to whom."""
    reading, before = read_sentence(part), [read_sentence(text) for text in said]
    denials = NEGATORS.intersection(reading.sequence)
    is_denied = any(denials <= frozenset(earlier.sequence) for earlier in before)
    return is_denied and all(order_agrees(reading, earlier, {}) for earlier in before)


def _facts(text: str) -> frozenset[str]:
    """Return the stems of the names and the values of the numbers that a question holds."""
    names = {term.stem for term in read_question(text).terms if term.is_name}
    return frozenset(names) | read_sentence(text).values


def _is_of(part: str, words: set[str]) -> bool:
    content = [stem for stem in stems(part) if stem not in STOP_WORDS]
    return bool(content) and sum(stem in words for stem in content) >= KNOWN_SHARE * len(content)


def _questions(written: str) -> Iterator[str]:
    for line in written.splitlines():
        bare = " ".join(_LABEL.sub("", line).strip(' "“”*').split())
        if bare:
            yield bare if bare.endswith("?") else f"{bare.rstrip('.')}?"


def _combined(question: str, parts: Sequence[str], fallback: Wanted) -> Wanted:
    if len(parts) == 1:
        return Wanted(parts[0], split_question(parts[0]))
    asked = question if not depends_on_earlier(question) else " ".join(parts)
    return Wanted(asked if len(fallback.parts) > 1 or len(parts) > 1 else fallback.question, tuple(parts))
