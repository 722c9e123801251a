"""What an empty conversation shows: a welcome, questions that the articles answer, and what they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.records import CorpusStats
from qa.web.escape import escaped, paragraph
from qa.web.status_html import span_of
from qa.web.strings import Strings

MOST_SOURCES = 6


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the corpus holds, as far as it is known yet; `stats` is None until there is an index."""

    stats: CorpusStats | None = None
    names: Sequence[str] = ()
    examples: Sequence[str] = ()


def start_html(holdings: Holdings, words: Strings) -> str:
    """Render the welcome, then the examples and the overview once they are there; a click on an example asks it."""
    welcome = f'<div class="welcome"><h2>{escaped(words.welcome)}</h2><p>{escaped(words.promise)}</p></div>'
    if holdings.stats is None:
        return welcome + paragraph("first", words.first_reading)
    return f"{welcome}{_examples(holdings.examples, words)}{_overview(holdings.stats, holdings.names, words)}"


def _examples(examples: Sequence[str], words: Strings) -> str:
    if not examples:
        return ""
    buttons = "".join(
        f'<button type="button" class="example" data-do="ask" dir="auto">{escaped(question)}</button>'
        for question in examples
    )
    label = escaped(words.examples_label)
    return f'<div class="examples" role="group" aria-label="{label}"><p>{label}</p>{buttons}</div>'


def _overview(stats: CorpusStats, names: Sequence[str], words: Strings) -> str:
    sources = [f"{name} ({count:,})" for name, count in stats.sources[:MOST_SOURCES]]
    rows = [
        (words.article_list, f"{stats.articles:,}"),
        (words.holds_dates, span_of(stats, words)),
        (words.sources, " · ".join(sources)),
        (words.holds_names, " · ".join(names)),
    ]
    shown = "".join(
        f'<div><dt>{escaped(label)}</dt><dd dir="auto">{escaped(value)}</dd></div>'
        for label, value in rows
        if value
    )
    return f'<dl class="holds">{shown}</dl>'
