"""Questions written for this project become examples: the sentence meant answers, and so does what says the same."""

import random
from datetime import date
from itertools import chain
from pathlib import Path

import pytest

from benchmarks.written import LEARNED, WRITTEN, Written, written
from index.passages import sentence_spans
from qa.reader import Window
from tests.qa.assistants import SHARED
from training.examples import Example
from training.split import is_held_back, week_of
from training.written import written_example

TITLE = "Ferries for Port Amber"
TEXT = "The council met on Friday. It chose Lena Orwick as mayor. She had led the harbour board. Rain fell all day."
SPANS = [(span.start, span.end) for span in sentence_spans(TEXT)]
NAME = (TEXT.index("Lena"), TEXT.index(" as mayor"))


def asked(sentences: tuple = (SPANS[1],), answer: tuple | None = NAME) -> Written:
    return Written("Who runs Port Amber now?", "u/1", date(2023, 5, 1), ((0, len(TEXT)),), sentences, answer)


def told(example: Example) -> list[str]:
    return [example.windows[a.window].sentences[a.sentence] for a in example.answers]


def test_the_sentence_meant_answers_where_the_pipeline_found_it_and_so_does_who_says_as_much() -> None:
    found = [
        Window(
            "Port Amber's new mayor", ("Lena Orwick runs Port Amber.", "Lena Orwick likes tea and toast.")
        ),
        Window(TITLE, ("It chose Lena Orwick as mayor.", "Rain fell all day.")),
        Window("Elsewhere", ("Nobody ran.",)),
    ]
    example = written_example(asked(), TITLE, TEXT, found, random.Random(1))
    assert len(example.windows) == 3
    assert told(example)[0] == "Lena Orwick runs Port Amber."
    assert "It chose Lena Orwick as mayor." in told(example)
    for answer in example.answers:
        sentence = example.windows[answer.window].sentences[answer.sentence]
        assert sentence[answer.start : answer.end] == "Lena Orwick"


def test_an_answer_that_was_not_found_is_put_first_among_its_neighbours() -> None:
    found = [Window("Elsewhere", ("Nobody ran.",))]
    for seed in range(20):
        example = written_example(asked(), TITLE, TEXT, found, random.Random(seed))
        assert told(example) == ["It chose Lena Orwick as mayor."]
        assert " ".join(example.windows[0].sentences) in TEXT
        assert example.windows[1].sentences == ("Nobody ran.",)


def test_a_whole_sentence_answers_without_a_place_in_it() -> None:
    example = written_example(asked(answer=None), TITLE, TEXT, [], random.Random(1))
    assert [(a.start, a.end) for a in example.answers] == [(0, 0)]


def test_what_nothing_answers_is_asked_over_what_was_read_alone() -> None:
    found = [Window("Elsewhere", ("The mayor is 51 years old.",))]
    example = written_example(asked(sentences=(), answer=None), TITLE, TEXT, found, random.Random(1))
    assert example.answers == ()
    assert set(chain.from_iterable(w.sentences for w in example.windows)) == {TEXT[a:b] for a, b in SPANS}


def test_some_are_asked_without_a_title() -> None:
    titles = {written_example(asked(), TITLE, TEXT, [], random.Random(s)).windows[0].title for s in range(30)}
    assert titles == {TITLE, ""}


@pytest.mark.parametrize(("file", "held_back"), [(LEARNED, False), (WRITTEN, True)])
def test_no_week_stands_on_both_sides(file: Path, held_back: bool) -> None:
    weeks = {week_of(one.published) for one in written(file)}
    assert weeks
    assert {is_held_back(week) for week in weeks} == {held_back}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the articles that were asked about are not here")
@pytest.mark.parametrize("file", [LEARNED, WRITTEN])
def test_every_place_lies_in_what_was_read(file: Path) -> None:
    from benchmarks.data import realtimeqa_articles

    texts = {record["url"]: record["text"] for record in realtimeqa_articles(SHARED, None)}
    for one in written(file):
        for start, end in one.sentences:
            assert any(a <= start < end <= b for a, b in one.read), one
        if one.answer:
            start, end = one.answer
            assert any(a <= start < end <= b for a, b in one.sentences), one
            assert texts[one.url][start:end].strip(), one
