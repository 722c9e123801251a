"""The chat page: `python ui.py` brings the index up to date and serves it on http://127.0.0.1:7860."""

import argparse
import os
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qa.exits import Exit, exit_code, one_line
from qa.web.strings import ENGLISH

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI

    from qa.settings import LLMConfig, Settings
    from qa.web.examples import Examples
    from qa.web.reception import Reception
    from qa.web.server import Address
    from qa.web.updating import UpdateState, Updating

WEB = Path(__file__).resolve().parent / "qa" / "web"
UPLOADS_LAST_S = 3600  # in Gradio's folder; what is taken in is a copy
QUEUE_TOLD_EVERY_S = 60.0  # how many wait, which the page does not show; by default at each change
FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")  # none that would be fetched


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until interrupted; return the exit code. No error leaves it as a traceback."""
    flags = _flags(argv)
    from index.heaps import collect_seldom, share_heaps
    from qa.settings import Settings
    from qa.web.server import address_of, calm_gradio, check_serving, configure_logging, listen, root_path_of

    configure_logging()
    share_heaps()
    collect_seldom()
    calm_gradio(os.environ)
    try:
        settings = Settings.load(os.environ, articles_dir=flags.articles, index_dir=flags.index)
        address, root_path = address_of(os.environ), root_path_of(os.environ)
        for warning in check_serving(address, settings):
            sys.stderr.write(f"{warning}\n")
        with listen(address) as listening:
            _serve(settings, listening, address, root_path)
    except KeyboardInterrupt:
        return int(Exit.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the last border before a user
        sys.stderr.write(f"error: {one_line(error)}\n")
        return int(exit_code(error))
    return int(Exit.DONE)


def _flags(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python ui.py", description="Serve the chat page.")
    parser.add_argument("--articles", metavar="<path>", help="the folder of articles [QA_ARTICLES_DIR]")
    parser.add_argument("--index", metavar="<path>", help="the index folder [QA_INDEX_DIR]")
    return parser.parse_args(argv)


def _serve(settings: "Settings", listening: socket.socket, address: "Address", root_path: str) -> None:
    from qa.indexing import following, open_early
    from qa.judging_process import judging_beside

    with open_early(settings) as live, judging_beside(settings) as judging, following(settings):
        import uvicorn

        from qa.assistant import Assistant
        from qa.web.application import reception_of
        from qa.web.examples import Examples
        from qa.web.updating import Updating

        examples = Examples(assistant := Assistant(live, settings, judging=judging))
        if settings.llm is not None:
            threading.Thread(target=_warm_up, args=(settings.llm,), daemon=True).start()
        updating = Updating(settings)
        reception = reception_of(assistant, settings)
        app = app_of(reception, examples, updating, root_path=root_path, port=address.port)
        updating.start(_telling(examples))
        sys.stdout.write(f"{ENGLISH.title}: {address.url}\n")
        sys.stdout.flush()
        config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=2)
        uvicorn.Server(config).run(sockets=[listening])


def _warm_up(config: "LLMConfig") -> None:
    """Import what the LLM's first answer needs; that it cannot be had is told at the first question."""
    from contextlib import suppress

    from qa.llm_client import LLMFailed, warm_up

    with suppress(LLMFailed):
        warm_up(config)


def _telling(examples: "Examples") -> "Callable[[UpdateState], None]":
    """Return what says on stderr how the first update goes, then warms the first question and settles."""
    from contextlib import suppress

    from index.generations import IndexUnusable
    from index.heaps import settle
    from qa.indexing import report_text
    from qa.progress import ProgressBar

    bar = ProgressBar()
    bar.__enter__()

    def tell(state: "UpdateState") -> None:
        if state.is_running:
            if state.progress:
                bar(state.progress)
            return
        bar.__exit__(None, None, None)
        if state.report or state.problem:
            said = (
                report_text(state.report) if state.report else f"error: {one_line(Exception(state.problem))}"
            )
            sys.stderr.write(f"{said}\n")
        with suppress(IndexUnusable):
            examples.questions()
        settle()

    return tell


def app_of(
    reception: "Reception", examples: "Examples", updating: "Updating", *, root_path: str, port: int
) -> "FastAPI":
    """Return the application that serves the page at `/`, with nothing of Gradio's beyond it."""
    import gradio as gr

    from qa.web.application import application
    from qa.web.languages import head_html, words_of
    from qa.web.uploads import MAX_UPLOAD_MB

    settings = reception.assistant.settings
    served: FastAPI = gr.mount_gradio_app(
        application(reception, settings, root_path=root_path, port=port),
        page(reception, examples, updating),
        path="/",
        root_path=root_path,
        footer_links=[],
        run_history=False,  # on by default: it keeps every call in the browser
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        favicon_path=str(WEB / "favicon.svg"),
        show_error=False,
        max_file_size=f"{MAX_UPLOAD_MB}mb",
        theme=gr.themes.Base(
            primary_hue="teal", neutral_hue="stone", font=FONTS, font_mono=("ui-monospace", "monospace")
        ),
        head=head_html(words_of(settings.language)),
        css=(WEB / "style.css").read_text("utf-8"),
    )
    return served


def page(reception: "Reception", examples: "Examples", updating: "Updating") -> "gr.Blocks":
    """Lay the page out and wire its events."""
    import gradio as gr

    from qa.web.application import answers_at_once
    from qa.web.article_events import wire_articles
    from qa.web.desk import Desk
    from qa.web.events import wire
    from qa.web.gradio_api import offer_api
    from qa.web.languages import words_of
    from qa.web.layout import lay_out
    from qa.web.queueing import cancel_calmly, look_less_often
    from qa.web.sent_files import take_uploads_only
    from qa.web.tabs import keep_conversations_only

    settings = reception.assistant.settings
    words, at_once = words_of(settings.language), answers_at_once(settings)
    blocks = gr.Blocks(
        title=words.title, analytics_enabled=False, fill_width=True, delete_cache=(UPLOADS_LAST_S,) * 2
    )
    keep_conversations_only(blocks)
    take_uploads_only(blocks)
    with blocks:
        offer_api(reception, answers_at_once=at_once)  # first: an event could take a name of its
        parts = lay_out(settings, words)
        desk = Desk(reception, examples, updating, words)
        wire(parts, desk)
        wire_articles(blocks, parts, desk)
    blocks.queue(default_concurrency_limit=at_once, status_update_rate=QUEUE_TOLD_EVERY_S)
    look_less_often(blocks)
    cancel_calmly(blocks)
    return blocks


if __name__ == "__main__":
    raise SystemExit(main())
