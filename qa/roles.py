"""Who does what to whom, as far as order and prepositions tell: from A to B is not from B to A."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from qa.facts import Reading

Matches = dict[str, str]  # a claim's stem -> the sentence's stem that says it

TURNED_ROUND = 3  # words in the other order, from which who did what to whom is another thing
_PLACING = frozenset("in at on near of for with into during between".split())
_SAID = frozenset("said says say told according".split())


def roles_agree(claim: Reading, sentence: Reading, matches: Matches) -> bool:
    """Whom "from" or "by" governs there, it governs here; two names change places only as a passive does."""
    ours, theirs = _governed(claim, matches), _governed(sentence, {})
    for governor, governed in ours.items():
        others = theirs.get(governor, set())
        is_replaced = bool(others - governed) and bool(governed - others)
        if is_replaced and any(stem in sentence.stems for stem in governed - others):
            return False
    if not _acts_itself(claim, sentence, matches) or not order_agrees(claim, sentence, matches):
        return False
    ours_in_order, theirs_in_order = _actors(claim, matches), _actors(sentence, {})
    shared = [stem for stem in ours_in_order if stem in theirs_in_order]
    for i, one in enumerate(shared):
        for other in shared[i + 1 :]:
            is_inverted = theirs_in_order[one].place > theirs_in_order[other].place
            flips = any(ours_in_order[s].is_by != theirs_in_order[s].is_by for s in (one, other))
            if is_inverted != flips and not _is_listed(sentence, one, other):
                return False
    return True


def order_agrees(claim: Reading, sentence: Reading, matches: Matches) -> bool:
    """Tell whether no three words stand the other way round, and who did it changes places where only one says "by".

    "The rebels beat the army" is not "The army beat the rebels", but "The army was beaten by the rebels".
    """
    ours, theirs = _places(claim, matches), _places(sentence, {})
    shared = [stem for stem in ours if stem in theirs]
    for stem in shared:
        if (ours[stem].is_by != theirs[stem].is_by) and not any(
            (ours[stem].place < ours[other].place) != (theirs[stem].place < theirs[other].place)
            for other in shared
        ):
            return False
    flips = any(ours[stem].is_by != theirs[stem].is_by for stem in shared)
    return flips or _longest_fall([theirs[stem].place for stem in shared]) < TURNED_ROUND


def _places(reading: Reading, matches: Matches) -> "dict[str, _Actor]":
    """Return where each word that counts stands, in order, of those that stand there once."""
    stems = [matches.get(word.stem, word.stem) for word in reading.words]
    often = Counter(stems)
    return {
        stem: _Actor(place, word.governor == "by")
        for place, (stem, word) in enumerate(zip(stems, reading.words, strict=True))
        if (word.counts or word.is_name) and often[stem] == 1
    }


def _longest_fall(places: Sequence[int]) -> int:
    """Return how many of some places, in their order, can be picked so that each is before the one picked last."""
    longest: list[int] = []
    for at, place in enumerate(places):
        longest.append(1 + max((longest[i] for i in range(at) if places[i] > place), default=0))
    return max(longest, default=0)


def _acts_itself(claim: Reading, sentence: Reading, matches: Matches) -> bool:
    """Tell whether who comes first in the claim does there what it does here, and nobody else in between."""
    ours, theirs = _actors(claim, matches), _actors(sentence, {})
    first = next(iter(ours), None)
    if first is None or first not in theirs or ours[first].is_by or theirs[first].is_by:
        return True
    verb = next((w for w in claim.words[ours[first].place :] if w.counts), None)
    stem = verb and matches.get(verb.stem)
    places = [i for i, word in enumerate(sentence.words) if word.stem == stem]
    if not places:
        return True
    return any(_nobody_between(sentence, theirs, theirs[first].place, place) for place in places)


def _nobody_between(sentence: Reading, actors: "dict[str, _Actor]", start: int, verb: int) -> bool:
    clause = sentence.words[verb].clause
    return start < verb and not any(
        start < other.place < verb
        and sentence.words[other.place].clause == clause
        and any(word.counts for word in sentence.words[start : other.place])  # else both act: "A and B met"
        for other in actors.values()
    )


def _governed(reading: Reading, matches: Matches) -> dict[str, set[str]]:
    """Return what each preposition governs, as stems."""
    found: dict[str, set[str]] = {}
    for word in reading.words:
        if word.governor is not None:
            found.setdefault(word.governor, set()).add(matches.get(word.stem, word.stem))
    return found


class _Actor(NamedTuple):
    """A name that may act or be acted upon: where its last word stands, and whether behind "by"."""

    place: int
    is_by: bool


def _actors(reading: Reading, matches: Matches) -> dict[str, _Actor]:
    """Return the names that may act or be acted upon, each by its last word, in order."""
    found: dict[str, _Actor] = {}
    places = {id(word): place for place, word in enumerate(reading.words)}
    for run in reading.names:
        first, last = places[id(run[0])], places[id(run[-1])]
        before = [word.folded for word in reading.words[max(0, first - 2) : first]]
        around = [*before, *(word.folded for word in reading.words[last + 1 : last + 3])]
        introduced_by = before[:1] if before[1:] == ["the"] else before[-1:]
        is_placed = any(word in _PLACING for word in introduced_by) or run[0].governor not in (None, "by")
        if not is_placed and not any(word in _SAID for word in around):
            stem = matches.get(run[-1].stem, run[-1].stem)
            found.setdefault(stem, _Actor(last, run[0].governor == "by"))
    return found


def _is_listed(sentence: Reading, one: str, other: str) -> bool:
    """Tell whether two names stand in one list, or in one name: "Aliyev and Pashinyan met"."""
    places = [i for i, word in enumerate(sentence.words) if word.stem in (one, other)]
    between = sentence.words[places[0] + 1 : places[-1]]
    return all(
        word.is_name or word.folded in ("and", "the", "of", "president", "prime", "minister")
        for word in between
    )
