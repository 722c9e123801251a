"""Does a sentence hold the kind of answer that a question asks for: a person, a date, a place, a number, a cause?"""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache, lru_cache

from index.analysis import fold, stems
from index.names import transliteration_key
from qa.forms import related_stems
from qa.query import STOP_WORDS, Kind
from qa.terms import REMEMBERED_WORDS, stems_of, stems_of_words

# What stands before the capital is looked at second: a pattern that begins with a set is found in less time.
_NAME = re.compile(
    r"[A-ZÀ-ÖØ-ÞĀ-Ž](?<!\w.)[\w’'-]*(?:\s+(?:(?:of|the|al|bin|de|van|von)\s+)?[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]*)*"
)
# A sentence that opens so says who only together with the one before it.
POINTING = re.compile(r"\W*(?:it|he|she|they|this|that|these|those|his|her|their|its)\b", re.I)
_MONTH = (
    r"(?:jan(?:uary|\.)|feb(?:ruary|\.)|mar(?:ch|\.)|april|apr\.|may|june|july|aug(?:ust|\.)|"
    r"sept?(?:ember|\.)|oct(?:ober|\.)|nov(?:ember|\.)|dec(?:ember|\.))"
)
_CALENDAR = re.compile(
    rf"\b(?:{_MONTH}\s+\d{{1,2}}|\d{{1,2}}\s+{_MONTH}|(?:in|since|until|by|of|last|this|early|late|mid-?)\s+{_MONTH}"
    rf"|(?:1[0-9]|20)\d\d(?:s|-\d\d)?)\b",
    re.I,
)
_DAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\byesterday\b|\btoday\b|\btomorrow\b", re.I)
_RELATIVE = re.compile(
    r"\b(?:last|next|this|earlier this|later this)\s+(?:week|month|year|night|spring|summer|autumn|fall|winter)\b"
    r"|\b\w+\s+(?:days?|weeks?|months?|years?|decades?|hours?)\s+(?:ago|earlier|later)\b",
    re.I,
)
_NUMBER_WORDS = frozenset(
    """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands
    million millions billion billions dozen dozens half twice double third quarter""".split()
)
_MAYBE_NUMBER_WORD = re.compile(r"\b[a-z]{3,9}\b")
_DIGITS = re.compile(r"\d[\d.,]*")
_PLACE = re.compile(
    r"\b(?:in|at|near|outside|inside|from|to|into|across|around|towards?|(?:visit|enter|reach|tour)(?:e?s|ed|ing)?)"
    r"\s+(?:both\s+)?(?:the\s+)?[A-ZÀ-ÖØ-ÞĀ-Ž]\w+"
)
_CAUSE = re.compile(
    r"\b(?:because|due to|owing to|as a result|in response|in retaliation|thanks to|caused|cause|reasons?|"
    r"justif\w+|explain\w*|explanation|accus(?:ed|es|ing)|alleg(?:ed|es|ing|edly)|blam(?:ed|es|ing)|"
    r"cit(?:ed|ing)|by saying|in order to|so that|in protest|"
    r"prompted|led to|stems? from|aimed at|on suspicion|on charges)\b",
    re.I,
)
_PURPOSE = re.compile(r"\bto (?!the\b|an?\b|be\b|have\b|its?\b|their\b|his\b|her\b|some\b|other)([a-z]{3,})")
_WEAK_CAUSE = re.compile(r"\b(?:since|over|after|following|amid|claim\w*|saying|to [a-z]+)\b", re.I)
_SPEECH = re.compile(
    r"\b(?:said|says?|told|tells|announced?|considers?|considered|regards?|calls?|called|describes?|described|"
    r"den(?:y|ies|ied)|reject(?:s|ed)?|repl(?:y|ies|ied)|responded|object(?:s|ed)?|argues?|argued|claims?|claimed|"
    r"insist(?:s|ed)?|warns?|warned|accuse[sd]?|demands?|demanded|urges?|urged|criticized?|condemn(?:s|ed)?|"
    r"welcome[sd]?|views?|opinion|sees|thinks?|according to|add(?:s|ed)|explain(?:s|ed)|stress(?:es|ed)|wrote)\b",
    re.I,
)
# Right before "said", where its speaker follows.
_ENDS_A_QUOTE = re.compile(r"[\"”’']\s*$")
_ENDS_A_CLAUSE = re.compile(r"[,?!.…]\s*$")
_UP_TO_A_MARK = re.compile(r"[^,;.!?“”\"]*")
_ASKS_OF = re.compile(
    r"\b(?:did|does|do|has|have) (?:the )?(.+?) "
    r"(?:say|said|think|claim|respond|react|reply|comment|urge|ask|call|appeal)\b",
    re.I,
)
_LAST_NAME = re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]*$")
_SPEAKS_ON = re.compile(rf"\W*(?:he|she|they)\s+(?:[\w’']+\s+){{0,2}}?(?:{_SPEECH.pattern})", re.I)
_ASKS_WHAT = re.compile(r"^wh\w+\s+\w+\s+(?:the\s+)?", re.I)
_DEFINES = r",? (?:is|was|are|were|means)\b|, (?:an?|the)\b| \((?-i:[a-z])"  # right behind a name
_MAY_VARY = re.compile(r"(?!which\b|means\b)[^\W\d_]{5,}")
_ENDS_AS_QUESTION = re.compile(r"\?[\s\"'”’)\]]*$")
_POINTS_BELOW = re.compile(r"\W*(?:who|whom|whose|what|when|where|why|which|how)\b[^.!:]*$", re.I)
OPTION_WORDS = 6  # at most, in an option of a quiz
_BE = ("is", "was", "are", "were", "be", "been", "being")
_FORMS_OF_BE = frozenset(_BE)
_DEED = re.compile(
    rf"\b(?i:who)\s+(?:(?:has|have|had|will|would|also|first)\s+)*({'|'.join(_BE)})?\s*"
    r"(?!d(?:o|oes|id)\b)([a-z]{3,})"
)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
DOER_WORDS = 3  # before the deed
PASSIVE_WORDS = 2  # from "is" to what is done
SPEAKER_REACH = 60  # characters between a speaker and the verb
_MANNER = re.compile(r"\b(?:by|through|using|via|with|after)\b", re.I)


