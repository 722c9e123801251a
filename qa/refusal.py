"""When the articles do not say: how sure an answer would be, and a reason for refusing that is true."""

import math
from collections.abc import Sequence

from index.reader import IndexReader
from qa.evidence import Evidence
from qa.query import Kind, Query
from qa.retrieval import ResolvedTerm

MAX_NAMED = 3  # words named in a reason

# A logistic model of "the articles answer this"; the weights are placeholders until fitted.
BIAS, SHARE, OWN, FITS, MISSING_NAME = -4.0, 6.0, 1.5, 0.8, -3.0


def confidence(query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence]) -> float:
    """Return how likely it is that the best evidence answers the question, 0 to 1."""
    if not evidence:
        return 0.0
    best = evidence[0]
    share = max(item.passage_share for item in evidence)
    missing_name = any(term.is_missing and term.term.is_name for term in terms)
    fit = best.fits if query.kind not in (Kind.WHAT, Kind.OTHER) else 0.5
    z = BIAS + SHARE * share + OWN * best.context + FITS * fit + MISSING_NAME * missing_name
    return 1 / (1 + math.exp(-z))


def why_not(query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence], reader: IndexReader) -> str:
    """Return why the question is refused. Each claim of absence was asked of the live index."""
    counting = [term for term in terms if term.term.weight > 0]
    if not counting:
        return "the question holds no word to look for"
    if reader.passage_count == 0:
        return "there are no articles"
    missing = sorted((t for t in counting if t.is_missing), key=lambda t: (not t.term.is_name, -t.term.weight))
    if missing:
        return f"no article mentions {_listed(missing, 'or')}"
    present = [term for term in counting if term.term.weight == 1.0] or counting
    together = reader.co_occurrence([[stem for stem, _ in term.forms] for term in present])
    if together == 0 and len(present) > 1:
        return f"articles mention {_listed(present, 'and')}, but no passage mentions them together"
    asked = query.kind.value if query.kind not in (Kind.WHAT, Kind.OTHER) else None
    if asked and not any(item.fits for item in evidence):
        return f"articles mention {_listed(present, 'and')}; none found says {asked}"
    return f"articles mention {_listed(present, 'and')}, but no sentence found answers the question"


def _listed(terms: Sequence[ResolvedTerm], conjunction: str) -> str:
    words = [f'"{term.term.surface}"' for term in terms]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {conjunction} {words[-1]}"
