"""llama-index beside ours: on the same articles, none later than asked, built once."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pytest

from benchmarks.baselines import llama_index_systems
from benchmarks.bootstrap import paired_difference
from benchmarks.data import Case, Choice
from benchmarks.measure import differences, search_all
from benchmarks.pipeline import assistant_over
from benchmarks.runs import Options, run_data_set
from benchmarks.systems import DEPTH, Found, System
from qa.assistant import Assistant
from tests.benchmarks.others_data import write

DAYS = [date(2022, 1, day) for day in range(1, 31)]


def bulletins() -> Iterator[dict[str, str]]:
    """One short article a day, on ferries but for one."""
    for day in DAYS:
        subject = "The harbour tax of Vela doubles" if day.day == 17 else f"Ferry {day.day} sails from Vela"
        yield {
            "id": f"day-{day.day}",
            "title": subject,
            "published": str(day),
            "text": f"{subject}, on time.",
        }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Assistant, Path]]:
    folder = tmp_path_factory.mktemp("ferries")
    with assistant_over(bulletins, folder / "work") as assistant:
        yield assistant, folder / "llama-index"


@pytest.fixture(scope="module")
def systems(built: tuple[Assistant, Path]) -> Iterator[Sequence[System]]:
    with ExitStack() as opened:
        yield opened.enter_context(llama_index_systems(*built))


def test_both_find_the_article_that_is_about_it(systems: Sequence[System]) -> None:
    assert [system.name for system in systems] == ["llama-index vector", "llama-index hybrid"]
    for system in systems:
        hits = system.search("the harbour tax of Vela", None)
        assert hits[0].article == "day-17"
        assert len(hits) == DEPTH


@pytest.mark.parametrize("last", [3, 17, 29])
def test_no_article_later_than_asked_is_found_and_no_earlier_one_lost(
    systems: Sequence[System], last: int
) -> None:
    for system in systems:
        found = {hit.article for hit in system.search("ferry sails from Vela", date(2022, 1, last))}
        assert found <= {f"day-{day}" for day in range(1, last + 1)}
        assert len(found) == min(last, DEPTH)


def test_what_was_built_is_used_again_and_built_anew_for_other_articles(
    built: tuple[Assistant, Path], systems: Sequence[System], tmp_path: Path
) -> None:
    assistant, folder = built
    state = (folder / "COMPLETE").read_text("utf-8")
    built_at = (folder / "bm25" / "retriever.json").stat().st_mtime_ns
    with llama_index_systems(assistant, folder) as again:
        assert len(again) == 2
    assert (folder / "bm25" / "retriever.json").stat().st_mtime_ns == built_at

    def fewer() -> Iterator[dict[str, str]]:
        yield from [*bulletins()][:5]

    (tmp_path / "COMPLETE").write_text(state, "utf-8")
    with (
        assistant_over(fewer, tmp_path / "work") as other,
        llama_index_systems(other, tmp_path / "x") as both,
    ):
        assert len(both[1].search("ferry", None)) == 5
    assert (tmp_path / "x" / "COMPLETE").read_text("utf-8") != state


def test_a_run_with_baselines_compares_question_by_question(tmp_path: Path) -> None:
    options = Options(write(tmp_path / "data"), tmp_path / "work", Choice(), baselines=True)
    row = run_data_set("realtimeqa", options)
    assert set(row["baselines"]) == set(row["differences"]) == {"llama-index vector", "llama-index hybrid"}
    for name, found in row["differences"].items():
        for metric, (mean, low, high) in found.items():
            assert mean == pytest.approx(row[metric] - row["baselines"][name][metric], abs=1e-3)
            assert low <= mean <= high
    assert json.loads(json.dumps(row)) == row


class Fixed:
    """A system that finds what it was told to."""

    def __init__(self, name: str, found: dict[str, list[str]]) -> None:
        self.name, self._found = name, found

    def search(self, question: str, as_of: date | None) -> list[Found]:
        return [Found(article, "") for article in self._found[question]]


def test_values_stand_in_the_order_of_the_questions() -> None:
    cases = [Case(q, ("x",), frozenset("g"), (), frozenset(), None) for q in "abc"]
    ours = search_all(Fixed("ours", {"a": ["g"], "b": ["x", "g"], "c": []}), cases)
    theirs = search_all(Fixed("theirs", {"a": ["x"], "b": ["g"], "c": []}), cases)
    assert ours.values["hits@1"] == [1, 0, 0]
    assert ours.values["mrr@10"] == [1, 0.5, 0]
    assert ours.figures["hits@4"] == pytest.approx(0.6667)
    expected = paired_difference([1, 0, 0], [0, 1, 0])
    assert differences(ours.values, theirs.values)["hits@1"] == expected
