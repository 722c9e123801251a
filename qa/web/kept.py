"""A turn as JSON and back: what the browser keeps of a conversation, and hands back after a reload."""

import logging
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

from qa.answer import Answer
from qa.render import json_text
from qa.web.conversation import Conversation, Turn

if TYPE_CHECKING:
    from pydantic import TypeAdapter

logger = logging.getLogger(__name__)
MAX_TURNS = 200  # of a conversation that is brought back
MAX_TURN_CHARS = 200_000  # an answer has some thousands
MAX_CONVERSATION_CHARS = 1_000_000  # the oldest turns are left out
LINK_CHARS = 150  # of HTML, beside what a link names


def turn_as_json(turn: Turn) -> str:
    """Write a turn so that `conversation_from` reads it again."""
    filters = {name: str(value) for name, value in asdict(turn.filters).items() if value is not None}
    answer = turn.answer.as_json() if turn.answer else None
    kept: dict[str, Any] = {
        "question": turn.question,
        "answer": answer,
        "remark": turn.remark,
        "filters": filters,
    }
    if turn.stories:
        kept["stories"] = [asdict(story) for story in turn.stories]
    if turn.rating:
        kept["rating"] = asdict(turn.rating)
    return json_text(kept)


def conversation_from(records: object) -> Conversation:
    """Read what a browser kept: anything may be in it, so what is no turn or far too long is left out."""
    from pydantic import ValidationError

    turns: list[Turn] = []
    left_chars = MAX_CONVERSATION_CHARS
    for record in reversed(records[-MAX_TURNS:] if isinstance(records, list) else []):
        try:
            turn: Turn = _adapter().validate_python(record)
        except (ValidationError, RecursionError) as error:
            logger.info("a kept turn is left out: %s", type(error).__name__)
            continue
        if turn.answer is not None and not _is_whole(turn.answer):
            continue
        if (size_chars := _size_chars(turn)) > MAX_TURN_CHARS:
            logger.info("a kept turn is left out: %s characters", f"{size_chars:,}")
            continue
        left_chars -= size_chars
        if left_chars < 0:
            break
        turns.append(turn)
    return tuple(reversed(turns))


def _is_whole(answer: Answer) -> bool:
    """Whether each marker has its citation."""
    known = {citation.marker for citation in answer.citations}
    return all(marker in known for sentence in answer.sentences for marker in sentence.markers)


def _size_chars(turn: Turn) -> int:
    """Return how long a turn is: as JSON, and what it names as often as it is shown."""
    by_marker: dict[int, int] = {}
    by_article: dict[str, int] = {}
    for citation in turn.answer.citations if turn.answer else ():
        shown = LINK_CHARS + 2 * len(citation.title) + len(citation.source or "") + len(citation.quote)
        by_marker[citation.marker] = shown
        by_article[citation.article] = by_article.get(citation.article, 0) + shown
    sentences = turn.answer.sentences if turn.answer else ()
    links = sum(by_marker[marker] for sentence in sentences for marker in sentence.markers)
    told = sum(by_article.get(article, 0) for story in turn.stories for article in story.articles)
    return len(turn_as_json(turn)) + links + told


@cache
def _adapter() -> "TypeAdapter[Any]":  # Any: pydantic types it by a form of Turn that mypy cannot see here
    from pydantic import TypeAdapter

    return TypeAdapter(Turn)
