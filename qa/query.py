"""A question, read: the words that count, the names among them, and the kind of answer it asks for."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from index.analysis import normalise, stems
from qa.dates import without_dates
from qa.overview import is_small_talk, request_in

MAX_QUESTION_CHARS = 2000  # what is read of a question; whoever can say so refuses a longer one
LIGHT_WEIGHT = 0.25  # of words that name the kind of thing asked for, or say no more than "said"
SAYS_ENOUGH = 2  # words that count, with which a follow-up is understood and judged by its own
CONTEXT_WEIGHT = 0.5  # of words carried over from earlier turns


class Kind(StrEnum):
    """The kind of answer a question asks for."""

    WHO = "who"
    WHEN = "when"
    WHERE = "where"
    QUANTITY = "how many"
    WHY = "why"
    HOW = "how"
    SAYING = "what somebody says"
    DEFINITION = "what is"
    WHAT = "what"
    OVERVIEW = "an overview"
    SMALL_TALK = "small talk"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """A word of the question. `weight` is 1 for words that count, less for light and carried-over ones."""

    stem: str
    surface: str
    weight: float
    is_name: bool
    is_carried: bool  # over from an earlier turn


@dataclass(frozen=True, slots=True)
class Query:
    """A standalone question, read. `phrases` are runs of stems: names of several words, and what stood in quotes."""

    text: str
    asked: str  # the text without what is carried over from earlier turns
    kind: Kind
    cue: str  # the words that ask for that kind: "how old"
    terms: tuple[QueryTerm, ...]
    phrases: tuple[tuple[str, ...], ...]
    wants_newest: bool = False  # of what it asks for an overview of

    @property
    def is_of_all(self) -> bool:
        """Whether an overview of all articles is asked for: no word tells of what."""
        return self.kind is Kind.OVERVIEW and all(term.weight < CONTEXT_WEIGHT for term in self.terms)


STOP_WORDS = frozenset(
    """a about above after again against all also am an and any anyone anything are as at be because been before
    being below between both but by can could did do does doing done down during each either else ever every few
    for from further had has have having he her here hers herself him himself his how i if in into is it its
    itself just let me might more most much many must my myself neither nor not of off on once only onto or
    other our ours out over own please same shall she should so some somebody someone something such than that
    the their theirs them themselves then there these they this those through to too toward towards under until
    up upon us very was we were what when where which while who whom whose why will with within without would
    yes no you your yours yourself s t d ll re ve m don didn doesn isn wasn weren aren hasn haven hadn won
    whether along still yet even however though although since per via amid among like able unable cannot""".split()
) - {"won"}
_CONTRACTED = re.compile(r"n['’]t$", re.I)  # no word of which says more than "not"

LIGHT_WORDS = frozenset(
    """article articles report reports reported news story tell told say says said according happen happened happens
    happening take takes took taken place make makes made give gives gave given name names named call called
    year years month months week weeks day days date time times person people country countries city cities number
    amount percentage percent kind type sort thing things way ways role main exactly currently recently recent
    latest last first second third one ones two new get got become became come came go goes went going know
    known mean following include included including involve involved describe described mention mentioned
    discuss think explain long old far often high big large compare list summarise summarize react reaction
    position stance status situation""".split()
)

_QUANTITY = r"\bhow (many|much|long|old|far|often|big|large|tall|high|fast|deep|wide|heavy)\b"
_KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (Kind.QUANTITY, _QUANTITY + r"|\b(what|which) (percentage|number|share|proportion|amount|price)\b"),
        (Kind.WHEN, r"\bwhen\b|\b(what|which) (year|date|day|month|time|week|century)\b"),
        (Kind.WHY, r"\bwhy\b|\bwhat (was the reason|is the reason|reasons?|caused|led to)\b|\bhow come\b"),
        (
            Kind.SAYING,
            r"\b(what|how) (did|does|do|has|have) .+? (say|said|think|claim|respond|react|reply|comment|urge)\b"
            r"|\bwhat (did|does|do|has|have) .+? (ask|call|appeal) for\b",
        ),
        (Kind.DEFINITION, r"^\s*(who|what) (is|are|was|were) (the )?[\w’'-]+( [\w’'-]+)?\s*\?*\s*$"),
        (Kind.WHO, r"\bwho(m|se)?\b"),
        (Kind.WHERE, r"\bwhere\b|\b(what|which) (country|countries|city|cities|place|town|location)\b"),
        (Kind.HOW, r"\bhow\b"),
        (Kind.WHAT, r"\bwh(at|ich)\b"),
    )
)
_LIGHT_BESIDE: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(word, re.I), re.compile(beside, re.I))
    for word, beside in (
        (r"play(?:s|ed|ing)?", r"\b(?:role|part)\b"),
        (r"urge|ask|appeal", r"^\W*what (?:did|does|do|has|have) .+? (?:urge|(?:ask|appeal) for)\b"),
        (r"held|hold", r"\b(?:where|when|what (?:day|date|place|city|country|year|month))\b"),
    )
)
_CALLS_FOR = re.compile(r"\bcalled\s+(?:for|on|off)\b", re.I)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_TAKES_PLACE = re.compile(
    r"\b(?:tak(?:es?|en|ing)|took)\s+place\b", re.I
)  # no word of which says more than "happens"
_QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]{2,120})[\"“”»]")
_JOB_OF = re.compile(
    r"^\s*what\s+(is|was)\s+(.+?)['’]s?\s+(?:job|profession|occupation)(?=\W*(?:$|\())", re.I
)
_ARMENIAN_MARKS = re.compile("[\u055b\u055c\u055e]")  # of stress and asking, within a word
_WHAT_DAY = re.compile(
    r"^\W*(?:(?:on|at)\s+)?(?:what|which)\s+(?:day|date)(?:\s+of\s+the\s+week)?\s+"
    r"(?=(?:did|does|do|was|were|is|are|has|have|had|will|would|can|should)\b(?!\s+(?:it|the\s+date|today)\W*$))",
    re.I,
)
_CONTEXT = re.compile(r"\(about: ([^()]*)\)\s*$")


def read_question(text: str) -> Query:
    """Read a standalone question; a trailing `(about: …)` holds words carried over from earlier turns.

    Of a request for an overview, only its topic is read.
    """
    text = _JOB_OF.sub(r"Who \1 \2", normalise(_ARMENIAN_MARKS.sub("", text)))
    text = _WHAT_DAY.sub("When ", text)
    context = _CONTEXT.search(text)
    asked = text[: context.start()] if context else text
    if is_small_talk(asked):
        return Query(text, asked.rstrip(), Kind.SMALL_TALK, "", terms=(), phrases=())
    if (request := request_in(asked)) is not None:
        carried = context[0] if context else ""
        about = read_question(f"{without_dates(request.topic)} {carried}".strip())
        text = f"{request.topic} {carried}".strip()
        return replace(
            about,
            text=text,
            asked=asked.rstrip(),
            kind=Kind.OVERVIEW,
            cue="",
            wants_newest=request.wants_newest,
        )
    terms = _terms(asked, is_carried=False) + (_terms(context[1], is_carried=True) if context else [])
    kind, cue = kind_of(asked)
    return Query(text, asked.rstrip(), kind, cue, terms=_distinct(terms), phrases=_phrases(text))


def over_length(question: str) -> str | None:
    """Return what to say of a question that is too long; None of any other."""
    if len(question) <= MAX_QUESTION_CHARS:
        return None
    return f"the question has {len(question):,} characters; {MAX_QUESTION_CHARS:,} are the most"


def says_enough(terms: Iterable[QueryTerm]) -> bool:
    """Whether a question's own words tell what is asked, so that those carried over need not."""
    return sum(term.weight == 1.0 for term in terms) >= SAYS_ENOUGH


