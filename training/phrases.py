"""What a sentence can be asked for: its names, times and amounts, found by their form."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December|"
    r"Jan\.|Feb\.|Aug\.|Sept\.|Oct\.|Nov\.|Dec\.)"
)
_DAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_WHEN = re.compile(
    rf"\b(?:(?:on|in|since|until|by|during|before|after)\s+)?(?:{_DAY},?\s+)?{_MONTH}(?:\s+\d{{1,2}})?(?:,?\s+(?:19|20)\d\d)?"
    rf"|\b(?:on|since|until|by|last|next)\s+{_DAY}(?:\s+(?:night|morning|evening|afternoon))?"
    r"|\b(?:in|since|until|by|from)\s+(?:19|20)\d\d\b"
    r"|\b(?:last|next|this)\s+(?:week|month|year|night|spring|summer|fall|winter)\b"
)
_UNIT = r"(?:million|billion|trillion|percent|thousand|hundred)"
_AMOUNT = re.compile(
    rf"[$€£]\d[\d.,]*\d?(?:\s{_UNIT})?|(?<![\w-])\d[\d.,]*(?:\s?%|\s{_UNIT})?(?=[\s,.;]|$)"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens|hundreds|thousands|half)\b",
)
_NAME = re.compile(
    r"(?:[A-Z][\w’'-]+|[A-Z]\.)(?:\s+(?:(?:of|the|de|van|von|bin|al)\s+)?(?:[A-Z][\w’'-]*|[A-Z]\.))*"
)
_PLACE_BEFORE = re.compile(r"\b(?:in|at|near|outside|across|from|to)\s+(?:the\s+)?$")
_TITLES = re.compile(
    r"\b(?:President|Prime Minister|Minister|Sen\.|Rep\.|Gov\.|Mr\.|Mrs\.|Ms\.|Dr\.|King|Queen|Prince|Princess|"
    r"Pope|Judge|Justice|Chief|Secretary|CEO|actor|actress|singer|coach|Mayor)\s+$"
)
_PERSON_AFTER = re.compile(
    r"^,?\s+(?:\d\d,|who\b|said|told|says|tweeted|wrote|added|died|was born|testified|resigned)"
)
_ORGANISATION = re.compile(
    r"\b(?:Inc|Corp|Company|University|College|Department|Court|Party|Committee|Agency|Association|Union|"
    r"Council|Senate|House|Commission|Administration|Bank|Group|FC|[A-Z]{2,})\b"
)
NOT_NAMES = frozenset(
    """The A An In On At It He She They We I But And Or If When While As After Before This That These Those There
    For To From With By Of His Her Their Our My Its Not No Yes So Then Now What Who Why How Where Also Some Many
    Most More One Two Three Other Another According Here Even Still Just Meanwhile However Photos Read You Your CNN
    Reuters AP Advertisement Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April
    May June July August September October November December""".split()
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase with its offsets and the question word that asks for it."""

    start: int
    end: int
    text: str
    kind: str  # when, amount, person, place, organisation, name
    asked: str  # "who", "how many", "in which country or city"


def phrases(sentence: str, rng: random.Random) -> list[Phrase]:
    """Return the phrases of a sentence that can be asked for, in order, none overlapping another."""
    found: list[Phrase] = []
    for phrase in (*_times(sentence, rng), *_amounts(sentence), *names(sentence, rng)):
        if all(phrase.end <= other.start or phrase.start >= other.end for other in found):
            found.append(phrase)
    return sorted(found, key=lambda p: p.start)


def _times(sentence: str, rng: random.Random) -> Iterator[Phrase]:
    for match in _WHEN.finditer(sentence):
        if len(match[0]) > 3:
            year = re.search(r"(?:19|20)\d\d$", match[0])
            asked = rng.choice(["when", "in what year"]) if year else "when"
            yield Phrase(match.start(), match.end(), match[0], "when", asked)


def _amounts(sentence: str) -> Iterator[Phrase]:
    for match in _AMOUNT.finditer(sentence):
        if re.fullmatch(r"(?:19|20)\d\d", match[0]):
            continue
        if match[0][0] in "$€£":
            asked = "how much"
        elif match[0].endswith(("%", "percent")):
            asked = "what percentage"
        else:
            follows = re.match(r"\s+[a-z]+(?:s|people|men|women|children)\b", sentence[match.end() :])
            asked = "how many" if follows else "what number"
        yield Phrase(match.start(), match.end(), match[0].rstrip(".,"), "amount", asked)


def names(sentence: str, rng: random.Random) -> Iterator[Phrase]:
    """Yield the names of a sentence; what opens it counts only if it is more than one word."""
    for match in _NAME.finditer(sentence):
        text, start = match[0], match.start()
        first = text.split()[0]
        if first in NOT_NAMES:
            rest = text[len(first) :].lstrip()
            start += len(text) - len(rest)
            text = rest
        text = re.sub(r"['’]s$", "", text)
        opens = not sentence[:start].strip("\"“‘' ")
        if (
            len(text) < 3
            or text[:2] in ("I'", "I’")
            or (opens and " " not in text and not sentence[len(text) :].startswith(" ha"))
        ):
            continue
        before, after = sentence[:start], sentence[start + len(text) :]
        kind, asked = _kind_of_name(text, before, after, rng)
        yield Phrase(start, start + len(text), text, kind, asked)


def _kind_of_name(text: str, before: str, after: str, rng: random.Random) -> tuple[str, str]:
    if re.search(r"\b(?:the|a|an|its|his|her|their)\s+$", before) and re.match(r"\s+[a-z]{3,}", after):
        return "name", "which"
    if _TITLES.search(before) or _PERSON_AFTER.match(after):
        return "person", "who"
    if _ORGANISATION.search(text):
        return "organisation", rng.choice(["what organization", "which group", "what", "which company"])
    if _PLACE_BEFORE.search(before) and len(text.split()) <= 3:
        return "place", rng.choice(["what place", "which country", "which city", "what location"])
    if len(text.split()) in (2, 3):
        return "person", rng.choice(["who", "who", "what"])
    return "name", rng.choice(["what", "which one", "who"])
