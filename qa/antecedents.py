"""Whom or what a question speaks of, that a pronoun in the next one may mean: a name, "the minister", "the talks"."""

import re

from qa.forms import is_country
from qa.query import LIGHT_WORDS, STOP_WORDS, read_question

AUXILIARY = "did|does|do|is|was|were|are|has|have|had|will|would|can|could|may|might|shall|should|must"
PREPOSITION = (
    "in|on|at|of|to|for|from|by|with|about|over|under|near|between|after|before|during|since|until|against"
)
NAME = re.compile(r"\b[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]*(?:\s+(?:of the |of |al-)?[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]*)*")
ONE_PERSON = re.compile(r"\b(?:he|she|him|his|her)\b", re.I)  # as no country is
_ROLE = re.compile(
    r"\bthe\s+(?:[\w’-]+\s+){0,3}?(?:minister|president|secretary|official|leader|chancellor|ambassador|envoy|chairman|"
    r"mayor|governor|senator|king|queen|prince|princess|pope|judge|general|commander|diplomat|spokes\w+|director)\b"
    rf"(?:\s+of\s+(?:the\s+)?{NAME.pattern})?"
)
_CONTRACTED = re.compile(r"^(what|that|here|there|who|where|when|how|why)['’](?:s|re|d|ll)$", re.I)
_DOER = re.compile(rf"^(?:[a-zA-Z]+\s+){{0,3}}?(?:{AUXILIARY})\s+(?P<name>{NAME.pattern})(?!\s+and\b)\s")
_PLACE_BEFORE = (  # a place, not somebody
    r"\b(?:in|at|of|near|from|to|outside|into|towards?|(?:visit|enter|reach|leave)(?:ed|s)?) (?:the )?"
)
_ASKS_WHO = re.compile(r"^(?:\w+\s+)?who(?:m|se)?\b", re.I)
_IS_WHO = re.compile(
    rf"^(?i:who\s+(?:is|are|was|were))\s+(?:(?:the\s+)?{NAME.pattern}|{_ROLE.pattern})\s*(?:[?,]|$)"
)
_WHICH_PERSON = re.compile(
    r"^(?:which|what)\s+(?:[\w’-]+\s+){0,3}?(?:minister|president|secretary|official|leader|politician|senator|king|"
    r"queen|judge|general|lawyer|act(?:or|ress)|singer|musician|author|writer|artist|player|athlete|quarterback|coach|"
    r"star|founder|executive|ceo|billionaire|person|man|woman)\b",
    re.I,
)
_RELATIVE = re.compile(  # whose somebody is
    rf"{NAME.pattern}(?<=['’]s|s['’])\s+(?:\w+\s+)?(?:son|daughter|child|wife|husband|partner|brother|sister|mother|father|"
    r"lawyer|attorney|agent|coach|successor|predecessor|deputy|spokes\w+|rival|killer)\b"
)
_IS_SAID_OF = re.compile(
    r"^(?i:is|are|was|were)\s+(?:the\s+)?(?P<name>[A-ZÀ-ÖØ-ÞĀ-Ž].*?)\s+(?:an?|the|part|still)\b"
)
_ITS_OWN = re.compile(
    r"^what(?:[’']s|\s+(?:is|was))\s+(?P<thing>[A-Z][\w-]*[’']s?\s+[^?,]{3,40}?)\s*\?*$", re.I
)
_NOUN_PHRASE = re.compile(
    r"\b(?:the|an?|its|their|his|her)\s+((?:(?!the\b|an?\b)[\w’'-]+\s+){0,3}?(?!the\b|an?\b)[\w’'-]+?)"
    rf"(?=\s*(?:\?|$|,|\s(?:{PREPOSITION}|{AUXILIARY}|and|that|which|"
    r"start|begin|end|take|happen|close|open|mean|demand|cost|say|tell|think|claim|want|offer|ask|reply|win|lose)\b))",
    re.I,
)
_IS_DONE_TO = re.compile(r"\b(?:is|are|was|were|been|being)\s+$", re.I)
_PARTICIPLE = re.compile(
    r"(?<=\s)([\w’'-]+)\s+(?:\w+ed|begun|born|bought|broken|brought|built|caught|chosen|cut|drawn|fought|found|given|"
    r"held|hit|lost|made|paid|seen|sent|set|shot|shown|sold|struck|taken|told|won|written)$",
    re.I,
)
_MEASURES = "times|hours|days|weeks|months|years|ways"  # which nobody goes on to speak of as "they"
_WHICH_SEVERAL = re.compile(
    rf"^(?:which|how many)\s+((?:[\w’'-]+\s+)?(?!(?:{AUXILIARY}|{_MEASURES})\b)[\w’'-]+[^\Ws]s)\b", re.I
)


