"""Does the article carry what is about to be shown? The last check before a reader sees a sentence."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.passages import Span
from index.records import StoredPassage
from qa.agreement import carried_share, source_of
from qa.answer import Citation, Sentence
from qa.facts import Word, read_sentence
from qa.meaning import Meaning
from qa.referents import without


def quote_stands(citation: Citation, article_text: str) -> bool:
    """Tell whether the citation's quote is, to the character, what the article says at its offsets."""
    within = 0 <= citation.start < citation.end <= len(article_text)
    return within and article_text[citation.start : citation.end] == citation.quote


def carried_verbatim(sentence: Sentence, citations: dict[int, Citation]) -> bool:
    """Tell whether the sentence is, white space and additions aside, the quote of each citation it is marked with."""
    shown = without(sentence.text, sentence.additions).split()
    return bool(sentence.markers) and all(
        marker in citations and citations[marker].quote.split() == shown for marker in sentence.markers
    )


@dataclass(frozen=True, slots=True)
class Support:
    """The sentence of a passage that carries a claim, and how much of the claim it says itself, 0 to 1."""

    passage: StoredPassage
    span: Span
    share: float


def support_of(claim: str, passage: StoredPassage, meaning: Meaning) -> Support | None:
    """Return the passage's sentence that carries the claim best, None if none does."""
    reading = read_sentence(claim)
    found: Support | None = None
    for place, span in enumerate(passage.sentences):
        share = carried_share(reading, source_of(passage, place), meaning)
        if share is not None and (found is None or share > found.share):
            found = Support(passage, span, share)
    return found


def supported_clauses(
    claim: str, parts: Sequence[tuple[str, Sequence[StoredPassage]]], meaning: Meaning
) -> list[Support] | None:
    """Return what carries each part of a claim that joins several sentences, None unless all are carried.

    Each part comes with the passages that may carry it. A part without a subject of its own needs one that tells
    of the claim's first name.
    """
    pieces = [(piece, passages) for text, passages in parts for piece in _pieces(text)]
    if len(pieces) < 2:
        return None
    first = next((run for run in read_sentence(claim).names), ())
    found: list[Support] = []
    for place, (piece, passages) in enumerate(pieces):
        carried = [s for passage in passages if (s := support_of(piece, passage, meaning)) is not None]
        if place and not _SUBJECT.match(piece):
            carried = [s for s in carried if _tells_of(first, s)]
        if not carried:
            return None
        found.append(max(carried, key=lambda support: support.share))
    return found


# Where one assertion ends and another begins; no name stands split by it.
_JOINT = re.compile(
    r"\s*[;,]\s+(?:and|but|while|whereas|as|where|after which)\s+|\s*;\s+|\s+(?:and|but|while|whereas)\s+",
    re.I,
)
_SUBJECT = re.compile(r"\s*(?:the|an?|[A-Z])", re.ASCII)
LEAST_PIECE = 3  # words, names and numbers that a part must hold to be judged by itself


def _pieces(text: str) -> list[str]:
    """Cut a text where it joins assertions, wherever both sides say enough to be judged by themselves."""
    for joint in _JOINT.finditer(text):
        before, after = text[: joint.start()], text[joint.end() :]
        if all(_says_enough(side) for side in (before, after)):
            return [before, *_pieces(after)]
    return [text]


def _says_enough(text: str) -> bool:
    reading = read_sentence(text)
    names = sum(len(run) for run in reading.names)
    content = sum(word.counts for word in reading.words)
    return content > 0 and names + content + len(reading.numbers) >= LEAST_PIECE


def _tells_of(name: Sequence[Word], support: Support) -> bool:
    place = support.passage.sentences.index(support.span)
    source = source_of(support.passage, place)
    told = source.sentence.stems | source.near if source.sentence.pointing else source.sentence.stems
    return all(word.stem in told for word in name)
