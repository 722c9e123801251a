"""The best sentences read again: nothing is lost or invented, and the rest stays as it was."""

from dataclasses import replace
from pathlib import Path

import pytest

from index.filters import Filters
from qa.assistant import Assistant
from qa.evidence import say_the_same, weigh
from qa.judgement import WORTH_ADDING, choose
from qa.kinds import POINTING
from qa.query import Kind, read_question
from qa.reader import Reader, Window
from qa.rereading import (
    ENOUGH,
    ENOUGH_LATER,
    LATER,
    LEAST_WEIGHT,
    MOST_WEIGHT,
    MOST_WINDOWS,
    OF_THE_SECOND,
    READ,
    READ_ON,
    asked_of_the_reader,
    odds_weight,
    reread,
    reread_passages,
    windows,
)
from qa.retrieval import Retrieval, rank
from qa.signals import Evidence
from tests.qa.assistants import assistant_over, write_articles
from tests.qa.readers import TINY, Always, FirstOnly

QUESTION = "Which corridor was closed?"
CAUSE = "Why was the corridor closed?"  # each sentence is read by itself


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
    chosen = choose([best, *others], 4, WORTH_ADDING)
    assert len(chosen) > 1
    second = chosen[1]

    def joins(first: Evidence, odds: float, names_absent: float = 0.0) -> bool:
        changed = replace(second, odds=odds, names_absent=names_absent)
        rest = [changed if item is second else item for item in others]
        return place(second) in map(place, choose([first, *rest], 4, WORTH_ADDING))

    best = replace(best, names_absent=0.0)
    assert (joins(best, -3.9), joins(best, -4.1)) == (True, False)
    assert joins(replace(best, odds=None), -4.1)
    assert (joins(best, -0.4, names_absent=0.5), joins(best, -0.6, names_absent=0.5)) == (True, False)


def test_what_joins_an_answer_is_at_most_so_far_behind(weighed: list[Evidence]) -> None:
    best, *others = (replace(item, score=1.0) for item in weighed)
    second = next(
        item for item in others if item.own and item.row is not None and not say_the_same(item, best)
    )
    near, far = (replace(second, score=1.0 - WORTH_ADDING + change) for change in (0.1, -0.1))

    assert choose([best, near], 2, WORTH_ADDING) == [best, near]
    assert choose([best, far], 2, WORTH_ADDING) == [best]


@pytest.mark.parametrize(
    ("question", "weight"),
    [
        ("Who closed it?", LEAST_WEIGHT),
        ("Which company of Halden painted the large submarine in the harbour?", MOST_WEIGHT),
        ("Why did the company of Halden paint the large submarine in the harbour?", LEAST_WEIGHT),
    ],
)
def test_the_reader_counts_more_where_a_question_tells_more(
    samples: Assistant, question: str, weight: float
) -> None:
    query = read_question(question)
    with samples.live.reader() as reader:
        found = samples.find(query, reader, Filters(), 30)

    assert odds_weight(query, found.terms) == weight


def test_who_stands_beside_the_deed_is_not_put_behind_by_the_reader(samples: Assistant) -> None:
    query = read_question("Who mediated the talks in Brussels?")
    with samples.live.reader() as reader:
        found = samples.find(query, reader, Filters(), 30)
    before = weigh(query, found, samples.meaning)
    scores = {place(item): item.score for item in before}

    read = [item for item in reread(query, found.terms, before, Reader()) if item.odds is not None]
    told = [item for item in read if item.fits and "mediat" in item.stems]

    assert told
    assert all(item.odds is not None and item.odds >= 0.0 for item in told)
    assert all(item.score >= scores[place(item)] for item in told)
    assert any(item.score < scores[place(item)] for item in read)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Who mediated the talks in Brussels?", "mediat"),
        ("Why was the Lachin corridor closed?", "because"),
        ("What is the Lachin corridor?", "corridor, the only road"),
        ("When was the Lachin corridor closed?", None),
    ],
)
def test_what_the_words_tell_by_themselves_has_at_least_even_odds(
    samples: Assistant, question: str, told: str | None
) -> None:
    query = read_question(question)
    with samples.live.reader() as reader:
        found = samples.find(query, reader, Filters(), 30)
    evidence = weigh(query, found, samples.meaning)

    read = [i for i in reread(query, found.terms, evidence, Always(-5.0)) if i.odds is not None]
    even = [item for item in read if item.odds == 0.0]

    assert any(item.odds == -5.0 for item in read)
    assert bool(even) is (told is not None)
    assert told is None or any(told in item.text for item in even)
    assert all(item.fits for item in even)


