"""Text of articles and users -> HTML that shows exactly that text."""

import re
from datetime import date

from qa.render import inert
from qa.web.strings import Strings

# Every ASCII punctuation character goes in as a reference: nothing is left that markup or markdown could act on.
_ENTITIES = {code: f"&#{code};" for code in range(0x21, 0x7F) if not chr(code).isalnum()}
_ENTITIES |= {ord(space): f"&#{ord(space)};" for space in "\t\n"}
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def shown(text: str) -> str:
    """Return the text with control characters, bidirectional overrides and lone surrogates as U+FFFD.

    One character stays one character, so offsets count in it as in the text.
    """
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", inert(text))


def escaped(text: str) -> str:
    """Return HTML, for element content or a quoted attribute, whose parsed text is `shown(text)`."""
    return shown(text).translate(_ENTITIES)


def paragraph(kind: str, text: str) -> str:
    """Return the text as a paragraph of a class of ours."""
    return f'<p class="{kind}">{escaped(text)}</p>'


def day(published: date | None, words: Strings) -> str | None:
    """Write a date for people: 14 July 2023."""
    if published is None:
        return None
    return words.date.format(day=published.day, month=words.months[published.month - 1], year=published.year)


def origin(source: str | None, published: date | None, words: Strings) -> str:
    """Write where and when an article appeared, in a line of plain text."""
    return " · ".join(part for part in (source, day(published, words) or words.undated) if part)


def about(title: str, source: str | None, published: date | None, words: Strings) -> str:
    """Name an article in a line of plain text: title, source, date."""
    return " · ".join(part for part in (title, origin(source, published, words)) if part)
