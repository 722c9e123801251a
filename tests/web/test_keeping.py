"""An answer as Markdown that does nothing; a turn as the browser keeps it, and whatever it may hand back."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.filters import Filters
from qa.answer import Mode, Outcome, Sentence
from qa.recent import Recent
from qa.web.conversation import Story, Turn
from qa.web.export import as_markdown, plain
from qa.web.feedback import MAX_LINE_BYTES, FeedbackTooLong, keep_feedback, rated
from qa.web.flow import brought_back
from qa.web.kept import MAX_TURN_CHARS, conversation_from, turn_as_json
from qa.web.strings import ENGLISH
from tests.web.test_page_html import ANY_TEXT, answer_of, article_of, citation_of, quoted

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=12,
)


@given(quoted(), st.sampled_from(Outcome), ANY_TEXT, st.dates())
def test_kept_turn_is_read_as_it_was(case, outcome, text, day) -> None:  # type: ignore[no-untyped-def]
    clean = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    answer = replace(answer_of(case[1], outcome=outcome, reason=clean, asked=clean), as_of=day)
    turn = Turn(clean, answer, clean, Filters(since=day, source=clean or None))

    (read,) = conversation_from([json.loads(turn_as_json(turn))])

    assert read == turn


@given(JSON | st.lists(st.fixed_dictionaries({"question": JSON, "answer": JSON, "remark": JSON})))
def test_nothing_that_a_browser_hands_back_fails(records: object) -> None:
    assert all(isinstance(turn, Turn) for turn in conversation_from(records))


def test_kept_answer_whose_marker_has_no_citation_is_left_out() -> None:
    record = json.loads(turn_as_json(Turn("Who?", answer_of(citation_of(article_of("First."), 0, 6)), None)))
    record["answer"]["citations"] = []

    assert conversation_from([record]) == ()


@given(ANY_TEXT)
def test_exported_text_is_one_line_in_which_markdown_finds_nothing(text: str) -> None:
    line = plain(text)

    assert "\n" not in line
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>#|~$!&{}]", line)


def test_answer_is_exported_with_numbered_citations() -> None:
    article = article_of("Minister Zorvath opened *the* bridge. ![x](http://evil.invalid/p.png)")
    first = citation_of(article, 0, 37)
    second = citation_of(article, 38, len(article.text), marker=2)

    markdown = as_markdown(answer_of(first, second), ENGLISH)

    assert markdown == (
        "**Who?**\n\n"
        r"Minister Zorvath opened \*the\* bridge. \[1\] \!\[x\](http://evil.invalid/p.png) \[2\]"
        "\n\n1. “Minister Zorvath opened \\*the\\* bridge.” — Title · Desk · 14 July 2023 (a.txt:0-37)\n"
        "2. “\\!\\[x\\](http://evil.invalid/p.png)” — Title · Desk · 14 July 2023 (a.txt:38-69)\n"
    )


def test_refusal_is_exported_with_its_reason_and_the_nearest_coverage() -> None:
    near = citation_of(article_of("Near."), 0, 5)

    markdown = as_markdown(
        answer_of(near, outcome=Outcome.NOT_IN_CORPUS, reason="no article mentions it"), ENGLISH
    )

    assert markdown.startswith(f"**Who?**\n\n{ENGLISH.refused} no article mentions it\n\n{ENGLISH.nearest}:")


def test_feedback_is_a_line_a_vote_and_only_for_what_can_be_rated(tmp_path: Path) -> None:
    answer = answer_of(citation_of(article_of("First. \u2028"), 0, 8))
    conversation = (Turn("Who?", answer, None), Turn("And?", None, None))

    found = rated(conversation, 1, "up", "  Good\n ")
    assert found is not None
    keep_feedback(tmp_path, found[1], now=datetime(2026, 1, 2, tzinfo=UTC))

    (line,) = (tmp_path / "feedback.jsonl").read_text("utf-8").splitlines()
    kept = json.loads(line)
    assert (kept["vote"], kept["word"], kept["at"]) == ("up", "Good", "2026-01-02T00:00:00+00:00")
    assert kept["citations"] == answer.as_json()["citations"]
    assert found[0][0].rating is not None
    assert [
        rated(conversation, *bad) for bad in ((2, "up", ""), (0, "up", ""), (3, "up", ""), (1, "x", ""))
    ] == [None] * 4


def kept(turn: Turn) -> Any:
    return json.loads(turn_as_json(turn))


def test_what_was_growing_is_brought_back_as_stopped() -> None:
    answer = answer_of(citation_of(article_of("First."), 0, 6))
    written = replace(answer, mode=Mode.LLM)
    whole = (Turn("Who?", answer, None), Turn("And?", written, None, stories=(Story(("a.txt",), 1),)))
    growing = (Turn("Who?", None, None), Turn("And?", written, None))

    assert brought_back(whole, ENGLISH) == whole
    assert [turn.remark for turn in brought_back(growing, ENGLISH)] == [ENGLISH.stopped] * 2


def test_far_too_long_turns_and_the_oldest_of_too_many_are_left_out() -> None:
    answer = answer_of(citation_of(article_of("First."), 0, 6))
    long = "x" * (MAX_TURN_CHARS // 2)
    turns = [kept(Turn(f"{number}{long}", answer, None)) for number in range(20)]
    turns.insert(19, kept(Turn("huge", answer, long * 2)))

    brought = conversation_from(turns)

    assert [turn.question.removesuffix(long) for turn in brought] == [str(number) for number in range(11, 20)]


def test_turn_that_shows_a_long_title_time_and_again_is_too_long() -> None:
    citation = replace(citation_of(article_of("First."), 0, 6), title="T" * 10_000)
    answer = answer_of(citation)
    often = Sentence("First.", (1,) * 20, True)
    stories = (Story(("a.txt",), 2),) * 20

    assert len(conversation_from([kept(Turn("Who?", answer, None))])) == 1
    assert conversation_from([kept(Turn("Who?", replace(answer, sentences=(often,)), None))]) == ()
    assert conversation_from([kept(Turn("Who?", answer, None, stories=stories))]) == ()


def test_html_of_turns_is_remembered_up_to_a_size() -> None:
    recent, made = Recent[str](), list[str]()

    def text(key: str) -> str:
        if (kept := recent.get(key)) is not None:
            return kept
        made.append(key)
        recent.put(key, key * 4, most=10, size=4 * len(key))
        return key * 4

    assert [text(key) for key in "abacab"] == [key * 4 for key in "abacab"]
    assert made == ["a", "b", "c", "b"]  # the one that was used last stays
    assert text("d" * 10) == "d" * 40
    assert all(recent.get(key) is None for key in ("a", "b", "c", "d" * 10))  # it leaves room for nothing


def test_line_that_is_too_long_is_not_kept(tmp_path: Path) -> None:
    answer = answer_of(citation_of(article_of("é" * (MAX_LINE_BYTES // 2)), 0, MAX_LINE_BYTES // 2))
    found = rated((Turn("Who?", answer, None),), 1, "up", "")
    assert found is not None

    with pytest.raises(FeedbackTooLong, match="100,000"):
        keep_feedback(tmp_path, found[1])

    assert not (tmp_path / "feedback.jsonl").exists()
