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
    """Read what a browser kept: anything may be in it, so what is no turn is left out."""
    from pydantic import ValidationError

    turns: list[Turn] = []
    for record in records[-MAX_TURNS:] if isinstance(records, list) else []:
        try:
            turn: Turn = _adapter().validate_python(record)
        except (ValidationError, RecursionError) as error:
            logger.info("a kept turn is left out: %s", type(error).__name__)
            continue
        if turn.answer is None or _is_whole(turn.answer):
            turns.append(turn)
    return tuple(turns)


def _is_whole(answer: Answer) -> bool:
    """Whether each marker has its citation."""
    known = {citation.marker for citation in answer.citations}
    return all(marker in known for sentence in answer.sentences for marker in sentence.markers)


@cache
def _adapter() -> "TypeAdapter[Any]":  # Any: pydantic types it by a form of Turn that mypy cannot see here
    from pydantic import TypeAdapter

    return TypeAdapter(Turn)
