"""`split`: an article into passages of whole sentences, as exact offsets into its text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from corpus.article import Article

TAIL_SHARE = 0.25  # a last passage below this share of the size joins the one before it
WRAP_MAX_CHARS = 100  # lines of a hard-wrapped text are shorter than this
SEGMENTED_CHARS = 10_000  # that go to the segmenter at once; a paragraph of news is shorter


class Span(NamedTuple):
    """Offsets in `article.text`: `text[start:end]`, code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of whole sentences; a sentence longer than a passage stands in it as pieces."""

    start: int
    end: int
    sentences: tuple[Span, ...]


def split(article: Article, *, passage_chars: int) -> list[Passage]:
    """Pack the article's sentences into passages of about `passage_chars`, borders at paragraph ends.

    Every character that is not white space lies in exactly one passage and one sentence span. No passage is
    longer than `passage_chars` by more than the short tail that joins the last one.
    """
    text = article.text
    spans = sentence_spans(text, article.language)
    if any(end - start > passage_chars for start, end in spans):
        spans = [piece for span in spans for piece in _pieces(text, span, passage_chars)]
    groups = list(_pack(text, spans, passage_chars))
    if len(groups) > 1 and _length(groups[-1]) < passage_chars * TAIL_SHARE:
        tail = groups.pop()
        groups[-1] = groups[-1] + tail
    return [Passage(group[0].start, group[-1].end, tuple(group)) for group in groups]


def sentence_spans(text: str, language: str = "en") -> list[Span]:
    """Return the sentences of `text` in order, trimmed of white space, with nothing but that between them."""
    breaks = dict(_breaks(text))
    cuts = {0, len(text), *breaks.values()}
    for cut in _proposed_ends(_segmentable(text), language):
        if cut not in breaks and cut not in cuts and not _continues(text, cut):
            cuts.add(cut)
    return list(_trimmed(text, pairwise(sorted(cuts))))


def _proposed_ends(text: str, language: str) -> Iterator[int]:
    """Yield where the segmenter ends sentences.

    Its time is quadratic in the unclosed quotation marks of a paragraph, so it gets a long text in pieces: whole
    paragraphs, which it takes one by one anyway; of one longer than a piece, whole sentences; of one of those, words.
    """
    start = 0
    while start < len(text):
        piece = text[start : start + SEGMENTED_CHARS]
        is_last = start + len(piece) == len(text)
        paragraphs_end = len(piece) if is_last else piece.rfind("\n\n") + len("\n\n")
        if is_last or paragraphs_end >= len("\n\n"):
            ends, size = _segmented(piece[:paragraphs_end], language), paragraphs_end
        else:
            ends = _segmented(piece, language)[:-1]
            size = _whole_sentences_chars(piece, ends)
        yield from (start + end for end in ends)
        start += size


def _segmented(piece: str, language: str) -> list[int]:
    from sentencex import segment  # type: ignore[import-untyped]

    ends, cut = [], 0
    for sentence in segment(language, piece):  # in half the time that its boundaries take
        if not piece.startswith(sentence, cut):  # in a tenth of the time of `index`
            cut = piece.index(sentence, cut)
        cut += len(sentence)
        if sentence != "\n\n":
            ends.append(cut)
    return ends


def _whole_sentences_chars(piece: str, ends: list[int]) -> int:
    half = len(piece) // 2
    if ends and ends[-1] > half:
        return ends[-1]
    return max(piece.rfind(" ", half), piece.rfind("\n", half)) + 1 or len(piece)


_WIDE_SPACE = re.compile(r"[^\S\x00-\x7f]")
_WIDE_SPACES = tuple(char for char in map(chr, range(0x80, 0x3001)) if char.isspace())
_FROM_WIDE_SPACE = re.compile(r"[^\S\x00-\x7f]\s*\.?")  # whatever follows: looking ahead is quadratic


def _segmentable(text: str) -> str:
    """Return a text of the same length on which sentencex does not panic, as at "Serie A ." with a no-break space."""
    if text.isascii() or not any(map(text.__contains__, _WIDE_SPACES)):  # told sooner than by the pattern
        return text
    return _FROM_WIDE_SPACE.sub(_before_period, text)


def _before_period(match: re.Match[str]) -> str:
    return _WIDE_SPACE.sub(" ", match[0]) if match[0][-1] == "." else match[0]


_LINE_BREAK = re.compile(r"\n\s*")
_LINE_START = re.compile(r"[\"“”‘'«(\[]*[^\W_a-z]|[-–—•*▪‣]\s")  # a capital or digit, or a bullet
_ENDS_LINE = frozenset(".!?…:;,。！？-–—")
_CLOSERS = "\"”’'»)]"


def _breaks(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of the white space that parts paragraphs, or lines that are no one sentence."""
    parted: list[tuple[int, int, int]] = []
    previous = 0
    for match in _LINE_BREAK.finditer(text):
        start, end = match.span()
        if text.find("\n", start + 1, end) >= 0:
            yield start, end
        elif chars := _parted_chars(text[previous:start], text, end):
            parted.append((chars, start, end))
        previous = end
    shortest_full_line = _wrapped_line_chars(text) if parted else None
    for chars, start, end in parted:
        if shortest_full_line is None or chars < shortest_full_line:
            yield start, end


