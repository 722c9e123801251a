"""What readers think of answers: a line of `feedback.jsonl` beside the index for each thumb and each word."""

import os
import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from qa.render import json_text
from qa.web.conversation import Conversation, Rating, Turn

FILE = "feedback.jsonl"
MAX_WORD_CHARS = 500
MAX_LINE_BYTES = 100_000


class FeedbackTooLong(Exception):  # noqa: N818
    """A rated turn has more than `MAX_LINE_BYTES`."""


def rated(conversation: Conversation, number: int, vote: str, word: str) -> tuple[Conversation, Turn] | None:
    """Return the conversation with turn `number` (from 1) rated, and that turn; None if it cannot be."""
    if not 1 <= number <= len(conversation) or vote not in ("up", "down"):
        return None
    turn = conversation[number - 1]
    if turn.answer is None:
        return None
    identity = turn.rating.id if turn.rating else uuid.uuid4().hex
    rating = Rating(identity, "up" if vote == "up" else "down", word.strip()[:MAX_WORD_CHARS])
    turn = replace(turn, rating=rating)
    return (*conversation[: number - 1], turn, *conversation[number:]), turn


def keep_feedback(store: Path, turn: Turn, *, now: datetime | None = None) -> None:
    """Append a rated turn to the store's feedback; a later line of the same `id` stands for the earlier one.

    Raises FeedbackTooLong, or OSError where the file cannot be written.
    """
    answer, rating = turn.answer, turn.rating
    if answer is None or rating is None:
        return
    line = {
        "id": rating.id,
        "at": (now or datetime.now(UTC)).isoformat(timespec="seconds"),
        "vote": rating.vote,
        "word": rating.word,
        **answer.as_json(),
    }
    written = f"{json_text(line)}\n".encode("utf-8", "replace")
    if len(written) > MAX_LINE_BYTES:
        raise FeedbackTooLong(f"the line has {len(written):,} bytes; up to {MAX_LINE_BYTES:,} are kept")
    # One write to a file opened for appending: two processes' lines do not mix.
    descriptor = os.open(store / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, written)
    finally:
        os.close(descriptor)
