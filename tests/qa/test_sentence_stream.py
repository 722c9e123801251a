"""Sentences of a streamed answer: each as soon as it is complete, with its markers, however the text is cut up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.sentence_stream import Claim, Missing, SentenceStream


def split(text: str, piece: int = 10_000, *, was_cut: bool = False) -> list[Claim | Missing]:
    stream = SentenceStream()
    found = [
        said for start in range(0, len(text), piece) for said in stream.feed(text[start : start + piece])
    ]
    return found + list(stream.finish(was_cut=was_cut))


def shown(found: list[Claim | Missing]) -> list[tuple[str, tuple[int, ...]]]:
    return [(said.text, said.markers) for said in found if isinstance(said, Claim)]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("It rained. [1] It stopped. [2, 3]", [("It rained.", (1,)), ("It stopped.", (2, 3))]),
        ("It rained [1]. It stopped [2, 3].", [("It rained.", (1,)), ("It stopped.", (2, 3))]),
        ("It rained.【1】\nIt stopped [passage 2].", [("It rained.", (1,)), ("It stopped.", (2,))]),
        ("- **It** rained. [1]\n2. It stopped. [2]", [("It rained.", (1,)), ("It stopped.", (2,))]),
        ("U.S. envoys met Mr. Rey at 5 p.m. on Monday. [1] They left.", [
            ("U.S. envoys met Mr. Rey at 5 p.m. on Monday.", (1,)), ("They left.", ())]),
        ("Mr. Rey won in Oslo. [1] Ms. Vik left by bus. [2]", [
            ("Mr. Rey won in Oslo.", (1,)), ("Ms. Vik left by bus.", (2,))]),
        ("It rained. It stopped. [2]", [("It rained.", ()), ("It stopped.", (2,))]),
        ("<think>Passage [1]. Hm.</think>It rained. [1]", [("It rained.", (1,))]),
        ("Answer: It rained. [1]", [("It rained.", (1,))]),
        ("The passage 2: It rained.\n", [("It rained.", (2,))]),
        (" \n[1]\n...", []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("piece", [1, 2, 3, 7, 10_000])
def test_sentences_come_with_their_markers(
    text: str, claims: list[tuple[str, tuple[int, ...]]], piece: int
) -> None:
    assert shown(split(text, piece)) == claims


def test_a_marked_sentence_is_complete_with_its_marker() -> None:
    stream = SentenceStream()
    assert list(stream.feed("It rained. [1")) == []
    assert shown(list(stream.feed("]"))) == [("It rained.", (1,))]


def test_markers_inside_a_sentence_part_it() -> None:
    (claim,) = split("Rain fell in Oslo [1], and snow fell in Bergen [2].")
    assert isinstance(claim, Claim)
    assert claim.text == "Rain fell in Oslo, and snow fell in Bergen."
    assert claim.clauses == (("Rain fell in Oslo", (1,)), ("and snow fell in Bergen", (2,)))


def test_what_is_missing_is_told_apart() -> None:
    assert split("It rained. [1]\nMISSING: who paid?", 4)[1] == Missing("who paid?")
    assert split("Missing: who paid?") == [Missing("who paid?")]
    assert shown(split("Missing children were found in Oslo. [1]")) == [
        ("Missing children were found in Oslo.", (1,))
    ]


def test_the_unfinished_end_of_a_cut_answer_is_left_out() -> None:
    assert shown(split("It rained. [1] It sto", was_cut=True)) == [("It rained.", (1,))]


@given(st.text(st.sampled_from("ab .!?[]1,2\n*-<think>/MISSING:【】\"”'"), max_size=120), st.integers(1, 9))
def test_any_text_is_split_without_markers_left_in_it(text: str, piece: int) -> None:
    for said in split(text, piece):
        assert said.text.strip() == said.text or isinstance(said, Missing)
        if isinstance(said, Claim):
            assert any(c.isalnum() for c in said.text)
