"""Signals of passages: in bounds, as their names say; a source counts only where the question names it."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from index.passages import Span
from index.records import ArticleRecord, StoredPassage
from qa.dates import TimeFrame
from qa.query import read_question
from qa.ranking import PASSAGE_WEIGHTS, Candidate, score, signals
from qa.terms import ResolvedTerm, held, held_by_passages, stems_of_passage

TODAY = date(2023, 7, 19)
NAMES = list(PASSAGE_WEIGHTS)


def candidate(
    number: int, text: str, *, title: str = "", source: str | None = None, words: float = 0.5
) -> Candidate:
    record = ArticleRecord(f"{number}.txt", title, TODAY, source, None, "en", "", len(text), f"{number}.txt")
    passage = StoredPassage(number, record, 0, 0, len(text), text, (Span(0, len(text)),))
    return Candidate(passage, words=words, meaning=0.2)


def terms(question: str) -> list[ResolvedTerm]:
    return [ResolvedTerm(term, ((term.stem, 1.0),), 1, None, 2.0) for term in read_question(question).terms]


def read(question: str, *candidates: Candidate) -> dict[str, list[float]]:
    rows = signals(read_question(question), terms(question), candidates, TimeFrame(TODAY))
    assert rows.shape == (len(candidates), len(NAMES))
    return {name: [float(value) for value in rows[:, i]] for i, name in enumerate(NAMES)}


def test_a_passage_is_credited_with_what_it_holds_of_the_question() -> None:
    found = read(
        "Who opened the Geneva summit?", candidate(1, "Anna opened the summit."), candidate(2, "Rain fell.")
    )
    assert found["held"] == [pytest.approx(2 / 3), 0.0]
    assert found["names_held"] == [0.0, 0.0]


def test_a_name_may_stand_in_the_title() -> None:
    found = read("Who opened the Geneva summit?", candidate(1, "Anna opened it.", title="Geneva"))
    assert found["names_held"] == [0.0]
    assert found["names_in_article"] == [1.0]
    assert found["title"] == [pytest.approx(1 / 3)]


def test_the_source_asked_for_comes_first() -> None:
    question = "What did the Herald say of the summit?"
    both = [
        candidate(1, "The summit failed.", source="Courier"),
        candidate(2, "The summit failed.", source="Herald"),
    ]
    scores = score(read_question(question), terms(question), both, TimeFrame(TODAY))
    assert np.argmax(scores) == 1


def test_no_candidates_no_scores() -> None:
    assert score(read_question("Who spoke?"), terms("Who spoke?"), [], TimeFrame(TODAY)) == []


def test_passages_hold_what_their_stems_do() -> None:
    whole = candidate(1, "Anna opened the summits. It was in Geneva.").passage
    passages = [
        replace(whole, sentences=(Span(0, 24), Span(25, 42))),
        replace(whole, sentences=(Span(25, 42),)),
        replace(whole, sentences=()),
        candidate(2, "Rain fell.").passage,
    ]
    asked = terms("Who opened the Geneva summit?")
    found = held_by_passages(asked, passages)
    assert found.tolist() == held(asked, list(map(stems_of_passage, passages))).tolist()
    assert found.sum(axis=1).tolist() == [3, 1, 3, 0]
    assert held_by_passages(asked, []).shape == (0, len(asked))
