"""The follow-up conversations: whole, in our own words, and measured as their page says."""

import gzip
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from benchmarks.data import DATA
from benchmarks.followups import SAMPLES, Conversation, Ranks, ask, figures_by, hits, read_conversations
from benchmarks.pipeline import assistant_at

ROOT = Path(__file__).resolve().parents[2]
COPIED_WORDS = 8  # in a row, which no question may share with an article
KINDS = {"pronoun", "ellipsis", "bare", "ordinal", "about", "carried", "comparison", "switch"}


def test_there_are_enough_of_each_half_and_every_kind() -> None:
    conversations = read_conversations()
    halves = Counter(conversation.half for conversation in conversations)
    assert set(halves) == {"tuning", "held-out"}
    assert sum(halves.values()) >= 60
    assert halves["held-out"] >= 30
    for half in halves:
        assert {c.kind for c in conversations if c.half == half} == KINDS
    assert sum(len(c.turns) > 1 for c in conversations) >= 15
    assert len({c.id for c in conversations}) == len(conversations)
    assert not {c.question for c in conversations if c.half == "tuning"} & {
        c.full for c in conversations if c.half == "held-out"
    }


def test_a_change_of_subject_is_asked_in_full() -> None:
    for conversation in read_conversations():
        assert (conversation.question == conversation.full) is (conversation.kind == "switch")


def test_gold_articles_of_the_sample_corpus_are_there_and_old_enough() -> None:
    for conversation in read_conversations():
        assert conversation.gold
        if conversation.corpus == SAMPLES:
            for name in conversation.gold:
                assert (ROOT / "corpus" / "articles" / name).is_file()


@pytest.mark.soak
def test_no_question_is_copied_from_an_article() -> None:
    if not DATA.is_dir():
        pytest.skip("the data are not beside this checkout")
    asked: set[tuple[str, ...]] = set()
    for conversation in read_conversations():
        for text in (*conversation.turns, conversation.question, conversation.full):
            asked |= runs(text)
    with gzip.open(DATA / "realtimeqa" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        assert not [line for line in lines if asked & runs(json.loads(line)["text"])]


def runs(text: str) -> set[tuple[str, ...]]:
    """Return all runs of as many words as may not be copied."""
    words = re.findall(r"[^\W_]+", text.lower())
    return set(zip(*(words[start:] for start in range(COPIED_WORDS)), strict=False))


def test_follow_ups_and_full_questions_are_counted_apart() -> None:
    ranks = [Ranks(1, 1), Ranks(None, 3), Ranks(5, 2), Ranks(2, None)]
    assert hits(ranks) == {
        "n": 4,
        "followup@1": 0.25,
        "full@1": 0.25,
        "followup@4": 0.5,
        "full@4": 0.75,
        "followup@10": 0.75,
        "full@10": 0.75,
    }


def test_both_ways_of_asking_are_searched_for_and_grouped(tmp_path: Path) -> None:
    def conversation(name: str, half: str, turns: tuple[str, ...], question: str, full: str) -> Conversation:
        gold = frozenset(["background-two-wars.md"])
        return Conversation(name, half, "ordinal", SAMPLES, date(2023, 7, 17), turns, question, full, gold)

    asked = [
        conversation(
            "a", "tuning", ("How many wars were fought?",), "How long was the last one?", "No such thing?"
        ),
        conversation("b", "held-out", (), "Xyzzy?", "How long did the war of 2020 last?"),
    ]
    with assistant_at(ROOT / "corpus" / "articles", tmp_path) as assistant:
        ranks = ask(assistant, asked)
    assert ranks["b"].full == 1
    assert ranks["b"].followup != 1
    assert ranks["a"].followup is not None
    figures = figures_by(asked, ranks)
    assert set(figures) == {"tuning", "held-out", "held-out: ordinal"}
    assert figures["held-out"] == figures["held-out: ordinal"]
