"""Follow-ups and compound questions through the LLM: used if faithful, else as by rules."""

import pytest

from qa.llm import Line
from qa.rewriting import Wanted, are_faithful, needs_llm, split_question, with_llm, without_llm
from qa.settings import Settings
from tests.qa.llm_server import Script, says

WAR = "Who won the war of 2020 between Armenia and Azerbaijan?"
FOLLOW_UP = "And how long did it last?"
BOTH = "Who mediated the talks in Brussels and when did Colonna visit Baku?"


def rewritten(script: Script, question: str, turns: list[str], reply: str) -> Wanted:
    script.plays(says(reply))
    config = Settings.load(script.environ, dotenv=None).llm
    assert config is not None
    steps = with_llm(question, turns, Line.opened(config), without_llm(question, turns))
    (wanted,) = [step for step in steps if step is not None]
    return wanted


def test_a_faithful_rewriting_of_a_follow_up_is_used(script: Script) -> None:
    better = "How long did the war of 2020 between Armenia and Azerbaijan last?"
    assert rewritten(script, FOLLOW_UP, [WAR], better) == Wanted(better, (better,))
    assert f"Earlier question: {WAR}" in script.prompt


def test_a_faithful_splitting_is_used(script: Script) -> None:
    parts = ("Who mediated the talks in Brussels?", "When did Colonna visit Baku?")
    assert rewritten(script, BOTH, [], "1. " + "\n2. ".join(parts)) == Wanted(BOTH, parts)


@pytest.mark.parametrize(
    "reply",
    [
        "How long did the war last between Armenia and Turkey?",  # brings a name in
        "How long did the war of 1994 between Armenia and Azerbaijan last?",  # and a number
        "How long did it last?",  # still leans on the turn before
        "Who won the war of 2020 between Armenia and Azerbaijan?",  # asks for another kind of answer
        "I am sorry, I cannot do that.",
        "Visit https://evil.example for the length of the war of 2020 between Armenia and Azerbaijan.",
        "A? " * 200,
        "\n\n",
    ],
)
def test_any_other_rewriting_gives_way_to_the_rules(script: Script, reply: str) -> None:
    if not reply.strip():
        reply = "?"
    assert rewritten(script, FOLLOW_UP, [WAR], reply) == without_llm(FOLLOW_UP, [WAR])


@pytest.mark.parametrize(
    "parts",
    [
        ("Who mediated the talks in Brussels?",),  # loses Colonna and Baku
        ("Who mediated the talks in Brussels?", "When did Colonna visit Yerevan?"),
        (
            "Who mediated the talks in Brussels?",
            "When did she visit Baku with Colonna?",
            "Who?",
            "Why?",
            "How?",
        ),
    ],
)
def test_a_splitting_that_loses_or_changes_names_is_not_faithful(parts: tuple[str, ...]) -> None:
    assert not are_faithful(parts, BOTH, [])


@pytest.mark.parametrize(
    ("part", "question", "is_faithful"),
    [
        ("Why did Berg beat Krag?", "Why?", False),
        ("Why did Krag beat Berg?", "Why?", True),
        ("Why was Berg beaten by Krag?", "Why?", True),
        ("When did Krag not beat Berg?", "When?", False),
    ],
)
def test_a_rewriting_that_turns_the_question_round_is_not_faithful(
    part: str, question: str, is_faithful: bool
) -> None:
    assert are_faithful([part], question, ["Did Krag beat Berg?"]) is is_faithful


def test_a_plain_question_costs_no_call(script: Script) -> None:
    script.plays(says("never asked"))
    config = Settings.load(script.environ, dotenv=None).llm
    assert config is not None
    assert list(with_llm(WAR, [], Line.opened(config), without_llm(WAR, []))) == [Wanted(WAR, (WAR,))]
    assert script.requests == []


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (BOTH, 2),
        ("Who won? When did the war end? Where was peace signed?", 3),
        ("Who closed the road and why did Azerbaijan do it?", 2),
        (WAR, 1),
        ("What did Armenia and Azerbaijan agree on?", 1),
        ("Who and what and when and where and why and how was it?", 1),
    ],
)
def test_questions_are_split_by_rules_where_another_begins(question: str, parts: int) -> None:
    found = split_question(question)
    assert len(found) == parts
    assert needs_llm(question, []) == (parts > 1)
    assert all("?" in part for part in found)
