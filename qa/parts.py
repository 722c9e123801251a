"""A question over several articles -> its parts, each a thing to look for on its own; without an LLM."""

import re
from functools import lru_cache

from qa.query import read_question

LEAST_WORDS = 3  # that count, for a part to be looked for alone
LONG_QUESTION = 12  # words that count, from which a question may ask for more than one passage holds

_REPORT = r"(?:article|report|piece|story|coverage)"
_JOINTS = re.compile(
    r",?\s+(?:while|whereas)\s+"
    rf"|,?\s+and\s+(?=(?:the|an?|another|one)\s[^,]{{0,60}}\b{_REPORT}\b)"
    r"|,\s+(?:and|but)\s+(?:also\s+)?(?=(?:is|are|was|were|has|have|had|who|which|whose|that|did|does)\b)"
    r"|\s+and\s+(?=(?:is|was|has|had|did)\s+(?:also|later|then|subsequently)\b)"
    r"|,\s+(?=(?:and\s+)?another\b)|;\s+",
    re.I,
)


@lru_cache(maxsize=16)
def parts(question: str) -> tuple[str, ...]:
    """Return the parts of a long question, in order; none where it is one thing that is asked."""
    if _words(question) < LONG_QUESTION:
        return ()
    found = [part.strip(" ,?") for part in _JOINTS.split(question)]
    long_enough = [part for part in found if _words(part) >= LEAST_WORDS]
    return tuple(long_enough) if len(long_enough) > 1 else ()


def _words(text: str) -> int:
    return sum(term.weight == 1.0 for term in read_question(text).terms)
