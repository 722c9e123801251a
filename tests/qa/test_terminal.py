"""The conversation in a terminal, line by line."""

import io
import json

import pytest

from qa.assistant import Assistant
from qa.terminal import HELP, Talk, converse


def said(
    assistant: Assistant,
    monkeypatch: pytest.MonkeyPatch,
    *lines: str,
    as_json: bool = False,
    prompt: bool = False,
) -> list[str]:
    """Say these lines and return what was written."""
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    written: list[str] = []
    talk = Talk(assistant, as_json=as_json)
    assert converse(talk, write=written.append, complain=pytest.fail, prompt=prompt)
    return written


def test_commands_are_known_and_blank_lines_are_none(
    samples: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = said(samples, monkeypatch, "/help", "", "   ", "/sources", "/clear", "/nope", "/exit", "/help")
    assert written == [
        HELP,
        "No sources yet.",
        "The conversation is forgotten.",
        "Unknown command /nope; /help lists them.",
    ]


def test_sources_are_the_quotes_behind_the_last_answer(
    samples: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, sources = said(samples, monkeypatch, "Who won the 2020 war?", "/sources")
    assert answer.startswith("The war of 2020 lasted six weeks, and Azerbaijan won it. [1]")
    assert sources.splitlines()[0].startswith("  [1] Background: two wars")
    assert sources.splitlines()[1].strip() == "The war of 2020 lasted six weeks, and Azerbaijan won it."


def test_earlier_questions_are_turns_until_cleared(
    samples: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        "Which wars were fought?",
        "And who won the second one?",
        "/clear",
        "And who won the second one?",
    ]
    first, second, _, third = said(samples, monkeypatch, *lines, as_json=True)
    assert json.loads(second)["standalone_question"] == "Who won the second war?"
    assert json.loads(third)["standalone_question"] == "And who won the second one?"
    assert len(first.splitlines()) == 1


def test_a_question_may_begin_with_a_slash(samples: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    (answer,) = said(samples, monkeypatch, "/who won the 2020 war?")
    assert "Azerbaijan won" in answer


def test_the_end_of_input_ends_a_prompted_conversation(
    samples: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(samples, monkeypatch, prompt=True) == []