def test_more_joins_an_answer_where_the_odds_weigh_more(
    samples: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: dict[str, list[int]] = {}
    for more in (0.0, 100.0):
        monkeypatch.setattr("qa.judgement.WORTH_ADDING_WEIGHED", more)
        for question in (
            "Who met in Brussels?",
            "Which countries' ministers met at talks outside Washington in May?",
        ):
            shown.setdefault(question, []).append(len(samples.ask(question).sentences))
    few, many = shown.values()

    assert few[0] == few[1]
    assert many[0] < many[1]


@pytest.mark.parametrize(
    ("question", "is_lifted"), [("Who closed the submarine?", False), ("Which corridor was closed?", True)]
)
def test_of_who_why_and_what_was_said_the_reader_lifts_no_sentence_without_a_telling_word(
    samples: Assistant, weighed: list[Evidence], question: str, is_lifted: bool
) -> None:
    before = {place(item): item.score for item in weighed}
    with samples.live.reader() as reader:
        foreign = samples.find(read_question("Which submarine was painted?"), reader, Filters(), 30).terms

    read = reread(read_question(question), foreign, weighed, Always(4.0))[:READ]

    assert all(item.odds == 4.0 for item in read)
    assert all((item.score > before[place(item)]) is is_lifted for item in read)


def test_nothing_is_read_twice(found: Retrieval, weighed: list[Evidence]) -> None:
    reader = Always(1.0)
    reread(read_question("Why was the corridor closed?"), found.terms, weighed, reader)

    assert len(weighed) > READ
    assert len(reader.windows) == len(set(reader.windows)) == min(len(weighed), READ_ON)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Why did the talks fail? (about: Brussels Michel)", "Why did the talks fail?"),
        ("Why there? (about: Brussels Michel)", "Why there? (about: Brussels Michel)"),
        ("Who won the second race in 2021?", "Who won the race?"),
        ("When did the talks take place?", "When was the talks?"),
        ("What took place in Lorne?", "What happened in Lorne?"),
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


@pytest.mark.parametrize(("reader", "is_sure"), [(Always, True), (FirstOnly, False)])
def test_a_second_sentence_that_may_answer_makes_up_for_some_doubt(
    found: Retrieval, weighed: list[Evidence], reader: type[Always], is_sure: bool
) -> None:
    read = reread(read_question(QUESTION), found.terms, weighed, reader(3.2))
    assert sum(item.odds is not None for item in read) == (READ if is_sure else READ_ON)


def text_of(item: Evidence, number: int) -> str:
    span, start = item.passage.sentences[number], item.passage.start
    return item.passage.text[span.start - start : span.end - start]


def place(item: Evidence) -> tuple[int, int]:
    return item.passage.id, item.span.start


def test_the_reader_is_asked_in_the_articles_spelling(samples: Assistant) -> None:
    sure = samples.ask("When was the corridor closed?")
    misspelt = samples.ask("When was the coridor closed?")
    # In what order two that both tell it come, what the misspelt word weighs may decide.
    assert {s.text for s in misspelt.sentences[:3]} == {s.text for s in sure.sentences[:3]}
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


ELSEWHERE = "Rain fell on the hills that day. " * 60
OPENED = "\n\nThe mayor opened the bridge on Monday.\n"
BRIDGES = {
    "aside.txt": ELSEWHERE + OPENED,
    "festival.txt": f"Orsk holds a kite festival. {ELSEWHERE}{OPENED}",
}


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("When did the mayor open the bridge at the kite festival of Orsk?", ["festival.txt", "aside.txt"]),
        (
            "Did the mayor open the bridge over the river on Monday, while the kite festival of Orsk drew crowds "
            "to the green hills that day?",
            ["aside.txt", "festival.txt"],
        ),
    ],
)
def test_of_passages_that_answer_alike_that_leads_whose_article_holds_more_of_a_question_of_one_part(
    tmp_path: Path, question: str, order: list[str]
) -> None:
    query = read_question(question)
    with assistant_over(write_articles(tmp_path / "articles", BRIDGES), tmp_path / "index") as assistant:
        with assistant.live.reader() as reader:
            found = rank(query, reader, filters=Filters(), today=assistant.today(), limit=30)
        equal = replace(found, hits=tuple(replace(hit, score=1.0) for hit in found.hits))
        ordered = reread_passages(query, equal, assistant.meaning, Always(0.0))

    telling = [hit.passage for hit in ordered if "mayor" in hit.passage.text]
    assert [passage.article.id for passage in telling] == order
    assert not any("kite" in passage.text for passage in telling)


def test_passages_are_ordered_anew_none_lost(samples: Assistant, found: Retrieval) -> None:
    query = read_question(QUESTION)
    ordered = reread_passages(query, found, samples.meaning, Reader(TINY))

    assert sorted(hit.passage.id for hit in ordered) == sorted(hit.passage.id for hit in found.hits)
    assert [hit.score for hit in ordered] == sorted((hit.score for hit in ordered), reverse=True)
    assert reread_passages(query, replace(found, hits=()), samples.meaning, Reader(TINY)) == []


def test_where_a_window_makes_sure_no_more_are_read(found: Retrieval, weighed: list[Evidence]) -> None:
    reader = FirstOnly(ENOUGH - OF_THE_SECOND * -6.0)
    read = reread(read_question(QUESTION), found.terms, weighed, reader)
    assert len(reader.windows) == 1
    known = [item for item in read if item.odds is not None]
    assert (read[: len(known)], len(read)) == (known, len(weighed))


def test_further_on_less_makes_sure(found: Retrieval, weighed: list[Evidence]) -> None:
    reader = Always((ENOUGH + ENOUGH_LATER) / 2 / (1 + OF_THE_SECOND))
    reread(read_question(CAUSE), found.terms, weighed, reader)
    assert len(reader.windows) == LATER


def test_of_many_passages_those_of_the_best_sentences_are_read_and_of_a_cause_all(
    found: Retrieval, weighed: list[Evidence], monkeypatch: pytest.MonkeyPatch
) -> None:
    def windows_read(question: str, most: int) -> list[Window]:
        monkeypatch.setattr("qa.rereading.MOST_WINDOWS", most)
        reader = Always(0.0)  # never sure
        read = reread(read_question(question), found.terms, weighed, reader)
        assert sorted(map(place, read)) == sorted(map(place, weighed))
        return reader.windows

    best = windows(weighed[:READ], weighed)[:2]
    cut = windows_read(QUESTION, 2)
    assert len(windows_read(QUESTION, MOST_WINDOWS)) > len(cut) == 4
    assert [list(window.sentences) for window in cut[:2]] == [
        [" ".join(item.text.split()) for item in group] for group in best
    ]
    whole = windows_read(CAUSE, MOST_WINDOWS)
    assert len(whole) > 4
    assert windows_read(CAUSE, 2) == whole
