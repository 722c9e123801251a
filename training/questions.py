"""Questions made from sentences: a phrase taken out, the rest turned into a question, some of its words changed."""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from training.phrases import Phrase

MOST_WORDS, FEWEST_WORDS = 22, 4
_AUX = r"(?:is|was|were|are|has|have|had|will|would|can|could|should|may|might|must|did|does)"
_SUBJECT_AUX = re.compile(rf"^(.{{2,70}}?) ({_AUX}) (.+)$")
_SUBJECT_PAST = re.compile(r"^((?:[\w’'.-]+ ){1,7}?)([a-z]{2,}ed) (.+)$")
_ATTRIBUTION = re.compile(
    r",? (?:according to [^,]+|(?:[A-Z]\w+|he|she|they|officials|police|authorities|the [a-z ]+) "
    r"(?:said|says|told [A-Z]\w+|added|reported)(?: (?:on )?[A-Z]\w+day)?(?: in a [a-z]+)?)\.?$"
)
_OPENING = re.compile(
    r"^(?:\(?CNN\)?\s*(?:[-—–]+\s*)?|[A-Z][A-Z ,.]+ \([A-Z]\w*\)\s*[-—–]+\s*"
    r"|(?:But|And|However|Meanwhile|Still|Also|So|Now|Then|Moreover|In addition|Earlier|Later),? )"
)
_IRREGULAR = {
    "won": "win", "said": "say", "became": "become", "began": "begin", "took": "take", "made": "make",
    "gave": "give", "went": "go", "left": "leave", "lost": "lose", "led": "lead", "found": "find", "held": "hold",
    "told": "tell", "sold": "sell", "bought": "buy", "met": "meet", "broke": "break", "fell": "fall",
    "rose": "rise", "sent": "send", "spent": "spend", "struck": "strike", "shot": "shoot", "ran": "run",
    "wrote": "write", "spoke": "speak", "came": "come", "grew": "grow", "drew": "draw", "flew": "fly",
    "paid": "pay", "got": "get", "saw": "see", "stole": "steal", "sued": "sue", "died": "die", "beat": "beat",
    "hit": "hit", "set": "set",
}  # fmt: skip
_SUBJECT_IRREGULAR = re.compile(rf"^((?:[\w’'.-]+ ){{1,7}}?)({'|'.join(_IRREGULAR)}) (.+)$")
OPPOSITES = dict(
    pair
    for a, b in (
        ("increase", "decrease"), ("increased", "decreased"), ("first", "last"), ("before", "after"), ("won", "lost"),
        ("win", "lose"), ("rise", "fall"), ("rose", "fell"), ("north", "south"), ("northern", "southern"),
        ("east", "west"), ("eastern", "western"), ("more", "fewer"), ("most", "fewest"), ("largest", "smallest"),
        ("highest", "lowest"), ("high", "low"), ("start", "end"), ("started", "ended"), ("opened", "closed"),
        ("open", "close"), ("support", "oppose"), ("supported", "opposed"), ("buy", "sell"), ("bought", "sold"),
        ("male", "female"), ("man", "woman"), ("men", "women"), ("old", "young"), ("oldest", "youngest"),
        ("approved", "rejected"), ("approve", "reject"), ("guilty", "innocent"), ("accept", "refuse"),
        ("allow", "ban"), ("allowed", "banned"), ("join", "leave"), ("joined", "left"), ("arrived", "departed"),
        ("minimum", "maximum"), ("public", "private"), ("major", "minor"), ("new", "former"), ("above", "below"),
        ("long", "short"), ("fast", "slow"), ("gained", "lost"), ("raised", "lowered"), ("raise", "lower"),
        ("strong", "weak"), ("early", "late"), ("earlier", "later"), ("including", "excluding"), ("with", "without"),
        ("inside", "outside"), ("domestic", "foreign"), ("killed", "rescued"), ("arrested", "released"),
    )
    for pair in ((a, b), (b, a))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A made question with the answer's offsets in the sentence it was made from."""

    question: str
    answer: Phrase


def cleaned(sentence: str) -> str:
    """Take off datelines, connectives and attributions, which no question repeats."""
    text = " ".join(sentence.split())
    text = re.sub(r"\s*\([^()]{0,60}\)", "", text)
    for _ in range(2):
        text = _OPENING.sub("", text)
    return (
        _ATTRIBUTION.sub("", text).rstrip(' .,;:!?”"') if len(text.split()) > 8 else text.rstrip(' .,;:!?”"')
    )


def ask_for(sentence: str, answer: Phrase, rng: random.Random) -> str | None:
    """Return a question for a phrase of the sentence, None where none reads well enough."""
    hole = "\x00"
    before = re.sub(r"\b(?:the|an?|The|An?) $", "", sentence[: answer.start])
    text = cleaned(before + hole + sentence[answer.end :])
    if text.count(hole) != 1:
        return None
    text = _clause(text, hole)
    question = _turned(text, hole, answer, rng)
    question = re.sub(r"[\"“”]|(?<!\w)['‘’]|['‘’](?!\w)", "", question)
    question = re.sub(r"\s+([,.;:?!])", r"\1", " ".join(question.split())).strip(" ,.;:-—–")
    words = question.split()
    if not FEWEST_WORDS <= len(words) <= MOST_WORDS + 4 or hole in question:
        return None
    return question[0].upper() + question[1:] + "?"


def _clause(text: str, hole: str) -> str:
    """Keep the clauses around the hole, as many as make a question of bearable length."""
    parts = re.split(r"(?<=[,;:—–]) | (?=(?:and|but|which|who|while|after|because|that) )", text)
    at = next(i for i, part in enumerate(parts) if hole in part)
    first, last = at, at + 1
    while first > 0 or last < len(parts):
        wider = (first - 1, last) if first > 0 else (first, last + 1)
        if len(" ".join(parts[slice(*wider)]).split()) > MOST_WORDS:
            if first > 0 and last < len(parts):
                wider = (first, last + 1)
                if len(" ".join(parts[slice(*wider)]).split()) > MOST_WORDS:
                    break
            else:
                break
        first, last = wider
    return " ".join(parts[first:last])


def _turned(text: str, hole: str, answer: Phrase, rng: random.Random) -> str:
    asked = answer.asked
    before, after = text.split(hole)
    if not before.strip(" \"“'"):  # the subject, or what opens the sentence
        return (
            f"{asked} {after}" if answer.kind != "when" else f"when {_inverted(after.lstrip(' ,')) or after}"
        )
    rest = f"{before.rstrip()} {after.lstrip()}"
    if answer.kind in ("amount", "name", "organisation", "place", "person"):
        noun = re.match(r"\s*((?:[a-z-]+ ){0,1}?[a-z-]+s|people|men|women|children)\b", after)
        if answer.kind == "amount" and noun and asked == "how many":
            rest = f"{before.rstrip()} {after[noun.end() :].lstrip()}"
            turned = _inverted(rest)
            if turned and rng.random() < 0.7:
                return f"how many {noun[1]} {turned}"
        elif rng.random() < 0.6:
            turned = _inverted(f"{before.rstrip()} {after.lstrip()}")
            if turned:
                preposition = re.search(r"\b(in|at|near|from|to|by|with|for|of|on|against)\s*$", before)
                return (
                    f"{asked} {turned}"
                    if not preposition or answer.kind == "place"
                    else f"{preposition[1]} {asked} {turned}".replace(f"{preposition[1]} who ", "who ")
                )
        return f"{before} {asked} {after}"
    turned = _inverted(rest)
    return f"{asked} {turned}" if turned else f"{rest}, {asked}"


def _inverted(text: str) -> str | None:
    """Turn a statement into what follows a question word: "was the law passed", "did they agree"."""
    match = _SUBJECT_AUX.match(text)
    if match and len(match[1].split()) <= 10:
        return f"{match[2]} {_lowered(match[1])} {match[3]}"
    match = _SUBJECT_IRREGULAR.match(text)
    if match:
        return f"did {_lowered(match[1])}{_IRREGULAR[match[2]]} {match[3]}"
    match = _SUBJECT_PAST.match(text)
    if match:
        return f"did {_lowered(match[1])}{_lemma(match[2])} {match[3]}"
    return None


def _lowered(subject: str) -> str:
    first = subject.split(" ")[0]
    return subject[0].lower() + subject[1:] if first in _SMALL else subject


_SMALL = frozenset(
    "The A An In On At It He She They We This That These Those There His Her Their Our My Its Some Many".split()
)


def _lemma(past: str) -> str:
    stem = past[:-2]
    if stem.endswith("i"):
        return stem[:-1] + "y"
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "ls":
        return stem[:-1]
    if re.search(r"(?:at|iz|is|uc|id|ov|iv|ag|ang|nc|rg|as|us|ur|ir|uir|ok|os|ar|gu|ed)$", stem):
        return stem + "e"
    return stem


def reworded(question: str, likes: Mapping[str, Sequence[str]], rng: random.Random, *, share: float) -> str:
    """Exchange some of the plain words for ones of like meaning, and leave out some adverbs and adjectives."""
    out = []
    for word in question.rstrip("?").split(" "):
        bare = word.strip(",.;:'\"“”")
        if bare.islower() and bare in likes and rng.random() < share:
            out.append(word.replace(bare, rng.choice(likes[bare])))
        elif bare.endswith("ly") and rng.random() < 0.5:
            continue
        else:
            out.append(word)
    return " ".join(out) + "?"
