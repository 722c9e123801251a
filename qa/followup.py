"""A follow-up and the questions before it -> a standalone question, without an LLM.

A question that stands on its own is left alone. Otherwise what it points back to ("it", "there", "the second
one", a bare "why?") is taken from the question before, itself made standalone first. What cannot be put into
the sentence is carried along behind it, as `(about: …)`, which `qa.query` reads with less weight.
"""

import re
from collections.abc import Sequence

from qa.forms import is_country
from qa.query import LIGHT_WORDS, SAYS_ENOUGH, STOP_WORDS, read_question

MAX_TURNS = 8  # of the conversation that are looked back on

_CONNECTIVE = re.compile(r"^(?:(?:and|but|so|then|also|ok|okay|well|now)\b[\s,]*)+", re.I)
_WHAT_ABOUT = re.compile(r"^(?:what|how) about\s+(.+?)\s*\?*$", re.I)
_BARE_WH = re.compile(
    r"^(why|when|where|who|how|how many|how much|how long|what|which)(?: (?:is|was|so|else|not|exactly|then))*\s*\?*$",
    re.I,
)
_WH_CLAUSE = re.compile(
    r"^(?:[\w\s,]*?\b)?(?:why|when|where|how(?: many| much| long)?|what|who|whom)\s+"
    r"((?:did|does|do|is|was|were|are|has|have|had|will|would|can|could)\s+.+?)\s*\?*$",
    re.I,
)
_POINTERS = frozenset(
    "it its they them their theirs he him his she her hers this that these those there then one ones".split()
)
_ONE = re.compile(r"\b(?P<which>(?:the|that|this|each|which)\s+(?:\w+\s+)?)(?P<one>ones?)\b", re.I)
_THING = re.compile(
    r"\bit\b|\b(?:this|that|these|those)\b(?=\s*(?:[?,.;!]|$|\s(?:was|is|were|are|did|had|has|in|on|at|for|to|by)\b))",
    re.I,
)
_PERSON = re.compile(r"\b(?:he|she|him|they|them)\b", re.I)
_PLACE_BEFORE = r"\b(?:in|at|near|from|to|outside|into|towards?) (?:the )?"  # a place, not somebody
_THEIRS = re.compile(r"\b(?:his|their)\b", re.I)
_THAT_CLAUSE = re.compile(r"\b(?:say|said|says|think|thought|claim|claimed|know|knew|so)\s+that\b", re.I)
_NAME = re.compile(r"\b[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]*(?:\s+(?:of the |of |al-)?[A-ZÀ-ÖØ-ÞĀ-Ž][\w’'-]*)*")
_NOUN_PHRASE = re.compile(
    r"\b(?:the|an?|its|their|his|her)\s+((?:[\w’'-]+\s+){0,3}?[\w’'-]+?)"
    r"(?=\s*(?:\?|$|,|\s(?:in|on|at|of|to|for|from|by|with|between|after|before|during|over|and|who|that|which|"
    r"is|was|were|are|did|had|has|have|will|would|start|begin|end|take|happen|close|open|mean|demand|cost)\b))",
    re.I,
)


def standalone(question: str, turns: Sequence[str]) -> str:
    """Return the question as one that needs no earlier turn; unchanged where it already is.

    `turns` are the earlier questions, oldest first; the last `MAX_TURNS` count.
    """
    earlier = ""
    for turn in [*turns[-MAX_TURNS:], question]:
        turn = " ".join(turn.split())
        earlier = _join(turn, earlier) if earlier else turn
    return earlier if turns else question


def _join(question: str, earlier: str) -> str:
    asked = _CONNECTIVE.sub("", question) or question
    if not depends_on_earlier(question):
        return question
    earlier_asked, _, carried = earlier.partition(" (about: ")
    if swapped := _swapped_name(asked, earlier_asked):
        return swapped
    for rewrite in (_bare_question, _pointed_back):
        if rewritten := rewrite(asked, earlier_asked):
            says_nothing = _telling(rewritten) == 0
            return _with_context(rewritten, earlier_asked, carried.rstrip(")"), carry_all=says_nothing)
    says_little = _telling(asked) < SAYS_ENOUGH or _points_back(question)
    return _with_context(_capitalised(asked), earlier_asked, carried.rstrip(")"), carry_all=says_little)


def depends_on_earlier(question: str) -> bool:
    """Tell whether a question leans on the one before: by its opening, a pointing word, or saying too little."""
    if " (about: " in question:  # it carries along what it leans on
        return False
    if _CONNECTIVE.match(question) or _WHAT_ABOUT.match(question) or _BARE_WH.match(question):
        return True
    words = _words(question)
    says_nothing = not any(word not in STOP_WORDS and word not in LIGHT_WORDS for word in words)
    return _points_back(question) or (bool(words) and says_nothing)


