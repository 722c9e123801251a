"""What the page does with articles: the list, uploads and updates; each event is wired to a function without Gradio."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import gradio as gr
from anyio import to_thread

from qa.web.article_list_html import listing_html, outcome_html, progress_html
from qa.web.desk import QUIET, Desk, sent_number, sent_text
from qa.web.filters_html import sources_html
from qa.web.flow import holdings, listing, source_names, status_line
from qa.web.layout import Parts
from qa.web.start_html import start_html
from qa.web.uploads import Upload, take_in

LOOK_EVERY_S = 0.5


def wire_articles(blocks: gr.Blocks, parts: Parts, desk: Desk) -> None:
    """Connect the events of the list of articles, and of uploads and updates unless they are off."""
    _wire_loading(blocks, parts, desk)
    _wire_list(parts, desk)
    if parts.upload is not None and parts.update is not None:
        _wire_changes(parts, parts.upload, parts.update, desk)


def _wire_loading(blocks: gr.Blocks, parts: Parts, desk: Desk) -> None:
    """Show what the corpus holds; while it is being read, how far that is."""
    live, words = desk.reception.live, desk.words

    def load() -> list[str]:
        start = start_html(holdings(live, desk.examples, is_quick=True), words)
        return [status_line(live, words), start, progress_html(desk.updating.state, words)]

    def look_up() -> list[Any]:
        found = holdings(live, desk.examples, is_quick=False)
        return [start_html(found, words), sources_html(source_names(live))]

    async def follow() -> AsyncIterator[list[Any]]:
        while desk.updating.state.is_running:
            yield [progress_html(desk.updating.state, words), gr.skip()]
            await asyncio.sleep(LOOK_EVERY_S)
        yield [progress_html(desk.updating.state, words), status_line(live, words)]

    first = [parts.status, parts.start, parts.progress]
    loaded = blocks.load(load, None, first, **QUIET)
    followed = loaded.then(follow, None, [parts.progress, parts.status], **QUIET, concurrency_limit=None)
    followed.then(look_up, None, [parts.start, parts.sources], **QUIET)


def _wire_list(parts: Parts, desk: Desk) -> None:
    def look(event: gr.EventData) -> str:
        found = listing(desk.reception.live, sent_text(event, "text"), sent_number(event, "page"))
        return listing_html(found, desk.words)

    parts.articles.look(look, None, parts.articles, trigger_mode="always_last", **QUIET)


def _wire_changes(parts: Parts, upload: gr.UploadButton, button: gr.Button, desk: Desk) -> None:
    live, words, settings = desk.reception.live, desk.words, desk.reception.assistant.settings

    async def change(uploads: tuple[Upload, ...]) -> AsyncIterator[list[Any]]:
        desk.updating.start()
        while (state := desk.updating.state).is_running:
            yield [progress_html(state, words), outcome_html(uploads, None, words), gr.skip(), gr.skip()]
            await asyncio.sleep(LOOK_EVERY_S)
        done = outcome_html(uploads, state.report, words)
        fresh = listing_html(listing(live, "", 0), words)
        yield [progress_html(state, words), done, fresh, status_line(live, words)]

    async def add(files: list[str] | None) -> AsyncIterator[list[Any]]:
        paths = [Path(file) for file in files or []]
        taken = await to_thread.run_sync(
            lambda: take_in(paths, settings.articles_dir, words, max_file_mb=settings.max_file_mb)
        )
        async for told in change(taken):
            yield told

    async def update() -> AsyncIterator[list[Any]]:
        async for told in change(()):
            yield told

    told = [parts.progress, parts.outcome, parts.articles, parts.status]
    upload.upload(add, upload, told, **QUIET)
    button.click(update, None, told, **QUIET)