def poses(sentence: str) -> bool:
    """Tell whether a sentence only asks what those below it answer: "Why did it fail?", the heading "How it began"."""
    return bool(_ENDS_AS_QUESTION.search(sentence) or _POINTS_BELOW.match(sentence))


def is_option(sentence: str) -> bool:
    """Tell whether a sentence is a few words without an end, such as the answers from which a quiz lets choose."""
    return len(sentence.split()) <= OPTION_WORDS and sentence[-1:].isalnum()


def fits(kind: Kind, sentence: str, question: str) -> float:
    """Return how well a sentence holds the kind of answer asked for and not said in the question, 0 to 1."""
    match kind:
        case Kind.WHO:
            known = stems_of(question)
            says_who = _has_new_name(sentence, known) or _has_doer(sentence, question, known)
            return float(says_who and not POINTING.match(sentence))
        case Kind.WHEN:
            return _time(sentence, stems_of(question))
        case Kind.WHERE:
            known = stems_of(question)
            return float(any(_is_new(m[0], known) for m in _PLACE.finditer(sentence)))
        case Kind.QUANTITY:
            return _quantity(sentence, question)
        case Kind.WHY:
            return 1.0 if _CAUSE.search(sentence) else 0.3 * (_WEAK_CAUSE.search(sentence) is not None)
        case Kind.HOW:
            return float(_MANNER.search(sentence) is not None)
        case Kind.SAYING:
            return float(_says(sentence, question))
        case Kind.DEFINITION:
            return _defines(sentence, question)
    return 0.0


def _says(sentence: str, question: str) -> bool:
    """Tell whether whom the question names stands before a verb of speech or opinion, after "according to", or right
    behind the verb where a quote stands before it: "…," said the mayor. Of a person, the last name."""
    named = _speaker_asked_of(question)
    return any(not named.isdisjoint(stems(_speaker(sentence, m))) for m in _SPEECH.finditer(sentence))


