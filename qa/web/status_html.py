"""What the index holds, and what is to be said of a question that cannot be asked: the page's own lines."""

from index.records import CorpusStats
from qa.web.escape import day, escaped
from qa.web.strings import Strings


def status_html(stats: CorpusStats | None, words: Strings) -> str:
    """Render articles, passages, dates and the time of the last sync; None: the index cannot be read."""
    if stats is None:
        return f"<p>{escaped(words.status_unknown)}</p>"
    indexed = stats.indexed_at.astimezone()
    moment = f"{day(indexed.date(), words)}, {indexed:%H:%M}"
    parts = [
        words.article if stats.articles == 1 else words.articles.format(count=stats.articles),
        words.passage if stats.passages == 1 else words.passages.format(count=stats.passages),
        span_of(stats, words),
        words.indexed.format(moment=moment),
    ]
    return f"<p>{' '.join(f'<span>{escaped(part)}</span>' for part in parts)}</p>"


def hint_html(said: str) -> str:
    """Render the line below the question; screen readers announce it when it changes."""
    return f'<p role="status">{escaped(said)}</p>'


def span_of(stats: CorpusStats, words: Strings) -> str:
    """Write the first and last date of the articles."""
    first, last = day(stats.earliest, words), day(stats.latest, words)
    if not first or not last:
        return words.no_dates
    return first if first == last else f"{first} – {last}"
