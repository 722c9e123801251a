"""What the index holds, and what is to be said of a question that cannot be asked: the page's own lines."""

from index.records import CorpusStats
from qa.web import strings
from qa.web.escape import day, escaped


def status_html(stats: CorpusStats | None) -> str:
    """Render articles, passages, dates and the time of the last sync; None: the index cannot be read."""
    if stats is None:
        return f"<p>{escaped(strings.STATUS_UNKNOWN)}</p>"
    indexed = stats.indexed_at.astimezone()
    moment = f"{day(indexed.date())}, {indexed:%H:%M}"
    parts = [
        strings.ARTICLE if stats.articles == 1 else strings.ARTICLES.format(count=stats.articles),
        strings.PASSAGE if stats.passages == 1 else strings.PASSAGES.format(count=stats.passages),
        _span(stats),
        strings.INDEXED.format(moment=moment),
    ]
    return f"<p>{' '.join(f'<span>{escaped(part)}</span>' for part in parts)}</p>"


def hint_html(said: str) -> str:
    """Render the line below the question; screen readers announce it when it changes."""
    return f'<p role="status">{escaped(said)}</p>'


def _span(stats: CorpusStats) -> str:
    first, last = day(stats.earliest), day(stats.latest)
    if not first or not last:
        return strings.NO_DATES
    return first if first == last else f"{first} – {last}"
