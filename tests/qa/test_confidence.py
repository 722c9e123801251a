"""How sure an answer is: the reader's odds tell the more, the shorter a question is, beside what its words tell."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from index.filters import Filters
from qa.assistant import Assistant
from qa.confidence import (
    CONFIDENCE_WEIGHTS,
    LONG_NEEDS,
    MOST_ODDS,
    SHORT_NEEDS,
    confidence,
    confidence_signals,
    is_told_by_words,
    needed_share,
)
from qa.evidence import weigh
from qa.query import Query, read_question
from qa.signals import Evidence
from qa.terms import ResolvedTerm

TOWNS = {
    "tarn.txt": "The old stone bridge at Tarn was repaired by masons of the town. Its mayor praised their work.",
    "osla.txt": "Osla has a harbour and a lighthouse. The ferry from Visby arrives there at noon.",
}
SHORT = "Who repaired the bridge at Tarn?"
LONG = (
    "Which bank paid for the repair of the old stone bridge at Tarn, of the harbour of Osla and of its lighthouse, and "
    "did the mayor of Visby, whose ferry arrives at noon, praise the masons for their work as both papers wrote?"
)

Read = tuple[Query, tuple[ResolvedTerm, ...], list[Evidence]]


@pytest.fixture
def read(over: Callable[[Mapping[str, str]], Assistant]) -> Callable[[str], Read]:
    """Return a question, its words and what the towns tell of it, as nobody has read it yet."""

    def weighed(question: str) -> Read:
        towns, query = over(TOWNS), read_question(question)
        with towns.live.reader() as reader:
            found = towns.find(query, reader, Filters(), 30)
        return query, found.terms, weigh(query, found, towns.meaning)

    return weighed


def with_odds(evidence: list[Evidence], odds: float) -> list[Evidence]:
    """Return the evidence as if the reader had read its best sentence."""
    return [replace(evidence[0], odds=odds), *evidence[1:]]


def test_the_share_needed_falls_with_the_number_of_words() -> None:
    shares = [needed_share(words) for words in range(1, 40)]
    assert shares == sorted(shares, reverse=True)
    assert all(LONG_NEEDS <= share <= SHORT_NEEDS for share in shares)


def test_every_signal_is_weighed(read: Callable[[str], Read]) -> None:
    assert confidence_signals(*read(SHORT)).keys() == CONFIDENCE_WEIGHTS.keys()


def test_without_evidence_there_is_no_confidence(read: Callable[[str], Read]) -> None:
    query, terms, _ = read(SHORT)
    assert confidence(query, terms, []) == 0.0


def test_odds_raise_the_confidence_as_far_as_they_count(read: Callable[[str], Read]) -> None:
    query, terms, evidence = read("Which masons repaired what at Tarn?")
    assert not is_told_by_words(query, terms, evidence)
    odds = (-9.0, -MOST_ODDS, -1.0, 1.0, MOST_ODDS, 9.0)
    sure = [confidence(query, terms, with_odds(evidence, value)) for value in odds]
    assert sure == sorted(sure)
    assert sure[0] == sure[1] < 0.5 < sure[-2] == sure[-1]


def test_a_long_question_is_decided_by_its_words(read: Callable[[str], Read]) -> None:
    def moved(question: str) -> float:
        query, terms, evidence = read(question)
        least, most = (
            confidence(query, terms, with_odds(evidence, odds)) for odds in (-MOST_ODDS, MOST_ODDS)
        )
        return most - least

    assert moved(LONG) < 0.1 < moved("Which masons repaired what at Tarn?")


def test_a_name_that_the_passage_lacks_makes_it_less_sure(read: Callable[[str], Read]) -> None:
    query, terms, evidence = read("When does the ferry reach Osla?")
    there = with_odds(evidence, 2.0)
    elsewhere = [replace(there[0], names_absent=1.0), *there[1:]]
    assert confidence(query, terms, elsewhere) < confidence(query, terms, there)


def test_words_that_no_article_has_make_it_less_sure(read: Callable[[str], Read]) -> None:
    query, terms, evidence = read("Which masons repaired what at Tarn?")
    unknown = [replace(term, frequency=0, spelling=None, forms=term.forms[:1]) for term in terms[:1]] + list(
        terms[1:]
    )
    read_well = with_odds(evidence, 3.0)
    assert confidence(query, unknown, read_well) < confidence(query, terms, read_well)


def test_what_is_to_be_counted_and_is_in_no_article_is_not_told_by_another_number(
    over: Callable[[Mapping[str, str]], Assistant],
) -> None:
    crowd = over(
        {"crowd.txt": "Some 6,000 people gathered on the bridge of Tarn on Friday. They sang until noon."}
    )
    assert crowd.ask("How many people gathered at Tarn?").sentences
    assert not crowd.ask("How many lorries cross the bridge of Tarn?").sentences
