"""`ask`, `search` and `show` as named endpoints of Gradio's API; all else of the page is private."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from qa.web import machine
from qa.web.asker import Door, asker_of
from qa.web.reception import Reception, Visit


def offer_api(reception: Reception, *, answers_at_once: int) -> None:
    """Add the endpoints to the page that is being laid out."""
    from gradio.events import api

    def ask(
        question: str,
        request: gr.Request,
        as_of: str = "",
        since: str = "",
        until: str = "",
        source: str = "",
        turns: list[str] = [],  # noqa: B006 - Gradio shows it as the default, and nothing changes it
    ) -> dict[str, Any]:
        """Answer a question from the news articles, in their own sentences, each cited to the character.

        Parameters:
            question: the question, up to 2,000 characters
            as_of: a day such as 2023-07-15, as if asked then: later articles are left out
            since: only articles from this day on
            until: only articles up to this day
            source: only articles of this source
            turns: the earlier questions of the conversation, oldest first
        Returns:
            answer: question, outcome (answered, partial or not_in_corpus), text with markers, sentences, citations
        """
        record = {"question": question, "as_of": as_of, "since": since, "until": until, "source": source}
        return _called(machine.ask, _visit(reception, request), record | {"turns": turns})

    def search(
        question: str,
        request: gr.Request,
        limit: int = 10,
        as_of: str = "",
        since: str = "",
        until: str = "",
        source: str = "",
    ) -> dict[str, Any]:
        """Find the passages of the news articles that are most likely to answer a question.

        Parameters:
            question: the question, or words to look for
            limit: how many passages at most, 1 to 100
            as_of: a day such as 2023-07-15, as if asked then: later articles are left out
            since: only articles from this day on
            until: only articles up to this day
            source: only articles of this source
        Returns:
            found: question, and hits with rank, score, article, title, published, source, start, end, text
        """
        record = {"question": question, "as_of": as_of, "since": since, "until": until, "source": source}
        return _called(machine.search, _visit(reception, request), record, limit=limit)

    def show(article: str, request: gr.Request) -> dict[str, Any]:
        """Return a news article as it is indexed; offsets of citations count in its text.

        Parameters:
            article: the article's id, as citations and hits name it
        Returns:
            article: article, title, published, source, url, authors, language, digest, text
        """
        return _called(machine.show, _visit(reception, request), article)

    with gr.Column(visible=False):  # each parameter is a component, which would take room on the page
        for function in (ask, search, show):
            api(
                function,
                api_name=function.__name__,
                concurrency_limit=answers_at_once,
                concurrency_id="api",
            )


def _visit(reception: Reception, request: gr.Request) -> Visit:
    return reception.at(Door.API, asker_of(request))


def _called(function: Callable[..., dict[str, Any]], *values: Any, **named: Any) -> dict[str, Any]:
    try:
        return function(*values, **named)
    except machine.FAULTS as error:
        raise gr.Error(str(error), print_exception=False) from error