def _parted_chars(line: str, text: str, following: int) -> int:
    """Return the length of a line without end punctuation (a headline, a list item) before one with a capital, or 0."""
    line = line.rstrip().rstrip(_CLOSERS)
    start = _LINE_START.match(text, following)
    if not line or start is None or line[-1] in _ENDS_LINE or not _opens_line(start.group()):
        return 0
    return len(line)


def _opens_line(start: str) -> bool:
    return start[-1].isspace() or start[-1].isupper()


def _wrapped_line_chars(text: str) -> int | None:
    """Return the length from which a line counts as filled in a hard-wrapped text, None if it is not one.

    In a hard-wrapped text a filled line that ends in mid-sentence may be followed by a capitalised name.
    """
    lengths = list(map(len, map(str.strip, text.split("\n"))))
    longest = max(lengths)
    inner = [length for length, following in pairwise(lengths) if length and following]
    if len(inner) < 3 or longest > WRAP_MAX_CHARS:
        return None
    full = longest * 6 // 10
    return full if sum(length >= full for length in inner) >= 0.7 * len(inner) else None


_CLOCK = re.compile(r"\b[ap]\.\s?m\.$", re.IGNORECASE)
_AFTER_CLOCK = re.compile(
    r"(?:[a-z(]|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|"
    r"September|October|November|December|[A-Z][SD]?T\b|[A-Z]{2}S?T\b|GMT|UTC|Eastern|Central|Pacific|Mountain|local)"
)
_BEFORE_NUMBER = re.compile(
    r"\b(?:approx|No|Nos|Fig|ca|vol|pp|art|sec|est|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$",
    re.IGNORECASE,
)
_NO_SPACE_END = re.compile(r"[^\W\d_A-Z]{2}[.!?…]+[\"”’')\]]*$")
_NO_SPACE_START = re.compile(r"[\"“‘'(\[]*[^\W\d_a-z]")
_DOMAIN = re.compile(r"(?:com|org|net|gov|edu|co|uk|io|ai|tv|js|info)\b", re.IGNORECASE)
_URL = re.compile(r"://|www\.|@")
# Most boundaries are a mark, a space and a letter; what is asked of others needs "m." or a digit.
_PLAIN_BOUNDARY = re.compile(r"(?:\S[!?\"”]|[^\smM]\.) [A-Za-z\"“‘']")
_REACH = 60  # characters looked at on each side of a boundary


def _continues(text: str, cut: int) -> bool:
    """Whether a boundary that the segmenter proposes lies inside a sentence."""
    if _PLAIN_BOUNDARY.match(text, max(0, cut - 3)):
        return False
    before, after = text[max(0, cut - _REACH) : cut], text[cut : cut + _REACH]
    left, right = before.rstrip(), after.lstrip()
    if not left or not right:
        return False
    if (
        len(left) == len(before)
        and len(right) == len(after)
        and left.rstrip(_CLOSERS)[-1:] in (".", "!", "?")
    ):
        return not _is_missing_space(left, right)
    if left[-1] == "." and _CLOCK.search(left):
        return bool(_AFTER_CLOCK.match(right))
    return right[0].isdigit() and bool(_BEFORE_NUMBER.search(left))


def _is_missing_space(left: str, right: str) -> bool:
    """Whether "soil.Relations" and not "Booking.Com" or part of an address stands at the boundary."""
    if not _NO_SPACE_END.search(left) or not _NO_SPACE_START.match(right) or _DOMAIN.match(right):
        return False
    return not _URL.search(left.split()[-1] + right.split()[0])


def _trimmed(text: str, pairs: Iterable[tuple[int, int]]) -> Iterator[Span]:
    for start, end in pairs:
        from_first = text[start:end].lstrip()
        if from_first:
            yield Span(end - len(from_first), end - len(from_first) + len(from_first.rstrip()))


def _pieces(text: str, span: Span, limit: int) -> Iterator[Span]:
    """Cut a sentence longer than a passage, at white space if its second half has any."""
    start, end = span
    if end - start <= limit:
        yield span
        return
    while end - start > limit:
        cut = start + limit
        while cut > start + limit // 2 and not text[cut].isspace():
            cut -= 1
        if not text[cut].isspace():
            cut = start + limit
        yield from _trimmed(text, [(start, cut)])
        start = cut
        while start < end and text[start].isspace():
            start += 1
    yield from _trimmed(text, [(start, end)])


def _pack(text: str, spans: list[Span], limit: int) -> Iterator[list[Span]]:
    """Group spans up to `limit` characters; a full group ends at its last paragraph end past the middle."""
    group: list[Span] = []
    for span in spans:
        while group and span.end - group[0].start > limit:
            border = _border(text, [*group, span], limit)
            yield group[:border]
            group = group[border:]
        group.append(span)
    if group:
        yield group


def _border(text: str, group: list[Span], limit: int) -> int:
    """Return how many spans to keep together; a question, or what a colon announces, goes with what it asks for."""
    for at in range(len(group) - 1, 0, -1):
        if group[at - 1].end - group[0].start < limit // 2:
            break
        if "\n" in text[group[at - 1].end : group[at].start] and not _announces(text, group[at - 1]):
            return at
    last = len(group) - 1
    return last - 1 if last > 1 and _announces(text, group[last - 1]) else last


def _announces(text: str, span: Span) -> bool:
    return text[span.start : span.end].rstrip(_CLOSERS)[-1:] in ("?", ":")


def _length(group: list[Span]) -> int:
    return group[-1].end - group[0].start
