"""A follow-up and the questions before it -> a standalone question, without an LLM.

A question that stands on its own is left alone. Otherwise what it points back to ("it", "there", "the second
one", a bare "why?") is taken from the question before, itself made standalone first. What cannot be put into
the sentence is carried along behind it, as `(about: …)`, which `qa.query` reads with less weight.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from qa.antecedents import (
    AUXILIARY,
    NAME,
    ONE_PERSON,
    PREPOSITION,
    asks_for_a_person,
    head_noun,
    is_country_name,
    names_asked,
    several,
    singular,
    subject,
    whom_meant,
)
from qa.dates import MONTH
from qa.overview import is_small_talk, stands_alone
from qa.query import SAYS_ENOUGH, STOP_WORDS, QueryTerm, read_question

MAX_TURNS = 8  # of the conversation that are looked back on
MAX_CARRIED = 10  # words carried along, names before others, the last question's before earlier ones'

Whom = Callable[[str], str | None]  # the person who answers a question, by name, if the articles name one

_MEANT = r"(?:i\s+(?:meant|mean)|make\s+that)\b[\s,:]*(?:to\s+ask\s+)?(?:about\s+)?"
_CONNECTIVE = re.compile(
    r"^(?:(?:and|but|so|then|also|ok|okay|well|now)\b[\s,]*"
    r"|(?:really|right|i see|interesting|thanks|thank you|wow|hmm?|no|nope|sorry|oops|wait|actually|yes)\s*"
    r"[?!.,;…–—]+\s*"
    rf"|{_MEANT})+",
    re.I,
)
_CORRECTS = re.compile(rf"\b{_MEANT}$", re.I)  # at the end of such an opening
_CONTRACTED = re.compile(r"^(what|who|where|when|how|why)['’]s\b", re.I)
_ABOUT = re.compile(r"^(?:what|how) about\s+", re.I)
_WH = "why|when|where|whom?|whose|what|which|how"
_OPENS_A_QUESTION = re.compile(rf"^(?!May\s+\d)(?:(?:{PREPOSITION})\s+)?(?:{_WH}|{AUXILIARY})\b", re.I)
_BARE_WH = re.compile(
    rf"^((?:(?:{PREPOSITION})\s+)?(?:(?:what|which)\s+(?:day|date|month|year|city|country|place)"
    r"|why|when|where|whom?|what|which|how(?: many| much| long| often)?))"
    r"(?:\s+(?:is|was|were|so|else|not|exactly|then|that|this|it))*\s*\?*$",
    re.I,
)
_OF_CLAUSES = re.compile(  # that ask something of a whole clause
    r"^(?:why|when|where|how(?: long| often)?|(?:(?:on|in)\s+)?(?:what|which)\s+\w+)$", re.I
)
_DOES_SO = re.compile(  # "Why did it do that?" asks no more than "Why?"
    rf"^(why|when|where|how)\s+(?:{AUXILIARY})\s+(?:it|he|she|they)\s+do\s+(?:that|this|it|so)\b\s*\?*$",
    re.I,
)
_ONE_OF = re.compile(r"^the\s+ones?\s+(?=(?:of|in|from|for)\b)", re.I)
_WH_CLAUSE = re.compile(
    rf"^(?:[\w\s,]*?\b)?(?:why|when|where|how(?: many| much| long)?|what|who|whom)\s+((?:{AUXILIARY})\s+.+?)\s*\?*$",
    re.I,
)
_YES_NO = re.compile(rf"^((?:{AUXILIARY})\s+.+?)\s*\?*$", re.I)
_POINTERS = frozenset(
    "it its they them their theirs he him his she her hers this that these those there then one ones".split()
)
_ONE = re.compile(r"\b(?P<which>(?:the|that|this|each|which)\s+(?:\w+\s+)?)(?P<one>ones?)\b", re.I)
_EACH = re.compile(rf"\beach\s+(?:{AUXILIARY}|\w+\s*\?*$)|\belse\b", re.I)  # each of what was asked about
_HOW_MANY_OF_WHAT = re.compile(rf"how many\s+(?:{AUXILIARY})\b", re.I)
_DEFINITE = re.compile(r"\bthe\s+\w+", re.I)
_THING = re.compile(
    r"\bit\b|\b(?:this|that|these|those)\b(?=\s*(?:[?,.;!]|$|\s(?:was|is|were|are|did|had|has|in|on|at|for|to|by)\b))",
    re.I,
)
_MANY = re.compile(r"\b(?:they|them)\b", re.I)
_EVENTS = re.compile(
    r"\b(?:talks|negotiations|consultations|meetings|summits|hearings|elections|votes|protests|strikes|wars|clashes|"
    r"attacks|sanctions|events)$",
    re.I,
)
_PEOPLE_ACT = re.compile(  # as no event does
    r"\bthey\s+(?:\w+ly\s+|have\s+|all\s+|both\s+)*(?:meet|met|agreed?|disagree|say|said|tell|told|sign|speak|discuss|"
    r"talk|visit|arrived?|travel|want|promise|propose|decided?|vote|live|work|represent)\b",
    re.I,
)
_ITS = re.compile(r"\bits\b", re.I)
_SAID_IT = re.compile(  # which no thing can be
    r"\b(?:(?:t[eo]ll|sa(?:y|id)|kn[eo]w|hear|happen)\w*(?:\s+to)?|do|done|^who\s+did)\s+(?:it|this|that)\b",
    re.I,
)
_TOLD_OF_IT = re.compile(  # which may be what somebody did
    r"\b(?:announc|confirm|caus|report|den[yi]|reveal|explain)\w*\s+(?:it|this|that)\b", re.I
)
_PERSON = re.compile(
    rf"\b(?:he|she|him|they|them|her(?!\s+(?!(?:{PREPOSITION}|{AUXILIARY}|and)\b)\w))\b", re.I
)
_WHOSE = re.compile(r"\b(?:his|her|their|its)\b", re.I)
_WHOM_DID_HE = re.compile(rf"^\w+(?:\s+\w+)?\s+(?:{AUXILIARY})\s+(?:he|she)\b", re.I)
_POSSESSIVE = re.compile(r"(?:the\s+)?([^\W\d_][\w-]*['’]s?)", re.I)
_OWNERS = re.compile(r"\b[^\W\d_][\w-]*(?:['’]s|(?<=s)['’])(?=\s)")
_THAT_CLAUSE = re.compile(r"\b(?:say|said|says|think|thought|claim|claimed|know|knew|so)\s+that\b", re.I)
_THIS_WEEK = re.compile(  # points to the day of asking
    r"\bthis\s+(?:past\s+)?(?:week(?:end)?|month|year|decade|century|morning|afternoon|evening|spring|summer|autumn|fall|"
    r"winter|season|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.I,
)
_PHRASE_ENDS = re.compile(rf"\s*(?:[?,.;!]|$|(?:{PREPOSITION}|{AUXILIARY})\b)", re.I)
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_A_DAY = re.compile(rf"\b(?:\d{{1,2}}\s+{MONTH}|{MONTH}\s+\d{{1,2}}\b)", re.I)


def nobody(question: str) -> str | None:
    """Name no one, where nothing tells who answers a question."""
    return None


def standalone(question: str, turns: Sequence[str], whom: Whom = nobody) -> str:
    """Return the question as one that needs no earlier turn; unchanged where it already is.

    `turns` are the earlier questions, oldest first; the last `MAX_TURNS` count. `whom` is asked whom "he" means where
    the question before asks who did something.
    """
    if not turns or is_small_talk(question):
        return question
    understood: list[str] = []
    for turn in [*(turn for turn in turns[-MAX_TURNS:] if not is_small_talk(turn)), question]:
        turn = " ".join(turn.split())
        understood.append(_join(turn, understood, whom) if any(understood) else turn)
    return understood[-1]


def _join(question: str, before: Sequence[str], whom: Whom) -> str:
    """Return a question as a standalone one; `before` are those asked before it, as such, oldest first."""
    if not depends_on_earlier(question) or stands_alone(question):
        return question
    opening = _CONNECTIVE.match(question)
    asked = _CONTRACTED.sub(r"\1 is", question[opening.end() :] if opening else question) or question
    earlier_asked, _, carried = before[-1].partition(" (about: ")
    earlier_asked = _CONTRACTED.sub(r"\1 is", earlier_asked)
    corrects = opening is not None and _CORRECTS.search(opening[0]) is not None
    if swapped := _swapped(asked, earlier_asked):
        return _with_context(swapped, "", carried.rstrip(")"), carry_all=True)
    if rewritten := _with_noun(asked, earlier_asked) or (corrects and _instead(asked, earlier_asked)):
        return _with_context(rewritten, earlier_asked, carried.rstrip(")"), carry_all=False)
    leans = _leans(question) or not _OPENS_A_QUESTION.match(asked) or bool(_ABOUT.match(asked))
    rewritten = (
        _bare_question(asked, earlier_asked)
        or _pointed_back(asked, earlier_asked)
        or _with_answer(asked, before, whom)
        or _with_name_before(asked, before)
    )
    return _with_context(
        rewritten or _capitalised(asked), earlier_asked, carried.rstrip(")"), carry_all=leans
    )


def depends_on_earlier(question: str) -> bool:
    """Tell whether a question leans on the one before: by its opening, a pointing word, or saying too little."""
    if " (about: " in question:  # it carries along what it leans on
        return False
    return bool(_CONNECTIVE.match(question) or _ABOUT.match(question)) or _leans(question)


def _leans(question: str) -> bool:
    """Tell whether a question, whatever its opening, cannot be understood alone."""
    asked = _CONNECTIVE.sub("", question) or question
    return bool(_words(asked)) and (
        bool(_BARE_WH.match(asked)) or _points_back(asked) or _says_too_little(asked)
    )


def _says_too_little(asked: str) -> bool:
    """Without a name, one word that counts is no subject, nor are two of which one is "the …"."""
    if names_asked(asked) or _NUMBER.search(asked):
        return False
    return _telling(asked) < SAYS_ENOUGH + bool(_DEFINITE.search(asked))


def _points_back(question: str) -> bool:
    """Tell whether a pointing word of the question finds nothing in the question itself to point to."""
    text = _THIS_WEEK.sub(" ", _THAT_CLAUSE.sub(" ", question))
    words = _words(text)
    names = names_asked(question)
    pointing = [word for word in words if word in _POINTERS]
    if words[:2] in (["is", "there"], ["are", "there"], ["was", "there"], ["were", "there"]):
        pointing.remove("there")
    if _EACH.search(text) or _HOW_MANY_OF_WHAT.match(text):
        return True
    return bool(pointing) and not (names and _antecedent_inside(text, pointing[0], names))


def _words(text: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[^\W_]+", text)]


def _telling(question: str) -> int:
    return sum(term.weight == 1.0 for term in read_question(question).terms)


def _antecedent_inside(text: str, pointer: str, names: list[str]) -> bool:
    """A name before the pointing word, in the question itself, is what it points to."""
    place = re.search(rf"\b{pointer}\b", text, re.I)
    return pointer not in ("it", "one", "ones", "this", "that", "there", "then") and (
        place is not None and any(0 <= text.find(name) < place.start() for name in names)
    )


def _swapped(asked: str, earlier: str) -> str | None:
    """Put a fragment ("And in Yerevan?", "What about 2050?") in the place of its like in the question before."""
    if _OPENS_A_QUESTION.match(asked) and not _ABOUT.match(asked):
        return None
    fragment = _ONE_OF.sub("", _ABOUT.sub("", asked)).rstrip("? ")
    if owner := _POSSESSIVE.fullmatch(fragment):  # "And the men's?" after "Who won the women's title?"
        owners = _OWNERS.findall(earlier)
        return re.sub(rf"\b{re.escape(owners[0])}(?=\s)", owner[1], earlier) if len(owners) == 1 else None
    preposition = re.match(rf"(?:(?:{PREPOSITION})\s+)+", fragment, re.I)
    named = fragment[preposition.end() :] if preposition else fragment
    other = re.sub(r"^the\s+", "", named, flags=re.I)
    alike = _alike(other, earlier)
    if alike is None and preposition:
        alike = _after(preposition[0].strip(), earlier)
    if alike is None or alike == other:
        return None
    places = list(re.finditer(rf"(?<![\w.,])(?<!\w[’'-]){re.escape(alike)}(?![\w-])", earlier))
    if not places:  # it is only part of a word: "pro-Russia"
        return None
    before, after = earlier[: places[-1].start()], earlier[places[-1].end() :]
    if not preposition and (joined := _JOINED.search(before)):  # of "the US and the EU", both
        before = re.sub(r"\bdo $", "does ", before[: joined.start()])
    if named != other or (NAME.fullmatch(alike) and _PHRASE_ENDS.match(after)):
        before = re.sub(r"\bthe $", "", before)  # Azerbaijan takes none, where the European Union had one
    return f"{before}{named}{after}"


def _instead(fragment: str, earlier: str) -> str | None:
    """Put what was meant in the place of what was said: "I meant the pilot" after "Who was the captain?"."""
    phrase = subject(earlier)
    is_noun = re.match(r"(?:the|an?)\s", fragment, re.I) and not _ONE.search(fragment)
    if not phrase or not is_noun or earlier.count(phrase) != 1:
        return None
    return earlier.replace(phrase, fragment.rstrip("?. "))


# The first of two names that do something together, before the second.
_JOINED = re.compile(rf"(?<!between )(?:\bthe )?{NAME.pattern} and (?:the )?$")


def _alike(subject: str, earlier: str) -> str | None:
    """Return the name or number of the question before that another one takes the place of."""
    if _A_DAY.fullmatch(subject):
        days = _A_DAY.findall(earlier)
        return days[-1] if days else None
    if _NUMBER.fullmatch(subject):
        numbers = [number for number in _NUMBER.findall(earlier) if len(number) == len(subject)]
        return numbers[-1] if numbers else None
    if not NAME.fullmatch(subject) or subject.lower() in STOP_WORDS:
        return None
    names = names_asked(earlier)
    alike = [name for name in names if is_country_name(name) == is_country_name(subject)]
    if not names:
        return None
    return (alike or names)[-1]


def _after(preposition: str, earlier: str) -> str | None:
    """Return what follows the preposition in the question before, up to the next one."""
    places = re.findall(
        rf"\b(?i:{preposition})\s+((?:(?!(?:{PREPOSITION}|{AUXILIARY}|and|that|who|which)\b)[\w’'-]+\s*)+)",
        earlier,
    )
    return places[-1].strip() if places else None


def _bare_question(asked: str, earlier: str) -> str | None:
    """ "Why?" after "When did Azerbaijan close the corridor?" -> "Why did Azerbaijan close the corridor?" """
    bare = _BARE_WH.match(asked) or _DOES_SO.match(asked)
    if not bare or not _OF_CLAUSES.match(bare[1]):
        return None
    if clause := _YES_NO.match(earlier):
        return f"{bare[1].capitalize()} {clause[1][0].lower()}{clause[1][1:]}?"
    clause = _WH_CLAUSE.match(earlier)
    return f"{bare[1].capitalize()} {clause[1]}?" if clause else None


def _with_noun(asked: str, earlier: str) -> str | None:
    """Put the noun that "one" stands for in its place: "the second one" of the wars, "the second war"."""
    one, noun = _ONE.search(asked), head_noun(earlier)
    if not one or not noun:
        return None
    noun = singular(noun) if one["one"].lower() == "one" else noun
    named = asked[: one.start("one")] + noun + asked[one.end("one") :]
    if not _OPENS_A_QUESTION.match(asked):  # "And the first one?" after "Who won the last war?"
        its_like = re.search(rf"\bthe\s+(?:[\w’'-]+\s+)?{re.escape(noun)}\b", earlier, re.I)
        if its_like:
            return earlier[: its_like.start()] + named.rstrip("? ") + earlier[its_like.end() :]
    return _capitalised(named)


def _pointed_back(asked: str, earlier: str) -> str | None:
    """Put the noun phrase or name that "it", "they" or "he" stands for in its place."""
    if _BARE_WH.match(asked):
        return None
    unclaused = _THAT_CLAUSE.sub(lambda m: "_" * len(m[0]), asked)
    thing, phrase = _THING.search(unclaused), subject(earlier)
    is_name = phrase in names_asked(earlier)  # which may be somebody's
    if _SAID_IT.search(asked) or (is_name and (_TOLD_OF_IT.search(asked) or ONE_PERSON.search(asked))):
        thing = None
    if thing and phrase:
        return _capitalised(asked[: thing.start()] + phrase + asked[thing.end() :])
    if (its := _ITS.search(unclaused)) and phrase and phrase.startswith("the "):
        return _capitalised(f"{asked[: its.start()]}{phrase}'s{asked[its.end() :]}")
    if (
        (many := _MANY.search(asked))
        and (phrase := several(earlier))
        and not (_EVENTS.search(phrase) and _PEOPLE_ACT.search(asked))
    ):
        return _capitalised(asked[: many.start()] + phrase + asked[many.end() :])
    return _with_name(asked, earlier)


def _with_name(asked: str, earlier: str) -> str | None:
    """Put the name, or "the minister", that the question before speaks of for "he", and for "his" whose."""
    return _named(asked, whom_meant(asked, earlier))


def _named(asked: str, name: str | None) -> str | None:
    rewritten = name and _WHOSE.sub(f"{name}'s", _PERSON.sub(name, asked, count=1), count=1)
    return _capitalised(rewritten) if rewritten and rewritten != asked else None


def _with_answer(asked: str, before: Sequence[str], whom: Whom) -> str | None:
    """Put for "he" who answers the question before, where that asks who it is."""
    earlier = before[-1]
    asks_for_another = asks_for_a_person(asked) and not _WHOM_DID_HE.match(asked)
    if not ONE_PERSON.search(asked) or not asks_for_a_person(earlier) or asks_for_another:
        return None
    return _named(asked, whom(earlier))


def _with_name_before(asked: str, before: Sequence[str]) -> str | None:
    """Put for "he" the name of the last question that has one, where those since have none."""
    asked_before = [question.partition(" (about: ")[0] for question in before]
    earlier = next((question for question in reversed(asked_before) if names_asked(question)), None)
    return _with_name(asked, earlier) if earlier and ONE_PERSON.search(asked) else None


def _with_context(question: str, earlier: str, carried: str, *, carry_all: bool) -> str:
    """Carry along what the question lacks of the one before: its names, or all its words that count."""
    present = {term.stem for term in read_question(question).terms}
    lacking: dict[str, QueryTerm] = {}
    for term in _counting(earlier, carried):
        if term.stem not in present and (term.is_name or carry_all):
            lacking.setdefault(term.stem, term)
    kept = sorted(lacking.values(), key=lambda term: not term.is_name)[:MAX_CARRIED]
    words = dict.fromkeys(term.surface for term in lacking.values() if term in kept)
    question = question if question.endswith("?") else question.rstrip(".!") + "?"
    return f"{question} (about: {' '.join(words)})" if words else question


def _counting(*texts: str) -> Iterator[QueryTerm]:
    for text in texts:
        yield from (term for term in read_question(text).terms if term.is_name or term.weight == 1.0)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
