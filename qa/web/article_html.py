"""An article with the quotes of an answer marked in it, as HTML for the side panel."""

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.article import Article
from qa.answer import Citation
from qa.web.conversation import Referred, reference
from qa.web.escape import escaped, origin, paragraph
from qa.web.strings import Strings

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


def panel_html(found: Referred, article: Article | None, words: Strings) -> str:
    """Render the panel: the article as indexed now, the active quote highlighted, the answer's others lighter.

    `article` is None where it is no longer indexed. The frame tells the page's script what is shown and which
    quotes come before and after.
    """
    active = found.active
    if article is None:
        body = _notice(words.article_gone, active.quote)
        return _frame(_head(active, active.article, words) + body, _steps(found, words), words, found)
    place = place_of(active, article)
    lighter = [
        place_of(other, article)
        for other in found.quotes
        if other.article == active.article and other != active
    ]
    notice = _changed_notice(active, place, words)
    text = _marked(article.text, place, [place for place in lighter if place is not None], words)
    body = f'{_head(article, article.id, words)}{notice}<div class="text" dir="auto">{text}</div>'
    return _frame(body, _steps(found, words), words, found)


def article_html(article: Article, words: Strings) -> str:
    """Render the panel with an article that no answer quotes."""
    text = _marked(article.text, None, (), words)
    body = f'{_head(article, article.id, words)}<div class="text" dir="auto">{text}</div>'
    return _frame(body, "", words, None)


def message_html(message: str, words: Strings) -> str:
    """Render a panel that holds a message instead of an article."""
    return _frame(f'<p class="notice">{escaped(message)}</p>', "", words, None)


def _frame(inner: str, steps: str, words: Strings, found: Referred | None) -> str:
    close = escaped(words.close)
    button = f'<button type="button" class="close" title="{close}" aria-label="{close}">&#215;</button>'
    shown = reference(found.turn, found.active) if found else ""
    return (
        f'<article aria-label="{escaped(words.panel_label)}" tabindex="-1" data-shown="{escaped(shown)}">'
        f'<div class="bar">{steps}{button}</div>{inner}</article>'
    )


def _steps(found: Referred, words: Strings) -> str:
    """Render where the quote stands among the answer's, with buttons to the ones around it."""
    at = found.quotes.index(found.active)
    before = found.quotes[at - 1] if at > 0 else None
    after = found.quotes[at + 1] if at + 1 < len(found.quotes) else None
    position = words.quote_of.format(number=at + 1, count=len(found.quotes))
    return (
        f'<div class="steps">{_step("previous", before, found.turn, words.previous_quote)}'
        f'<span role="status">{escaped(position)}</span>'
        f"{_step('next', after, found.turn, words.next_quote)}</div>"
    )


def _step(kind: str, citation: Citation | None, turn: int, name: str) -> str:
    goal = f'data-cite="{reference(turn, citation)}"' if citation else "disabled"
    named = f'title="{escaped(name)}" aria-label="{escaped(name)}"'
    return f'<button type="button" class="step {kind}" {named} {goal}></button>'


def _head(named: Article | Citation, article_id: str, words: Strings) -> str:
    where = escaped(origin(named.source, named.published, words))
    return (
        f'<header><h2 dir="auto">{escaped(named.title)}</h2><p class="origin">{where}</p>'
        f'<p class="file" dir="ltr">{escaped(article_id)}</p></header>'
    )


def _changed_notice(active: Citation, place: Place | None, words: Strings) -> str:
    if place is None:
        return _notice(words.quote_gone, active.quote)
    return paragraph("notice", words.quote_moved) if place.start != active.start else ""


def _notice(message: str, quote: str) -> str:
    said, read = escaped(message), escaped(quote)
    return f'<div class="notice"><p>{said}</p><blockquote dir="auto">{read}</blockquote></div>'


def _marked(text: str, active: Place | None, lighter: Sequence[Place], words: Strings) -> str:
    """Render the text around the active quote, with its `<mark>` whole and the others' cut by it."""
    window = _window(len(text), active)
    pieces, at = [_left_out(window.start, words)], window.start
    for place, kind in _without_overlap(active, lighter):
        if place.start < at or place.end > window.end:
            continue
        pieces += [escaped(text[at : place.start]), f'<mark class="{kind}">']
        pieces += [escaped(text[place.start : place.end]), "</mark>"]
        at = place.end
    pieces += [escaped(text[at : window.end]), _left_out(len(text) - window.end, words)]
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


def _left_out(count: int, words: Strings) -> str:
    if not count:
        return ""
    return f'<span class="left-out">{escaped(words.left_out.format(count=count))}</span>'
