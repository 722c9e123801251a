"""A title for a text that has none: its heading, or its lede shortened for display."""

import re

from corpus.dates import dateline_end

_LONGEST_HEADING_CHARS = 120
_LONGEST_LEDE_CHARS = 80
_SHORTEST_SENTENCE_CHARS = 30  # below it a full stop is likelier an abbreviation's
_HEADING_MARKS = re.compile(r"\s{0,3}#{1,6}(?!\S)")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_SENTENCE_END = re.compile(r"[.!?…]['\"’”»)\]]*(?=\s)")
_START_CHARS = 4000  # titles stand at the start; a text may be one line of megabytes


def title_of(text: str) -> str:
    """Return the text's heading, else its first sentence cut at a word boundary; never empty for a text."""
    start = text[:_START_CHARS].lstrip()
    return heading_of(start) or _lede_of(start)


def heading_of(text: str) -> str | None:
    """Return the heading at the start: a Markdown `#` line, or a short line without end punctuation."""
    line, newline, rest = text.partition("\n")
    if marked := _HEADING_MARKS.match(line):
        return _one_line(line[marked.end() :].rstrip().rstrip("#")) or None
    line = line.strip()
    if not newline or len(line) > _LONGEST_HEADING_CHARS or not line or line[-1] in ".!?…,;:-–—\"'”’":
        return None
    return _one_line(line) if _begins_a_paragraph(rest, after=line) else None


def _begins_a_paragraph(rest: str, *, after: str) -> bool:
    """Tell a heading's text from the second line of a hard-wrapped paragraph."""
    following = rest.partition("\n")[0].strip()
    if not following:
        return bool(rest.strip())
    return not following[0].islower() and len(following) > 1.3 * len(after)


def _lede_of(text: str) -> str:
    paragraph = _one_line(_BLANK_LINE.split(text[dateline_end(text) :].lstrip() or text, maxsplit=1)[0])
    ends = (match.end() for match in _SENTENCE_END.finditer(paragraph))
    sentence = paragraph[: next((end for end in ends if end >= _SHORTEST_SENTENCE_CHARS), len(paragraph))]
    return _shortened(sentence)


def _shortened(sentence: str) -> str:
    if len(sentence) <= _LONGEST_LEDE_CHARS:
        return sentence
    words = sentence[:_LONGEST_LEDE_CHARS].rpartition(" ")[0] or sentence[: _LONGEST_LEDE_CHARS - 1]
    return words.rstrip(" .,;:–—-") + "…"


def _one_line(text: str) -> str:
    return " ".join(text.split())
