"""What speaks for a sentence as the answer to a question, and what each of these signals weighs."""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np

from index.embedding import Vectors
from index.lexical import stems
from index.passages import Span
from index.records import StoredPassage
from qa.kinds import POINTING, fits, has_number, names_in
from qa.meaning import Meaning
from qa.query import STOP_WORDS, Kind, Query
from qa.retrieval import Hit
from qa.terms import ResolvedTerm, held, judged_by, shares, stems_of, stems_of_words

REMEMBERED_SENTENCES = 10_000  # whose stems are kept: a conversation reads the same passages again

# Shares of a question word's mass that a sentence is credited with where its surroundings hold the word.
PREVIOUS_CREDIT, NEXT_CREDIT, PASSAGE_CREDIT, TITLE_CREDIT = 0.6, 0.4, 0.3, 0.4
WHY_PREVIOUS_CREDIT = 0.9  # a cause often stands in the sentence after what it caused
ASKED_WEIGHT = 2.0  # of the word after "who": what somebody did is what is asked
NEAR_WORDS = 3  # how far a word may stand behind the one it follows in the question
LEDE_CHARS = 1000  # how far into an article a sentence counts half of one at its start
AGAIN = 0.3  # what a name's second passage in an article adds to its support, against 1 for the first
MANY_NAMES = 3
LEAST_TYPE_LIKENESS = 0.2  # cosine

