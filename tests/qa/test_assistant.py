"""Any question, of any text, gets an answer whose every quote stands; a running assistant sees a new sync."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.article import Article
from index.sync import sync
from qa.answer import Answer, Outcome
from qa.assistant import Assistant
from qa.query import MAX_QUESTION_CHARS
from tests.qa.assistants import assert_stands, assistant_over, write_articles

WORDS = st.sampled_from(
    "Who why When How many the Lachin Laçın corridor smuggling 6,000 1915 Karabakh's Brussels? İlham it one And "
    "U.S. “Red Cross” (about: ) \ud800 \x00 \x1b \u202e AND OR NOT text:x * ~2 ^9 + - /x/ 😀 外務".split(" ")
)
QUESTIONS = st.text(st.characters()) | st.lists(WORDS, max_size=30).map(" ".join)


@settings(deadline=None, max_examples=60)
@given(QUESTIONS, st.lists(QUESTIONS, max_size=3))
@example("\udcff\ud800", ["\udcff"])
@example("\x00", [])
@example("a" * 10_000, ["why?"])
@example("Who closed the Lachin corridor? " * 400, ["(about: " * 1000])
def test_any_question_gets_an_answer_that_stands(
    samples: Assistant, sample_articles: dict[str, Article], question: str, turns: list[str]
) -> None:
    answer = samples.ask(question, turns=turns)
    assert isinstance(answer, Answer)
    assert answer.question == question
    assert 0 <= answer.confidence <= 1
    assert (answer.outcome is Outcome.NOT_IN_CORPUS) == (answer.reason is not None)
    assert_stands(answer, sample_articles)


@pytest.mark.parametrize("unit", ["corridor ", "a", "Lachin ", "1,", "é", "why? ", "()"])
def test_a_question_of_ten_thousand_characters_is_answered_soon(samples: Assistant, unit: str) -> None:
    question = (unit * 10_000)[:10_000]
    answer = samples.ask(question, turns=[question])
    assert len(answer.standalone_question) <= 3 * MAX_QUESTION_CHARS
    assert answer.timings.total_ms < 3_000


def test_a_lone_surrogate_is_read_as_the_replacement_character(samples: Assistant) -> None:
    assert samples.ask("Who is Mich\ud800el?").standalone_question == "Who is Mich\ufffdel?"


def test_a_running_assistant_sees_a_finished_sync_at_its_next_question(tmp_path: Path) -> None:
    folder = write_articles(tmp_path / "news", {"a.txt": "Herring is sold in Bergen."})
    with assistant_over(folder, tmp_path / "store") as assistant:
        assert assistant.ask("Who landed on the moon?").outcome is Outcome.NOT_IN_CORPUS
        write_articles(folder, {"b.txt": "Neil Armstrong landed on the moon."})
        sync(folder, tmp_path / "store", assistant.settings.index_config)
        assert "Neil Armstrong" in assistant.ask("Who landed on the moon?").text


def test_threads_share_an_assistant(samples: Assistant, sample_articles: dict[str, Article]) -> None:
    questions = ["Who mediated the talks in Brussels?", "Who won the 2020 war?"] * 4
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda q=q: answers.append(samples.ask(q))) for q in questions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(questions)
    for answer in answers:
        assert answer.sentences == samples.ask(answer.question).sentences
        assert_stands(answer, sample_articles)


def test_he_is_who_answers_the_question_before(samples: Assistant) -> None:
    who = "Who mediated the talks in Brussels?"
    answer = samples.ask("What did he say about the border?", turns=[who])
    assert answer.standalone_question.startswith("What did Charles Michel say about the border?")
    assert samples.ask("How old is he?", turns=["Who won the lottery in Australia?"]).standalone_question == (
        "How old is he? (about: won lottery Australia)"
    )


def test_what_is_carried_over_makes_no_answer_less_sure(
    over: Callable[[Mapping[str, str]], Assistant],
) -> None:
    bridge = (
        "The Vela Fund closed the Quixby bridge on Tuesday, saying that the Oslo Circle had used it for smuggling."
        "\n\nThe Oslo Circle denied the claims. Traffic has been at a halt since."
    )
    ferry = "The ferry to Visby sails again. Nordline said that it would run twelve crossings a day."
    assistant = over({"bridge.txt": bridge, "ferry.txt": ferry})
    answer = assistant.ask("What did the Oslo Circle say? (about: Quixby bridge Vela Fund closed)")
    assert answer.text.startswith("The Oslo Circle denied the claims.")
