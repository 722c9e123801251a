"""The JSON that scripts rely on: exactly these keys, of exactly these types."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from index.filters import Filters
from qa.answer import Answer
from qa.assistant import Assistant

CITATION = {
    "marker": int,
    "article": str,
    "title": str,
    "published": str | None,
    "source": str | None,
    "start": int,
    "end": int,
    "quote": str,
    "digest": str,
}
ANSWER = {
    "question": str,
    "standalone_question": str,
    "outcome": str,
    "confidence": float,
    "reason": str | None,
    "notes": list,
    "text": str,
    "sentences": list,
    "citations": list,
    "nearest": list,
    "as_of": str | None,
    "mode": str,
    "timings": dict,
}
SENTENCE = {"text": str, "markers": list, "verified": bool, "additions": list}
TIMINGS = {"retrieve_ms": float, "answer_ms": float, "total_ms": float}

QUESTIONS = [
    "Who mediated the talks in Brussels?",
    "What is the capital of Australia?",
    "Who won it, Lachhin?",
]


def assert_shape(found: dict[str, object], shape: Mapping[str, Any]) -> None:
    assert list(found) == list(shape)
    for key, value in found.items():
        assert isinstance(value, shape[key]), key


@pytest.fixture(scope="module")
def asked(samples: Assistant) -> list[Answer]:
    return [samples.ask(question, filters=Filters(as_of=date(2023, 7, 16))) for question in QUESTIONS]


def test_an_answer_has_these_keys_of_these_types(asked: list[Answer]) -> None:
    for answer in asked:
        written = json.loads(json.dumps(answer.as_json()))
        assert_shape(written, ANSWER)
        assert_shape(written["timings"], TIMINGS)
        for citation in (*written["citations"], *written["nearest"]):
            assert_shape(citation, CITATION)
        for sentence in written["sentences"]:
            assert_shape(sentence, SENTENCE)


def test_days_are_written_as_iso(asked: list[Answer]) -> None:
    assert asked[0].as_json()["as_of"] == "2023-07-16"
    assert date.fromisoformat(asked[0].as_json()["citations"][0]["published"])


def test_without_an_as_of_it_is_null(samples: Assistant) -> None:
    assert samples.ask(QUESTIONS[0]).as_json()["as_of"] is None


def test_outcome_and_mode_are_words_of_the_contract(asked: list[Answer]) -> None:
    assert [answer.as_json()["outcome"] for answer in asked[:2]] == ["answered", "not_in_corpus"]
    assert {answer.as_json()["mode"] for answer in asked} == {"extractive"}


def test_an_answer_has_sentences_or_a_reason_never_both(asked: list[Answer]) -> None:
    for answer in asked:
        assert bool(answer.sentences) != bool(answer.reason)


def test_the_text_is_the_sentences_with_their_markers(asked: list[Answer]) -> None:
    first = asked[0].sentences[0]
    assert asked[0].text.startswith(f"{first.text} [1]")
    assert asked[1].text == ""


def test_the_parts_of_the_time_add_up(asked: list[Answer]) -> None:
    timings = asked[0].timings
    assert timings.retrieve_ms + timings.answer_ms == pytest.approx(timings.total_ms)
