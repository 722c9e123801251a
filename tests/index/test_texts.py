"""What was packed of an article comes back, whichever of its passages is asked for first."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.passages import Passage, Span
from index.texts import PackedPassages, pack

OFFSETS = st.integers(0, 2**32 - 1)
SPANS = st.builds(Span, OFFSETS, OFFSETS)
PASSAGES = st.lists(st.builds(Passage, OFFSETS, OFFSETS, st.lists(SPANS, max_size=4).map(tuple)), max_size=5)


@given(st.text(), PASSAGES, st.randoms(use_true_random=False))
def test_passages_are_those_that_were_packed(text: str, passages: list[Passage], random: Random) -> None:
    packed, text_size = pack(text, passages)
    assert packed[:text_size].decode() == text
    found = PackedPassages(packed[text_size:])
    for place in random.sample(range(-len(passages), len(passages)), 2 * len(passages)):
        assert found[place] == passages[place]
    assert list(found) == passages == found[:]
    with pytest.raises(IndexError):
        found[len(passages)]
