"""Questions of what somebody says: whether it is asked of anything at all, and which sentences speak."""

import re
from collections.abc import Sequence

from qa.query import Kind, Query
from qa.signals import NAMES_THE_SPEAKER, Evidence

LOOKED_AT = 12  # evidence, the best
_OPEN = re.compile(r"\W*what\s+(?:did|does|do|has|have|had)\s+.+\s(?:say|says|said)\W*$", re.I)


def asks_what_is_said(query: Query) -> bool:
    """Tell whether it is asked what somebody says, of anything: "What did the minister say?", and not "about …"."""
    return query.kind is Kind.SAYING and _OPEN.match(query.asked) is not None


def speaking_first(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Of what somebody says, of anything, keep the best sentences in which they speak and then those that name them.

    Where nobody speaks, or something else is asked, all sentences stay as they are.
    """
    best = evidence[:LOOKED_AT]
    if not asks_what_is_said(query) or not any(item.fits for item in best):
        return list(evidence)
    rest = [item for item in evidence if not item.fits and item.own >= NAMES_THE_SPEAKER]
    return [*(item for item in best if item.fits), *rest]
