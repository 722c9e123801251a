"""What happens on the page, without Gradio: a question asked, an answer stopped, an article opened."""

import logging
from collections.abc import Iterator
from dataclasses import replace

from index.analysis import fold
from index.filters import Filters
from index.generations import IndexUnusable, NoIndex
from index.names import most_alike
from index.reader import LiveIndex
from qa.answer import Mode
from qa.assistant import Assistant
from qa.query import MAX_QUESTION_CHARS
from qa.web.article_html import article_html, message_html, panel_html
from qa.web.article_list_html import PAGE_SIZE, Listing
from qa.web.conversation import (
    Conversation,
    Turn,
    earlier_questions,
    referred,
    with_last,
)
from qa.web.examples import WHATS_NEW, Examples
from qa.web.limits import QuestionRefused
from qa.web.reception import Visit
from qa.web.start_html import Holdings
from qa.web.status_html import status_html
from qa.web.stories import stories_of
from qa.web.strings import Strings

logger = logging.getLogger(__name__)

MAX_LOOKED_FOR_CHARS = 200


def objection(question: str, words: Strings) -> str | None:
    """Say why a question cannot be asked as it is; None if it can."""
    if not question.strip():
        return words.empty_question
    if len(question) > MAX_QUESTION_CHARS:
        return words.question_too_long.format(length=len(question), limit=MAX_QUESTION_CHARS)
    return None


def converse(
    assistant: Assistant | Visit,
    conversation: Conversation,
    question: str,
    *,
    words: Strings,
    filters: Filters = Filters(),
) -> Iterator[Conversation]:
    """Yield the conversation with the question added, then with its answer, as it grows where an LLM writes.

    While one writes, the very same conversation comes again: a turn to stop, with nothing new to show.
    """
    turns = earlier_questions(conversation)
    last = Turn(question, None, None, filters)
    asked = grown = (*conversation, last)
    yield asked
    try:
        for answer in assistant.stream(question, turns=turns, filters=filters):
            if answer is not last.answer:
                last = replace(last, answer=answer)
                grown = with_last(asked, last)
            if answer.mode is Mode.LLM:  # the articles' own sentences come all at once
                yield grown
        if last.answer is not None:
            with assistant.live.reader() as reader:
                yield with_last(asked, replace(last, stories=stories_of(last.answer, reader)))
    except QuestionRefused as error:
        yield with_last(asked, replace(last, remark=as_sentence(error)))
    except NoIndex:
        yield with_last(asked, replace(last, remark=words.not_ready))
    except IndexUnusable as error:
        yield with_last(asked, replace(last, remark=words.index_unusable.format(problem=error)))
    except Exception:
        logger.exception("a question could not be answered")
        yield with_last(asked, replace(last, remark=words.failed))


def stopped(conversation: Conversation, words: Strings) -> Conversation:
    """Return the conversation with its last answer left as far as it came."""
    if not conversation:
        return conversation
    return with_last(conversation, replace(conversation[-1], remark=words.stopped))


def brought_back(conversation: Conversation, words: Strings) -> Conversation:
    """Return what a browser kept; an answer that was still growing was stopped by the page's reload."""
    return tuple(replace(turn, remark=words.stopped) if turn.is_growing else turn for turn in conversation)


def article_panel(live: LiveIndex, conversation: Conversation, wanted: str, words: Strings) -> str:
    """Render the article behind a marker as it is indexed now; nothing for an empty reference."""
    if not wanted:
        return ""
    found = referred(conversation, wanted)
    if found is None:
        return message_html(words.cite_unknown, words)
    try:
        with live.reader() as reader:
            article = reader.article(found.active.article)
    except IndexUnusable as error:
        return message_html(words.index_unusable.format(problem=error), words)
    return panel_html(found, article, words)


def status_line(live: LiveIndex, words: Strings) -> str:
    """Render what the live index holds at this moment."""
    try:
        with live.reader() as reader:
            return status_html(reader.stats(), words)
    except IndexUnusable:
        return status_html(None, words)


def source_names(live: LiveIndex) -> list[str]:
    """Return the most frequent sources, for the filter to offer."""
    try:
        with live.reader() as reader:
            return [name for name, _ in reader.stats().sources]
    except IndexUnusable:
        return []


def source_doubt(live: LiveIndex, source: str | None, words: Strings) -> str:
    """Say that no article is of a source, and which one may be meant; nothing where there is one."""
    if source is None:
        return ""
    try:
        with live.reader() as reader:
            known = {fold(name): name for name in sorted(reader.sources)}
    except IndexUnusable:
        return ""
    if fold(source) in known:
        return ""
    asked = fold(source)
    near = next((folded for folded in known if asked in folded), None) or most_alike(asked, known)
    nearest = words.source_meant.format(source=known[near]) if near else ""
    return f"{words.source_unknown.format(source=source)} {nearest}".strip()


def plain_article_panel(live: LiveIndex, article_id: str, words: Strings) -> str:
    """Render an article of the list as it is indexed now."""
    try:
        with live.reader() as reader:
            article = reader.article(article_id.encode("utf-8", "replace").decode())
    except IndexUnusable as error:
        return message_html(words.index_unusable.format(problem=error), words)
    return article_html(article, words) if article else message_html(words.no_article, words)


def listing(live: LiveIndex, text: str, page: int) -> Listing:
    """Look for articles; `page` counts from 0, one past the last is the last."""
    text = text[:MAX_LOOKED_FOR_CHARS].encode("utf-8", "replace").decode()
    try:
        with live.reader() as reader:
            count, _ = reader.find_articles(text, offset=0, limit=0)
            page = max(0, min(page, (count - 1) // PAGE_SIZE))
            _, records = reader.find_articles(text, offset=page * PAGE_SIZE, limit=PAGE_SIZE)
    except IndexUnusable:
        return Listing(text, 0, 0, ())
    return Listing(text, page, count, tuple(records))


def holdings(live: LiveIndex, examples: Examples, *, is_quick: bool) -> Holdings:
    """Return what the corpus holds; a quick look leaves out what takes a second to find out."""
    try:
        with live.reader() as reader:
            stats = reader.stats()
        if is_quick:
            return Holdings(stats)
        offered = (WHATS_NEW, *examples.questions()) if stats.articles else ()
        return Holdings(stats, examples.names(), offered)
    except IndexUnusable:
        return Holdings()


def as_sentence(error: Exception) -> str:
    """Write an error's message as a sentence."""
    said = str(error)
    return f"{said[:1].upper()}{said[1:]}."
