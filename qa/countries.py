"""The countries that a text names, by themselves, by their people or by another name."""

import re

from index.analysis import normalise
from qa.forms import country_of
from qa.terms import stems_of_words

# What is not in the table of countries, other names of one that is, and spellings of what stands beside them.
_ALIASES = (
    (re.compile(r"\b(?:United States(?: of America)?|USA|US|Americans?|America)\b"), "Usa"),
    (re.compile(r"\b(?:United Kingdom|UK|England|English)\b"), "Britain"),
    (re.compile(r"\b(?:European Union|EU)\b"), "Europe"),
    (re.compile(r"\bHolland\b"), "Netherlands"),
    (re.compile(r"\b([Dd])efence\b"), r"\1efense"),
    (re.compile(r"\b([Ll])abour\b"), r"\1abor"),
)
_TOKEN = re.compile(r"[^\W_]+|[,;:.!?()\"“”]")


def words_of(text: str) -> list[str]:
    """Return a text's words, each country under one name, and the marks between them."""
    text = normalise(text)
    for alias, name in _ALIASES:
        text = alias.sub(name, text)
    return _TOKEN.findall(text)


def country(word: str) -> str | None:
    """Return one and the same word for a country and its people; None for any other of `words_of`."""
    return country_of(next(iter(stems_of_words(word)), "")) or ("usa" if word.lower() == "usa" else None)


def is_adjective(word: str) -> bool:
    """Whether a word stands for a country and is not its name: "Armenian", "Armenians"."""
    found = country(word)
    return found is not None and stems_of_words(word)[:1] != (found,)


def countries_in(text: str) -> frozenset[str]:
    """Return the countries that a text names."""
    return frozenset(filter(None, map(country, words_of(text))))
