"""Each language has every string, with the same places for what is filled in."""

import string
from dataclasses import fields

import pytest

from qa.settings import Settings
from qa.web.languages import LANGUAGES, head_html, words_of
from qa.web.strings import ENGLISH, Strings

OTHERS = [words for words in LANGUAGES.values() if words is not ENGLISH]
SAME = {"date"}  # a form, not words


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("words", OTHERS, ids=lambda words: words.language)
def test_every_string_is_said_in_the_language(words: Strings) -> None:
    same = [f.name for f in fields(Strings) if getattr(words, f.name) == getattr(ENGLISH, f.name)]

    assert set(same) <= SAME
    assert len(words.months) == 12
    assert [f.name for f in fields(Strings) if not getattr(words, f.name)] == []


@pytest.mark.parametrize("words", OTHERS, ids=lambda words: words.language)
@pytest.mark.parametrize("name", [f.name for f in fields(Strings) if f.name != "months"])
def test_every_string_has_the_same_places(words: Strings, name: str) -> None:
    assert places(getattr(words, name)) == places(getattr(ENGLISH, name))


def test_settings_allow_the_languages_that_there_are() -> None:
    loaded = {name: Settings.load({"QA_LANGUAGE": name}, dotenv=None) for name in LANGUAGES}

    assert {settings.language for settings in loaded.values()} == set(LANGUAGES)
    assert words_of("fa").direction == "rtl"
    assert 'dir = "rtl"' in head_html(words_of("fa"))