@lru_cache(maxsize=16)
def _speaker_asked_of(question: str) -> frozenset[str]:
    """Return the stems by which whom a question asks of may be named."""
    asked = _ASKS_OF.search(question)
    if asked is None:
        return frozenset()
    last = _LAST_NAME.search(re.split(r"\b(?:of|from|in|at)\b", asked[1])[0].strip())
    return frozenset(
        form for stem in stems(last[0] if last else asked[1]) for form in (stem, *related_stems(stem))
    )


def _speaker(sentence: str, verb: re.Match[str]) -> str:
    """Return the part of a sentence in which stands who speaks."""
    before = sentence[max(0, verb.start() - SPEAKER_REACH) : verb.start()]
    behind = sentence[verb.end() : verb.end() + SPEAKER_REACH]
    if verb[0].lower() == "according to":
        return before + behind
    up_to_a_mark = _UP_TO_A_MARK.match(behind)[0]  # type: ignore[index]  # it matches anything
    if _ENDS_A_QUOTE.search(before):
        return up_to_a_mark
    # "The road is open, said the mayor", but also "The mayor, who was there, said …".
    return f"{before}{up_to_a_mark}" if _ENDS_A_CLAUSE.search(before) else before


def tells_purpose(sentence: str, question: str) -> bool:
    """Tell whether what is asked about is done to an end that the question does not name: "gathered to demand …"."""
    known = stems_of(question)
    return any(_is_new(found[1], known) for found in _PURPOSE.finditer(sentence))


def speaks_on(sentence: str) -> bool:
    """Tell whether a sentence opens with somebody named before, who speaks: "He also said …"."""
    return _SPEAKS_ON.match(sentence) is not None


def _defines(sentence: str, question: str) -> float:
    """Return how well it is told what is asked for, however that is spelt: "the corridor, the only road", by "is" or in
    brackets; a clause that follows ("the corridor, which …") may tell of it anything else.
    """
    found = _definition_asked_for(question).search(_as_sounded(sentence))
    return 0.0 if found is None else 1.0 if found["defines"] else 0.5


@lru_cache(maxsize=16)
def _definition_asked_for(question: str) -> re.Pattern[str]:
    subject = re.escape(_as_sounded(_ASKS_WHAT.sub("", question).strip(" ?")))
    return re.compile(rf"{subject}(?:(?P<defines>{_DEFINES})|, (?:which|who)\b)", re.I)


def _as_sounded(text: str) -> str:
    """Write each word that may be spelt in two ways as it sounds."""
    return _MAY_VARY.sub(lambda word: _sound(word[0]), text)


@lru_cache(maxsize=REMEMBERED_WORDS)
def _sound(word: str) -> str:
    return transliteration_key(fold(word))


def numbers(sentence: str) -> frozenset[str]:
    """Return the numbers a sentence gives, written in digits or words."""
    in_words = _NUMBER_WORDS.intersection(_MAYBE_NUMBER_WORD.findall(sentence.lower()))
    return in_words.union(_in_digits(sentence))


def _in_digits(sentence: str) -> list[str]:
    return [found.rstrip(".,") for found in _DIGITS.findall(sentence)]


def _is_new(text: str, known: frozenset[str]) -> bool:
    return bool(frozenset(stems_of_words(text)) - known - STOP_WORDS)


def names_in(sentence: str) -> list[str]:
    """Return the names in a sentence: capitalised words, but not a lone one that may owe it to opening it."""
    found: list[str] = _NAME.findall(sentence)
    if found and " " not in found[0] and sentence.startswith(found[0]):
        del found[0]
    return found


def new_names(texts: Sequence[str], known: frozenset[str]) -> list[tuple[tuple[str, ...], ...]]:
    """Return the stems of each sentence's names, but for those known; names that have no others are left out."""

    @cache  # the sentences tell of the same people and places
    def new(name: str) -> tuple[str, ...]:
        return tuple(stem for stem in stems_of_words(name) if stem not in known)

    return [tuple(filter(None, map(new, names_in(text)))) for text in texts]


