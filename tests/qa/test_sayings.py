"""What somebody says, of anything: sentences in which they speak, also as "he" or "she" right below their name."""

from collections.abc import Iterator

import pytest

from qa.answer import Outcome
from qa.assistant import Assistant
from tests.qa.assistants import assistant_over, write_articles

TEXTS = {
    "bridge.txt": (
        "The Danish transport minister Lone Krag toured both banks of the Esk on Tuesday. "
        "She urged the councils to mend the bridge before winter. The bridge has been shut since May.\n\n"
        "A councillor, who asked for anonymity, said the money was found in March. "
        "The Swedish transport minister Nils Berg was at home with a cold."
    ),
    "market.txt": "The fish market in Port Amber opens at six. Its keeper sells herring and says little.",
}


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("towns")
    with assistant_over(write_articles(folder / "articles", TEXTS), folder / "index") as assistant:
        yield assistant


def test_what_she_says_below_her_name_is_what_the_minister_says(towns: Assistant) -> None:
    answer = towns.ask("What did the Danish transport minister say?")
    assert answer.citations[0].quote.startswith("She urged the councils")
    assert not any("Nils Berg" in citation.quote for citation in answer.citations)  # another minister


def test_who_has_no_name_is_found_by_what_is_told_of_them(towns: Assistant) -> None:
    answer = towns.ask("What did the anonymous councillor say?")
    assert "the money was found in March" in answer.citations[0].quote


def test_of_whom_is_silent_nothing_is_said(towns: Assistant) -> None:
    answer = towns.ask("What did the Swedish transport minister say?")
    assert answer.outcome is Outcome.NOT_IN_CORPUS


def test_what_is_said_about_something_is_judged_as_before(towns: Assistant) -> None:
    assert towns.ask("What did the minister say about herring?").outcome is Outcome.NOT_IN_CORPUS
