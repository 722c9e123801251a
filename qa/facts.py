"""What a sentence asserts, as far as it can be read without a model: names, numbers, who is said what, what is denied.

Two sentences are held against each other by `qa.agreement`; here one is read. Every rule errs on the side of seeing
a difference: a true sentence left out costs less than a false one shown.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from index.analysis import fold, normalise, stems
from qa.numerals import numerals
from qa.query import STOP_WORDS

HEAD_REACH = 5  # words after "not" or "may" among which stands what they deny or weaken
UNIT_REACH = 3  # words after a number among which stands what it counts
NAME_REACH = 4  # words after "from" or "by" among which stands whom it governs

_SYMBOLS = (
    ("%", " percent "), ("$", " dollar "), ("€", " euro "), ("£", " pound "), ("&", " and "), ("per cent", "percent"),
)  # fmt: skip
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_CALENDAR = frozenset(name.lower() for name in _MONTHS + _DAYS)
_ISO_DATE = re.compile(r"\b(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\b")
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*[^\W_]*|[^\W_]+(?:['’][^\W_]+)*|[,;:()—–\"“”«».!?]")
_SCORE = re.compile(r"(?<![\w.,-])(\d{1,3})[-–—](\d{1,3})(?![\w-])")
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{3,400})[\"”»]")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|[^\s@]{1,64}@[^\s@.]+(?:\.[^\s@.]+)+"
    r"|\b[\w-]{1,63}\.(?:com|org|net|io|info|example|invalid)\b\S*"
)

NEGATORS = frozenset(
    "not no never none nobody nothing nor neither cannot without hardly barely unable".split()
)
_NEGATING_VERBS = re.compile(
    r"fail(?:s|ed|ing)?|refus(?:e|es|ed|ing)|declin(?:e|es|ed|ing)|den(?:y|ies|ied|ying)|reject(?:s|ed|ing)?"
    r"|dismiss(?:es|ed|ing)?|prevent(?:s|ed|ing)?|acquit(?:s|ted|ting)?|clear(?:ed|s)|rul(?:ed|es|ing)|untrue|false|myth"
)
WEAK, PLANNED = 2, 1  # how far from a fact a word stands: possible, or to come
_HEDGES = dict.fromkeys(
    """may might could if unless whether alleged allegedly reportedly possible possibly perhaps likely
    potential potentially suspected apparently seemingly proposed proposes tried tries try trying attempt attempts
    attempted attempting rumour rumours rumor rumors rumoured rumored imagine imagines imagined dream dreams dreamt
    dreamed""".split(),
    WEAK,
) | dict.fromkeys(
    """will would shall should plan plans planned planning expected expects hopes hoped wants wanted seeks
    sought intends intended aims promised promises vowed vows ready must agreed agrees offered offers""".split(),
    PLANNED,
)
PRONOUNS = frozenset(
    "he she it they him her them his hers its their theirs this that these those who which there".split()
)
_POINTING = PRONOUNS - {"that", "who", "which", "there"}
MEASURES = frozenset(
    stem
    for word in """second minute hour day week month year decade century metre meter kilometre kilometer centimetre
    centimeter mile foot feet inch yard gram kilogram kilo pound ton tonne litre liter percent degree dollar euro cent
    ruble yen yuan dram manat am pm hectare acre""".split()
    for stem in stems(word)
)
QUANTIFIERS = frozenset("all every each most few only always both more less fewer least majority".split())
_GOVERNING = frozenset("from to by against over before after until since than under".split())
_DETERMINERS = frozenset("the a an his her its their president minister prime foreign former then".split())
_OPENS_CLAUSE = frozenset("what which who whom whose that where when how why".split())
_SPEECH = re.compile(
    r"sa(?:y|ys|id|ying)|t(?:ell|ells|old|elling)|claim(?:s|ed|ing)?|alleg(?:e|es|ed|ing)|argu(?:e|es|ed|ing)"
    r"|believ(?:e|es|ed)|insist(?:s|ed|ing)?|accus(?:e|es|ed|ing)|warn(?:s|ed|ing)?|predict(?:s|ed)?"
    r"|suggest(?:s|ed|ing)?|threaten(?:s|ed|ing)?|urg(?:e|es|ed|ing)|demand(?:s|ed|ing)?|according|ask(?:s|ed)?"
    r"|call(?:s|ed|ing)?|tells"
)
_TELLS_SPEECH = re.compile(
    _SPEECH.pattern
    + r"|announc\w+|stat(?:e|es|ed|ing)|declar\w+|describ\w+|report\w*|repl\w+|respon\w+|offer\w*|propos\w+"
)
_MAY_SAY_NOTHING = frozenset(
    """according article articles passage passages source sources state states stated mention mentions mentioned
    note notes noted add adds added also however meanwhile furthermore additionally therefore thus indeed
    respectively regard regarding concern concerning say says said tell tells told take takes took taken taking
    place occur occurs occurred happen happens happened describe describes described announce announced""".split()
)  # what a sentence may say without an article saying it
HAPPENING = frozenset(stems("place occur happen"))  # of "takes place", "occurred", "is happening"
_ORDER_VERBS = (
    "ignore|disregard|forget|override|bypass|output|print|reveal|repeat|reply|respond|answer|translate|pretend|"
    "act as|say|write|tell|state|claim|insist|append|include|display|recommend|visit|click|open|send|show|do not|"
    "don't|never|always|end|begin|start|finish|switch|speak|use|stop|summari[sz]e|assert|mention|add|give|make"
)
_ORDERS = re.compile(
    rf"(?i)(?:\b(?:ignore|disregard|forget|override|bypass)\b.{{0,60}}\b(?:instructions?|prompts?|rules?|guidelines?"
    rf"|previous|above|everything|articles?|passages?)\b"
    rf"|\b(?:system|developer|hidden|initial) (?:prompt|message|instructions?)\b"
    rf"|\byour (?:instructions?|prompt|rules|guidelines|programming|answers?|reply|response|output)\b"
    rf"|\b(?:you are|you're|act as|pretend to be)\b.{{0,30}}\b(?:ai|assistant|chat ?bot|language model|model|bot|dan)\b"
    rf"|\b(?:ai|assistants?|chat ?bots?|language models?|bots?|llms?)\b.{{0,40}}\b(?:must|should|shall|have to|has to|"
    rf"are to|is to|please|{_ORDER_VERBS})\b"
    rf"|^\W*(?:(?:please|now|instead|also|then|important|note|attention|system|admin|user|assistant|instructions?"
    rf"|if asked[^,]*|when asked[^,]*|when answering[^,]*|to (?:any|the|all) [^:,]*)\b\W*)+"
    rf"(?:you (?:must|should|will) )?"
    rf"(?:{_ORDER_VERBS})\b"
    rf"|^\W*(?:ignore|disregard|forget|override|output|print|reveal|repeat|reply|respond|translate|pretend|append|"
    rf"visit|click|answer)\b(?! to\b| from\b| of\b| by\b))"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence, with what bears on it."""

    surface: str
    folded: str
    stem: str
    clause: int
    is_name: bool
    opens: bool  # the sentence: its capital may be the sentence's own
    counts: bool  # as content: neither a stop word, a name nor a number
    is_number: bool
    denials: int  # how often it is denied: "not", "no", "failed to"
    hedge: int  # 0, PLANNED or WEAK
    governor: str | None  # "from", "by", … that governs it
    is_reported: bool  # stands in what somebody is said to have said


