"""The best sentences read again: nothing is lost or invented, and the rest stays as it was."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.filters import Filters
from qa.assistant import Assistant
from qa.evidence import weigh
from qa.judgement import choose
from qa.kinds import POINTING
from qa.query import Kind, read_question
from qa.reader import Reader
from qa.rereading import READ, READ_ON, asked_of_the_reader, reread, reread_passages, windows
from qa.retrieval import Retrieval
from qa.signals import Evidence
from tests.qa.assistants import assistant_over, write_articles

TINY = Path(__file__).parent / "tiny_reader"
QUESTION = "Which corridor was closed?"


@pytest.fixture(scope="module")
def found(samples: Assistant) -> Retrieval:
    """What a question over the sample articles finds."""
    with samples.live.reader() as reader:
        return samples.find(read_question(QUESTION), reader, Filters(), 30)


@pytest.fixture(scope="module")
def weighed(samples: Assistant, found: Retrieval) -> list[Evidence]:
    """The sentences that it weighs."""
    return weigh(read_question(QUESTION), found, samples.meaning)


@pytest.mark.parametrize(
    ("sure", "words", "count"), [(-100.0, 14, READ), (100.0, 14, READ_ON), (100.0, 1, READ)]
)
def test_the_best_are_read_more_where_none_surely_answers_a_short_question_and_the_rest_stays(
    found: Retrieval,
    weighed: list[Evidence],
    monkeypatch: pytest.MonkeyPatch,
    sure: float,
    words: int,
    count: int,
) -> None:
    monkeypatch.setattr("qa.rereading.SURE", sure)
    monkeypatch.setattr("qa.rereading.READ_ON_WORDS", words)
    read = reread(read_question(QUESTION), found.terms, weighed, Reader(TINY))

    assert len(weighed) > count
    assert {place(item) for item in read[:count]} == {place(item) for item in weighed[:count]}
    assert all(item.odds is not None for item in read[:count])
    assert [item.score for item in read[:count]] == sorted((i.score for i in read[:count]), reverse=True)
    assert read[count:] == weighed[count:]


def test_what_the_reader_puts_far_behind_the_best_joins_no_answer(weighed: list[Evidence]) -> None:
    best, *others = (replace(item, odds=2.0) for item in weighed[:READ])
    chosen = choose([best, *others], 4)
    assert len(chosen) > 1
    second = chosen[1]
    behind = [replace(item, odds=-4.1) if item is second else item for item in others]
    near = [replace(item, odds=-3.9) if item is second else item for item in others]

    assert place(second) not in map(place, choose([best, *behind], 4))
    assert place(second) in map(place, choose([best, *near], 4))
    assert place(second) in map(place, choose([replace(best, odds=None), *behind], 4))


def test_who_stands_beside_the_deed_is_not_put_behind_by_the_reader(samples: Assistant) -> None:
    query = read_question("Who mediated the talks in Brussels?")
    with samples.live.reader() as reader:
        found = samples.find(query, reader, Filters(), 30)
    before = weigh(query, found, samples.meaning)
    scores = {place(item): item.score for item in before}

    read = [item for item in reread(query, found.terms, before, Reader()) if item.odds is not None]
    told = [item for item in read if item.fits and "mediat" in item.stems]

    assert min(item.odds or 0.0 for item in told) < 0
    assert all(item.score >= scores[place(item)] for item in told)
    assert any(item.score < scores[place(item)] for item in read)


def test_the_reader_lifts_no_sentence_without_a_telling_word(
    samples: Assistant, weighed: list[Evidence]
) -> None:
    before = {place(item): item.score for item in weighed}
    with samples.live.reader() as reader:
        foreign = samples.find(read_question("Which submarine was painted?"), reader, Filters(), 30).terms

    lifted = reread(read_question(QUESTION), (), weighed, Reader())[:READ]
    held = reread(read_question(QUESTION), foreign, weighed, Reader())[:READ]

    assert any(item.score > before[place(item)] for item in lifted)
    assert all(item.score <= before[place(item)] for item in held)
    assert {place(item): item.odds for item in held} == {place(item): item.odds for item in lifted}


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Why did the talks fail? (about: Brussels Michel)", "Why did the talks fail?"),
        ("Why there? (about: Brussels Michel)", "Why there? (about: Brussels Michel)"),
        ("Who won the second race in 2021?", "Who won the race?"),
        ("When did the talks take place?", "When was the talks?"),
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
        points_back = {i for i in read if POINTING.match(text_of(group[0], i))}
        assert set(at) == read | {i - 1 for i in points_back if i}


@pytest.mark.parametrize(("apart", "cause_is_likelier"), [((Kind.WHY,), True), ((), False)])
def test_a_cause_read_apart_is_not_put_behind_what_it_caused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, apart: tuple[Kind, ...], cause_is_likelier: bool
) -> None:
    text = (
        "The town was split on Friday, as its mayor closed the Halden bridge over the river. "
        "The council explained the closing with two piers that had cracked in the frost.\n"
    )
    monkeypatch.setattr("qa.rereading.READ_APART", apart)
    folder = write_articles(tmp_path / "articles", {"bridge.txt": text})
    question = "Why was the Halden bridge closed?"
    with assistant_over(folder, tmp_path / "index") as assistant, assistant.live.reader() as reader:
        _, evidence = assistant.extract(question, question, Filters(), reader)
    odds = {item.text.split()[1]: item.odds or 0.0 for item in evidence}
    assert (odds["council"] > odds["town"]) is cause_is_likelier


def test_what_a_sentence_points_back_to_is_read_with_it(weighed: list[Evidence]) -> None:
    pointing = next(
        item for item in weighed if POINTING.match(item.text) and item.span != item.passage.sentences[0]
    )

    (group,) = windows([pointing], weighed)

    assert len(group) == 2
    assert group[1] == pointing


def test_no_evidence_is_nothing_to_read() -> None:
    assert reread(read_question(QUESTION), (), [], Reader(TINY)) == []


def test_without_the_reader_nothing_is_read_again(tmp_path: Path, samples: Assistant) -> None:
    with (
        assistant_over(samples.settings.articles_dir, tmp_path / "index", reader=False) as plain,
        plain.live.reader() as reader,
    ):
        _, evidence = plain.extract(QUESTION, QUESTION, Filters(), reader)
    assert evidence
    assert all(item.odds is None for item in evidence)


def text_of(item: Evidence, number: int) -> str:
    span, start = item.passage.sentences[number], item.passage.start
    return item.passage.text[span.start - start : span.end - start]


def place(item: Evidence) -> tuple[int, int]:
    return item.passage.id, item.span.start


def test_the_reader_is_asked_in_the_articles_spelling(samples: Assistant) -> None:
    sure = samples.ask("When was the corridor closed?")
    misspelt = samples.ask("When was the coridor closed?")
    assert [s.text for s in misspelt.sentences[:3]] == [s.text for s in sure.sentences[:3]]
    assert misspelt.confidence > 0.5


BOAT = "The boat in which Mara Lind sailed round the world alone"
BOATS = {
    "home.txt": f"{BOAT} came home on Monday. Crowds met her at the quay.\n",
    "sale.txt": f"{BOAT} is for sale. A museum asked about it.\n",
    "size.txt": f"{BOAT} is nine metres from bow to stern. Her father built it.\n",
}


@pytest.mark.parametrize(("reader", "first"), [(True, "size.txt"), (False, "sale.txt")])
def test_the_passage_that_answers_comes_first_where_words_do_not_tell(
    tmp_path: Path, reader: bool, first: str
) -> None:
    folder = write_articles(tmp_path / "articles", BOATS)
    with assistant_over(folder, tmp_path / "index", reader=reader) as assistant:
        hits = assistant.search("How long is the boat in which Mara Lind sailed round the world alone?")

    assert hits[0].passage.article.id == first
    assert {hit.passage.article.id for hit in hits} == set(BOATS)


def test_passages_are_ordered_anew_none_lost(samples: Assistant, found: Retrieval) -> None:
    query = read_question(QUESTION)
    ordered = reread_passages(query, found, samples.meaning, Reader(TINY))

    assert sorted(hit.passage.id for hit in ordered) == sorted(hit.passage.id for hit in found.hits)
    assert [hit.score for hit in ordered] == sorted((hit.score for hit in ordered), reverse=True)
    assert reread_passages(query, replace(found, hits=()), samples.meaning, Reader(TINY)) == []
