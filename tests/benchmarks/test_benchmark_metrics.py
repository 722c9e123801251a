"""The metrics against hand-worked cases and against versions that are too plain to be wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import metrics

RANKINGS = st.lists(st.booleans(), max_size=30)


def test_hits_and_reciprocal_rank_of_a_worked_case() -> None:
    ranks = [1, 3, None, 11]  # of four questions
    assert metrics.mean([metrics.within(rank, 1) for rank in ranks]) == 0.25
    assert metrics.mean([metrics.within(rank, 4) for rank in ranks]) == 0.5
    assert metrics.mean([metrics.within(rank, 10) for rank in ranks]) == 0.5
    assert metrics.mean([metrics.reciprocal(rank, 10) for rank in ranks]) == pytest.approx((1 + 1 / 3) / 4)


@given(RANKINGS, st.integers(1, 30))
def test_the_first_rank_is_what_looking_through_the_first_k_finds(relevant: list[bool], k: int) -> None:
    assert metrics.within(metrics.first_rank(relevant), k) == float(any(relevant[:k]))


@given(RANKINGS, st.integers(1, 30))
def test_the_reciprocal_rank_is_the_best_of_the_first_k(relevant: list[bool], k: int) -> None:
    gains = [1 / rank for rank, hit in enumerate(relevant[:k], start=1) if hit]
    assert metrics.reciprocal(metrics.first_rank(relevant), k) == max(gains, default=0.0)


def test_all_evidence_is_found_once_the_last_article_is() -> None:
    found = ["a", "x", "b", "a", "c"]
    assert metrics.covering_rank(found, {"a", "b"}) == 3
    assert metrics.covering_rank(found, {"a", "b", "c"}) == 5
    assert metrics.covering_rank(found, {"a", "d"}) is None
    assert metrics.covering_rank([], {"a"}) is None


@given(
    st.lists(st.sampled_from("abcdef"), max_size=20),
    st.sets(st.sampled_from("abcdef"), min_size=1),
    st.integers(1, 20),
)
def test_covering_means_that_the_first_k_hold_every_needed_article(
    found: list[str], needed: set[str], k: int
) -> None:
    assert metrics.within(metrics.covering_rank(found, needed), k) == float(needed <= set(found[:k]))


@pytest.mark.parametrize(
    ("sentence", "answer", "holds"),
    [
        ("He flew to São Paulo, then home.", "Sao Paulo", True),
        ("It rose by 6,000 dollars.", "6,000", True),
        ("It rose by 6 000 dollars.", "6,000", True),  # punctuation off leaves two words in both
        ("Germany's team won.", "Germany", True),
        ("The Germanys.", "Germany", False),  # whole words
        ("Paulo went to Sao.", "Sao Paulo", False),  # in order and together
        ("Anything at all.", "?!", False),  # an answer without words is never shown
        ("", "x", False),
    ],
)
def test_an_answer_is_its_words_in_a_row(sentence: str, answer: str, holds: bool) -> None:
    assert metrics.holds_answer(sentence, [answer]) is holds


def test_one_of_several_answers_is_enough() -> None:
    assert metrics.holds_answer("In May.", ["in June", "may"])
    assert not metrics.holds_answer("In May.", [])


@given(st.text(), st.text(), st.text())
def test_a_sentence_holds_whatever_words_were_put_into_it(before: str, answer: str, after: str) -> None:
    if metrics.simplified(answer).strip():
        assert metrics.holds_answer(f"{before} {answer} {after}", [answer])


@pytest.mark.parametrize(
    ("passage", "holds"),
    [("Before. The dam\nbroke at  dawn. After.", True), ("The dam broke at noon.", False), ("", False)],
)
def test_a_fact_is_found_whatever_the_white_space(passage: str, holds: bool) -> None:
    assert metrics.holds_fact(passage, ["The dam broke at dawn."]) is holds


def test_refusals_of_a_worked_case() -> None:
    refused = [True, True, False, True, False, False, False, False]
    answerable = [False, False, False, True, True, True, True, True]
    scored = metrics.refusal(refused, answerable)
    assert scored.precision == pytest.approx(2 / 3)
    assert scored.recall == pytest.approx(2 / 3)
    assert scored.answered == pytest.approx(4 / 5)
    assert scored.youden_j == pytest.approx(2 / 3 - 1 / 5)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=40))
def test_refusal_shares_are_counts_of_the_four_kinds(pairs: list[tuple[bool, bool]]) -> None:
    scored = metrics.refusal([no for no, _ in pairs], [can for _, can in pairs])
    right, wrong = pairs.count((True, False)), pairs.count((True, True))
    let_through, answered = pairs.count((False, False)), pairs.count((False, True))
    assert scored.precision * (right + wrong) == pytest.approx(right)
    assert scored.recall * (right + let_through) == pytest.approx(right)
    assert scored.answered * (answered + wrong) == pytest.approx(answered)


def test_refusing_all_or_nothing_has_no_merit() -> None:
    answerable = [True, True, False]
    assert metrics.refusal([True] * 3, answerable).youden_j == 0
    assert metrics.refusal([False] * 3, answerable).youden_j == 0
    assert metrics.refusal([not can for can in answerable], answerable).youden_j == 1


def test_of_nothing_every_share_is_zero() -> None:
    assert metrics.mean([]) == 0
    assert metrics.refusal([], []).precision == 0
