"""What a question takes for granted of one country is not answered with what another did."""

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from index.analysis import stems
from index.filters import Filters
from qa.answer import Outcome
from qa.assistant import Assistant
from qa.premise import actors, year_to_come
from qa.query import read_question

ROAD = {
    "road.txt": (
        "On Tuesday Azerbaijan closed the Quixby road, the only land link between Karabakh and Armenia. Azerbaijan "
        "said that its neighbour had used the road for smuggling.\n\nIn 2020 Azerbaijan won the six-week war, after "
        "which land was given back that had been held by Armenia for decades.\n\nThe tunnel was blocked by Georgian "
        "forces on Friday."
    ),
    "pipeline.txt": "Georgia met Turkey in Batumi on Sunday for talks about a pipeline.",
}


@pytest.fixture(scope="module")
def road(over: Callable[[Mapping[str, str]], Assistant]) -> Assistant:
    """An assistant over two articles, in which Azerbaijan acts, and Georgia."""
    return over(ROAD)


@pytest.mark.parametrize(
    "question",
    [
        "Why did Armenia close the Quixby road?",
        "When did Armenia win the war?",
        "Why did Russia block the tunnel?",
    ],
)
def test_what_another_country_did_is_no_answer(road: Assistant, question: str) -> None:
    answer = road.ask(question)
    assert answer.outcome is Outcome.NOT_IN_CORPUS
    assert answer.reason is not None
    assert answer.reason.endswith("of another country") or '"Russia"' in answer.reason


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Why did Azerbaijan close the Quixby road?", "Azerbaijan closed"),
        ("When did Azerbaijan win the war?", "In 2020"),
        ("Did Armenia close the Quixby road?", "Azerbaijan closed"),  # nothing is taken for granted
        ("When was the Quixby road closed?", "Tuesday"),
        ("Which land did Armenia formerly hold?", "held by Armenia"),  # "formerly" is no deed
    ],
)
def test_what_the_country_did_is(road: Assistant, question: str, told: str) -> None:
    assert any(told in sentence.text for sentence in road.ask(question).sentences)


def test_who_meets_is_met(road: Assistant) -> None:
    assert not str(road.ask("Where did Turkey meet Georgia?").reason).endswith("of another country")
    assert str(road.ask("Where did Armenia close the Quixby road?").reason).endswith("of another country")


@pytest.mark.parametrize(
    ("text", "verb", "found"),
    [
        ("When on Tuesday Azerbaijan closed the road", "closed", [{"azerbaijan"}]),
        ("Azerbaijan has now finally closed it", "closed", [{"azerbaijan"}]),
        ("Armenian forces closed it", "closed", [{"armenia"}]),
        ("The road was closed by the Azeris", "closed", [{"azerbaijan"}]),
        ("Armenia was attacked", "attacked", [set()]),
        ("Armenia and Azerbaijan have fought two wars", "fought", [{"armenia", "azerbaijan"}]),
        ("Italy has formally closed it", "closed", [{"itali"}]),
        ("Russia is now fighting in Ukraine", "fighting", [{"russia"}]),
        ("Azerbaijan justified the closure", "closure", [None]),
        ("In Armenia, drivers closed it", "closed", [None]),
    ],
)
def test_who_does_what_a_verb_says(text: str, verb: str, found: list[set[str] | None]) -> None:
    assert actors(text, frozenset(stems(verb))) == found


UNION = {
    "union.txt": "After the collapse of the Quixby Union in the early 1990s, the region declared itself independent.",
    "bank.txt": "Since last week it is known that the Marlow Bank collapsed because it had lent too much.",
}


def test_what_only_dates_another_thing_by_it_does_not_say_why(
    over: Callable[[Mapping[str, str]], Assistant],
) -> None:
    assistant = over(UNION)
    assert assistant.ask("Why did the Quixby Union collapse?").outcome is Outcome.NOT_IN_CORPUS
    assert "1990s" in assistant.ask("When did the Quixby Union collapse?").text
    assert "lent too much" in assistant.ask("Why did the Marlow Bank collapse?").text


@pytest.mark.parametrize(
    ("question", "year"),
    [
        ("Who won the chess cup in 2030?", 2030),
        ("Who won the 2030 chess cup?", 2030),
        ("Where was the cup of 2030 held?", 2030),
        ("What happened in 2030?", 2030),
        ("Who won the chess cup in 2024?", None),
        ("Who will win the chess cup in 2030?", None),
        ("Which countries hosted talks on the 2030 goals?", None),
        ("Who lost faith by 2030?", None),
        ("What did they promise to do in 2030?", None),
    ],
)
def test_what_has_happened_did_not_in_a_year_to_come(question: str, year: int | None) -> None:
    assert year_to_come(read_question(question), date(2024, 5, 1)) == year


def test_a_year_to_come_is_the_reason(over: Callable[[Mapping[str, str]], Assistant]) -> None:
    assistant = over({"cup.txt": "Anna won the chess cup of 2019 in Geneva. The cup of 2030 goes to Bern."})
    for as_of, won in ((date(2020, 1, 1), True), (date(2018, 1, 1), False)):
        answer = assistant.ask("Who won the chess cup in 2019?", filters=Filters(as_of=as_of))
        assert (answer.outcome is Outcome.ANSWERED) is won
    assert answer.reason == "2019 is yet to come"
    assert answer.confidence == 0
