"""The page's components and where they stand; what they do is in `events.py`, their look in `style.css`."""

from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from index.filters import Filters
from qa.web.escape import escaped
from qa.web.filters_html import filters_html, sources_html
from qa.web.shelf_html import shelf_html, toggle_html
from qa.web.status_html import hint_html
from qa.web.strings import Strings

WEB = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Parts:
    """The components of the page that events read and write."""

    status: gr.HTML
    log: gr.HTML
    start: gr.HTML
    box: gr.Textbox
    filters: gr.HTML
    sources: gr.HTML
    hint: gr.HTML
    clear: gr.Button
    panel: gr.HTML
    conversation: gr.State
    narrowing: gr.State


def lay_out(words: Strings) -> Parts:
    """Create the components, within a `gr.Blocks`."""
    with gr.Row(elem_id="top"):
        gr.HTML(toggle_html(words), elem_id="shelf-toggle", js_on_load=None, apply_default_css=False)
        gr.HTML(f"<h1>{escaped(words.title)}</h1>", elem_id="name", js_on_load=None)
        status = gr.HTML("", elem_id="status", js_on_load=None)
        clear = gr.Button(words.clear, elem_id="clear", size="sm")
    with gr.Row(elem_id="desk"):
        gr.HTML(shelf_html(words), elem_id="shelf", js_on_load=scripts("keeping"), apply_default_css=False)
        with gr.Column(elem_id="talk"):
            log = _log(words)
            start = gr.HTML("", elem_id="start", js_on_load=None, apply_default_css=False)
            box = gr.Textbox(
                elem_id="question",
                label=words.question_label,
                show_label=False,
                container=False,
                placeholder=words.placeholder,
                autofocus=True,
                submit_btn=words.ask,
            )
            filters = gr.HTML(
                filters_html(Filters(), words),
                elem_id="filters",
                js_on_load=scripts("filters"),
                apply_default_css=False,
            )
            sources = gr.HTML(
                sources_html(()), elem_id="known-sources", js_on_load=None, apply_default_css=False
            )
            hint = gr.HTML(hint_html(""), elem_id="hint", js_on_load=None)
        with gr.Column(elem_id="side"):
            panel = gr.HTML("", elem_id="panel", js_on_load=scripts("panel"), apply_default_css=False)
    return Parts(
        status, log, start, box, filters, sources, hint, clear, panel, gr.State(()), gr.State(Filters())
    )


def _log(words: Strings) -> gr.HTML:
    """Return the conversation: its value is a list, so that only the turn that grows is sent anew."""
    said = {"copied": words.copied, "not-copied": words.not_copied, "link-copied": words.link_copied}
    data = " ".join(f'data-{name}="{escaped(text)}"' for name, text in said.items())
    label = escaped(words.conversation_label)
    return gr.HTML(
        [],
        elem_id="log",
        html_template=f'<div role="log" aria-label="{label}" tabindex="0" {data}>${{value.join("")}}</div>',
        js_on_load=scripts("card", "talk"),
        apply_default_css=False,
    )


def scripts(*names: str) -> str:
    """Return scripts of ours as one, each in a scope of its own."""
    return "\n".join(f"{{\n{(WEB / 'scripts' / f'{name}.js').read_text('utf-8')}\n}}" for name in names)
