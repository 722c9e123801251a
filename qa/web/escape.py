"""Text of articles and users -> HTML that shows exactly that text, also through Gradio's markdown."""

import re
from datetime import date

from qa.render import inert
from qa.web import strings

# Markdown acts on ASCII punctuation, and its HTML blocks end at a blank line: none is left in the source.
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


def day(published: date | None) -> str | None:
    """Write a date for people: 14 July 2023."""
    return f"{published.day} {published:%B} {published.year}" if published else None


def about(title: str, source: str | None, published: date | None) -> str:
    """Name an article in a line of plain text: title, source, date."""
    return " · ".join(part for part in (title, source, day(published) or strings.UNDATED) if part)
