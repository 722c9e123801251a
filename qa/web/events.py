"""What the page's components do: each event is wired to a function of `flow.py`."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import gradio as gr

from index.filters import Filters
from qa.web.answer_html import turns_html
from qa.web.asker import Door, asker_of
from qa.web.conversation import Conversation
from qa.web.desk import QUIET, Desk, sent, sent_number, sent_text
from qa.web.feedback import FeedbackTooLong, keep_feedback, rated
from qa.web.filters import FilterError, filters_from
from qa.web.filters_html import filters_html
from qa.web.flow import (
    article_panel,
    as_sentence,
    brought_back,
    converse,
    objection,
    plain_article_panel,
    source_doubt,
    status_line,
    stopped,
)
from qa.web.kept import conversation_from
from qa.web.layout import Parts
from qa.web.limits import LimitReached
from qa.web.status_html import hint_html

logger = logging.getLogger(__name__)


def wire(parts: Parts, desk: Desk) -> None:
    """Connect the components' events, within the `gr.Blocks` that they stand in."""
    _wire_asking(parts, desk)
    _wire_filters(parts, desk)
    _wire_rating(parts, desk)
    _wire_panel(parts, desk)


def _wire_asking(parts: Parts, desk: Desk) -> None:
    words = desk.words
    talk = [parts.log, parts.conversation, parts.hint, parts.status]
    given = [parts.conversation, parts.narrowing]
    unchanged = [gr.skip()] * len(talk)
    # In the browser alone: which button the box has is nothing to trouble the server with.
    box: dict[str, Any] = {"fn": None, "outputs": parts.box} | QUIET
    resting = _buttons(submit=words.ask, stop=False)
    busy = box | {"js": f"() => ({_buttons(submit=False, stop=words.stop)})"}
    answered = box | {"js": f"() => ended('answer') ? {resting} : {_buttons()}"}
    halted = box | {"js": f"() => ended('halt') ? {resting} : {_buttons()}"}

    def answer(
        question: str, conversation: Conversation, filters: Filters, event: gr.EventData, request: gr.Request
    ) -> Iterator[list[Any]]:
        if said := objection(question, words):
            yield [*unchanged[:2], hint_html(said), gr.skip()]
            return
        visit = desk.reception.at(Door.PAGE, asker_of(request))
        known = min(sent_number(event, "known"), len(conversation))
        status, shown = status_line(desk.reception.live, words), None
        for grown in converse(visit, conversation, question.strip(), words=words, filters=filters):
            if grown is shown:  # what stands there may by now be said to be stopped
                yield unchanged
                continue
            yield [turns_html(grown, words, known=known), grown, hint_html(""), status]
            shown = grown

    def ask(
        conversation: Conversation, filters: Filters, event: gr.EventData, request: gr.Request
    ) -> Iterator[list[Any]]:
        yield from answer(sent_text(event, "question"), conversation, filters, event, request)

    def ask_again(
        conversation: Conversation, filters: Filters, event: gr.EventData, request: gr.Request
    ) -> Iterator[list[Any]]:
        if conversation:
            yield from answer(conversation[-1].question, conversation[:-1], filters, event, request)

    def stop(conversation: Conversation) -> list[Any]:
        left = stopped(conversation, words)
        return [turns_html(left, words), left]

    def restore(event: gr.EventData) -> list[Any]:
        kept = brought_back(conversation_from(sent(event).get("turns")), words)
        return [turns_html(kept, words), kept, ""]

    for event in (parts.log.ask, parts.log.again):  # first, as one waits for the one before
        event(**busy)
    # What is yielded is as the components want it; to have Gradio look takes a thread for each, each time.
    as_is: dict[str, Any] = QUIET | {"postprocess": False}
    asking: list[Any] = [
        parts.log.ask(ask, given, talk, **as_is),
        parts.log.again(ask_again, given, talk, **as_is),
    ]
    for asked in asking:
        asked.then(**answered)
        asked.failure(**answered)  # Gradio's `then` leaves out what failed
    no_hint = box | {"outputs": parts.hint, "js": f"() => {json.dumps(hint_html(''))}"}
    parts.log.emptied(**no_hint)
    halt = parts.box.stop(stop, parts.conversation, talk[:2], cancels=asking, **QUIET)
    halt.then(**halted)
    halt.failure(**halted)
    opening: dict[str, Any] = {
        "fn": restore,
        "outputs": [parts.log, parts.conversation, parts.panel],
        "trigger_mode": "always_last",
    }
    parts.log.restore(**opening, **QUIET)
    # Cancelling loses a question sent right after it, so the page asks for it only while one is being answered.
    replaced = parts.log.replace(**opening, cancels=asking, **QUIET)
    replaced.then(**halted)
    replaced.failure(**halted)


def _buttons(**buttons: str | bool) -> str:
    """Return what gives the box these buttons, or none where False, in the page's own script."""
    return json.dumps({"__type__": "update"} | {f"{name}_btn": text for name, text in buttons.items()})


def _wire_panel(parts: Parts, desk: Desk) -> None:
    def open_article(conversation: Conversation, event: gr.EventData) -> str:
        if article := sent_text(event, "article"):
            return plain_article_panel(desk.reception.live, article, desk.words)
        return article_panel(desk.reception.live, conversation, sent_text(event, "cite"), desk.words)

    parts.panel.click(open_article, parts.conversation, parts.panel, trigger_mode="multiple", **QUIET)


def _wire_filters(parts: Parts, desk: Desk) -> None:
    words = desk.words

    def narrow(narrowing: Filters, event: gr.EventData) -> list[Any]:
        try:
            filters = filters_from(sent(event), words)
        except FilterError as error:
            return [gr.skip(), filters_html(narrowing, words, str(error), sent(event))]
        return [
            filters,
            filters_html(filters, words, source_doubt(desk.reception.live, filters.source, words)),
        ]

    shown = [parts.narrowing, parts.filters]
    parts.filters.filter(narrow, parts.narrowing, shown, trigger_mode="always_last", **QUIET)


def _wire_rating(parts: Parts, desk: Desk) -> None:
    def rate(conversation: Conversation, event: gr.EventData, request: gr.Request) -> list[Any]:
        vote, word = sent_text(event, "vote"), sent_text(event, "word")
        found = rated(conversation, sent_number(event, "turn"), vote, word)
        if found is None:
            return [gr.skip(), gr.skip(), gr.skip()]
        conversation, turn = found
        try:
            with desk.reception.held(asker_of(request)):
                keep_feedback(desk.reception.assistant.settings.store, turn)
        except LimitReached as error:
            return [gr.skip(), gr.skip(), hint_html(as_sentence(error))]
        except FeedbackTooLong:
            return [gr.skip(), gr.skip(), hint_html(desk.words.feedback_too_long)]
        except OSError:
            logger.exception("feedback could not be kept")
            return [gr.skip(), gr.skip(), hint_html(desk.words.feedback_lost)]
        return [turns_html(conversation, desk.words), conversation, hint_html("")]

    parts.log.rate(rate, parts.conversation, [parts.log, parts.conversation, parts.hint], **QUIET)
