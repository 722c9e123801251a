"""Questions written for this project -> examples, over what the pipeline finds or what was read of the article."""

import random
from collections.abc import Sequence

from benchmarks.written import Place, Written
from index.passages import sentence_spans
from qa.reader import Window
from training.examples import Answer, Example
from training.gold import offsets_of, says
from training.made import NO_TITLE, share_in
from training.split import week_of

MOST_BESIDE = 2  # sentences before and after the one that answers, where the pipeline did not find it
IN_A_WINDOW = (2, 5)  # sentences of a window that does not answer, at least and at most
UNANSWERED_WINDOWS = 3


def written_example(
    asked: Written, title: str, text: str, found: Sequence[Window], rng: random.Random
) -> Example:
    """Return a question over the windows found for it, the one that answers among them.

    A question that nothing answers is asked over the sentences that were read when it was written: others may answer.
    """
    key = week_of(asked.published)
    if not asked.sentences:
        windows = _read(asked, title, text, rng)
        return Example("written, unanswered", key, asked.question, _titled(windows, rng), ())
    right = [_told(text, place) for place in asked.sentences]
    answer = text[slice(*asked.answer)] if asked.answer else ""
    windows = list(found)
    if not any(sentence in right for window in windows for sentence in window.sentences):
        windows.insert(0, _around(asked.sentences[0], asked, title, text, rng))
    places = tuple(
        Answer(w, i, *(offsets_of(answer, sentence) if answer else (0, 0)))
        for w, window in enumerate(windows)
        for i, sentence in enumerate(window.sentences)
        if sentence in right or (answer and says(answer, asked.question, window, sentence))
    )
    return Example("written", key, asked.question, _titled(windows, rng), places)


def _told(text: str, place: Place) -> str:
    return " ".join(text[slice(*place)].split())


def _runs(asked: Written, text: str) -> list[list[Place]]:
    """Return the sentences of each run that was read."""
    return [
        [(start + span.start, start + span.end) for span in sentence_spans(text[start:end])]
        for start, end in asked.read
    ]


def _around(place: Place, asked: Written, title: str, text: str, rng: random.Random) -> Window:
    """Return a sentence with some of those around it, as far as they were read."""
    run = next((run for run in _runs(asked, text) if place in run), [place])
    at = run.index(place)
    first = max(0, at - rng.randint(0, MOST_BESIDE))
    return Window(title, tuple(_told(text, one) for one in run[first : at + 1 + rng.randint(0, MOST_BESIDE)]))


def _read(asked: Written, title: str, text: str, rng: random.Random) -> list[Window]:
    """Return the windows of what was read that share most with the question."""
    windows = []
    for run in _runs(asked, text):
        while run:
            size = rng.randint(*IN_A_WINDOW)
            windows.append(Window(title, tuple(_told(text, place) for place in run[:size])))
            run = run[size:]
    return sorted(windows, key=lambda w: -share_in(asked.question, " ".join(w.sentences)))[
        :UNANSWERED_WINDOWS
    ]


def _titled(windows: Sequence[Window], rng: random.Random) -> tuple[Window, ...]:
    """Leave the titles out now and then: not every article has one."""
    untitled = rng.random() < NO_TITLE
    return tuple(Window("", window.sentences) if untitled else window for window in windows)
