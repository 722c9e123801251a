"""What a terminal shows: text only, with nothing in it that the terminal would act on."""

import json
import time
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article
from index.passages import Span
from index.records import ArticleRecord, StoredPassage
from qa.answer import Answer, Citation, Mode, Outcome, Sentence, Timings
from qa.render import (
    EXCERPT_CHARS,
    answer_text,
    article_text,
    closest_ids,
    hits_text,
    inert,
    json_text,
    source_line,
)
from qa.retrieval import Hit

CITATION = Citation(1, "a.txt", "Talks end", date(2023, 7, 15), "Daily", 3, 8, "Done.", "d")
ANSWER = Answer(
    question="And then?",
    standalone_question="And then? (about: talks)",
    outcome=Outcome.ANSWERED,
    confidence=0.9,
    reason=None,
    notes=('no article writes "Lachin"; closest spelling: "Laçın"',),
    sentences=(Sentence("Done.", (1,), verified=True),),
    citations=(CITATION,),
    nearest=(),
    as_of=None,
    mode=Mode.EXTRACTIVE,
    timings=Timings(1.0, 1.0, 2.0),
)
REFUSAL = replace(
    ANSWER,
    outcome=Outcome.NOT_IN_CORPUS,
    reason='no article mentions "Canberra"',
    sentences=(),
    citations=(),
    nearest=(CITATION,),
)
HOSTILE = "\x1b[2J\x1b]0;x\x07\x9b31m\u202ereversed\u2066\r\x00\x7f\x85"


def test_an_answer_shows_what_was_understood_the_sentences_and_where_they_stand() -> None:
    assert answer_text(ANSWER).splitlines() == [
        "(And then? (about: talks))",
        "",
        "Done. [1]",
        "",
        "  [1] Talks end, Daily, 2023-07-15 (a.txt:3-8)",
        'Note: no article writes "Lachin"; closest spelling: "Laçın".',
    ]


def test_a_refusal_shows_its_reason_and_offers_the_nearest_as_such() -> None:
    shown = answer_text(replace(REFUSAL, notes=()))
    assert 'The articles do not say: no article mentions "Canberra".' in shown
    assert shown.index("Closest in the articles:") < shown.index("Done.")


def test_a_question_that_was_standalone_is_not_repeated() -> None:
    assert answer_text(replace(ANSWER, standalone_question="And then?")).startswith("Done.")


def test_what_is_not_known_of_an_article_is_left_out() -> None:
    assert source_line(replace(CITATION, published=None, source=None)) == "  [1] Talks end (a.txt:3-8)"


@given(st.text(st.characters() | st.sampled_from(HOSTILE)))
def test_no_control_character_or_bidi_override_is_left(text: str) -> None:
    shown = inert(text)
    assert len(shown) == len(text)
    assert not {c for c in shown if (ord(c) < 32 and c not in "\t\n") or 127 <= ord(c) < 160}
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert all(a == b for a, b in zip(shown, text, strict=True) if b.isprintable())


@pytest.mark.parametrize("field", ["title", "source", "quote", "article"])
def test_a_hostile_article_is_shown_inert(field: str) -> None:
    hostile = replace(CITATION, **cast(Any, {field: HOSTILE}))
    for answer in (replace(ANSWER, citations=(hostile,)), replace(REFUSAL, nearest=(hostile,))):
        shown = answer_text(answer)
        assert inert(shown) == shown


def test_a_hostile_question_and_text_are_shown_inert() -> None:
    article = Article("a", HOSTILE, HOSTILE, None, HOSTILE, HOSTILE, (HOSTILE,), "en")
    for shown in (article_text(article), answer_text(replace(ANSWER, standalone_question=HOSTILE))):
        assert inert(shown) == shown


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(HOSTILE + "\u2028\x85\x1c")))
def test_json_is_one_inert_line_that_reads_back_the_same(text: str) -> None:
    written = json_text({"text": text})
    assert json.loads(written) == {"text": text}
    assert len(written.splitlines()) == 1
    assert inert(written) == written


def test_json_holds_no_lone_surrogate() -> None:
    assert json.loads(json_text("a\ud800")) == "a\ufffd"


def test_hits_are_ranked_named_and_cut_at_a_word() -> None:
    record = ArticleRecord("a.txt", "Talks", date(2023, 7, 15), "Daily", None, "en", "", 700, "a.txt")
    text = "word\x1b " * 100
    found = Hit(StoredPassage(1, record, 0, 5, 605, text, (Span(5, 605),)), 0.5)
    head, excerpt = hits_text([found]).splitlines()
    assert head == " 1. Talks, Daily, 2023-07-15 (a.txt:5-605)"
    assert excerpt.strip().startswith("word\N{REPLACEMENT CHARACTER} word")
    assert excerpt.endswith("\N{REPLACEMENT CHARACTER} …")
    assert len(excerpt.strip()) <= EXCERPT_CHARS + 2


def test_no_hit_is_said() -> None:
    assert hits_text([]) == "No passage found."


def test_the_closest_id_is_offered_if_one_is_close() -> None:
    assert closest_ids("brussel.md", ["brussels.md", "corridor.md"]) == "brussels.md"
    assert closest_ids("zzz", ["brussels.md"]) is None


def test_the_closest_of_many_long_ids_is_soon_found() -> None:
    listed = [f"https://news.example/{n}/{'what-was-said-of-it-' * 10}{n}.html" for n in range(20_000)]
    began = time.process_time()
    assert closest_ids(f"{listed[77]}?utm_source=mail", listed) == listed[77]
    assert closest_ids("a" * 1_000_000, listed) is None
    assert time.process_time() - began < 2
