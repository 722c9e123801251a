"""Spelling variants are other spellings of one name, and never another word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.names import (
    Closeness,
    NameList,
    Variant,
    an_edit_away,
    corrections,
    names_in,
    transliteration_key,
    variants,
)
from index.passages import sentence_spans

NAMES = {
    "lacin": 3, "bayramov": 2, "khankendi": 1, "armenian": 5, "austria": 3, "hosts": 4, "zelenskyy": 6,
    "pashinyan": 9, "iraq": 8, "slovakia": 2, "aliyev": 7, "b1915": 1, "mirzoyan": 4,
}  # fmt: skip


def listed(prefix: str) -> NameList:
    return NameList.of((name, count) for name, count in NAMES.items() if name.startswith(prefix))


def found(word: str) -> list[str]:
    return [variant.word for variant in variants(word, listed)]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Lachin", "lacin"), ("Lachyn", "lacin"), ("Bairamov", "bayramov"), ("Hankendi", "khankendi"),
        ("Zelensky", "zelenskyy"), ("Pashinian", "pashinyan"), ("Alijev", "aliyev"), ("Mirzoian", "mirzoyan"),
    ],
)  # fmt: skip
def test_other_spelling_is_found(word: str, expected: str) -> None:
    assert found(word) == [expected]


@pytest.mark.parametrize(
    "word", ["costs", "Iran", "Iraqi", "Armenia", "Australia", "Slovenia", "1915", "Laçın", ""]
)
def test_other_words_are_no_spellings(word: str) -> None:
    assert found(word) == []


def test_a_misspelt_stem_is_put_right_by_one_edit_behind_its_first_two_letters() -> None:
    stems = NameList.of([("corridor", 4), ("corridon", 1), ("torridor", 9), ("agreement", 2)])
    assert [variant.word for variant in corrections("coridor", lambda _: stems)] == ["corridor"]
    assert [variant.word for variant in corrections("corrido", lambda _: stems)] == ["corridor", "corridon"]
    for stem in ("corridor", "corr", "co1ridor"):
        assert "corridor" not in [variant.word for variant in corrections(stem, lambda _: stems)]


def test_equal_keys_come_before_edits() -> None:
    names = {"b": NameList.of([("bayramov", 9), ("bairamof", 1)])}
    near = variants("Bayramof", lambda prefix: names.get(prefix, NameList.of([])))
    assert near == [Variant("bairamof", 1, Closeness.TRANSLITERATION), Variant("bayramov", 9, Closeness.EDIT)]


def test_key_makes_the_ways_to_write_a_sound_one() -> None:
    assert transliteration_key("khrushchev") == transliteration_key("hrushchev")
    assert transliteration_key("aliyev") == transliteration_key("aliev")


def test_keys_of_many_names_are_those_of_each() -> None:
    listed = NameList.of(NAMES.items())
    assert sorted(listed.names) == sorted(name for name in NAMES if name.isalpha() and len(name) >= 5)
    assert listed.keys == [transliteration_key(name) for name in listed.names]


@given(st.lists(st.text("ab", min_size=5, max_size=9), unique=True), st.text("ab", min_size=5, max_size=9))
def test_names_an_edit_away_are_found_whatever_their_length(names: list[str], word: str) -> None:
    counted = {name: place for place, name in enumerate(names)}
    found = {variant.word: variant.frequency for variant in NameList.of(counted.items()).within_an_edit(word)}
    near = {*an_edit_away(word, names), word}
    assert found == {name: place for name, place in counted.items() if name in near and name[0] == word[0]}


def test_names_stand_capitalised_inside_sentences() -> None:
    text = "Talks went on in Laçın, said the U.S. envoy. Yesterday it rained. HEADLINES SHOUT HERE AND THERE."
    assert names_in(text, sentence_spans(text)) == "Laçın U.S."
