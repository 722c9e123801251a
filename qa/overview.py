"""What asks no single thing: requests for an overview ("What's new?", "Summarise the talks"), and small talk."""

import re
from dataclasses import dataclass

from qa.dates import without_dates

LONGEST_REQUEST = 300  # characters; to tell what of it is the topic takes a time that grows with their square


@dataclass(frozen=True, slots=True)
class Request:
    """A request for an overview."""

    topic: str  # with the days that it names; nothing where all articles are meant
    wants_newest: bool


_NOUNS = r"(?:summary|overview|outline|recap|digest|round-?up|gist)"
_PAPERS = r"(?:articles?|news|newspapers?|papers?|reports?|stor(?:y|ies)|texts?|documents?|headlines)"
_IS = r"(?:['’]s|\s+is|\s+are|\s+was|\s+were)"
_ABOUT = r"(?:of|on|about|with|from|in|at|around|regarding|concerning)"
_OF_WHAT = rf"(?:\s+{_ABOUT}\s+(?P<topic>.+))?"
_ASKED_FOR = re.compile(
    r"^(?:(?:please|ok|so|and|then|(?:can|could|would|will) you(?: please)?|i(?:['’]d| would) like|i want)[\s,]+)*",
    re.I,
)
_WHEN = r"(?:\s+(?P<when>today|now|right\s+now|yesterday|(?:this|last|past|in|on|during|since)\s+.+?))?"
_REQUESTS = tuple(
    re.compile(form + _WHEN, re.I)
    for form in (
        r"(?:summari[sz]e|recap|outline|sum\s+up)(?:\s+(?P<topic>.+))?",
        rf"(?:(?:give|show|write|get)\s+(?:(?:me|us)\s+)?|what{_IS}\s+)?(?:an?\s+|the\s+)?(?:\w+\s+)?{_NOUNS}{_OF_WHAT}",
        rf"what\s+(?:do|does|did)\s+(?:the|these|those|your)\s+{_PAPERS}\s+(?:say|tell(?:\s+(?:us|me))?|report|write)"
        rf"{_OF_WHAT}",
        rf"(?:what{_IS}\s+|(?:(?:is|are)\s+there\s+)?any\s+)?(?:the\s+|in\s+the\s+)?(?:latest\s+|recent\s+|top\s+|main\s+)?"
        rf"(?:news|headlines|updates?|latest|new|stories|topics|themes|points|key\s+points){_OF_WHAT}",
        r"what(?:['’]s|\s+has|\s+is)?\s+(?:happened|happening|gone\s+on|going\s+on)",
        rf"what{_IS}\s+(?:(?:the|these|those|this|your|all|two|both)\s+)*(?:{_PAPERS}\s+)?(?:all\s+)?about",
        rf"what{_IS}\s+(?:going\s+on|happening|the\s+(?:current\s+)?situation)(?:\s+(?:{_ABOUT}|between)\s+(?P<topic>.+))?",
        r"(?:describe|explain)\s+the\s+(?:current\s+)?situation(?:\s+(?:in|at|around)\s+(?P<topic>.+))?",
        r"tell\s+(?:me|us)\s+(?:more\s+|something\s+|everything\s+|all\s+)?about\s+(?P<topic>.+)",
        r"what\s+(?:do\s+(?:we|you)\s+know|is\s+known)\s+about\s+(?P<topic>.+)",
    )
)
_ALL = re.compile(
    r"(?:(?:the|these|those|this|that|all|of|your|our|my|two|both|latest|newest|recent|current|whole|main|it)\s*\b)*"
    rf"(?:(?:{_PAPERS}|everything|folder|files?|world|day|today|right|now|corpus|collection)\b\s*)*",
    re.I,
)
_ASKS_MORE = re.compile(r"\b(?:who|whom|whose|what|when|where|why|which|how|whether|if)\b", re.I)
_OF_NOW = re.compile(
    r"(?:what\W?\w+\s+|any\s+|(?:is|are)\s+there\s+)*(?:the\s+|in\s+the\s+|current\s+|recent\s+|top\s+)*"
    r"(?:news?|headlines|updates?|latest|going\s+on|happening|situation)\b",
    re.I,
)
_POINTS_BACK = re.compile(r"\b(?:it|this|that|these|those|them|there|more|else)\b", re.I)
_SMALL_TALK = re.compile(
    r"(?:hi|hello|hey|hiya|greetings|good\s+(?:morning|afternoon|evening|day|night)|thanks?|thank\s+you|many\s+thanks|cheers|"
    r"ok|okay|great|nice|cool|good|bye|goodbye|see\s+you|help|test|testing|how\s+are\s+you|who\s+are\s+you|what\s+are\s+you|"
    r"what\s+(?:can|do)\s+you\s+(?:do|know)|how\s+(?:does\s+this|do\s+you)\s+work|"
    r"(?:(?:can|could|will)\s+you\s+)?(?:please\s+)?(?:tell\s+(?:me|us)|write|sing)\s+(?:me\s+|us\s+)?an?\s+"
    r"(?:\w+\s+)?(?:joke|story|poem|song))"
    r"(?:\s+(?:there|again|very\s+much|so\s+much|a\s+lot|you|doing|today|please|me))*[\s!?.,)(:]*",
    re.I,
)


def request_in(question: str) -> Request | None:
    """Return the request for an overview that a question is; None of one that asks some single thing."""
    asked = _ASKED_FOR.sub("", " ".join(question.split())).rstrip(" ?.!")
    if len(asked) > LONGEST_REQUEST:
        return None
    for request in _REQUESTS:
        if found := request.fullmatch(asked):
            groups = found.groupdict()
            topic, when = ((groups.get(name) or "").strip(" ?.!") for name in ("topic", "when"))
            if _ASKS_MORE.search(topic) or not _ALL.fullmatch(without_dates(when)):
                continue
            said = (part for part in (topic, when) if not _ALL.fullmatch(part))
            return Request(" ".join(said), _OF_NOW.match(asked) is not None)
    return None


def stands_alone(question: str) -> bool:
    """Tell whether a question is a request for an overview, of whatever was asked about before only if it says so."""
    return request_in(question) is not None and not _POINTS_BACK.search(question)


def is_small_talk(question: str) -> bool:
    """Tell whether nothing is asked that an article could tell."""
    return _SMALL_TALK.fullmatch(question.strip()) is not None
