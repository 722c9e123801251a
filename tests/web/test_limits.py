"""What one asker may ask: so many a minute, so many at once, so long; and what is remembered of it."""

import pytest

from qa.query import MAX_QUESTION_CHARS
from qa.web.asker import Asker
from qa.web.limits import LimitReached, Limits, QuestionRefused, check_question
from tests.web.clock import Clock

ANN, BOB = Asker("ann", "1", is_limited=True), Asker("bob", "2", is_limited=True)
OWNER = Asker("127.0.0.1", "3", is_limited=False)


def ask(limits: Limits, asker: Asker, times: int = 1) -> None:
    for _ in range(times):
        with limits.held(asker):
            pass


def test_question_past_the_minute_s_number_is_told_when_to_come_back() -> None:
    limits = Limits(per_minute=3, at_once=0, clock=(clock := Clock()))
    ask(limits, ANN)
    clock.forward(10)
    ask(limits, ANN, 2)

    with pytest.raises(LimitReached, match="3 questions within a minute; try again in 50 s") as reached:
        ask(limits, ANN)

    assert reached.value.retry_after_s == 50
    clock.forward(reached.value.retry_after_s)
    ask(limits, ANN)


def test_limits_are_each_asker_s_own() -> None:
    limits = Limits(per_minute=1, at_once=1, clock=Clock())
    with limits.held(ANN), limits.held(BOB), pytest.raises(LimitReached):
        ask(limits, BOB)


def test_questions_at_once_are_counted_until_they_end_however_they_do() -> None:
    limits = Limits(per_minute=0, at_once=1, clock=Clock())
    with limits.held(ANN), pytest.raises(LimitReached, match="1 of your questions"):
        ask(limits, ANN)
    with pytest.raises(ZeroDivisionError), limits.held(ANN):
        raise ZeroDivisionError

    ask(limits, ANN)


def test_refused_question_does_not_count() -> None:
    limits = Limits(per_minute=2, at_once=1, clock=Clock())
    with limits.held(ANN):
        for _ in range(5):
            with pytest.raises(LimitReached):
                ask(limits, ANN)

    ask(limits, ANN)


def test_owner_of_the_machine_and_zero_have_no_limit() -> None:
    limits = Limits(per_minute=1, at_once=1, clock=Clock())
    with limits.held(OWNER):
        ask(limits, OWNER, 100)
    ask(Limits(per_minute=0, at_once=0, clock=Clock()), ANN, 100)


def test_askers_are_forgotten_after_a_quiet_minute() -> None:
    limits = Limits(per_minute=5, at_once=5, clock=(clock := Clock()))
    for number in range(500):
        ask(limits, Asker(str(number), "-", is_limited=True))
    assert len(limits) == 500

    clock.forward(61)
    ask(limits, ANN)

    assert len(limits) == 1


@pytest.mark.parametrize("question", ["", " \n", "x" * (MAX_QUESTION_CHARS + 1)])
def test_question_that_is_empty_or_too_long_is_refused(question: str) -> None:
    with pytest.raises(QuestionRefused):
        check_question(question)


def test_longest_question_is_taken() -> None:
    check_question("x" * MAX_QUESTION_CHARS)
