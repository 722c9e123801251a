"""The page's components and where they stand; what they do is in `events.py`, their look in `style.css`."""

from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from corpus.folder import SUFFIXES
from index.filters import Filters
from qa.settings import Settings
from qa.web.escape import escaped, paragraph
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
    panel: gr.HTML
    progress: gr.HTML
    articles: gr.HTML
    outcome: gr.HTML
    upload: gr.UploadButton | None  # None where visitors may only read
    update: gr.Button | None
    conversation: gr.State
    narrowing: gr.State


def lay_out(settings: Settings, words: Strings) -> Parts:
    """Create the components, within a `gr.Blocks`."""
    with gr.Row(elem_id="top"):
        gr.HTML(toggle_html(words), elem_id="shelf-toggle", js_on_load=None, apply_default_css=False)
        gr.HTML(f"<h1>{escaped(words.title)}</h1>", elem_id="name", js_on_load=None)
        status = gr.HTML("", elem_id="status", js_on_load=None)
        _html(
            '<button type="button" id="show-article-list" aria-expanded="false" aria-controls="article-list">'
            f"{escaped(words.article_list)}</button>",
            "article-list-toggle",
        )
        gr.Button(words.clear, elem_id="clear", size="sm")
    progress = _html("", "progress")
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
                interactive=True,  # though no event of the server takes it up: the page's script does
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
        articles, outcome, upload, update = _article_list(settings, words)
        with gr.Column(elem_id="side"):
            panel = gr.HTML("", elem_id="panel", js_on_load=scripts("panel"), apply_default_css=False)
    return Parts(
        status=status,
        log=log,
        start=start,
        box=box,
        filters=filters,
        sources=sources,
        hint=hint,
        panel=panel,
        progress=progress,
        articles=articles,
        outcome=outcome,
        upload=upload,
        update=update,
        conversation=gr.State(()),
        narrowing=gr.State(Filters()),
    )


def _article_list(
    settings: Settings, words: Strings
) -> tuple[gr.HTML, gr.HTML, gr.UploadButton | None, gr.Button | None]:
    upload = update = None
    with gr.Column(elem_id="article-list"):
        title, back = escaped(words.article_list_label), escaped(words.back)
        _html(
            f'<h2>{title}</h2><button type="button" class="plain" id="back">{back}</button>',
            "article-list-head",
        )
        if not settings.read_only:
            with gr.Row(elem_id="article-list-changes"):
                # Of any type: what is none of ours is refused with the others, file by file.
                upload = gr.UploadButton(words.upload, file_count="multiple", elem_id="upload", size="sm")
                update = gr.Button(words.update, elem_id="update", size="sm")
            note = words.upload_note.format(formats=" ".join(SUFFIXES), limit=settings.max_file_mb)
            _html(paragraph("note", note), "article-list-note")
        outcome = _html("", "outcome")
        articles = _html("", "articles", script=scripts("article_list"))
    return articles, outcome, upload, update


def _html(content: str, elem_id: str, *, script: str | None = None) -> gr.HTML:
    return gr.HTML(content, elem_id=elem_id, js_on_load=script, apply_default_css=False)


def _log(words: Strings) -> gr.HTML:
    """Return the conversation: its value is a list, in which null stands for a turn that the page knows already."""
    said = {
        "copied": words.copied,
        "not-copied": words.not_copied,
        "link-copied": words.link_copied,
        "asked-next": words.asked_next,
        "since-after-until": words.since_after_until,
    }
    data = " ".join(f'data-{name}="{escaped(text)}"' for name, text in said.items())
    label = escaped(words.conversation_label)
    turns = "(window.knownTurns = value.map((turn, place) => turn ?? window.knownTurns[place]))"
    return gr.HTML(
        [],
        elem_id="log",
        html_template=f'<div role="log" aria-label="{label}" tabindex="0" {data}>${{{turns}.join("")}}</div>',
        js_on_load=scripts("card", "talk"),
        apply_default_css=False,
    )


def scripts(*names: str) -> str:
    """Return scripts of ours as one, each in a scope of its own."""
    return "\n".join(f"{{\n{(WEB / 'scripts' / f'{name}.js').read_text('utf-8')}\n}}" for name in names)
