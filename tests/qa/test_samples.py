"""Over the sample articles: known answers come first, what no article says is refused, every quote stands."""

import pytest

from corpus.article import Article
from qa.answer import Answer, Outcome
from qa.assistant import Assistant
from tests.qa.assistants import assert_stands
from tests.qa.sample_questions import ANSWERABLE, UNANSWERABLE


@pytest.fixture(scope="module")
def answers(samples: Assistant) -> dict[str, Answer]:
    """The answer to each question of the list."""
    questions = [question for question, _ in ANSWERABLE] + list(UNANSWERABLE)
    return {question: samples.ask(question) for question in questions}


def test_lists_are_long_enough() -> None:
    assert len(ANSWERABLE) >= 20
    assert len(UNANSWERABLE) >= 5


def test_nine_answers_of_ten_stand_in_the_first_two_sentences(answers: dict[str, Answer]) -> None:
    missed = [
        question
        for question, known in ANSWERABLE
        if not any(word in " ".join(s.text for s in answers[question].sentences[:2]) for word in known)
    ]
    assert len(missed) <= 0.1 * len(ANSWERABLE), missed


@pytest.mark.parametrize("question", UNANSWERABLE)
def test_what_no_article_answers_is_refused_with_a_reason(answers: dict[str, Answer], question: str) -> None:
    answer = answers[question]
    assert answer.outcome is Outcome.NOT_IN_CORPUS
    assert answer.reason
    assert answer.sentences == ()
    assert answer.citations == ()
    assert answer.text == ""


def test_all_quotes_stand_and_all_claims_of_absence_are_true(
    answers: dict[str, Answer], sample_articles: dict[str, Article]
) -> None:
    for answer in answers.values():
        assert_stands(answer, sample_articles)


def test_most_refusals_name_what_is_missing(answers: dict[str, Answer]) -> None:
    reasons = [answers[question].reason or "" for question in UNANSWERABLE]
    assert sum(reason.startswith("no article mentions") for reason in reasons) >= len(reasons) / 2


def test_two_reports_of_one_event_are_both_shown(answers: dict[str, Answer]) -> None:
    answer = answers["How many people gathered in Karabakh to call for the reopening?"]
    assert "6,000" in answer.text
    assert "Several thousand" in answer.text


def test_confidence_parts_answers_from_refusals(answers: dict[str, Answer]) -> None:
    for answer in answers.values():
        assert 0 <= answer.confidence <= 1
        assert (answer.confidence >= 0.5) == (answer.outcome is Outcome.ANSWERED)


def test_an_answer_streams_sentence_by_sentence(samples: Assistant) -> None:
    grown = list(samples.stream("Who mediated the talks in Brussels?"))
    assert [len(answer.sentences) for answer in grown] == list(range(1, len(grown) + 1))
    assert grown[-1].sentences[: len(grown[0].sentences)] == grown[0].sentences


def test_asking_again_answers_the_same(samples: Assistant, answers: dict[str, Answer]) -> None:
    for question in ("Who won the 2020 war?", "What is the weather in Baku?"):
        again = samples.ask(question)
        assert (again.sentences, again.nearest) == (answers[question].sentences, answers[question].nearest)


def test_a_follow_up_that_says_enough_is_judged_by_its_own_words(samples: Assistant) -> None:
    turns = ["Who mediated the talks in Brussels?"]
    answer = samples.ask("And how many people demanded the reopening?", turns=turns)
    assert answer.outcome is Outcome.ANSWERED
    assert any(count in answer.sentences[0].text for count in ("6,000", "Several thousand"))


def test_what_somebody_said_comes_from_a_sentence_in_which_they_say_it(samples: Assistant) -> None:
    answer = samples.ask("What did Armenia say about the checkpoint?")
    assert any(word in answer.sentences[0].text for word in ("violat", "breach"))
