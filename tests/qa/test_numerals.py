"""Numbers in words and digits are compared by value."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.numerals import numerals


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("six thousand people", ["6000"]),
        ("6000 people", ["6000"]),
        ("1.5 million", ["1500000"]),
        ("5bn", ["5000000000"]),
        ("two hundred and fifty men and five women", ["250", "5"]),
        ("twenty five", ["25"]),
        ("five six", ["5", "6"]),
        ("the first of three", ["1.", "3"]),
        ("the 1st", ["1."]),
        ("15th july 2023", ["15", "2023"]),
        ("the 2020s", ["2020s"]),
        ("at 12:30", ["12:30"]),
        ("a dozen", ["12"]),
        ("one or none", ["1"]),
        ("no number here", []),
    ],
)
def test_numbers_are_read_by_value(text: str, values: list[str]) -> None:
    assert [value for _, _, value in numerals(text.split())] == values


@given(
    st.lists(st.sampled_from("six twenty hundred thousand and 6 1.5 12:30 1st 2.3.4 5bn may half x".split()))
)
def test_any_words_are_read_in_order_and_without_overlap(words: list[str]) -> None:
    end = 0
    for first, after, _ in numerals(words):
        assert end <= first < after <= len(words)
        end = after
