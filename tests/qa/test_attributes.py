"""What a country has is not told by what is said of another's."""

from collections.abc import Callable, Mapping

import pytest

from qa.answer import Outcome
from qa.assistant import Assistant
from qa.attributes import asked_attribute
from qa.query import read_question

TRAVELS = {
    "travels.txt": (
        "The French minister visited both Armenia's capital, Yerevan, and Azerbaijan's Baku. From there she flew to "
        "Turkey for a day.\n\nThe valley belongs to Azerbaijan, but its population is mainly ethnic Armenians."
    ),
    "finland.txt": "Finland votes on Sunday. Voters queued in the capital, Helsinki. Sweden looks on.",
}


@pytest.fixture(scope="module")
def travels(over: Callable[[Mapping[str, str]], Assistant]) -> Assistant:
    """An assistant over two articles, in which one capital is named with its country."""
    return over(TRAVELS)


@pytest.mark.parametrize("question", ["What is the capital of Turkey?", "What is the population of Armenia?"])
def test_what_another_country_has_is_no_answer(travels: Assistant, question: str) -> None:
    answer = travels.ask(question)
    assert answer.outcome is Outcome.NOT_IN_CORPUS
    assert str(answer.reason).endswith("but the sentences found tell only of another country's")
    assert answer.nearest


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What is the capital of Armenia?", "Yerevan"),
        ("What is Armenia's capital?", "Yerevan"),
        ("What is the capital of Azerbaijan?", "Baku"),  # both are in the sentence
        ("What is the capital of Finland?", "Helsinki"),  # the passage tells whose
    ],
)
def test_what_the_country_has_is(travels: Assistant, question: str, told: str) -> None:
    assert told in travels.ask(question).sentences[0].text


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What is the capital of Turkey?", ("capital", "turkey")),
        ("What are Armenia's borders?", ("border", "armenia")),
        ("How big is the Russian army?", ("army", "russia")),
        ("What is the capital?", None),
        ("What is the capital of the region?", None),
        ("What is happening in the capital of Turkey?", None),
        ("Who attacked the capital of Ukraine?", None),
        ("What is the border between Armenia and Turkey?", None),
    ],
)
def test_only_what_asks_for_nothing_else_is_held_to_it(question: str, asked: tuple[str, str] | None) -> None:
    assert asked_attribute(read_question(question)) == asked
