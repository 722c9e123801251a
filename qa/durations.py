"""Questions of how long something lasts: which sentences tell it right before what lasts."""

from collections.abc import Sequence
from itertools import chain

from qa.forms import narrower_stems
from qa.kinds import asks_what_lasts, lasts
from qa.query import Query
from qa.signals import Evidence
from qa.terms import ResolvedTerm, telling_stems

LOOKED_AT = 12  # evidence, the best


def tells_how_long(query: Query, terms: Sequence[ResolvedTerm], item: Evidence) -> bool:
    """Tell whether it is asked how long something lasts and that stands right before it: "four days of talks".

    What lasts may be called otherwise than in the question: talks and negotiations.
    """
    if not asks_what_lasts(query.asked) or not item.fits or item.names_absent:
        return False
    what = telling_stems(terms)
    return lasts(item.text, what.union(chain.from_iterable(map(narrower_stems, what))))


def lasting_first(
    query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence]
) -> list[Evidence]:
    """Let the best sentences that tell how long stand before the others; any other question's as they were."""
    best = sorted(evidence[:LOOKED_AT], key=lambda item: not tells_how_long(query, terms, item))
    return [*best, *evidence[LOOKED_AT:]]