def has_number(sentence: str, question: str, told: AbstractSet[str] | None = None) -> bool:
    """Tell whether a sentence gives a number, in digits or words, that the question does not.

    Where `told`, its stems, are known, its words need not be looked at to see that none is a number.
    """
    has_no_word = told is not None and told.isdisjoint(_stems_of_number_words())
    given = _in_digits(sentence) if has_no_word else numbers(sentence)
    return bool(given) and any(_is_new(number, stems_of(question)) for number in given)


def _has_new_name(sentence: str, known: frozenset[str]) -> bool:
    return any(_is_new(name, known) for name in names_in(sentence))


def _has_doer(sentence: str, question: str, known: frozenset[str]) -> bool:
    """Tell whether right before the deed asked of there stands who did it: "Karabakh rebel officials denied"."""
    asked = _DEED.search(question)
    if asked is None:
        return False
    deeds = {form for stem in stems_of_words(asked[2]) for form in (stem, *related_stems(stem))}
    words = _WORD.findall(sentence)
    for i, word in enumerate(words):
        if deeds.isdisjoint(stems_of_words(word)):
            continue
        before = words[max(0, i - DOER_WORDS) : i]
        is_done = bool(before) and before[-1] in _BE  # "were denied" does not say who denied
        if is_done == bool(asked[1]):
            return any(_is_new(doer, known) for doer in before)
    return False


def is_done_to(sentence: str, deed: AbstractSet[str]) -> bool:
    """Tell whether a deed, given as its stems, is told of what it was done to, and not right behind it by whom.

    "The road is usually called …" does not say who called for anything.
    """
    words = _WORD.findall(sentence)
    return any(
        not deed.isdisjoint(stems_of_words(word))
        and not _FORMS_OF_BE.isdisjoint(words[max(0, i - PASSIVE_WORDS) : i])
        and words[i + 1 : i + 2] != ["by"]
        for i, word in enumerate(words)
    )


def _time(sentence: str, known: frozenset[str]) -> float:
    for pattern, strength in ((_CALENDAR, 1.0), (_DAY, 0.8), (_RELATIVE, 0.6)):
        if any(_is_new(m[0], known) for m in pattern.finditer(sentence)):
            return strength
    return 0.0


