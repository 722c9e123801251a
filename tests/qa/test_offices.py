"""Who holds an office of one country is not told by who holds it in another."""

from collections.abc import Callable, Mapping
from datetime import date

import pytest

from index.filters import Filters
from qa.answer import Outcome
from qa.assistant import Assistant
from qa.offices import asked_office, offices
from qa.query import read_question
from tests.qa.assistants import dated

TALKS = {
    "talks.txt": (
        "Mediators in Geneva brought two governments together.\n\n"
        "Foreign Minister of Armenia Ararat Mirzoyan and the Minister of Foreign Affairs of Azerbaijan Jeyhun Bayramov "
        "met on Monday. French foreign minister Catherine Colonna visited Baku. Russia offered to host the countries' "
        "foreign ministers.\n\nThe prime minister of Georgia, Irakli Garibashvili, followed the talks."
    ),
    "hosts.txt": "Sweden hosted the foreign ministers of Armenia and Azerbaijan at Peter Quixby's dinner.",
    "finland.txt": "Finland votes on Sunday. The prime minister, Sanna Marin, hopes for a second term in Helsinki.",
}


@pytest.fixture(scope="module")
def talks(over: Callable[[Mapping[str, str]], Assistant]) -> Assistant:
    """An assistant over two articles with four countries' ministers."""
    return over(TALKS)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who is the foreign minister of Armenia?", "Mirzoyan"),
        ("Who is Azerbaijan's foreign minister?", "Bayramov"),
        ("Who is the foreign minister of France?", "Colonna"),
        ("Who's the French foreign minister?", "Colonna"),
        ("What is the name of the prime minister of Georgia?", "Garibashvili"),
        ("Who is the prime minister of Finland?", "Marin"),  # the passage tells which country's
    ],
)
def test_the_holder_is_named(talks: Assistant, question: str, name: str) -> None:
    answer = talks.ask(question)
    assert answer.outcome is Outcome.ANSWERED
    assert name in answer.sentences[0].text


@pytest.mark.parametrize(
    "question", ["Who is the foreign minister of Russia?", "Who is Russia's foreign minister?"]
)
def test_anothers_holder_is_no_answer(talks: Assistant, question: str) -> None:
    answer = talks.ask(question)
    assert answer.outcome is Outcome.NOT_IN_CORPUS
    assert answer.reason is not None
    assert answer.reason.endswith("but the sentences found tell only of another country's")
    assert answer.nearest


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the Minister of Foreign Affairs of Armenia", [("foreign minister", "armenia")]),
        ("US Secretary of State Antony Blinken", [("secretary state", "usa")]),
        ("minister of defence of Ukraine", [("defense minister", "ukrain")]),
        ("Britain's former prime minister, Liz Truss", [("minister prime", "britain")]),
        ("the foreign ministers of Russia, Iran and Turkey", [("foreign minister", "iran russia turkey")]),
        ("President of the Russian Federation", [("president", "russia")]),
        ("the president of the European Council", [("president", "council")]),
        ("the president of the company", [("president", "company")]),
        ("the president of the country", [("president", "")]),
        ("the leaders of the two countries", []),
        ("President Ilham Aliyev of Azerbaijan", [("president", "azerbaijan")]),
        (
            "the Armenian foreign minister and his Azerbaijani counterpart",
            [("foreign minister", "armenia"), ("foreign minister", "azerbaijan")],
        ),
        ("Sweden's next queen, Princess Victoria", [("queen", "sweden"), ("princess", "")]),
        ("the countries' foreign ministers", []),
    ],
)
def test_an_office_is_read_with_whose_it_is(text: str, found: list[tuple[str, str]]) -> None:
    assert [(" ".join(sorted(o.name)), " ".join(sorted(o.owners))) for o in offices(text)] == found


@pytest.mark.parametrize(
    "question",
    [
        "Who met the president of Turkey?",
        "Who is the king of Spain's wife?",
        "Who are the foreign ministers of Armenia and Azerbaijan?",
        "Who is the president of the European Council?",
        "What did the president of France say?",
        "Who is the prime minister?",
        "Who became prime minister of Britain?",
        "Who is the new prime minister of Britain?",
    ],
)
def test_other_questions_are_left_alone(question: str) -> None:
    assert asked_office(read_question(question)) is None


REIGNS = {
    "a.md": dated(
        "Old", "Elsa Quixby, the prime minister of Sweden, opened the fair.", published="2019-05-01"
    ),
    "b.md": dated("New", "Sweden's prime minister, Nils Marlow, opened the bridge.", published="2024-05-01"),
    "c.md": dated(
        "Newest", "Former Swedish prime minister Elsa Quixby wrote a book.", published="2025-05-01"
    ),
    "d.md": dated("Next", "Olle Brandt may be the next prime minister of Sweden.", published="2025-06-01"),
}


@pytest.mark.parametrize(
    ("question", "as_of", "name"),
    [
        ("Who is the prime minister of Sweden?", None, "Marlow"),
        ("Who is the prime minister of Sweden?", date(2020, 1, 1), "Quixby"),
        ("Who was the prime minister of Sweden in 2019?", None, "Quixby"),
    ],
)
def test_who_holds_it_now_is_told_by_the_newest_article(
    over: Callable[[Mapping[str, str]], Assistant], question: str, as_of: date | None, name: str
) -> None:
    answer = over(REIGNS).ask(question, filters=Filters(as_of=as_of))
    assert name in answer.sentences[0].text


@pytest.mark.parametrize(
    ("text", "is_now"),
    [
        ("Sweden's prime minister", True),
        ("Sweden's new prime minister", True),
        ("the former Swedish prime minister", False),
        ("Sweden's then prime minister", False),
        ("the next prime minister of Sweden", False),
    ],
)
def test_a_former_or_future_holder_is_none_now(text: str, is_now: bool) -> None:
    assert [office.is_now for office in offices(text)] == [is_now]