def kind_of(question: str) -> tuple[Kind, str]:
    """Tell the kind of answer asked for and by which words: the first cue wins, quantities before the rest."""
    lowered = question.lower()
    found = [
        (match.start(), rank, kind, match[0])
        for rank, (kind, cue) in enumerate(_KINDS)
        if (match := cue.search(lowered))
    ]
    return min(found)[2:] if found else (Kind.OTHER, "")


def _terms(text: str, *, is_carried: bool) -> list[QueryTerm]:
    scale = CONTEXT_WEIGHT if is_carried else 1.0
    surfaces = [match[0] for match in _WORD.finditer(_TAKES_PLACE.sub("happen", text))]
    says_names = _case_tells_names(surfaces)
    terms = []
    for position, surface in enumerate(surfaces):
        bare = re.sub(r"['’]s?$", "", surface)
        is_name = says_names and bare[:1].isupper() and (position > 0 or bare.lower() not in _OPENERS)
        acronym = len(bare) > 1 and bare.isupper() and says_names
        if (bare.lower() in STOP_WORDS and not acronym) or _CONTRACTED.search(bare):
            continue
        light = _is_light(bare, text) and not is_name
        for stem in stems(bare):
            terms.append(QueryTerm(stem, bare, scale * (LIGHT_WEIGHT if light else 1.0), is_name, is_carried))
    return terms


def _is_light(word: str, question: str) -> bool:
    """Tell whether a word says little, by itself or as what else is asked takes its weight: "play" beside "role"."""
    if word.lower() == "called" and _CALLS_FOR.search(question):  # and is not named so
        return False
    is_beside = any(light.fullmatch(word) and beside.search(question) for light, beside in _LIGHT_BESIDE)
    return is_beside or word.lower() in LIGHT_WORDS


_OPENERS = STOP_WORDS | LIGHT_WORDS


def _case_tells_names(surfaces: list[str]) -> bool:
    """Capitals tell names only where some word that is no name could be seen to lack them."""
    return any(surface[:1].islower() for surface in surfaces)


def _distinct(terms: list[QueryTerm]) -> tuple[QueryTerm, ...]:
    kept: dict[str, QueryTerm] = {}
    for term in terms:
        if term.stem not in kept or term.weight > kept[term.stem].weight:
            kept[term.stem] = term
    return tuple(kept.values())


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    quoted = [tuple(stems(match[1])) for match in _QUOTED.finditer(text)]
    names: list[tuple[str, ...]] = []
    run: list[str] = []
    for position, word in enumerate([*re.split(r"\s+", text), ""]):
        bare = re.sub(r"['’]s$", "", word.strip("\"“”„«»'’.,;:?!()"))
        if bare[:1].isupper() and (position > 0 or bare.lower() not in _OPENERS):
            run += stems(bare)
        elif run:
            names.append(tuple(run))
            run = []
        if run and word[-1:] in ",;:?!)":
            names.append(tuple(run))
            run = []
    return tuple(dict.fromkeys(phrase for phrase in quoted + names if len(phrase) > 1))
