"""Words in square brackets for what a sentence points to outside itself: whose "he", the week of which "Saturday".

Only what is certain is added: the name of the one person in the sentence before, the question that a "yes" answers,
the date of the article. The quote and its offsets stay as they are.
"""

import re
from collections.abc import Iterator
from datetime import date

from qa.forms import is_country
from qa.kinds import names_in
from qa.query import read_question

_WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = "|".join(month[:3] for month in _MONTHS)
# Not behind a quotation mark: in what somebody says, "he" is not who says it.
_PRONOUN = re.compile(r"(?:He|She)\b(?![’'])")
_YES_OR_NO = re.compile(
    r"^\W*(?:yes|no|maybe|perhaps|probably|possibly|absolutely|definitely|not\s+\w+(?=\W*(?:[,.;:!…—–]|$)))\b",
    re.I,
)
_LAST_MARK = re.compile(r"[.!?…]*[\"”’')\]]*$")
FEW_WORDS = 6  # of a sentence that only the question above it makes one
MOST_ASKED = 120  # characters of a question that is shown
_PLACE = re.compile(
    r"(?i)\b(?:in|at|near|from|to|outside|into|towards?|(?:capital|city|town|village|province|state)(?:\s+of)?)"
    r"\s+(?:the\s+)?$"
)
_TITLE = re.compile(
    r"(?i)^(?:mr|mrs|ms|dr|president|prime|minister|secretary|senator|general|king|queen|pope)\b\.?\s*"
)
_NO_NAME = re.compile(
    rf"(?i)^(?:{_WEEKDAY}|{'|'.join(_MONTHS)}|i|the|a|an|in|on|at|but|and|for|while|after|when)$"
)
# Somebody told of without a name: "a man", "the suspect", "his lawyer"; of words in -er and -or some are no people.
_SOMEBODY = re.compile(
    r"(?i)(?:\b(?:an?|the|his|her|their|its|another|one|this|that)|[’']s?)\s+(?:[\w’'-]+\s+){0,3}?"
    r"(?:\w+(?:er|or|ist|ian|eur|man|woman|boy|girl|born)|man|woman|boy|girl|person|child|baby|teen|son|daughter|wife|"
    r"husband|spouse|father|mother|dad|mom|uncle|aunt|cousin|nephew|niece|fianc\w+|friend|king|queen|prince|princess|"
    r"pope|monarch|president|student|resident|agent|client|patient|opponent|parent|correspondent|defendant|assistant|"
    r"sergeant|lieutenant|migrant|immigrant|suspect|victim|aide|coach|chief|head|boss|guard|pilot|athlete|candidate|"
    r"nominee|employee|official|captain|colonel|rival|host|guest|hero|star|critic|politician|musician|deputy|envoy|"
    r"secretary|attorney|judge|witness|thief|spy|nurse|surgeon|priest|bishop|imam|rabbi|architect|accused|deceased|"
    r"expert|executive|heir|orphan)\b"
)
# What may stand before who opens a sentence: a clause of when and where; days, titles, offices.
_CLAUSE_BEFORE = re.compile(
    r"(?i)(?:at|in|on|after|during|as|when|while|before|since|but|and|background)\b[^,:\"“]{0,60}[,:]\s"
)
_OFFICES = frozenset(
    """minister president secretary leader chancellor ambassador envoy chairman chairwoman mayor governor senator king
    queen prince princess pope judge general commander diplomat spokesman spokeswoman director chief coach captain actor
    actress singer author writer star founder executive officer lawyer prosecutor professor scientist activist
    journalist lawmaker former acting deputy vice prime foreign defense defence interior""".split()
)
_SAYS_WHEN = frozenset(
    """on in at by since earlier later meanwhile but and then also yesterday today last this week month year morning
    afternoon evening night""".split()
)
_NO_TITLES = frozenset(
    "a an his her their its for when while as if unlike despite although because with".split()
)
# Right behind a name: who that is; and what no verb begins with.
_SAME_PERSON = re.compile(
    r",\s+(?:an?|the|who|whose)\b[^,]{2,80},"
    r"|\s+(?:is|was|became|remains|has been|had been)\s+(?:one\s+of\s+)?(?:an?|the)\s+(?:[\w’'-]+\s+){0,3}[\w’'-]+"
)
_NO_VERB = re.compile(r"\s+(?:in|of|on|at|to|from|with|by|for|as|and|or|who|that|enough|more)\b")
LEAST_WORDS = 4  # of a sentence that tells of somebody
# Names of days ("Black Friday", "Saturday Night Live") are not days.
_POINTS_IN_TIME = re.compile(
    rf"(?<![A-Z])(?<!\bUSA )\b(?:{_WEEKDAY}(?:\s+(?:morning|afternoon|evening|night))?(?!\s+[A-Z])"
    r"|[Yy]esterday|[Tt]oday|[Tt]omorrow|(?:[Ll]ast|[Tt]his|[Nn]ext)\s+(?:week|month|year))\b(?![’'])"
)
# Right before a weekday: part of a name, or of what tells of none in particular.
_NO_DAY_BEFORE = re.compile(
    r"\b(?:Ash|Black|Bloody|Casual|Cyber|Easter|Fat|Giving|Good|Holy|Maundy|News|Palm|Shrove|Super|"
    r"(?i:first|second|third|fourth|fifth|every|each|an?|any|one|most|other|alternate))\s+$"
)
_NO_DAY_BEHIND = re.compile(rf"\s+(?:in|of)\s+(?:each|every|the|{'|'.join(_MONTHS)})\b", re.I)
_DATED = re.compile(rf"\b(?:{_MONTH})[a-z]*\.?\s+\d|\d\s+(?:{_MONTH})")
_YEAR_NEAR = re.compile(r"[^.;]{0,20}\b(?:19|20)\d\d\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_QUOTED = re.compile(r"\"[^\"]*\"?|“[^”]*”?")


