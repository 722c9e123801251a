"""An LLM's answer as it streams -> its sentences, each as soon as it is complete, with the markers it was given."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.passages import sentence_spans

LONGEST_SENTENCE_CHARS = 2_000  # what goes on for longer is no sentence
LONGEST_MARKER_CHARS = 12  # what goes on for longer is none
_NUMBER = r"(?:passages?\s*)?\d{1,3}(?:\s*[,;]\s*(?:passages?\s*)?\d{1,3})*"
_MARKER = rf"(?:\[\s*{_NUMBER}\s*\]|【\s*{_NUMBER}[^】]*】)"
_MARKERS = re.compile(rf"\s*{_MARKER}", re.I)
_CLOSERS = r"[\"”’'»)\]*_]*"
_MARKED_END = re.compile(
    rf"(?:[.!?…]{_CLOSERS}\s*{_MARKER}(?:\s*{_MARKER})*[.]?|{_MARKER}[.!?…]{_CLOSERS})|\n", re.I
)
_PLAIN_END = re.compile(rf"[.!?…]{_CLOSERS}\s+(?=[^\s\[【(])")
_ABBREVIATED = re.compile(rf"\b(?:[A-Z]|[A-Z][a-z]{{1,3}})\.\s*(?:{_MARKER}\s*)+$")
_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.S)
_BULLET = re.compile(r"^\s*(?:[-*•–]\s+|\d{1,2}[.)]\s+|#{1,6}\s+|>\s+|(?:answer|a)\s*:\s*)+", re.I)
_EMPHASIS = re.compile(r"\*\*|__|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])|`")
_LABEL = re.compile(
    r"^(?:\[\s*(\d{1,3})\s*\]|(?:the\s+)?passage\s+(\d{1,3})\s*:)\s*(?=\S)", re.I
)  # before a sentence
_MISSING = re.compile(r"^\W*(?:MISSING\b|(?i:missing)\s*:)\W*")


@dataclass(frozen=True, slots=True)
class Claim:
    """What the LLM wrote as one sentence, without its markers, and those markers. Nothing of it is checked yet."""

    text: str
    markers: tuple[int, ...]
    clauses: tuple[
        tuple[str, tuple[int, ...]], ...
    ]  # where markers stand inside it: its parts, each with its own


@dataclass(frozen=True, slots=True)
class Missing:
    """What the LLM says that the passages do not answer."""

    text: str


class SentenceStream:
    """Collects pieces of text and gives back what has become complete."""

    def __init__(self) -> None:
        self._buffer = ""

    def feed(self, piece: str) -> Iterator[Claim | Missing]:
        """Take the next piece; yield what it completes."""
        self._buffer = self._buffer + piece
        if "<think>" in self._buffer:
            self._buffer = _THOUGHT.sub("", self._buffer) if "</think>" in self._buffer else self._buffer
            if "<think>" in self._buffer:
                return
        while (end := self._complete_to()) is not None:
            done, self._buffer = self._buffer[:end], self._buffer[end:]
            yield from _parsed(done)

    def finish(self, *, was_cut: bool) -> Iterator[Claim | Missing]:
        """Yield what is left; of an answer cut off, nothing."""
        rest, self._buffer = _THOUGHT.sub("", self._buffer), ""
        if not was_cut:
            yield from _parsed(rest)

    def _complete_to(self) -> int | None:
        """Return where the first complete sentence of the buffer ends, None if none is complete."""
        if len(self._buffer) > LONGEST_SENTENCE_CHARS:
            return len(self._buffer)
        for match in _MARKED_END.finditer(self._buffer):
            if match[0] == "\n":
                return match.end()
            rest = self._buffer[match.end() :]
            after = rest.lstrip()
            if _may_become_marker(after):
                return None
            is_open = _ABBREVIATED.search(self._buffer[: match.end()]) is not None
            if is_open and not after:
                return None
            if not (is_open and after[0].islower()):
                return match.end()
        if _PLAIN_END.search(self._buffer):
            spans = sentence_spans(self._buffer)
            is_number = _BULLET.fullmatch(self._buffer[: spans[0].end] + " ") is not None
            rest = self._buffer[spans[0].end :]
            is_marked = _MARKERS.match(rest) or _may_become_marker(rest.lstrip())
            if len(spans) > 1 and not is_number and not is_marked:
                return spans[0].end
        return None


def _may_become_marker(after: str) -> bool:
    """Tell whether a marker may be under way in what follows a sentence."""
    return after[:1] in ("[", "【") and not _MARKERS.match(after) and len(after) < LONGEST_MARKER_CHARS


def _parsed(text: str) -> Iterator[Claim | Missing]:
    for line in text.split("\n"):
        line = _EMPHASIS.sub("", _BULLET.sub("", line)).strip()
        if missing := _MISSING.match(line):
            yield Missing(_MARKERS.sub("", line[missing.end() :]).strip())
        elif re.search(r"\w", _MARKERS.sub("", line)):
            label = _LABEL.match(line)
            bare = line[label.end() :] if label else line
            marker = (int(label[1] or label[2]),) if label else ()
            for claim in _claims(bare):
                yield claim if claim.markers else replace(claim, markers=marker)


def _claims(line: str) -> Iterator[Claim]:
    spans = sentence_spans(line)
    start = 0
    for place, span in enumerate(spans):
        end = span.end
        if place + 1 < len(spans):  # its markers may have been taken for the next one's beginning
            while marker := _MARKERS.match(line, end):
                end = marker.end()
        if re.search(r"\w", _MARKERS.sub("", line[start:end])):
            yield _claim(line[start:end])
        start = end


def _claim(text: str) -> Claim:
    clauses: list[tuple[str, tuple[int, ...]]] = []
    markers: list[int] = []
    start = 0
    for match in re.finditer(rf"(?:{_MARKERS.pattern})+", text, re.I):
        numbers = tuple(dict.fromkeys(int(number) for number in re.findall(r"\d+", match[0])))
        clauses.append((text[start : match.start()].strip(" ,;"), numbers))
        markers += numbers
        start = match.end()
    rest = text[start:].strip()
    if re.search(r"\w", rest):
        clauses.append((rest, ()))
    bare = re.sub(r"\s+([.!?,;:])", r"\1", " ".join(_MARKERS.sub(" ", text).split()))
    return Claim(bare, tuple(dict.fromkeys(markers)), tuple(c for c in clauses if re.search(r"\w", c[0])))
