"""The chat page: `python ui.py` brings the index up to date and serves it on http://127.0.0.1:7860."""

import argparse
import os
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.cli import Exit, exit_code, one_line
from qa.web.strings import ENGLISH

if TYPE_CHECKING:
    import gradio as gr

    from qa.assistant import Assistant
    from qa.settings import Settings
    from qa.web.examples import Examples

ANSWERS_AT_ONCE = 8
WEB = Path(__file__).resolve().parent / "qa" / "web"
FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")  # none that would be fetched


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the page until interrupted; return the exit code. No error leaves it as a traceback."""
    flags = _flags(argv)
    from qa.settings import Settings
    from qa.web.server import address_of, listen

    try:
        settings = Settings.load(os.environ, articles_dir=flags.articles, index_dir=flags.index)
        address = address_of(os.environ)
        with listen(address) as listening:
            _serve(settings, listening, address.url)
    except KeyboardInterrupt:
        return int(Exit.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the last border before a user
        sys.stderr.write(f"error: {one_line(error)}\n")
        return int(exit_code(error))
    return int(Exit.DONE)


def _flags(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python ui.py", description="Serve the chat page.")
    parser.add_argument("--articles", type=Path, help="the folder of articles [QA_ARTICLES_DIR]")
    parser.add_argument("--index", type=Path, help="the index folder [QA_INDEX_DIR]")
    return parser.parse_args(argv)


def _serve(settings: "Settings", listening: socket.socket, url: str) -> None:
    from qa.indexing import following, open_index, report_text, update

    sys.stderr.write(f"{report_text(update(settings))}\n")
    with open_index(settings) as live, following(settings):
        os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
        import uvicorn

        from qa.assistant import Assistant
        from qa.web.examples import Examples

        examples = Examples(assistant := Assistant(live, settings))
        threading.Thread(target=examples.questions, daemon=True).start()  # warms the first question, too
        app = mounted(page(assistant, examples))
        sys.stdout.write(f"{ENGLISH.title}: {url}\n")
        sys.stdout.flush()
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2)
        uvicorn.Server(config).run(sockets=[listening])


def mounted(blocks: "gr.Blocks") -> Any:
    """Return the ASGI application that serves the page, with nothing of Gradio's beyond it."""
    import gradio as gr

    from qa.web.server import bare_app

    return gr.mount_gradio_app(
        bare_app(),
        blocks,
        path="/",
        footer_links=[],
        run_history=False,  # on by default: it keeps every call in the browser
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        favicon_path=str(WEB / "favicon.svg"),
        show_error=False,
        theme=gr.themes.Base(
            primary_hue="teal", neutral_hue="stone", font=FONTS, font_mono=("ui-monospace", "monospace")
        ),
        css=(WEB / "style.css").read_text("utf-8"),
    )


def page(assistant: "Assistant", examples: "Examples") -> "gr.Blocks":
    """Lay the page out and wire its events."""
    import gradio as gr

    from qa.web.events import Desk, wire
    from qa.web.layout import lay_out

    blocks = gr.Blocks(title=ENGLISH.title, analytics_enabled=False, fill_width=True)
    with blocks:
        wire(blocks, lay_out(ENGLISH), Desk(assistant, examples, ENGLISH))
    blocks.queue(default_concurrency_limit=ANSWERS_AT_ONCE)
    return blocks


if __name__ == "__main__":
    raise SystemExit(main())
