"""The conversation in a terminal, line by line."""

import io
import json
from pathlib import Path

import pytest

from qa.assistant import Assistant
from qa.terminal import HELP, Talk, converse
from tests.qa.assistants import assistant_over, write_articles


def said(
    assistant: Assistant,
    monkeypatch: pytest.MonkeyPatch,
    *lines: str,
    as_json: bool = False,
    prompt: bool = False,
    complaints: list[str] | None = None,
) -> list[str]:
    """Say these lines and return what was written; what is complained of goes to `complaints`, and fails without."""
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    written: list[str] = []
    talk = Talk(assistant, as_json=as_json)
    complain = pytest.fail if complaints is None else complaints.append
    assert converse(talk, write=written.append, tell=written.append, complain=complain, prompt=prompt)
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


def test_a_question_that_is_too_long_is_said_to_be_and_is_no_turn(
    samples: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    long, told = "why " * 501, "the question has 2,003 characters; 2,000 are the most"
    complaints: list[str] = []
    (answer,) = said(samples, monkeypatch, long, "And who won?", complaints=complaints)
    assert complaints == [told]
    assert "why" not in answer
    faulty, _ = said(samples, monkeypatch, long, "Who won the 2020 war?", as_json=True)
    assert json.loads(faulty) == {"line": 1, "error": told}


def test_no_quote_acts_on_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "The ferry to Osla sank on Friday.\x1b]0;owned\x07"
    articles = write_articles(tmp_path / "articles", {"a.json": json.dumps({"id": "a", "text": text})})
    with assistant_over(articles, tmp_path / "index") as assistant:
        written = said(assistant, monkeypatch, "When did the ferry sink?", "/sources")
    assert "Friday" in written[1]
    assert not any(mark in line for line in written for mark in "\x1b\x07")


def test_a_question_may_begin_with_a_slash(samples: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    (answer,) = said(samples, monkeypatch, "/who won the 2020 war?")
    assert "Azerbaijan won" in answer


def test_the_end_of_input_ends_a_prompted_conversation(
    samples: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(samples, monkeypatch, prompt=True) == []