@dataclass(frozen=True, slots=True)
class Number:
    """A number with the stem of what it counts, if the words after it tell."""

    value: str
    unit: str | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence, read."""

    words: tuple[Word, ...]
    sequence: tuple[str, ...]  # its folded words
    stems: frozenset[str]
    names: tuple[tuple[Word, ...], ...]  # runs of words written as names
    numbers: tuple[Number, ...]
    scores: frozenset[str]  # "3-1"
    quotes: tuple[str, ...]  # what stands in quotation marks, folded
    addresses: frozenset[str]
    stray_denials: int  # "no" and "not" that bear on no word that counts
    pointing: int  # pronouns that point out of it
    tells_speech: bool
    is_question: bool
    is_order: bool

    @property
    def content(self) -> tuple[Word, ...]:
        """The words that count."""
        return tuple(word for word in self.words if word.counts)

    @property
    def values(self) -> frozenset[str]:
        """Its numbers' values."""
        return frozenset(number.value for number in self.numbers)


@lru_cache(maxsize=4096)
def read_sentence(text: str) -> Reading:
    """Read one sentence; the white space in it does not matter."""
    addresses = frozenset(match[0].rstrip(".,;:!?)\"'”’").lower() for match in _ADDRESS.finditer(text))
    plain = _prepared(text)
    words = list(_words(plain))
    folded = [word.folded for word in words]
    found = numerals(folded)
    for first, end, _ in found:
        for place in range(first, end):
            words[place] = replace(words[place], is_number=True, counts=False, is_name=False)
    words = _with_bearings(words)
    return Reading(
        words=tuple(words),
        sequence=tuple(folded),
        stems=frozenset(word.stem for word in words),
        names=tuple(_runs(words)),
        numbers=tuple(Number(value, _unit(words, end)) for _, end, value in found),
        scores=frozenset(f"{match[1]}-{match[2]}" for match in _SCORE.finditer(plain)),
        quotes=tuple(quoted for match in _QUOTED.finditer(plain) if (quoted := fold(match[1]))),
        addresses=addresses,
        stray_denials=sum(map(_negates, words)) - sum(word.denials for word in words),
        pointing=sum(word in _POINTING for word in folded),
        tells_speech=any(_TELLS_SPEECH.fullmatch(word) for word in folded) or bool(_QUOTED.search(plain)),
        is_question=text.rstrip(" \"'”’)").endswith("?"),
        is_order=_ORDERS.search(text) is not None,
    )


