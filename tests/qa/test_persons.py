"""Whom "he" means after a question that asks who: the person who answers it, or nobody."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from qa.assistant import Assistant
from qa.recent import Recent

LINES = {
    "lines.txt": "After Nils Berg had left, Ann Krag bought the Vela Lines on Monday. She paid two million euros.",
    "ferry.txt": "The ferry to Visby sails again. It was repaired in the harbour of Oslo, the port said.",
}


@pytest.fixture(scope="module")
def lines(over: Callable[[Mapping[str, str]], Assistant]) -> Assistant:
    """An assistant over an article that names two people, and one that names none."""
    return over(LINES)


def test_of_several_names_it_is_the_one_that_answers(lines: Assistant) -> None:
    answer = lines.ask("How much did she pay?", turns=["Who bought the Vela Lines?"])
    assert answer.standalone_question.startswith("How much did Ann Krag pay?")


def test_without_a_reader_two_names_are_too_many(lines: Assistant) -> None:
    settings = lines.settings.model_copy(update={"reader": False})
    assistant = replace(lines, settings=settings, persons=Recent())
    answer = assistant.ask("How much did she pay?", turns=["Who bought the Vela Lines?"])
    assert answer.standalone_question.startswith("How much did she pay?")


@pytest.mark.parametrize("before", ["Who repaired the ferry?", "Who sank the ferry in Lima?"])
def test_where_nobody_is_named_nobody_is_meant(lines: Assistant, before: str) -> None:
    assert lines.ask("How old is he?", turns=[before]).standalone_question.startswith("How old is he?")
