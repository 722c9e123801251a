"""The data sets as they are read: which questions count for what, and which articles are indexed."""

import json
from datetime import date
from pathlib import Path

import pytest

from benchmarks.data import DATA, Choice, Task, load, within
from benchmarks.written import DAYS_AFTER, written
from tests.benchmarks.others_data import NEWS, write


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("data"))


def ids(task: Task) -> list[str]:
    return [record["id"].rpartition("/")[2] for record in task.records()]


def test_a_quiz_question_that_no_article_is_known_for_is_not_asked(data: Path) -> None:
    task = load("realtimeqa", data, Choice())
    assert [str(case.asked) for case in task.cases] == ["2022-03-06", "2022-05-12"]
    assert [bool(case.gold_articles) for case in task.cases] == [True, False]
    assert all(case.answer_articles and case.is_answerable for case in task.cases)
    assert ids(task) == ["ferry", "mayor", "old-ferry"]


def test_a_year_has_its_own_articles_questions_and_folder(data: Path) -> None:
    task = load("realtimeqa", data, Choice(year="2021"))
    assert (ids(task), task.cases, task.folder) == (["old-ferry"], (), "realtimeqa-2021")


def test_what_was_written_is_asked_of_all_articles_within_a_week(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = NEWS[1]["text"]
    first, second = text.index("\n\n"), text.index("Petra")
    name = [second, second + len("Petra Winn")]
    record = {
        "url": NEWS[1]["url"],
        "published": NEWS[1]["published"],
        "read": [[0, first], [second, len(text)]],
        "asked": [
            ["Who follows the head of Brodna?", [[second, len(text)]], name],
            ["Why did Brodna lose its mayor?", [[0, first]], None],
            ["How deep is Brodna's tunnel?", [], None],
        ],
    }
    file = tmp_path / "written.jsonl"
    file.write_text(json.dumps(record) + "\n", encoding="utf-8")
    monkeypatch.setattr("benchmarks.data.written", lambda: written(file))
    task = load("written", data, Choice())
    assert (task.folder, ids(task)) == ("realtimeqa", ["ferry", "mayor", "old-ferry"])
    assert [case.answers for case in task.cases] == [("Petra Winn",), (text[:first],)]
    assert [case.gold_facts for case in task.cases] == [("Petra Winn takes over.",), (text[:first],)]
    assert {*task.cases[0].gold_articles, *task.cases[1].answer_articles} == {NEWS[1]["url"]}
    for case in task.cases:
        assert case.asked
        assert 0 <= (case.asked - date(2022, 5, 10)).days < DAYS_AFTER


def test_null_queries_are_unanswerable_and_have_no_gold(data: Path) -> None:
    asked, null = load("multihop_rag", data, Choice()).cases
    assert (asked.answers, len(asked.gold_articles), len(asked.gold_facts)) == (("Tramont",), 2, 2)
    assert not null.is_answerable
    assert not null.gold_articles


def test_distractors_are_the_articles_of_one_year(data: Path) -> None:
    assert ids(load("multihop_rag", data, Choice())) == ["rail", "dam", "ferry", "mayor"]
    alone = load("multihop_rag", data, Choice(distractors=False))
    assert (ids(alone), alone.folder) == (["rail", "dam"], "multihop_rag")


def test_each_paragraph_is_an_article_and_impossible_questions_have_no_gold(data: Path) -> None:
    task = load("squad2", data, Choice())
    assert [record["id"] for record in task.records()] == ["Salt_roads/1", "Salt_roads/2"]
    assert [case.answers for case in task.cases] == [("1632",), (), ("The monks",)]
    assert [sorted(case.gold_articles) for case in task.cases] == [["Salt_roads/1"], [], ["Salt_roads/2"]]
    assert task.cases[0].question == "When was the salt road to Kelm paved?"


def test_fewer_articles_are_those_that_questions_need_first(data: Path) -> None:
    task = load("realtimeqa", data, Choice(articles=2))
    assert ids(task) == ["ferry", "mayor"]
    assert ids(load("realtimeqa", data, Choice(articles=3))) == ["ferry", "mayor", "old-ferry"]
    assert task.folder == "realtimeqa-2"


def test_articles_that_were_not_indexed_are_no_gold(data: Path) -> None:
    first, second = within(load("realtimeqa", data, Choice()).cases, {"https://example.org/mayor"})
    assert not first.gold_articles
    assert not first.answer_articles
    assert second.answer_articles == {"https://example.org/mayor"}


@pytest.fixture(scope="module")
def whole() -> Path:
    if not DATA.is_dir():
        pytest.skip("the data are not beside this checkout")
    return DATA


def test_the_sets_have_the_questions_that_their_description_counts(whole: Path) -> None:
    quiz = load("realtimeqa", whole, Choice()).cases
    assert (len(quiz), sum(bool(c.gold_articles) for c in quiz)) == (1085, 153)
    assert sum(bool(c.answer_articles) for c in quiz) == 1029
    hops = load("multihop_rag", whole, Choice()).cases
    assert (len(hops), sum(not c.is_answerable for c in hops)) == (502, 149)
    assert len(load("squad2", whole, Choice()).cases) == 3074
