"""What happens on the page, without Gradio: a question asked, an answer stopped, an article opened."""

import logging
from collections.abc import Iterator

from index.generations import IndexUnusable
from index.reader import LiveIndex
from qa.assistant import Assistant
from qa.web import strings
from qa.web.article_html import message_html, panel_html
from qa.web.conversation import (
    MAX_QUESTION_CHARS,
    Conversation,
    Turn,
    earlier_questions,
    referred,
    with_last,
)
from qa.web.status_html import status_html

logger = logging.getLogger(__name__)


def objection(question: str) -> str | None:
    """Say why a question cannot be asked as it is; None if it can."""
    if not question.strip():
        return strings.EMPTY_QUESTION
    if len(question) > MAX_QUESTION_CHARS:
        return strings.QUESTION_TOO_LONG.format(length=len(question), limit=MAX_QUESTION_CHARS)
    return None


def converse(assistant: Assistant, conversation: Conversation, question: str) -> Iterator[Conversation]:
    """Yield the conversation with the question added, then with its answer as it grows."""
    turns = earlier_questions(conversation)
    asked = (*conversation, Turn(question, None, None))
    yield asked
    try:
        for answer in assistant.stream(question, turns=turns):
            asked = with_last(asked, Turn(question, answer, None))
            yield asked
    except IndexUnusable as error:
        problem = strings.INDEX_UNUSABLE.format(problem=error)
        yield with_last(asked, Turn(question, asked[-1].answer, problem))
    except Exception:
        logger.exception("a question could not be answered")
        yield with_last(asked, Turn(question, asked[-1].answer, strings.FAILED))


def stopped(conversation: Conversation) -> Conversation:
    """Return the conversation with its last answer left as far as it came."""
    if not conversation:
        return conversation
    last = conversation[-1]
    return with_last(conversation, Turn(last.question, last.answer, strings.STOPPED))


def article_panel(live: LiveIndex, conversation: Conversation, wanted: str) -> str:
    """Render the article behind a marker as it is indexed now; nothing for an empty reference."""
    if not wanted:
        return ""
    found = referred(conversation, wanted)
    if found is None:
        return message_html(strings.CITE_UNKNOWN)
    active, quotes = found
    try:
        with live.reader() as reader:
            article = reader.article(active.article)
    except IndexUnusable as error:
        return message_html(strings.INDEX_UNUSABLE.format(problem=error))
    return panel_html(active, quotes, article, reference=wanted)


def status_line(live: LiveIndex) -> str:
    """Render what the live index holds at this moment."""
    try:
        with live.reader() as reader:
            return status_html(reader.stats())
    except IndexUnusable:
        return status_html(None)
