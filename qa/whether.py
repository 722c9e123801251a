"""Questions of yes or no: which sentences tell whether it is so."""

import re
from collections.abc import Sequence

from qa.query import Query
from qa.signals import Evidence
from qa.terms import ResolvedTerm, judged_terms, words_that_count

MOST_WORDS = 7  # that count, of a plain question; longer ones are about several articles
LOOKED_AT = 12  # evidence, the best
WORDS_OF_A_FACT = 2  # of which a sentence has all; the names stand elsewhere in its passage
_OPENS = re.compile(
    r"\s*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)(?:n['’]t)?\b", re.I
)


def asks_whether(query: Query, terms: Sequence[ResolvedTerm]) -> bool:
    """Whether a plain question of yes or no is asked."""
    return words_that_count(terms) <= MOST_WORDS and _OPENS.match(query.asked) is not None


def tells_whether(terms: Sequence[ResolvedTerm], item: Evidence) -> bool:
    """Whether a sentence has half of what is asked about a name, and such a name, or all of it below the names.

    "Is Turkey a member of the EU?" is not answered by what says nothing of members.
    """
    judged = judged_terms(terms)
    telling = [term for term in judged if term.term.weight == 1.0]
    said = [term.stems for term in telling if not term.term.is_name]
    names = {stem for term in telling if term.term.is_name for stem in term.stems}
    is_about = not names or not item.stems.isdisjoint(names)
    held = sum(not item.stems.isdisjoint(forms) for forms in said)
    has_all = held == len(said) >= WORDS_OF_A_FACT and not item.names_absent
    return has_all or (is_about and 2 * held >= len(said))


def telling_first(
    query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence]
) -> list[Evidence]:
    """Let the best sentences that tell whether stand before the others; any other question's as they were."""
    if not asks_whether(query, terms):
        return list(evidence)
    return [
        *sorted(evidence[:LOOKED_AT], key=lambda item: not tells_whether(terms, item)),
        *evidence[LOOKED_AT:],
    ]