def resolved(sentence: str, before: str, published: date | None) -> tuple[str, tuple[str, ...]]:
    """Return the sentence with its pointers resolved, and the words added to it, in order.

    `before` is the sentence before it in the article, empty at the start.
    """
    added = sorted([*_person(sentence, before), *_question(sentence, before), *_time(sentence, published)])
    for place, words in reversed(added):
        sentence = f"{sentence[:place]} [{words}]{sentence[place:]}"
    return sentence, tuple(words for _, words in added)


def without(sentence: str, additions: tuple[str, ...]) -> str:
    """Return the sentence as it was before these words were added."""
    for words in additions:
        sentence = sentence.replace(f" [{words}]", "", 1)
    return sentence


def _person(sentence: str, before: str) -> Iterator[tuple[int, str]]:
    """Resolve an opening "he" or "she" by the sentence before, where that opens with the only one it tells of."""
    found = _PRONOUN.match(sentence)
    names = people_in(before) if found else set()
    longest = max(names, key=len, default="")
    if found and longest and all(name in longest for name in names) and _opens_with(longest, before):
        yield found.end(), longest


def _opens_with(name: str, sentence: str) -> bool:
    """Tell whether a sentence opens with somebody, by name and office, and tells of nobody else."""
    if sentence.rstrip().endswith("?") or len(sentence.split()) < LEAST_WORDS or name.lower() in _NO_TITLES:
        return False
    opening, _, rest = sentence.partition(name)
    clause = _CLAUSE_BEFORE.match(opening)
    before = re.findall(r"[\w’'.-]+", opening[clause.end() :] if clause else opening)
    is_thing = bool(before) and before[-1].lower() == "the"  # "the Titanic"
    if is_thing or (clause and _SOMEBODY.search(clause[0])):
        return False
    same_person = _SAME_PERSON.match(rest)
    return (
        all(map(_is_title, before))
        and not _NO_VERB.match(rest)
        and not _SOMEBODY.search(rest, same_person.end() if same_person else 0)
    )


def _is_title(word: str) -> bool:
    """Tell whether a word may stand before a name that opens a sentence."""
    plain = word.lower()
    may = plain == "the" or plain in _OFFICES or plain in _SAYS_WHEN or plain.isdecimal()
    return may or (word[0].isupper() and plain not in _NO_TITLES)


def _question(sentence: str, before: str) -> Iterator[tuple[int, str]]:
    """Give the question that the article itself answers with a "yes", a "no" or a few words."""
    asked = " ".join(before.split())
    if not asked.endswith("?") or len(asked) > MOST_ASKED or set("[]") & set(asked):
        return
    short = _YES_OR_NO.match(sentence)
    if short:
        yield short.end(), asked
    elif len(sentence.split()) <= FEW_WORDS:
        yield _LAST_MARK.search(sentence).start(), asked  # type: ignore[union-attr]  # it matches any end


def people_in(sentence: str) -> set[str]:
    """Return the names of a sentence that may be a person's: all but places, countries, days."""
    opening = re.match(r"\W*[A-ZÀ-ÖØ-ÞĀ-Ž]\w+(?=,?\s+[a-zà-ÿ])", sentence)
    names = names_in(sentence) + ([opening[0].strip()] if opening else [])
    people, place = set(), ""
    for name in names:
        words = re.sub(r"[’']s$", "", _TITLE.sub("", name)).split()
        while words and _NO_NAME.match(words[0]):
            words = words[1:]
        bare = " ".join(words)
        before = sentence[: sentence.find(name)]
        is_within = bool(place) and before.endswith(f"{place}, ")  # "Queens, New York"
        if not bare or is_within or _PLACE.search(before):
            place = name
            continue
        terms = read_question(f"of {bare} here").terms
        if any(term.is_name for term in terms) and not any(is_country(term.stem) for term in terms):
            people.add(bare)
    return people


def _time(sentence: str, published: date | None) -> Iterator[tuple[int, str]]:
    """Give the article's date at the first word that is understood only with it."""
    if published is None or _DATED.search(sentence):
        return
    quoted = [match.span() for match in _QUOTED.finditer(sentence)]
    for match in _POINTS_IN_TIME.finditer(sentence):
        is_spoken = any(start <= match.start() < end for start, end in quoted)
        is_no_day = _NO_DAY_BEFORE.search(sentence[: match.start()]) or _NO_DAY_BEHIND.match(
            sentence, match.end()
        )
        is_of_a_year = match[0].lower().endswith("year") and _YEAR.search(sentence)
        if not (is_spoken or is_no_day or is_of_a_year or _YEAR_NEAR.match(sentence, match.end())):
            yield match.end(), f"article of {_MONTHS[published.month - 1]} {published.day}, {published.year}"
            return
