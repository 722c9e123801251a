"""What a question takes for granted: "Why did Armenia close the road?", where the articles say that Azerbaijan did."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from index.analysis import stems
from qa.countries import country, is_adjective, words_of
from qa.query import Kind, Query
from qa.signals import Evidence
from qa.terms import ResolvedTerm, stems_of_words, telling_stems

# "Did Armenia close it?" is answered by who did; any other question would be answered as if Armenia had.
_TAKES_FOR_GRANTED = re.compile(
    r"^\s*(?:why|when|where|how|what|which)\b.*?\b(?:did|does|do|has|have|had)\b", re.I
)
# What two do to each other: if one met the other, so did the other.
_MUTUAL = frozenset(
    """meet fight agree negotiate talk discuss clash sign trade play compete cooperate border share exchange join unite
    merge""".split()
)
# What has happened, and the year that it is said to have happened in; not by or until which something is planned.
_HAPPENED = re.compile(
    r"^\s*(?:who|what|where|when|which\s[\w\s]*?|how(?:\s+\w+){0,3})\s+"
    r"(?:won|lost|happened|became|died|beat|hosted|took\s+place|(?:was|were)\s+(?:\w+\s+){0,4}(?:held|born|killed|elected))\b",
    re.I,
)
_YEAR = re.compile(r"\b(?:in|of|the)\s+(20\d\d)\b(?!\s*(?:target|goal|plan|deadline)s?\b)", re.I)
# Before the comma where it opens the sentence, else to its end.
_BACKGROUND = re.compile(
    r"^\W*(?:after|since|following|before)\b[^,;]*[,;]|(?<=\w )(?:after|since|following|before)\b[^,;]*(?=[,;.]|$)",
    re.I,
)
CAUSE = 1.0  # how a sentence fits that names one
BY_WITHIN = 3  # words after a verb, where "by" tells who did it
_PASSIVE = frozenset("is are was were be been being".split())
_BESIDE_A_VERB = _PASSIVE | frozenset(
    "has have had also now then recently finally already later again first".split()
)
_ADVERB = re.compile(r"(?!italy|rely|rally|tally|bully)\w+[^pf]ly")


@dataclass(frozen=True, slots=True)
class Deed:
    """What a question says of a country: the stems of its verb's forms, and those of what it was done to."""

    country: str
    verb: frozenset[str]
    objects: tuple[frozenset[str], ...]


def of_the_doer(query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence]) -> list[Evidence]:
    """Leave out the sentences that say of other countries what the question takes for granted of one.

    Where some say so, and none says it of that country, nothing is left: no sentence answers.
    """
    deed = taken_for_granted(query, terms)
    if deed is None:
        return list(evidence)
    told = [item for item in evidence if item.stems & deed.verb and _names_most(item, deed.objects)]
    of_others = [item for item in told if not _may_do(item.text, deed)]
    others = {id(item) for item in of_others if any(actors(item.text, deed.verb))}
    if others and len(of_others) == len(told):
        return []
    return [item for item in evidence if id(item) not in others]


def year_to_come(query: Query, today: date) -> int | None:
    """Return the year in which the question says that something happened, where it is not yet there."""
    found = [int(match[1]) for match in _YEAR.finditer(query.asked)] if _HAPPENED.match(query.asked) else []
    return max((year for year in found if year > today.year), default=None)


def taken_for_granted(query: Query, terms: Sequence[ResolvedTerm]) -> Deed | None:
    """Return what one country is said to have done; None for a question that takes no such thing for granted."""
    match = _TAKES_FOR_GRANTED.match(query.asked)
    if match is None:
        return None
    asked = _words(query.asked[match.end() :])
    words = [word for word in asked if word not in ("the", *_BESIDE_A_VERB) and not _ADVERB.fullmatch(word)]
    if len(words) < 2 or (doer := country(words[0])) is None or is_adjective(words[0]):
        return None
    telling = [term for term in terms if term.term.weight == 1.0]
    verbs = [term for term in telling if term.term.surface.lower() == words[1] and not term.term.is_name]
    if not verbs or words[1] in _MUTUAL or country(words[1]) is not None:
        return None
    after = set(words[2:])
    objects = [term for term in telling if term.term.surface.lower() in after]
    return Deed(doer, verbs[0].stems, tuple(term.stems for term in objects))


def actors(text: str, verb: frozenset[str]) -> list[frozenset[str] | None]:
    """Return of each time that a text has the verb the countries that do it: right before, or behind "by".

    None where that is not told so near, the empty set where it is done by nobody named: "was closed".
    """
    return [found for _, found in _deeds(_words(text), verb)]


def _deeds(words: Sequence[str], verb: frozenset[str]) -> list[tuple[int, frozenset[str] | None]]:
    """Return where the verb stands each time, and who does it, as `actors` tells."""
    places = [place for place, word in enumerate(words) if verb & set(stems_of_words(word))]
    return [(place, _actors(words, place)) for place in places]


def _actors(words: Sequence[str], verb: int) -> frozenset[str] | None:
    last = verb
    while last and (words[last - 1] in _BESIDE_A_VERB or _ADVERB.fullmatch(words[last - 1])):
        last -= 1
    if _PASSIVE & set(words[last:verb]) and not words[verb].endswith("ing"):
        behind = words[verb + 1 :]
        near = behind[: behind.index("by") + 3] if "by" in behind[:BY_WITHIN] else []
        return frozenset(list(filter(None, map(country, near[-2:])))[:1])
    # "Azerbaijan closed", "Azeri forces closed", "Armenia and Azerbaijan closed"
    *before, doer = words[max(0, last - 3) : last] or [""]
    if found := country(doer):
        joined = country(before[0]) if before[1:] == ["and"] else None
        return frozenset(filter(None, (joined, found)))
    owner = country(before[-1]) if before and doer.isalpha() else None
    return frozenset([owner]) if owner else None


def _may_do(text: str, deed: Deed) -> bool:
    """Whether the country does it there, or stands before the verb or behind "by" where nobody else does."""
    words = _words(text)
    names = [place for place, word in enumerate(words) if country(word) == deed.country]
    return any(
        deed.country in found
        if found is not None
        else any(name < verb or "by" in words[verb:name][: BY_WITHIN + 1] for name in names)
        for verb, found in _deeds(words, deed.verb)
    )


def _words(text: str) -> list[str]:
    return [word.lower() for word in words_of(text)]


def _names_most(item: Evidence, objects: Sequence[frozenset[str]]) -> bool:
    return 2 * sum(bool(item.stems & forms) for forms in objects) >= len(objects)


def is_background(query: Query, terms: Sequence[ResolvedTerm], item: Evidence) -> bool:
    """Whether why or how something came about is asked, and the sentence only dates another thing by it.

    "After the collapse of the union, the region became independent" does not say why the union collapsed.
    """
    if query.kind not in (Kind.WHY, Kind.HOW) or not _BACKGROUND.search(item.text):
        return False
    if query.kind is Kind.WHY and item.fits == CAUSE:
        return False
    telling = telling_stems(terms)
    if telling.isdisjoint(stems(item.text)):
        return False
    return telling.isdisjoint(stems(_BACKGROUND.sub(" ", item.text)))
