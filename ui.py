"""The chat page: `python ui.py` brings the index up to date and serves it on http://127.0.0.1:7860."""

import argparse
import os
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.cli import Exit, exit_code, one_line
from qa.web import strings
from qa.web.escape import escaped
from qa.web.status_html import hint_html

if TYPE_CHECKING:
    import gradio as gr

    from qa.assistant import Assistant
    from qa.settings import Settings
    from qa.web.examples import Examples

ANSWERS_AT_ONCE = 8
WEB = Path(__file__).resolve().parent / "qa" / "web"
FONTS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")  # none that would be fetched
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


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
    from qa.indexing import open_index, report_text, update

    sys.stderr.write(f"{report_text(update(settings))}\n")
    with open_index(settings) as live:
        os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported
        import uvicorn

        from qa.assistant import Assistant
        from qa.web.examples import Examples

        examples = Examples(assistant := Assistant(live, settings))
        threading.Thread(target=examples.questions, daemon=True).start()  # warms the first question, too
        app = mounted(page(assistant, examples))
        sys.stdout.write(f"{strings.TITLE}: {url}\n")
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


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of the page that events read and write."""

    status: "gr.HTML"
    chat: "gr.Chatbot"
    examples: "list[gr.Button]"
    box: "gr.Textbox"
    hint: "gr.HTML"
    clear: "gr.Button"
    panel: "gr.HTML"
    conversation: "gr.State"


def page(assistant: "Assistant", examples: "Examples") -> "gr.Blocks":
    """Lay the page out and wire its events."""
    import gradio as gr

    blocks = gr.Blocks(title=strings.TITLE, analytics_enabled=False, fill_width=True)
    with blocks:
        parts = _lay_out()
        _wire_loading(blocks, parts, assistant, examples)
        _wire_asking(parts, assistant)
        _wire_panel(parts, assistant)
    blocks.queue(default_concurrency_limit=ANSWERS_AT_ONCE)
    return blocks


def _lay_out() -> Parts:
    import gradio as gr

    from qa.web.examples import SHOWN

    with gr.Row(elem_id="top"):
        gr.HTML(f"<h1>{escaped(strings.TITLE)}</h1>", elem_id="name")
        status = gr.HTML("", elem_id="status")
        clear = gr.Button(strings.CLEAR, elem_id="clear", size="sm")
    with gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk"):
            chat = _chatbot()
            with gr.Column(elem_id="examples"):
                gr.HTML(f"<p>{escaped(strings.EXAMPLES_LABEL)}</p>")
                examples = [gr.Button("", visible=False, elem_classes="example") for _ in range(SHOWN)]
            box = gr.Textbox(
                elem_id="question",
                label=strings.QUESTION_LABEL,
                show_label=False,
                container=False,
                placeholder=strings.PLACEHOLDER,
                autofocus=True,
                submit_btn=strings.ASK,
            )
            hint = gr.HTML(hint_html(""), elem_id="hint", js_on_load=None)
        with gr.Column(elem_id="side"):
            panel = gr.HTML("", elem_id="panel", js_on_load=(WEB / "page.js").read_text("utf-8"))
    return Parts(status, chat, examples, box, hint, clear, panel, gr.State(()))


def _chatbot() -> "gr.Chatbot":
    import gradio as gr

    welcome = f"<h2>{escaped(strings.WELCOME)}</h2><p>{escaped(strings.PROMISE)}</p>"
    return gr.Chatbot(
        [],
        elem_id="chat",
        label=strings.CONVERSATION_LABEL,
        show_label=False,
        container=False,
        height="100%",
        placeholder=f'<div class="welcome">{welcome}</div>',
        latex_delimiters=[],  # `$` in an article is money
        allow_tags=False,
        buttons=[],
        layout="panel",
        autoscroll=False,  # page.js keeps the question in view instead
    )


def _wire_loading(blocks: "gr.Blocks", parts: Parts, assistant: "Assistant", examples: "Examples") -> None:
    import gradio as gr

    from qa.web.flow import status_line

    def show_examples() -> "list[gr.Button]":
        shown = [gr.Button(question, visible=True) for question in examples.questions()]
        return shown + [gr.Button(visible=False)] * (len(parts.examples) - len(shown))

    blocks.load(lambda: status_line(assistant.live), None, parts.status, **QUIET)
    blocks.load(show_examples, None, parts.examples, **QUIET)


def _wire_asking(parts: Parts, assistant: "Assistant") -> None:
    import gradio as gr

    from qa.web.answer_html import messages
    from qa.web.conversation import Conversation
    from qa.web.flow import converse, objection, status_line, stopped

    talk = [parts.chat, parts.conversation, parts.box, parts.hint]
    rest = [parts.box, parts.status]

    def ask(question: str, conversation: Conversation) -> Iterator[list[Any]]:
        if said := objection(question):
            yield [gr.skip(), gr.skip(), gr.skip(), hint_html(said)]
            return
        box: Any = gr.Textbox("", submit_btn=False, stop_btn=strings.STOP)
        for grown in converse(assistant, conversation, question.strip()):
            yield [messages(grown), grown, box, hint_html("")]
            box = gr.skip()  # the next question may be being typed

    def come_to_rest() -> list[Any]:
        return [gr.Textbox(submit_btn=strings.ASK, stop_btn=False), status_line(assistant.live)]

    def stop(conversation: Conversation) -> list[Any]:
        left = stopped(conversation)
        return [messages(left), left]

    asking: list[Any] = [parts.box.submit(ask, [parts.box, parts.conversation], talk, **QUIET)]
    asking += [button.click(ask, [button, parts.conversation], talk, **QUIET) for button in parts.examples]
    for asked in asking:  # only then: an Enter before the event has ended would be lost
        asked.then(come_to_rest, None, rest, **QUIET)
    halt = parts.box.stop(stop, parts.conversation, talk[:2], cancels=asking, **QUIET)
    halt.then(come_to_rest, None, rest, **QUIET)
    clear = parts.clear.click(lambda: ([], (), ""), None, [*talk[:2], parts.panel], cancels=asking, **QUIET)
    clear.then(come_to_rest, None, rest, **QUIET)


def _wire_panel(parts: Parts, assistant: "Assistant") -> None:
    import gradio as gr

    from qa.web.conversation import Conversation
    from qa.web.flow import article_panel

    def open_article(conversation: Conversation, event: gr.EventData) -> str:
        sent = event._data if isinstance(event._data, dict) else {}  # by the browser: anything may be in it
        return article_panel(assistant.live, conversation, str(sent.get("cite", "")))

    parts.panel.click(open_article, parts.conversation, parts.panel, trigger_mode="multiple", **QUIET)


if __name__ == "__main__":
    raise SystemExit(main())
