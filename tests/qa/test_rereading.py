"""The best sentences read again: nothing is lost or invented, and the rest stays as it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.filters import Filters
from qa import rereading
from qa.assistant import Assistant
from qa.evidence import weigh
from qa.query import Query, read_question
from qa.reader import Reader
from qa.rereading import READ, READ_FIRST, asked_of_the_reader, reread, windows
from qa.signals import Evidence
from tests.qa.assistants import assistant_over
from tests.qa.sample_questions import ANSWERABLE

TINY = Path(__file__).parent / "tiny_reader"
QUESTION = "Which corridor was closed?"


@pytest.fixture(scope="module")
def weighed(samples: Assistant) -> list[Evidence]:
    """The sentences that a question over the sample articles weighs."""
    query = read_question(QUESTION)
    with samples.live.reader() as reader:
        found = samples.find(query, reader, Filters(), 30)
    return weigh(query, found.terms, found.hits, samples.meaning)


def test_the_best_are_read_and_ordered_anew_the_rest_stays(weighed: list[Evidence]) -> None:
    found = reread(read_question(QUESTION), weighed, Reader(TINY, threads=1))

    assert len(weighed) > READ
    assert {place(item) for item in found[:READ]} == {place(item) for item in weighed[:READ]}
    assert all(item.odds is not None for item in found[:READ])
    assert [item.score for item in found[:READ]] == sorted(
        (item.score for item in found[:READ]), reverse=True
    )
    assert found[READ:] == weighed[READ:]


def test_what_is_settled_early_is_first_all_the_same(
    samples: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader()
    early = [reread(*asked, reader) for asked in all_weighed(samples)]
    monkeypatch.setattr(rereading, "READ_FIRST", READ)
    whole = [reread(*asked, reader) for asked in all_weighed(samples)]

    unread = [sum(item.odds is None for item in found[:READ]) for found in early]
    assert min(unread) == 0 < max(unread) <= READ - READ_FIRST
    assert [place(found[0]) for found in early] == [place(found[0]) for found in whole]


def all_weighed(assistant: Assistant) -> Iterator[tuple[Query, list[Evidence]]]:
    """Yield the sample questions that have an answer, with the sentences that each weighs."""
    for question, _ in ANSWERABLE:
        query = read_question(question)
        with assistant.live.reader() as reader:
            found = assistant.find(query, reader, Filters(), 30)
        yield query, weigh(query, found.terms, found.hits, assistant.meaning)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Why did the talks fail? (about: Brussels Michel)", "Why did the talks fail?"),
        ("Why there? (about: Brussels Michel)", "Why there? (about: Brussels Michel)"),
        ("Who won the second race in 2021?", "Who won the race?"),
    ],
)
def test_reader_is_asked_what_a_sentence_may_repeat(question: str, asked: str) -> None:
    assert asked_of_the_reader(read_question(question)) == asked


def test_a_window_holds_sentences_of_one_passage_in_its_order(weighed: list[Evidence]) -> None:
    best = weighed[:READ]

    groups = windows(best, weighed)

    assert len({group[0].passage.id for group in groups}) == len(groups)
    for group in groups:
        starts = [span.start for span in group[0].passage.sentences]
        at = [starts.index(item.span.start) for item in group]
        assert at == sorted(set(at))
        read = {starts.index(item.span.start) for item in best if item.passage.id == group[0].passage.id}
        assert set(at) == read | {i - 1 for i in read if i}


def test_no_evidence_is_nothing_to_read() -> None:
    assert reread(read_question(QUESTION), [], Reader(TINY, threads=1)) == []


def test_without_the_reader_nothing_is_read_again(tmp_path: Path, samples: Assistant) -> None:
    with (
        assistant_over(samples.settings.articles_dir, tmp_path / "index", reader=False) as plain,
        plain.live.reader() as reader,
    ):
        _, evidence = plain.extract(QUESTION, QUESTION, Filters(), reader)
    assert evidence
    assert all(item.odds is None for item in evidence)


def place(item: Evidence) -> tuple[int, int]:
    return item.passage.id, item.span.start
