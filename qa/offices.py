"""Whose office: what is told of the foreign minister of Armenia does not say who the foreign minister of Russia is."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from qa.countries import countries_in, country, is_adjective, words_of
from qa.query import Query
from qa.signals import Evidence

_HEADS = frozenset(
    """president minister premier chancellor king queen emperor prince princess ambassador secretary speaker
    leader""".split()
)
_FIELDS = frozenset(  # of an office: what stands before or behind its head and belongs to its name
    """prime foreign vice deputy defense finance interior home health justice education economy economic
    energy culture transport environment trade labor opposition general state press crown supreme""".split()
)
_TIMES = frozenset("former current then acting ex late first incumbent longtime interim outgoing".split())
_CHANGES = frozenset("new next incoming future".split())
_NOT_NOW = frozenset("former then ex late first next incoming future".split())
_JOINTS = frozenset("of for in the and affairs".split())
_STATES = frozenset("republic kingdom federation state parliament government people islamic federal".split())
# Which one, the passage tells.
_BY_CONTEXT = frozenset("country countries nation nations region territory two both".split())
# What is asked is who holds an office, and nothing else of him; the office may be of some year. Who is the next, or
# became it, is told in other words.
_ASKS = re.compile(
    r"\s*(?:who(?:\s+(?:is|was|are|were|serves?\s+as|served\s+as)|['’]s)"
    r"|what(?:\s+(?:is|was)|['’]s)\s+the\s+name\s+of)\s+",
    re.I,
)
_NOW = re.compile(r"\s*(?:who|what)(?:\s+(?:is|are|serves)\b|['’]s\b)", re.I)
_BESIDE = frozenset("s a the of for in at now today currently present time this year back then".split())
NAME_WORDS = 4  # of a holder, at most


@dataclass(frozen=True, slots=True)
class Office:
    """An office as a text names it, and whose it is: countries, or another's first word; none where it does not say."""

    name: frozenset[str]
    owners: frozenset[str]
    is_one: bool  # not "the ministers of A and B"
    is_now: bool = True  # not "the former minister"


def of_the_office(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Keep what names the holder of the office asked for; where nothing does, what names no other's holder.

    Where others' are all that is told of such an office, nothing is left. Any other question's evidence is as it was.
    """
    asked = asked_office(query)
    if asked is None:
        return list(evidence)
    told = [[office for office in offices(item.text) if office.name == asked.name] for item in evidence]
    telling = [
        (item, found) for item, found in zip(evidence, told, strict=True) if _names_holder(asked, item, found)
    ]
    if telling and _NOW.match(query.asked):
        telling = sorted(telling, key=lambda pair: _age(asked, *pair))
    if telling:
        return [item for item, _ in telling]
    is_others = [
        any(office.owners for office in found) and not any(office.owners & asked.owners for office in found)
        for found in told
    ]
    # Where the country is not beside the office, it may be the one that the passage is about.
    may_tell = any(
        asked.owners & (office.owners or countries_in(item.passage.text))
        for item, found in zip(evidence, told, strict=True)
        for office in found
    )
    if any(is_others) and not may_tell:
        return []
    return [item for item, left_out in zip(evidence, is_others, strict=True) if not left_out]


def _age(asked: Office, item: Evidence, found: Iterable[Office]) -> tuple[bool, int]:
    """Return what puts the newest article that names a holder first, and a former or future one last."""
    published = item.passage.article.published
    is_now = any(office.is_now and _is_asked(asked, office) for office in found)
    return not is_now, -published.toordinal() if published else 0


def tells_the_office(query: Query, item: Evidence) -> bool:
    """Whether the holder of an office is asked for, and the sentence has it beside its country, and a name."""
    asked = asked_office(query)
    return asked is not None and _names_holder(asked, item, offices(item.text))


def _names_holder(asked: Office, item: Evidence, found: Iterable[Office]) -> bool:
    return item.fits > 0 and any(_is_asked(asked, office) for office in found)


def _is_asked(asked: Office, office: Office) -> bool:
    return office.is_one and office.name == asked.name and bool(office.owners & asked.owners)


def asked_office(query: Query) -> Office | None:
    """Return the office of one country whose holder is asked for; None where that is not what is asked."""
    if (match := _ASKS.match(query.asked)) is None:
        return None
    found = list(offices(query.asked[match.end() :]))
    if len(found) != 1 or len(found[0].owners) != 1 or not found[0].is_one:
        return None
    known = found[0].name | found[0].owners | _TIMES | _BESIDE | _JOINTS | _STATES
    words = [country(word) or word.lower().removesuffix("s") for word in words_of(query.asked[match.end() :])]
    is_all = all(word in known or f"{word}s" in known or not word.isalpha() for word in words)
    return found[0] if is_all and found[0].owners & countries_in(query.asked) else None


def offices(text: str) -> Iterator[Office]:
    """Yield the offices that a text names, in order; several at once only where it says whose."""
    written = words_of(text)
    words = [word.lower() for word in written]
    last: frozenset[str] = frozenset()
    for place, word in enumerate(words):
        if word == "counterpart" and last and (owner := country(words[place - 1])) is not None:
            yield Office(last, frozenset((owner,)), is_one=True)
        head = word if word in _HEADS else word.removesuffix("s")
        if head not in _HEADS:
            continue
        name, before, is_now = _before(words[:place])
        holder = _name_at(written[place + 1 :])  # "President Ilham Aliyev of Azerbaijan"
        field, behind = _behind(words[place + 1 + holder :])
        last = frozenset([head, *name, *field])
        if behind or before or word == head:
            yield Office(last, frozenset(behind or before), is_one=word == head, is_now=is_now)


def _name_at(words: Sequence[str]) -> int:
    """Return how many words of a name these begin with, if whose office it is follows; else 0."""
    length = next((n for n, word in enumerate(words) if not word[0].isupper()), len(words))
    return length if 0 < length <= NAME_WORDS and words[length : length + 1] == ["of"] else 0


def _before(words: Sequence[str]) -> tuple[set[str], set[str], bool]:
    """Return what the words before an office's head add to its name, the country before those, and whether it is
    held now."""
    name: set[str] = set()
    owners: set[str] = set()
    is_now = True
    for word in reversed(words):
        if word in _NOT_NOW:
            is_now = False
        elif owners:
            break
        elif word in _FIELDS:
            name.add(word)
        elif (owner := country(word)) is not None:
            owners.add(owner)
        elif word not in _TIMES | _CHANGES and word != "s":
            break
    return name, owners, is_now


def _behind(words: Sequence[str]) -> tuple[set[str], set[str]]:
    """Return what the words behind an office's head add to its name, and whose it is."""
    name: set[str] = set()
    owners: set[str] = set()
    if words[:1] not in (["of"], ["for"], ["in"]):
        return name, owners
    for place, word in enumerate(words):
        if (owner := country(word)) is not None:
            following = next(iter(words[place + 1 :]), ".")
            is_of_its_own = is_adjective(word) and following.isalpha() and following not in _STATES
            owners.add(following if is_of_its_own else owner)  # "of the European Council"
        elif not owners and word in _FIELDS:
            name.add(word)
        elif word in ("and", ",") or (not owners and word in _JOINTS | _STATES):
            continue
        else:
            if not owners and words[place - 1] in _JOINTS and word not in _BY_CONTEXT:
                owners.add(word)
            break
    return name, owners
