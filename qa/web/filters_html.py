"""The filters as HTML: chips for those that are set, always in view, and a form to set them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from index.filters import Filters
from qa.web.escape import escaped
from qa.web.filters import DATES, MAX_SOURCE_CHARS, in_words
from qa.web.strings import Strings


def filters_html(
    filters: Filters, words: Strings, problem: str = "", entered: Mapping[str, Any] | None = None
) -> str:
    """Render the filters; the page's script shows and hides the form and sends what changes.

    Beside a problem, the form holds what was entered rather than the filters that still stand.
    """
    toggle = (
        '<button type="button" class="plain toggle" aria-expanded="false" aria-controls="filter-form">'
        f"{escaped(words.filters)}</button>"
    )
    form = _form(entered or asdict(filters), words, problem)
    return f'<div class="filters">{toggle}{_chips(filters, words)}{form}</div>'


def sources_html(sources: Sequence[str]) -> str:
    """Render the sources that the form offers; apart from it, as they change with the index."""
    options = "".join(f'<option value="{escaped(source)}"></option>' for source in sources)
    return f'<datalist id="sources">{options}</datalist>'


def _chips(filters: Filters, words: Strings) -> str:
    active = in_words(filters, words)
    if not active:
        return ""
    chips = "".join(
        f'<li><button type="button" class="chip" data-remove="{name}"'
        f' aria-label="{escaped(words.remove_filter.format(filter=shown))}">{escaped(shown)}</button></li>'
        for name, shown in active
    )
    clear = (
        f'<li><button type="button" class="plain" data-clear="1">{escaped(words.clear_filters)}</button></li>'
    )
    return f'<ul class="chips" aria-label="{escaped(words.active_filters)}">{chips}{clear}</ul>'


def _form(values: Mapping[str, Any], words: Strings, problem: str) -> str:
    labels = {"since": words.since, "until": words.until, "as_of": words.as_of}
    dates = "".join(
        f'<label>{escaped(labels[name])}<input type="date" name="{name}"'
        f' value="{escaped(str(values.get(name) or ""))}" min="0001-01-01" max="9999-12-31"></label>'
        for name in DATES
    )
    source = (
        f'<label>{escaped(words.source)}<input type="text" name="source" list="sources" autocomplete="off"'
        f' maxlength="{MAX_SOURCE_CHARS}" value="{escaped(str(values.get("source") or ""))}"></label>'
    )
    return (
        f'<form id="filter-form" hidden aria-label="{escaped(words.filters)}">{dates}{source}'
        f'<p class="problem" role="alert">{escaped(problem)}</p></form>'
    )
