"""Whose capital: what is told of Armenia's capital does not say what the capital of Turkey is."""

import re
from collections.abc import Sequence

from qa.countries import countries_in, country, is_adjective, words_of
from qa.query import Query
from qa.signals import Evidence

_ATTRIBUTES = frozenset(
    """capital population territory area size border currency language religion flag anthem army military navy
    parliament government constitution economy gdp budget""".split()
)
_ASKS = re.compile(
    r"\s*(?:(?:what|which)(?:\s+(?:is|are|was|were)|['’]s)|how\s+(?:big|large|long)\s+(?:is|are|was))\s+",
    re.I,
)
_BESIDE = frozenset("s a the of in official national total current size name now today currently".split())


def of_the_country(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Keep what may tell of the country whose capital, population … is asked for.

    Where all that is told of such a thing is other countries', nothing is left. Any other question's evidence is as
    it was.
    """
    if (asked := asked_attribute(query)) is None:
        return list(evidence)
    attribute, owner = asked
    told = [_owners(item, attribute) for item in evidence]
    if any(told) and not any(owner in owners for owners in told):
        return []
    kept = [
        (owners, item) for item, owners in zip(evidence, told, strict=True) if not owners or owner in owners
    ]
    return [item for _, item in sorted(kept, key=lambda pair: not pair[0])]


def asked_attribute(query: Query) -> tuple[str, str] | None:
    """Return what of one country is asked for, and the country; None where nothing or more than that is asked."""
    if (match := _ASKS.match(query.asked)) is None:
        return None
    words = [
        country(word) or _singular(word) for word in words_of(query.asked[match.end() :]) if word.isalpha()
    ]
    asked = [word for word in words if word in _ATTRIBUTES]
    named = countries_in(query.asked)
    if len(asked) != 1 or len(named) != 1 or not _BESIDE.union(asked, named).issuperset(words):
        return None
    (owner,) = named
    return asked[0], owner


def _owners(item: Evidence, attribute: str) -> frozenset[str]:
    """Return the countries whose attribute a sentence may tell of: those it names, else those of its passage.

    A people only where it stands right before: "the Dutch army". None, where the attribute is not named.
    """
    words = words_of(item.text)
    places = [place for place, word in enumerate(words) if _singular(word) == attribute]
    if not places:
        return frozenset()
    before = {country(words[place - 1]) for place in places if place}
    named = {country(word) for word in words if not is_adjective(word)}
    return frozenset(filter(None, before | named)) or countries_in(item.passage.text)


def _singular(word: str) -> str:
    word = word.lower()
    for plural, ending in (("ies", "y"), ("s", "")):
        if word.endswith(plural) and len(word) > len(plural) + 1:
            return word.removesuffix(plural) + ending
    return word