def _points_back(question: str) -> bool:
    """Tell whether a pointing word of the question finds nothing in the question itself to point to."""
    text = _THAT_CLAUSE.sub(" ", question)
    words = _words(text)
    names = _names(question)
    pointing = [word for word in words if word in _POINTERS]
    if words[:2] in (["is", "there"], ["are", "there"], ["was", "there"], ["were", "there"]):
        pointing.remove("there")
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


def _swapped_name(asked: str, earlier: str) -> str | None:
    """ "And Yerevan?" after "When did Colonna visit Baku?" -> "When did Colonna visit Yerevan?" """
    about = _WHAT_ABOUT.match(asked)
    subject = about[1] if about else asked.rstrip("? ")
    subject = re.sub(r"^(?:(?:in|for|from|of|by|with|the)\s+)+", "", subject, flags=re.I)
    if not _NAME.fullmatch(subject) or subject.lower() in STOP_WORDS:
        return None
    earlier_names = _names(earlier)
    if not earlier_names:
        return None
    alike = [name for name in earlier_names if _is_country(name) == _is_country(subject)]
    replaced = (alike or earlier_names)[-1]
    return earlier.replace(replaced, subject) if replaced != subject else None


def _bare_question(asked: str, earlier: str) -> str | None:
    """ "Why?" after "When did Azerbaijan close the corridor?" -> "Why did Azerbaijan close the corridor?" """
    bare = _BARE_WH.match(asked)
    clause = _WH_CLAUSE.match(earlier)
    return f"{bare[1].capitalize()} {clause[1]}?" if bare and clause else None


def _pointed_back(asked: str, earlier: str) -> str | None:
    """Put the noun that "one", or the noun phrase or name that "it" or "there" stands for, in its place."""
    if (one := _ONE.search(asked)) and (noun := _head_noun(earlier)):
        noun = _singular(noun) if one["one"].lower() == "one" else noun
        return _capitalised(asked[: one.start("one")] + noun + asked[one.end("one") :])
    thing = _THING.search(_THAT_CLAUSE.sub(lambda m: "_" * len(m[0]), asked))
    if thing and (phrase := _first_noun_phrase(earlier)):
        return _capitalised(asked[: thing.start()] + phrase + asked[thing.end() :])
    names = [name for name in _names(earlier) if not re.search(rf"{_PLACE_BEFORE}{re.escape(name)}", earlier)]
    if len(names) == 1 and not _names(asked):
        named = _THEIRS.sub(f"{names[0]}'s", _PERSON.sub(names[0], asked, count=1), count=1)
        return _capitalised(named) if named != asked else None
    return None


def _with_context(question: str, earlier: str, carried: str, *, carry_all: bool = False) -> str:
    """Carry along what the question lacks of the one before: its names, or all its words that count."""
    present = {term.stem for term in read_question(question).terms}
    words: list[str] = []
    for source in (earlier, carried):
        for term in read_question(source).terms:
            counts = term.is_name or (carry_all and term.weight == 1.0)
            if counts and term.stem not in present:
                present.add(term.stem)
                words.append(term.surface)
    question = question if question.endswith("?") else question.rstrip(".!") + "?"
    return f"{question} (about: {' '.join(words)})" if words else question


def _names(text: str) -> list[str]:
    found = [match[0] for match in _NAME.finditer(text)]
    return [
        re.sub(r"['’]s$", "", n)
        for n in found
        if n.lower() not in STOP_WORDS and n.lower() not in LIGHT_WORDS
    ]


def _first_noun_phrase(question: str) -> str | None:
    """Return what a question is about: its first noun phrase, later ones mostly say where and when."""
    found = _NOUN_PHRASE.search(question)
    if found:
        return re.sub(r"^an?\s", "the ", found[0].strip(), flags=re.I)
    names = _names(question)
    return names[0] if len(names) == 1 else None


def _head_noun(question: str) -> str | None:
    which = re.match(r"^(?:in |of )?(?:which|what|how many)\s+([\w’'-]+)", question, re.I)
    if which and which[1].lower() not in STOP_WORDS:
        return which[1]
    phrase = _first_noun_phrase(question)
    return phrase.split()[-1] if phrase else None


def _singular(noun: str) -> str:
    if noun.endswith("ies"):
        return noun[:-3] + "y"
    if noun.endswith(("ches", "shes", "sses", "xes")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith("ss") else noun


def _is_country(name: str) -> bool:
    return any(is_country(term.stem) for term in read_question(name).terms)


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