_COUNTED = re.compile(r"\bhow many\b(?! years?\b)", re.I)  # in 2020 nobody counted 2,020 people
_COUNTED_NOUN = re.compile(r"\bhow many\s+(?:other\s+|more\s+|of\s+the\s+)?([^\W\d_]+)", re.I)
_AMOUNT = (
    rf"(?:\d[\d.,]*|{'|'.join(sorted(_NUMBER_WORDS))}|one|an?|several|many|few|some|couple of|dozens of)"
)
_OF_TIME = r"(?:second|minute|hour|day|night|week|month|year|decade|centur(?:y|ie)|generation)s?"
_OF_LENGTH = (
    r"(?:(?:kilo|centi|milli)?met(?:er|re)s?|km|miles?|feet|foot|ft|inch(?:es)?|yards?|light[- ]years?)"
)
_UNITS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked, re.I), re.compile(shown, re.I))
    for asked, shown in (
        (r"\bhow old\b", r"\bage[ds]?\b|\byears?[- ]old\b|\bborn\b|, (?:now |then )?\d{1,3},"),
        (r"\bhow (?:tall|high|deep|wide|far)\b", rf"\b(?:{_OF_LENGTH}|percent|degrees|[mb]illion)\b|[$€£¥%]"),
        (
            r"\bhow (?:big|large)\b",
            r"\b(?:square|sq|acres?|hectares?|percent|times|[mb]illion|thousands?|hundreds?)\b|%|[$€£¥]"
            rf"|\b\d{{1,3}},\d{{3}}\b|\b(?!(?:19|20)\d\d\b)\d{{3,}}\b|\b{_OF_LENGTH}\b",
        ),
        (
            r"\bhow much\b.*\b(?:cost|pay|paid|worth|spen[dt]|price|raise|fine)",
            r"[$€£¥]|%|\b(?:dollars?|euros?|pounds?|rubles?|yen|yuan|manats?|drams?|percent|cents?|[mb]illion)\b",
        ),
    )
)
_SPAN = rf"\b{_AMOUNT}(?:[\s-]+[a-z]+)?[\s-]*(?:{_OF_TIME}|{_OF_LENGTH})\b(?![\s-]old\b)"
_HOW_LONG_FROM = r"\bhow long (?:after|before|ago|until)\b"
_LENGTHS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(asked, re.I), re.compile(shown, re.I))
    for asked, shown in (
        (_HOW_LONG_FROM, _SPAN),
        (
            r"\bhow long\b",  # what came two days after it did not last two days
            rf"{_SPAN}(?! (?:after|before|ago|earlier|later)\b)|\b(?:less|more) than {_AMOUNT} {_OF_TIME}\b"
            rf"|\b(?:for|over|lasting|lasted) {_OF_TIME}\b|\b{_OF_TIME}[- ]long\b"
            r"|\b(?:since|until|till|into|from|through) (?:\w+ ){0,5}(?:\d{4}s?|century)\b",
        ),
    )
)
_ASKS_WHAT_LASTS = re.compile(rf"(?!{_HOW_LONG_FROM})\bhow long\b", re.I)
_BESIDE_WHAT_LASTS = re.compile(
    rf"\b{_AMOUNT}[\s-]+{_OF_TIME}(?:\s+of)?\s+(?!(?:after|before|ago|earlier|later|old)\b)"
    r"((?:[\w’'-]+\s+){0,2}[\w’'-]+)",
    re.I,
)
# "two sides", "two Azerbaijan Airlines planes"
_COUNTS = re.compile(
    rf"\b(\d[\d.,]*|(?i:{'|'.join(sorted(_NUMBER_WORDS))}))(?:[\s-]+(?:of|the|[A-ZÀ-ÖØ-ÞĀ-Ž]\w+))*[\s-]+([a-z]{{3,}})\b"
)
_COUNTED_IN_PASSING = frozenset("side party country nation day week month year hour minute time".split())


def asks_what_lasts(question: str) -> bool:
    """Tell whether it is asked how long something lasts, and not how long after something else it was."""
    return _ASKS_WHAT_LASTS.search(question) is not None


def lasts(sentence: str, thing: AbstractSet[str]) -> bool:
    """Tell whether a length of time stands right before what is asked about, given as its stems.

    "Four days of negotiations", "the six-week war".
    """
    return any(not thing.isdisjoint(stems(found[1])) for found in _BESIDE_WHAT_LASTS.finditer(sentence))


def _quantity(sentence: str, question: str) -> float:
    for asked, shown in _LENGTHS:  # a year, a decade: some have no number
        if asked.search(question):
            return float(shown.search(sentence) is not None)
    counts = _COUNTED.search(question) is not None
    undated = _CALENDAR.sub(" ", sentence) if counts else sentence
    if not has_number(undated, question):
        return 0.0
    for asked, shown in _UNITS:
        if asked.search(question):
            return float(shown.search(sentence) is not None)
    return float(not (counts and _counts_others(undated, question)))


def _counts_others(sentence: str, question: str) -> bool:
    """Whether each number counts something else: what is named beside what is asked for, or is counted in passing.

    "How many passengers were on the planes?" is not told by "two planes".
    """
    noun = _COUNTED_NOUN.search(question)
    wanted = frozenset(stems(noun[1]) if noun else ())
    others = (stems_of(question) | _others_in_passing()) - wanted
    counted = [(number.rstrip(".,").lower(), stems(thing)) for number, thing in _COUNTS.findall(sentence)]
    return numbers(sentence) == {number for number, _ in counted} and all(
        others.issuperset(thing) for _, thing in counted
    )


@cache
def _stems_of_number_words() -> frozenset[str]:
    return frozenset(stem for word in _NUMBER_WORDS for stem in stems(word))


@cache
def _others_in_passing() -> frozenset[str]:
    return frozenset(stem for word in _COUNTED_IN_PASSING for stem in stems(word))
