"""Answers, hits and reports as text for a terminal. Article text is data: its control characters are shown inert."""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from corpus.article import Article
from qa.answer import NOT_FOUND, Answer, Citation, Mode, Outcome

if TYPE_CHECKING:
    from qa.retrieval import Hit

# C0, DEL and C1 controls (terminal escapes) and the bidirectional overrides; tab and newline stay.
_ACTIVE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# What a terminal acts on or `splitlines` parts lines at, of what JSON may hold unescaped; and lone surrogates.
_ESCAPED_IN_JSON = re.compile(r"[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
EXCERPT_CHARS = 300


def inert(text: str) -> str:
    """Replace the characters that a terminal would act on."""
    return _ACTIVE.sub("\N{REPLACEMENT CHARACTER}", text)


def json_text(value: Any, *, indent: int | None = None) -> str:
    """Render JSON as readable UTF-8, with the characters escaped that a terminal or a reader of lines acts on."""
    return _ESCAPED_IN_JSON.sub(_escape, json.dumps(value, ensure_ascii=False, indent=indent))


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\u{0xFFFD if 0xD800 <= code <= 0xDFFF else code:04x}"


def answer_text(answer: Answer) -> str:
    """Render an answer: what was understood, the sentences with markers, the cited articles."""
    lines = []
    if not answer.is_read_as_written:
        lines += [f"({answer.standalone_question})", ""]
    if answer.outcome is Outcome.NOT_IN_CORPUS:
        lines.append(f"The articles do not say: {answer.reason}.")
        if answer.nearest:
            lines += ["", "Closest in the articles:", *(_citation(citation) for citation in answer.nearest)]
    else:
        render = _citation if answer.mode is Mode.LLM else source_line  # an LLM's sentence is not its quote
        lines += [_told(answer), "", *(render(citation) for citation in answer.citations)]
    lines += [f"Note: {note}." for note in answer.notes]
    return inert("\n".join(lines))


def _told(answer: Answer) -> str:
    if all(sentence.verified for sentence in answer.sentences):
        return answer.text
    return " ".join(
        f"{s.text} {''.join(f'[{m}]' for m in s.markers)}" if s.verified else f"~~{s.text}~~ ({NOT_FOUND})"
        for s in answer.sentences
    )


def source_line(citation: Citation) -> str:
    """Render where a quote stands: `[1] Title, source, date (article:start-end)`."""
    about = [citation.title, citation.source, _day(citation.published)]
    named = ", ".join(part for part in about if part)
    return inert(f"  [{citation.marker}] {named} ({citation.article}:{citation.start}-{citation.end})")


def hits_text(hits: "Sequence[Hit]") -> str:
    """Render hits, best first, with an excerpt each."""
    blocks = []
    for rank, hit in enumerate(hits, start=1):
        article = hit.passage.article
        about = ", ".join(part for part in (article.title, article.source, _day(article.published)) if part)
        place = f"{article.id}:{hit.passage.start}-{hit.passage.end}"
        excerpt = " ".join(hit.passage.text[hit.core.start - hit.passage.start :].split())
        excerpt = (
            excerpt if len(excerpt) <= EXCERPT_CHARS else excerpt[:EXCERPT_CHARS].rsplit(" ", 1)[0] + " …"
        )
        blocks.append(f"{rank:2}. {about} ({place})\n    {excerpt}")
    return inert("\n\n".join(blocks)) if blocks else "No passage found."


def _citation(citation: Citation) -> str:
    return f"{source_line(citation)}\n      {' '.join(citation.quote.split())}"


def _day(published: date | None) -> str | None:
    return published.isoformat() if published else None


def article_json(article: Article) -> dict[str, Any]:
    """Return an article as indexed; `text` is what offsets count in."""
    return {
        "article": article.id,
        "title": article.title,
        "published": _day(article.published),
        "source": article.source,
        "url": article.url,
        "authors": list(article.authors),
        "language": article.language,
        "digest": article.digest,
        "text": article.text,
    }


def article_text(article: Article) -> str:
    """Render an article: its title, where and when it appeared, its text."""
    about = [article.source, _day(article.published), ", ".join(article.authors), article.url]
    head = " · ".join(part for part in about if part)
    return inert("\n".join(line for line in (article.title, head, "", article.text) if line is not None))


def closest_ids(asked: str, ids: Iterable[str]) -> str | None:
    """Return the id most like the one asked for, if one is close."""
    from index.names import most_alike

    return most_alike(asked, ids)