def _prepared(text: str) -> str:
    text = " ".join(text.split())
    text = _ISO_DATE.sub(lambda m: f"{int(m[3])} {_MONTHS[int(m[2]) - 1]} {m[1]}", text)
    text = normalise(text)
    for symbol, word in _SYMBOLS:
        text = text.replace(symbol, word)
    return text


def _words(text: str) -> Iterator[Word]:
    clause, opens = 0, True
    for match in _TOKEN.finditer(text):
        token = match[0]
        if not token[0].isalnum():
            clause += 1
            opens = opens or token in '"“«:.!?'
            continue
        bare = re.sub(r"['’]s?$", "", token)
        folded = _folded(bare)
        if not folded:
            continue
        is_name = any(c.isupper() for c in bare) and not (opens and folded in STOP_WORDS | _MAY_SAY_NOTHING)
        counts = not is_name and folded not in STOP_WORDS and folded not in _MAY_SAY_NOTHING
        counts = counts or folded in QUANTIFIERS
        yield Word(
            surface=bare,
            folded=folded,
            stem=_stem(bare),
            clause=clause,
            is_name=is_name,
            opens=opens,
            counts=counts,
            is_number=False,
            denials=0,
            hedge=0,
            governor=None,
            is_reported=False,
        )
        opens = False


@lru_cache(maxsize=50_000)
def _folded(word: str) -> str:
    return fold(word).replace(" ", "")


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return "".join(stems(word))


def _with_bearings(words: list[Word]) -> list[Word]:
    """Mark what is denied, what is not yet a fact, what a preposition governs, what is only said."""
    marked = list(words)
    for place, word in enumerate(words):
        if _negates(word):
            marked = _mark(marked, place, denies=True)
        elif word.folded in _HEDGES and not word.is_name:
            marked = _mark(marked, place, hedge=_HEDGES[word.folded])
        elif word.folded in _GOVERNING:
            marked = _govern(marked, place)
    for place in _reported(marked):
        marked[place] = replace(marked[place], is_reported=True)
    return marked


def _negates(word: Word) -> bool:
    is_contracted = word.surface[-3:] in ("n't", "n’t")
    return is_contracted or word.folded in NEGATORS or _NEGATING_VERBS.fullmatch(word.folded) is not None


def _mark(words: list[Word], place: int, *, denies: bool = False, hedge: int = 0) -> list[Word]:
    """Mark the word that a negation or hedge at `place` bears on: the next that counts, else the last before."""
    after = range(place + 1, min(len(words), place + 1 + HEAD_REACH))
    heads = [i for i in after if words[i].counts and words[i].clause == words[place].clause]
    heads = heads or [i for i in range(place - 1, -1, -1) if words[i].counts]
    if heads:
        head = words[heads[0]]
        words[heads[0]] = replace(head, denials=head.denials + denies, hedge=max(head.hedge, hedge))
    return words


def _govern(words: list[Word], place: int) -> list[Word]:
    for i in range(place + 1, min(len(words), place + 1 + NAME_REACH)):
        word = words[i]
        if word.clause != words[place].clause or word.folded in _GOVERNING or word.folded in _OPENS_CLAUSE:
            break
        if word.is_name or word.is_number or (word.counts and word.folded not in _DETERMINERS):
            words[i] = replace(word, governor=words[place].folded)
            break
    return words


def _reported(words: Sequence[Word]) -> Iterator[int]:
    """Yield the places of what is only said: behind a verb of speech, or before ", she said"."""
    for place, word in enumerate(words):
        if not _SPEECH.fullmatch(word.folded) or word.is_name:
            continue
        if word.folded.startswith("call") and not _is_said_to_be(words, place):
            continue
        if len(words) - place > 3:
            yield from range(place + 1, len(words))
        starts = word.clause
        before = [i for i in range(place) if words[i].clause < starts]
        if before and place - before[-1] <= 5:
            yield from before


def _is_said_to_be(words: Sequence[Word], place: int) -> bool:
    """Tell "called for" and "what they called" from a ship called so."""
    after = [word.folded for word in words[place + 1 : place + 2]]
    return after in (["for"], ["on"]) or any(w.folded == "what" for w in words[max(0, place - 4) : place])


def _runs(words: Sequence[Word]) -> Iterator[tuple[Word, ...]]:
    run: list[Word] = []
    for word in words:
        splits = run and (
            word.clause != run[-1].clause or word.folded in _CALENDAR or run[-1].folded in _CALENDAR
        )
        if run and (splits or not word.is_name):
            yield tuple(run)
            run = []
        if word.is_name:
            run.append(word)
    if run:
        yield tuple(run)


def _unit(words: Sequence[Word], end: int) -> str | None:
    for word in words[end : end + UNIT_REACH]:
        if word.counts and word.clause == words[end - 1].clause:
            return word.stem
    return None
