"""Others' questions -> examples: SQuAD 2.0 over its paragraphs, RealTimeQA over what our pipeline finds."""

import json
import random
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.metrics import holds_answer
from index.analysis import stems
from index.passages import Span, sentence_spans
from qa.reader import Window
from training.examples import Answer, Example
from training.made import content, share_in
from training.split import week_of

MOST_CHARS = 650  # of a SQuAD paragraph read in one window, cut around the answer or what looks like one


def squad_paragraphs(file: Path, *, most_chars: int = MOST_CHARS) -> Iterator[Example]:
    """Yield each question over its own paragraph, with the answer's place; impossible ones have none."""
    for page in json.loads(file.read_text(encoding="utf-8"))["data"]:
        for number, paragraph in enumerate(page["paragraphs"], start=1):
            text = paragraph["context"]
            spans = sentence_spans(text)
            starts = [span.start for span in spans]
            for qa in paragraph["qas"]:
                found = [
                    (bisect_right(starts, answer["answer_start"]) - 1, answer) for answer in qa["answers"]
                ]
                looks_like = found or [
                    (bisect_right(starts, answer["answer_start"]) - 1, answer)
                    for answer in qa.get("plausible_answers", [])
                ]
                middle = looks_like[0][0] if looks_like else len(spans) // 2
                first, last = _around(spans, middle, most_chars)
                places = {
                    Answer(
                        0,
                        place - first,
                        answer["answer_start"] - starts[place],
                        answer["answer_start"] - starts[place] + len(answer["text"]),
                    )
                    for place, answer in found
                    if first <= place < last
                }
                yield Example(
                    kind="squad2" if found else "squad2 impossible",
                    key=f"{page['title']}/{number}",
                    question=qa["question"].strip(),
                    windows=(
                        Window(
                            page["title"].replace("_", " "),
                            tuple(text[span.start : span.end] for span in spans[first:last]),
                        ),
                    ),
                    answers=tuple(sorted(places, key=lambda a: (a.sentence, a.start, a.end))),
                )


def _around(spans: Sequence[Span], middle: int, most_chars: int) -> tuple[int, int]:
    """Return the run of spans around the one in the middle that fits into a window."""
    first, last = middle, middle + 1
    while True:
        wider = [
            (a, b)
            for a, b in ((first - 1, last), (first, last + 1))
            if a >= 0 and b <= len(spans) and spans[b - 1].end - spans[a].start <= most_chars
        ]
        if not wider:
            return first, last
        first, last = min(wider, key=lambda run: abs((run[0] + run[1] - 1) / 2 - middle))


LEAST_SHARE, LEAST_SHARE_OF_A_NUMBER = 0.15, 0.35  # of the question in a sentence with the answer's words
NO_ANSWERS = ("all of the above", "none of the above", "yes", "no", "true", "false")
AROUND = 3  # sentences of a window that evidence is put among


def realtimeqa(
    records: Sequence[Mapping[str, Any]], found: Mapping[str, Sequence[Window]]
) -> Iterator[Example]:
    """Yield each question over the windows found for it: sentences with the answer's words answer it.

    Questions whose answer no window holds are left out: whether the articles say it is not known.
    """
    for record in records:
        answer, windows = record["answer"].strip(), found.get(record["question"], ())
        if answer.lower() in NO_ANSWERS:
            continue
        places = tuple(
            Answer(w, i, *offsets_of(answer, text))
            for w, window in enumerate(windows)
            for i, text in enumerate(window.sentences)
            if says(answer, record["question"], window, text)
        )
        if places:
            yield Example("realtimeqa", _week(record), record["question"], tuple(windows), places)


def realtimeqa_evidence(
    records: Sequence[Mapping[str, Any]], windows: Sequence[Window], rng: random.Random
) -> Iterator[Example]:
    """Yield each question over its evidence, put among sentences of a like window, and over two other windows."""
    stemmed = [frozenset(stems(" ".join(window.sentences))) for window in windows]
    for record in records:
        answer, asked = record["answer"].strip(), content(record["question"])
        text = record["evidence"].strip()
        shown = [" ".join(text[s.start : s.end].split()) for s in sentence_spans(text)]
        like = [
            windows[i]
            for i in sorted(range(len(windows)), key=lambda i: -len(asked & stemmed[i]))[:8]
            if not holds_answer(" ".join(windows[i].sentences), [answer])
        ][:3]
        if not shown or len(like) < 3 or answer.lower() in NO_ANSWERS:
            continue
        around = list(like[0].sentences[:AROUND])
        at = rng.randint(0, len(around))
        held = [i for i, sentence in enumerate(shown) if holds_answer(sentence, [answer])]
        places = tuple(
            Answer(0, at + i, *(offsets_of(answer, shown[i]) if held else (0, 0)))
            for i in held or range(len(shown))
        )
        first = Window(like[0].title, (*around[:at], *shown, *around[at:]))
        yield Example("realtimeqa evidence", _week(record), record["question"], (first, *like[1:]), places)


def says(answer: str, question: str, window: Window, sentence: str) -> bool:
    """Tell whether a sentence holds the answer's words beside enough of the question: a number stands in many."""
    least = LEAST_SHARE_OF_A_NUMBER if len(answer) < 4 or answer[0].isdigit() else LEAST_SHARE
    return holds_answer(sentence, [answer]) and share_in(question, f"{window.title} {sentence}") >= least


def offsets_of(answer: str, text: str) -> tuple[int, int]:
    """Return where the answer stands in a sentence, (0, 0) where only its simplified words do."""
    at = text.lower().find(answer.lower())
    return (at, at + len(answer)) if at >= 0 else (0, 0)


def _week(record: Mapping[str, Any]) -> str:
    return week_of(date.fromisoformat(record["asked"]))
