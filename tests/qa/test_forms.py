"""Forms of one word that no stemmer joins are joined; different countries and words are not."""

import pytest

from index.analysis import stems
from qa.forms import is_country, narrower_stems, other_spellings, other_words, related_stems


def stem(word: str) -> str:
    (found,) = stems(word)
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Armenia", "Armenian"),
        ("France", "French"),
        ("Turkey", "Türkiye"),
        ("meet", "met"),
        ("won", "win"),
        ("closure", "closed"),
        ("deaths", "died"),
        ("men", "man"),
        ("asked", "urged"),
        ("answered", "replied"),
        ("killed", "died"),
        ("stopped", "suspended"),
        ("EU", "European"),
    ],
)
def test_forms_of_one_word_are_related_both_ways(one: str, other: str) -> None:
    assert stem(other) in related_stems(stem(one))
    assert stem(one) in related_stems(stem(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Iran", "Iraq"),
        ("Austria", "Australia"),
        ("Niger", "Nigeria"),
        ("Slovakia", "Slovenia"),
        ("cost", "host"),
        ("Armenia", "Azerbaijan"),
    ],
)
def test_different_words_are_not(one: str, other: str) -> None:
    assert stem(other) not in related_stems(stem(one))


def test_no_word_is_its_own_relative() -> None:
    for word in ("Armenia", "met", "closure", "corridor"):
        assert stem(word) not in related_stems(stem(word))


def test_a_word_outside_the_table_has_no_relatives() -> None:
    assert related_stems(stem("corridor")) == ()


def test_countries_and_their_people_are_told_from_other_names() -> None:
    assert all(is_country(stem(word)) for word in ("Armenia", "Armenians", "French"))
    assert not any(is_country(stem(word)) for word in ("Brussels", "Michel", "met"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("recognise", "recognized"),
        ("organisations", "organization"),
        ("labour", "labor"),
        ("neighbours", "neighbors"),
        ("centre", "center"),
        ("defence", "defense"),
        ("programmes", "programs"),
        ("Analyse", "analyzed"),
    ],
)
def test_british_and_american_spellings_are_known_both_ways(one: str, other: str) -> None:
    assert stem(other) in other_spellings(one)
    assert stem(one) in other_spellings(other)


@pytest.mark.parametrize(
    "word", ["four", "hour", "rise", "wise", "tall", "fire", "her", "2020", "", "Yerevan"]
)
def test_short_words_and_others_have_one_spelling(word: str) -> None:
    assert other_spellings(word) == ()


def test_a_kind_is_told_by_what_is_of_it_and_not_the_other_way_round() -> None:
    assert stem("president") in narrower_stems(stem("leaders"))
    assert stem("leader") not in narrower_stems(stem("president"))
    assert stem("western") in narrower_stems(stem("West"))


def test_acts_reported_by_another_word_are_told_from_forms_of_the_word() -> None:
    assert stem("gathered") in other_words(stem("protest"))
    assert stem("died") not in other_words(stem("death"))
    assert stem("killed") in other_words(stem("death"))
    assert other_words(stem("Armenia")) == frozenset()


def test_an_ordinal_is_written_two_ways() -> None:
    assert stem("fourth") in related_stems(stem("4th"))
