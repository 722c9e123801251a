"""Example questions come from the articles' sentences, and each is answered by the one it was made from."""

import os
from pathlib import Path

import pytest

from qa.answer import Outcome
from qa.assistant import Assistant
from qa.indexing import open_index, update
from qa.settings import Settings
from qa.web.examples import SHOWN, Examples, question_of

SAMPLES = Path(__file__).resolve().parents[2] / "corpus" / "articles"


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "Charles Michel, the president of the European Council, mediated the talks in Brussels.",
            "Who mediated the talks in Brussels?",
        ),
        (
            "About 6,000 people gathered in Karabakh on Friday, July 14, to demand the road's reopening.",
            "How many people gathered in Karabakh to demand the road's reopening?",
        ),
        (
            "On Tuesday Azerbaijan closed the Lachin corridor, the only land link.",
            "Who closed the Lachin corridor?",
        ),
    ],
)
def test_sentence_becomes_the_question_that_it_answers(sentence: str, question: str) -> None:
    assert question_of(sentence) == question


@pytest.mark.parametrize(
    "sentence",
    [
        "It told Colonna that the checkpoint had been established on Azerbaijani soil.",
        "The Armenian Red Cross denied the charge.",
        "The supposed leak delayed four trams in Lorne.",
        "Azerbaijan told them in Baku that this was wrong.",
        "<script>alert(1)</script> Azerbaijan closed the Lachin corridor.",
        "",
        "A" * 10_000,
        "Aa " * 60 + "x.",
    ],
)
def test_sentence_that_leans_on_others_makes_no_question(sentence: str) -> None:
    assert question_of(sentence) is None


def test_every_example_is_answered_and_stays_until_the_next_sync(tmp_path: Path) -> None:
    settings = Settings.load({"PATH": os.environ["PATH"]}, articles_dir=SAMPLES, index_dir=tmp_path / "index")
    update(settings)
    with open_index(settings) as live:
        assistant = Assistant(live, settings)
        examples = Examples(assistant)

        questions = examples.questions()

        assert 1 <= len(questions) <= SHOWN
        assert all(assistant.ask(question).outcome is Outcome.ANSWERED for question in questions)
        assert examples.questions() is questions
