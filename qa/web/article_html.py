"""An article with the quotes of an answer marked in it, as HTML for the side panel."""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.article import Article
from qa.answer import Citation
from qa.web import strings
from qa.web.escape import day, escaped

SHOWN_CHARS = 60_000  # of an article, around its quote: a browser takes seconds over ten megabytes


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of an article's text, in code points."""

    start: int
    end: int


def place_of(citation: Citation, article: Article) -> Place | None:
    """Return where the quote stands in the article as it is now: at its offsets, else its only occurrence."""
    if article.text[citation.start : citation.end] == citation.quote:
        return Place(citation.start, citation.end)
    first = article.text.find(citation.quote)
    if first < 0 or article.text.find(citation.quote, first + 1) >= 0:
        return None
    return Place(first, first + len(citation.quote))


def panel_html(
    active: Citation, others: Sequence[Citation], article: Article | None, *, reference: str
) -> str:
    """Render the panel: the article as indexed now, `active` highlighted, `others` of its quotes lighter.

    `article` is None where it is no longer indexed; `reference` tells the page's script what is shown.
    """
    if article is None:
        body = _notice(strings.ARTICLE_GONE, active.quote)
        return _frame(
            _head(active.title, active.source, day(active.published), active.article) + body, reference
        )
    place = place_of(active, article)
    lighter = [
        place_of(other, article) for other in others if other.article == active.article and other != active
    ]
    head = _head(article.title, article.source, day(article.published), article.id)
    notice = _changed_notice(active, place)
    text = _marked(article.text, place, [found for found in lighter if found is not None])
    return _frame(f'{head}{notice}<div class="text">{text}</div>', reference)


def message_html(message: str) -> str:
    """Render a panel that holds a message instead of an article."""
    return _frame(f'<p class="notice">{escaped(message)}</p>', "")


def _frame(inner: str, reference: str) -> str:
    label, close = escaped(strings.PANEL_LABEL), escaped(strings.CLOSE)
    button = f'<button type="button" class="close" title="{close}" aria-label="{close}">&#215;</button>'
    shown = f'data-shown="{escaped(reference)}"'
    return f'<article aria-label="{label}" tabindex="-1" {shown}>{button}{inner}</article>'


def _head(title: str, source: str | None, published: str | None, article_id: str) -> str:
    origin = " · ".join(part for part in (source, published or strings.UNDATED) if part)
    return (
        f'<header><h2>{escaped(title)}</h2><p class="origin">{escaped(origin)}</p>'
        f'<p class="file">{escaped(article_id)}</p></header>'
    )


def _changed_notice(active: Citation, place: Place | None) -> str:
    if place is None:
        return _notice(strings.QUOTE_GONE, active.quote)
    return f'<p class="notice">{escaped(strings.QUOTE_MOVED)}</p>' if place.start != active.start else ""


def _notice(message: str, quote: str) -> str:
    return f'<div class="notice"><p>{escaped(message)}</p><blockquote>{escaped(quote)}</blockquote></div>'


def _marked(text: str, active: Place | None, lighter: Sequence[Place]) -> str:
    """Render the text around the active quote, with its `<mark>` whole and the others' cut by it."""
    window = _window(len(text), active)
    pieces, at = [_left_out(window.start)], window.start
    for place, kind in _without_overlap(active, lighter):
        if place.start < at or place.end > window.end:
            continue
        pieces += [escaped(text[at : place.start]), f'<mark class="{kind}">']
        pieces += [escaped(text[place.start : place.end]), "</mark>"]
        at = place.end
    pieces += [escaped(text[at : window.end]), _left_out(len(text) - window.end)]
    return "".join(pieces)


def _window(length: int, active: Place | None) -> Place:
    if length <= SHOWN_CHARS:
        return Place(0, length)
    start = max(0, active.start - SHOWN_CHARS // 2) if active else 0
    return Place(start, min(length, max(start + SHOWN_CHARS, active.end if active else 0)))


def _without_overlap(active: Place | None, lighter: Sequence[Place]) -> list[tuple[Place, str]]:
    """Return disjoint places in order: the active one whole, of the others what it leaves."""
    cut = [(active, "active")] if active else []
    for place in lighter:
        pieces = [place]
        if active and place.start < active.end and active.start < place.end:
            pieces = [Place(place.start, active.start), Place(active.end, place.end)]
        cut += [(piece, "other") for piece in pieces if piece.start < piece.end]
    return sorted(cut, key=lambda marked: (marked[0].start, marked[0].end))


def _left_out(count: int) -> str:
    if not count:
        return ""
    return f'<span class="left-out">{escaped(strings.LEFT_OUT.format(count=count))}</span>'