# What each signal weighs: a listwise softmax fitted by `python -m benchmarks.fit` on RealTimeQA and SQuAD 2.0.
SENTENCE_WEIGHTS = {
    "own": 0.27,  # share of the question's mass in the sentence itself
    "asked": 0.75,  # the same for the clause that asks: "…. What was the name of the storm?"
    "context": 0.72,  # the same with its surroundings credited in part
    "passage": 0.41,  # the same for the passage and its title as a whole
    "title": -0.42,  # the same for the title
    "fits": 0.43,  # holds the kind of answer asked for
    "tells": 0.5,  # the same for a cause or a speaker, whose cue tells the answer from its surroundings
    "type": 0.45,  # likeness of a word of the sentence to the kind of thing asked for: "which beverage"
    "names": 0.21,  # names that the question does not hold
    "support": 0.2,  # how many of the passages hold its best such name
    "number": 0.32,  # a number that the question does not hold, where one is asked for …
    "stray_number": -0.07,  # … and where none is
    "novel": -0.25,  # share of its words that the question does not hold
    "order": 0.24,  # the question's neighbouring words near each other
    "rank": 1.16,  # exp(the passage's score - the best passage's)
    "lede": 0.2,  # nearness to the article's start
    "length": -0.24,
    "points_back": -0.06,  # opens with a word whose referent is out of sight
    "is_question": -0.84,
}
MEANING_WEIGHTS = {
    "meaning": 0.35,  # cosine of question and sentence
    "central": 0.13,  # likeness to the other sentences that score well: what many articles tell
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a passage, taken apart, with what speaks for it; shares are 0 to 1."""

    passage: StoredPassage
    span: Span
    text: str
    sequence: tuple[str, ...]  # its stems in order
    stems: frozenset[str]
    names: tuple[tuple[str, ...], ...]  # stems of each name in it that the question does not hold
    own: float  # share of the question's mass in the sentence itself
    asked: float  # the same for the clause that asks
    context: float  # the same with its surroundings credited in part
    passage_share: float  # the same for the passage and its title as a whole
    title: float  # the same for the title
    names_absent: float  # share of the question's names that the passage and its title lack
    fits: float  # holds the kind of answer asked for
    rank: float  # exp(the passage's score - the best passage's)
    score: float = 0.0
    meaning: float = 0.0  # cosine of question and sentence, of the best by wording
    odds: float | None = None  # the reader's log-odds that it answers, of the best
    row: Vectors | None = field(default=None, compare=False, repr=False)  # their vector


@dataclass(frozen=True, slots=True)
class _Weights:
    """What a question's terms weigh, however many passages are read; they sum to 1 each."""

    plain: Vectors
    who: Vectors  # the word after "who" weighs more
    clause: Vectors  # only words of the clause that asks
    names: tuple[int, ...]  # places of the terms that are names
    known: frozenset[str]  # the question's stems and the forms of its terms


def read_all(query: Query, terms: Sequence[ResolvedTerm], hits: Sequence[Hit]) -> list[Evidence]:
    """Take every sentence of the hits apart, in the hits' order."""
    best = max((hit.score for hit in hits), default=0.0)
    weights = _weights(query, terms)
    return [item for hit in hits for item in _read(query, terms, hit, weights, best=best)]


def signals(
    query: Query,
    terms: Sequence[ResolvedTerm],
    evidence: Sequence[Evidence],
    vocabulary: Sequence[str],
    meaning: Meaning,
) -> Vectors:
    """Return each sentence's signals in the order of `SENTENCE_WEIGHTS`: shape (sentences, signals).

    `vocabulary` holds the words of the passages.
    """
    support = _support(evidence)
    likeness = _likeness_to_type(query, vocabulary, meaning)
    wants_number = query.kind in (Kind.QUANTITY, Kind.WHEN)
    tells = query.kind in (Kind.WHY, Kind.SAYING)
    known = stems_of(query.text)
    asked = list(pairwise(term.term.stem for term in terms))
    rows = []
    for item in evidence:
        number = has_number(item.text, query.text)
        columns = {
            "own": item.own,
            "asked": item.asked,
            "context": item.context,
            "passage": item.passage_share,
            "title": item.title,
            "fits": item.fits,
            "tells": item.fits * tells,
            "type": max((likeness[stem] for stem in likeness.keys() & item.stems), default=0.0),
            "names": min(len(item.names), MANY_NAMES) / MANY_NAMES,
            "support": max((support[name] for name in item.names), default=0.0),
            "number": number and wants_number,
            "stray_number": number and not wants_number,
            "novel": len(item.stems - known) / max(1, len(item.stems)),
            "order": _in_order(asked, item),
            "rank": item.rank,
            "lede": 1 / (1 + item.span.start / LEDE_CHARS),
            "length": np.log1p(len(item.sequence)) / 4,
            "points_back": POINTING.match(item.text) is not None,
            "is_question": item.text.rstrip().endswith("?"),
        }
        rows.append([float(columns[name]) for name in SENTENCE_WEIGHTS])
    return np.array(rows, dtype=np.float32).reshape(len(rows), len(SENTENCE_WEIGHTS))


def meaning_signals(rows: Vectors, asked: Vectors, ranks: Vectors) -> Vectors:
    """Return the signals of `MEANING_WEIGHTS` for sentences with the vectors `rows`: shape (sentences, signals)."""
    alike = rows @ rows.T
    np.fill_diagonal(alike, 0.0)
    central = alike @ shares(list(ranks))
    return np.stack([np.maximum(rows @ asked, 0.0), central], axis=1)


def _weights(query: Query, terms: Sequence[ResolvedTerm]) -> _Weights:
    masses = [term.mass for term in terms]
    who = shares([mass * weight for mass, weight in zip(masses, _asked_weights(query, terms), strict=True)])
    asking = _clause_stems(query.text)
    return _Weights(
        plain=shares([mass * counts for mass, counts in zip(masses, judged_by(terms), strict=True)]),
        who=who,
        clause=shares([share * (term.term.stem in asking) for share, term in zip(who, terms, strict=True)]),
        names=tuple(i for i, term in enumerate(terms) if term.term.is_name),
        known=stems_of(query.text) | {stem for term in terms for stem, _ in term.forms},
    )


def _read(
    query: Query, terms: Sequence[ResolvedTerm], hit: Hit, weights: _Weights, *, best: float
) -> list[Evidence]:
    passage = hit.passage
    texts = [passage.text[s.start - passage.start : s.end - passage.start] for s in passage.sentences]
    sequences = [_stems(text) for text in texts]
    bags = [frozenset(sequence) for sequence in sequences]
    holds = held(terms, [*bags, frozenset(_stems(passage.article.title))])
    whole = holds.max(axis=0)
    names = list(weights.names)
    previous = WHY_PREVIOUS_CREDIT if query.kind is Kind.WHY else PREVIOUS_CREDIT
    credited = _credited(holds, previous=previous)
    whole_share, title_share = float(whole @ weights.plain), float(holds[-1] @ weights.plain)
    names_absent = float(np.mean(whole[names] == 0)) if names else 0.0
    rank = math.exp(hit.score - best)
    return [
        Evidence(
            passage=passage,
            span=span,
            text=text,
            sequence=sequence,
            stems=bag,
            names=_new_names(text, weights.known),
            own=own,
            asked=asked,
            context=context,
            passage_share=whole_share,
            title=title_share,
            names_absent=names_absent,
            fits=fits(query.kind, text, query.text),
            rank=rank,
        )
        for span, text, sequence, bag, own, asked, context in zip(
            passage.sentences,
            texts,
            sequences,
            bags,
            (holds[:-1] @ weights.who).tolist(),
            (holds[:-1] @ weights.clause).tolist(),
            (credited @ weights.who).tolist(),
            strict=True,
        )
    ]


@lru_cache(maxsize=REMEMBERED_SENTENCES)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(stems(text))


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_CUE = re.compile(r"\b(?:which|what|who|whom|whose|when|where|why|how)\b", re.I)
_TYPE = re.compile(
    r"\b(?:which|what)\s+(?:(?:is|was|are|were)\s+the\s+name\s+of\s+the\s+|(?:type|kind)\s+of\s+|of\s+the\s+)?"
    r"((?:[\w’'-]+\s*){1,3})",
    re.I,
)


@lru_cache(maxsize=16)
def _clause_stems(question: str) -> frozenset[str]:
    """Return the stems of the sentence that asks, in a question of several; of all else."""
    asking = [part for part in _SENTENCE_END.split(question.strip()) if _CUE.search(part)]
    return frozenset(stems(asking[-1] if asking else question))


def _asked_weights(query: Query, terms: Sequence[ResolvedTerm]) -> list[float]:
    """Let the first word that counts weigh more where it says what "who" did."""
    weights = [1.0] * len(terms)
    first = next((i for i, term in enumerate(terms) if term.term.weight == 1.0), None)
    if query.kind is Kind.WHO and first is not None and not terms[first].is_missing:
        weights[first] = ASKED_WEIGHT
    return weights


def _credited(holds: Vectors, *, previous: float) -> Vectors:
    """Credit each sentence in part with what its neighbours, its passage and the title (the last row) hold."""
    own, title = holds[:-1], holds[-1]
    before = np.vstack([np.zeros_like(title), own[:-1]])
    after = np.vstack([own[1:], np.zeros_like(title)])
    whole = np.broadcast_to(holds.max(axis=0), own.shape)
    places = [
        own,
        previous * before,
        NEXT_CREDIT * after,
        TITLE_CREDIT * title + 0 * own,
        PASSAGE_CREDIT * whole,
    ]
    credited: Vectors = np.max(places, axis=0)
    return credited


def _new_names(sentence: str, known: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    new = (
        tuple(stem for stem in stems_of_words(name) if stem not in known and stem not in STOP_WORDS)
        for name in names_in(sentence)
    )
    return tuple(name for name in new if name)


def _support(evidence: Sequence[Evidence]) -> Mapping[tuple[str, ...], float]:
    """Return how well the passages together support each name, 0 to 1: what many tell is likelier asked for."""
    masses: dict[str, float] = defaultdict(float)
    seen: dict[str, set[str]] = defaultdict(set)
    passages: dict[int, tuple[str, float, set[str]]] = {}
    for item in evidence:
        _, _, held_names = passages.setdefault(item.passage.id, (item.passage.article.id, item.rank, set()))
        held_names.update(stem for name in item.names for stem in name)
    for article, rank, held_names in passages.values():
        for stem in held_names:
            masses[stem] += rank * (AGAIN if article in seen[stem] else 1.0)
            seen[stem].add(article)
    by_name = {
        name: sum(masses[stem] for stem in name) / len(name) for item in evidence for name in item.names
    }
    most = max(by_name.values(), default=1.0)
    return {name: mass / most for name, mass in by_name.items()}


def _likeness_to_type(query: Query, vocabulary: Sequence[str], meaning: Meaning) -> dict[str, float]:
    """Return how like each new word is to the kind of thing asked for: a river to "which waterway"."""
    asked = _TYPE.search(query.text)
    kinds: list[str] = []
    for word in asked[1].lower().split() if asked else []:
        if word in STOP_WORDS:
            break
        kinds.append(word)
    if not kinds or not vocabulary:
        return {}
    known = stems_of(query.text)
    cosines = (meaning.words(vocabulary) @ meaning.words(kinds).T).max(axis=1)
    likeness: dict[str, float] = {}
    for place in np.flatnonzero(cosines >= LEAST_TYPE_LIKENESS).tolist():
        for stem in stems_of_words(vocabulary[place]):
            if stem not in known:
                likeness[stem] = max(likeness.get(stem, 0.0), float(cosines[place]))
    return likeness


def _in_order(asked: Sequence[tuple[str, str]], item: Evidence) -> float:
    """Return the share of the question's neighbouring words that stand near each other in the sentence."""
    found = sum(
        any(
            word == first and second in item.sequence[i + 1 : i + 1 + NEAR_WORDS]
            for i, word in enumerate(item.sequence)
        )
        for first, second in asked
        if first in item.stems and second in item.stems
    )
    return found / len(asked) if asked else 0.0
