"""Articles -> examples from the questions that they pose themselves, which what follows answers.

A paragraph that is one question is a heading of an explainer, or an interviewer's. People wrote it, and people
wrote the answer below it.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.passages import sentence_spans
from qa.reader import Window
from training.examples import Answer, Example
from training.made import MOST_SENTENCES, NO_TITLE, content, share_in
from training.phrases import phrases

FEWEST_WORDS, MOST_CHARS = 4, 140  # of a question
FEWEST_STEMS = 2  # that count
ANSWERING = 2  # sentences at the head of an answer …
LOOKED_AT = 3  # … but for a name, time or amount the first of so many that holds one
FEWEST_ANSWER_WORDS = 5
BELOW = 3  # paragraphs after the answer that may go on answering
ANSWER_GONE = 0.2  # of the examples, also without the answer

_QUESTION = re.compile(r"(?:Q|CNN|NPR|Q&A|Question)?\s*[:.]?\s*(?P<asked>[A-Z][^.!?\"“”►•|]*\?)")
_SPEAKER = re.compile(r"^(?:Q|CNN|NPR|Q&A|Question|A|Answer)\s*[:.]\s*")
_ADVERT = re.compile(
    r"^(?:More|Read|Related|Watch|Opinion|Map|Photos|Start the day|Have a|Got a|Want|(?:Do|Would) you (?:want|like))\b",
    re.I,
)
_KINDS = (  # what a question asks for, and the kinds of phrases one of which its answer holds
    (re.compile(r"^(?:who|whom|whose)\b", re.I), ("person", "organisation", "name", "place")),
    (re.compile(r"^(?:when|what (?:year|date|day|time))\b", re.I), ("when", "amount")),
    (
        re.compile(r"^(?:how (?:many|much|old|long|big|large|high|far|tall|often))\b", re.I),
        ("amount", "when"),
    ),
    (
        re.compile(r"^(?:where|(?:what|which) (?:city|country|state|place))\b", re.I),
        ("place", "name", "organisation"),
    ),
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph's sentences."""

    text: str
    sentences: tuple[str, ...]


def posed(title: str, text: str, key: str, rng: random.Random) -> Iterator[Example]:
    """Yield each question that an article poses, over its answer among neighbours and over other windows of it."""
    paragraphs = [_paragraph(line) for line in text.split("\n") if line.strip()]
    for place, (paragraph, below) in enumerate(pairwise(paragraphs)):
        question = question_of(paragraph.text)
        if question is None or question_of(below.text) or _ADVERT.match(below.text):
            continue
        right = answering(question, below, rng)
        if not right:
            continue
        shown_title = "" if rng.random() < NO_TITLE else title
        others = _others(paragraphs, place, question)
        first, answers = _window(paragraphs, place, right, shown_title, rng)
        windows = tuple(Window(shown_title, other) for other in others)
        yield Example("posed", key, question, (first, *windows), answers)
        if windows and rng.random() < ANSWER_GONE:
            yield Example("posed, answer gone", key, question, windows, ())


def question_of(paragraph: str) -> str | None:
    """Return the question that a paragraph is, None if it is something else, or says too little alone."""
    text = " ".join(paragraph.split())
    if len(text) > MOST_CHARS or not text.endswith("?") or _ADVERT.match(text):
        return None
    match = _QUESTION.fullmatch(text)
    if not match:
        return None
    asked = match["asked"]
    return asked if len(asked.split()) >= FEWEST_WORDS and len(content(asked)) >= FEWEST_STEMS else None


def answering(question: str, below: Paragraph, rng: random.Random) -> tuple[int, ...]:
    """Return which sentences of the paragraph below a question answer it, none if it holds nothing of the kind."""
    if len(below.text.split()) < FEWEST_ANSWER_WORDS or "?" in below.sentences[0]:
        return ()
    wanted = next((kinds for asks, kinds in _KINDS if asks.search(question)), None)
    if wanted is None:
        return tuple(range(min(ANSWERING, len(below.sentences))))
    asked = content(question)
    for place, sentence in enumerate(below.sentences[:LOOKED_AT]):
        found = phrases(f"So {sentence}", rng)  # one word that opens a sentence would be taken for no name
        if any(phrase.kind in wanted and not content(phrase.text) <= asked for phrase in found):
            return (place,)
    return ()


def _window(
    paragraphs: Sequence[Paragraph], place: int, right: Sequence[int], title: str, rng: random.Random
) -> tuple[Window, tuple[Answer, ...]]:
    """Return the answer, with some of what stands before the question and after its head."""
    below = paragraphs[place + 1].sentences
    before = paragraphs[place - 1].sentences if place and not question_of(paragraphs[place - 1].text) else ()
    lead = before[len(before) - rng.randint(0, min(2, len(before))) :] if before else ()
    most = max(right) + 1
    tail = below[: max(most, min(len(below), MOST_SENTENCES - len(lead)))]
    return Window(title, (*lead, *tail)), tuple(Answer(0, len(lead) + i, 0, 0) for i in right)


def _others(paragraphs: Sequence[Paragraph], place: int, question: str) -> list[tuple[str, ...]]:
    """Return the two runs of the article's sentences that share most with the question and do not follow it."""
    near = range(place - 1, place + 2 + BELOW)
    pairs = [
        paragraphs[i : i + 2] for i in range(0, len(paragraphs), 2) if i not in near and i + 1 not in near
    ]
    runs = [
        tuple(sentence for p in pair for sentence in p.sentences if "?" not in sentence)[:MOST_SENTENCES]
        for pair in pairs
    ]
    kept = [run for run in runs if run and sum(len(s.split()) for s in run) >= 2 * FEWEST_ANSWER_WORDS]
    return sorted(kept, key=lambda run: -share_in(question, " ".join(run)))[:2]


def _paragraph(line: str) -> Paragraph:
    text = _SPEAKER.sub("", " ".join(line.split()))
    return Paragraph(text, tuple(text[span.start : span.end] for span in sentence_spans(text)))