def whom_meant(asked: str, earlier: str) -> str | None:
    """Return the one name of the question before that "he" or "its" means; none where it asks who, whom they mean.

    "He" may be "the minister" or "Berg's son", too, or of several names the one that did what was asked about.
    """
    is_person = bool(ONE_PERSON.search(asked))
    if is_person and (relative := _RELATIVE.search(earlier)):
        return relative[0]
    if asks_for_a_person(earlier):
        return None
    if (
        is_person
        and not _DOER.match(earlier)
        and (role := _ROLE.search(earlier))
        and not _owns(role[0], earlier)
    ):
        return role[0]
    names = [
        name for name in names_asked(earlier) if not re.search(rf"{_PLACE_BEFORE}{re.escape(name)}", earlier)
    ]
    if is_person:
        names = [name for name in names if not is_country_name(name)]
        doer = _DOER.match(earlier)
        names = [name for name in names if doer and name == doer["name"]] if len(names) > 1 else names
    anew = [name for name in names_asked(asked) if not (is_person and is_country_name(name))]
    return names[0] if len(names) == 1 and not anew and not _owns(names[0], earlier) else None


def asks_for_a_person(question: str) -> bool:
    """Tell whether it is asked who somebody is that the question does not name."""
    is_who = _ASKS_WHO.match(question) and not _IS_WHO.match(question)
    return bool(is_who or _WHICH_PERSON.match(question))


def subject(question: str) -> str | None:
    """Return what a question is about: its first noun phrase, later ones mostly say where and when."""
    said_of = _IS_SAID_OF.match(question)
    if said_of and said_of["name"] in names_asked(question):  # is Turkey a member
        return said_of["name"]
    if own := _ITS_OWN.match(question):  # what is Ford's cheapest car
        return own["thing"]
    found = _NOUN_PHRASE.search(question)
    if found and not re.search(r"['’]s$", found[0]):
        phrase = found[0].strip()
        if _IS_DONE_TO.search(question[: found.start()]):  # why was the corridor closed
            phrase = _PARTICIPLE.sub(r"\1", phrase)
        return re.sub(r"^an?\s", "the ", phrase, flags=re.I)
    names = names_asked(question)
    if len(names) > 1:  # "it" is no person
        names = [name for name in names if is_country_name(name)]
    return names[0] if len(names) == 1 and not _owns(names[0], question) else None


def several(question: str) -> str | None:
    """Return what "they" may stand for: the several that are asked about, or a subject in the plural."""
    if which := _WHICH_SEVERAL.match(question):
        return f"the {which[1]}"
    phrase = subject(question)
    return phrase if phrase and phrase.endswith("s") and phrase not in names_asked(question) else None


def head_noun(question: str) -> str | None:
    """Return the noun that "one" may stand for: of what it is asked which, or of what the question is about."""
    which = re.match(r"^(?:in |of )?(?:which|what|how many)\s+([\w’'-]+)", question, re.I)
    if which and which[1].lower() not in STOP_WORDS:
        return which[1]
    phrase = subject(question)
    names = names_asked(phrase) if phrase else []
    if not phrase or phrase in names:  # of a name alone there is no other one
        return None
    return names[-1] if names and phrase.endswith(names[-1]) else phrase.split()[-1]


def singular(noun: str) -> str:
    """Return an English noun of the regular kind in the singular."""
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    if noun.endswith(("ches", "shes", "sses", "xes")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def _owns(name: str, text: str) -> bool:
    """Whether the name is only there to say whose something is."""
    return re.search(rf"{re.escape(name)}['’]", text) is not None


def names_asked(text: str) -> list[str]:
    """Return the runs of capitalised words, without the word that only opens the question."""
    found = [_without_opener(match[0]) for match in NAME.finditer(text)]
    return [re.sub(r"['’]s$", "", name) for name in found if name]


def _without_opener(name: str) -> str:
    first, _, rest = name.partition(" ")
    opener = _CONTRACTED.sub(r"\1", first).lower()
    return rest if opener in STOP_WORDS or opener in LIGHT_WORDS else name


def is_country_name(name: str) -> bool:
    """Tell whether a name holds a country's, or its people's."""
    return any(is_country(term.stem) for term in read_question(name).terms)
