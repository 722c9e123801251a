"""What speaks for a sentence as the answer to a question, and what each of these signals weighs."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.analysis import stems
from index.embedding import Vectors
from index.passages import Span
from index.records import StoredPassage
from qa.kinds import POINTING, fits, has_number, is_option, new_names, poses, speaks_on
from qa.meaning import Meaning, Vocabulary
from qa.query import STOP_WORDS, Kind, Query, kind_of
from qa.retrieval import Hit, Retrieval
from qa.terms import ResolvedTerm, held, judged_by, shares, stems_of, stems_of_sentences, stems_of_words

# Shares of a question word's mass that a sentence is credited with where its surroundings hold the word.
PREVIOUS_CREDIT, NEXT_CREDIT, PASSAGE_CREDIT, TITLE_CREDIT = 0.6, 0.4, 0.3, 0.4
WHY_PREVIOUS_CREDIT = 0.9  # a cause often stands in the sentence after what it caused
ASKED_WEIGHT = 2.0  # of the word after "who": what somebody did is what is asked
NEAR_WORDS = 3  # how far a word may stand behind the one it follows in the question
LEDE_CHARS = 1000  # how far into an article a sentence counts half of one at its start
AGAIN = 0.3  # what a name's second passage in an article adds to its support, against 1 for the first
MANY_NAMES = 3
LEAST_TYPE_LIKENESS = 0.2  # cosine
# Shares of the question's mass in an article's own, and in that and the title, from which that asks what is asked.
ASKS_HALF, ASKS_THE_SAME = 0.5, 0.75
NAMES_THE_SPEAKER = (
    0.75  # share of the question's mass in a sentence, below which "he" is who was asked about
)
TOLD_BY_CUE = (Kind.WHY, Kind.SAYING, Kind.DEFINITION)
TOLD_BELOW = (Kind.WHY, Kind.HOW)  # what is told without a cue right below the article's own "Why …?"

# What each signal weighs: a listwise softmax fitted by `python -m benchmarks.fit` on RealTimeQA and SQuAD 2.0.
SENTENCE_WEIGHTS = {
    "own": 0.27,  # share of the question's mass in the sentence itself
    "asked": 0.75,  # the same for the clause that asks: "…. What was the name of the storm?"
    "context": 0.72,  # the same with its surroundings credited in part
    "passage": 0.41,  # the same for the passage and its title as a whole
    "title": -0.42,  # the same for the title
    "fits": 0.43,  # holds the kind of answer asked for
    "tells": 0.5,  # the same for a cause, a speaker or a definition, whose cue tells the answer from its surroundings
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
    "early": -1.0,  # told before what is asked about can have happened; set by hand, as few questions say when
    "points_back": -0.06,  # opens with a word whose referent is out of sight
}
MEANING_WEIGHTS = {
    "meaning": 0.35,  # cosine of question and sentence
    "central": 0.13,  # likeness to the other sentences that score well: what many articles tell
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence of a passage, with what speaks for it; shares are 0 to 1."""

    passage: StoredPassage
    span: Span
    text: str
    stems: frozenset[str]  # with those of the article's own question that it stands below
    own: float  # share of the question's mass in the sentence itself
    context: float  # the same with its surroundings credited in part
    passage_share: float  # the same for the passage and its title as a whole
    names_absent: float  # share of the question's names that the passage and its title lack
    fits: float  # holds the kind of answer asked for
    rank: float  # exp(the passage's score - the best passage's)
    score: float
    posed: str = ""  # the article's own question that it stands below, where that asks what is asked
    meaning: float = 0.0  # cosine of question and sentence, of the best by wording
    odds: float | None = None  # the reader's log-odds that it answers, of the best
    row: Vectors | None = field(default=None, compare=False, repr=False)  # their vector


@dataclass(frozen=True, slots=True)
class Sentences:
    """All sentences of some passages, in the passages' order, taken apart: an entry each; shares as in `Evidence`."""

    hits: list[Hit]
    spans: list[Span]
    texts: list[str]
    sequences: list[tuple[str, ...]]  # their stems in order
    stems: list[frozenset[str]]
    names: list[tuple[tuple[str, ...], ...]]  # stems of each name in it that the question does not hold
    fits: list[float]
    poses: NDArray[
        np.bool_
    ]  # a question of the article's own, or an option below one: neither answers anything
    is_early: NDArray[np.bool_]  # of an article from before anything that is asked about can have happened
    posed: dict[int, str]  # by place, such a question right above that asks what is asked
    own: Vectors
    asked: Vectors  # share of the mass of the clause that asks
    context: Vectors
    passage_share: Vectors
    title: Vectors  # the same for the title
    names_absent: Vectors
    rank: Vectors

    def evidence(self, order: Iterable[int], scores: Vectors) -> list[Evidence]:
        """Return sentences with their scores, in the order given."""
        own, context, whole = self.own.tolist(), self.context.tolist(), self.passage_share.tolist()
        absent, rank, score = self.names_absent.tolist(), self.rank.tolist(), scores.tolist()
        return [
            Evidence(
                passage=self.hits[i].passage,
                span=self.spans[i],
                text=self.texts[i],
                stems=self.stems[i],
                own=own[i],
                context=context[i],
                passage_share=whole[i],
                names_absent=absent[i],
                fits=self.fits[i],
                rank=rank[i],
                score=score[i],
                posed=self.posed.get(i, ""),
            )
            for i in order
        ]


@dataclass(frozen=True, slots=True)
class _Weights:
    """What a question's terms weigh, however many passages are read; they sum to 1 each."""

    plain: Vectors
    who: Vectors  # the word after "who" weighs more
    clause: Vectors  # only words of the clause that asks
    names: tuple[int, ...]  # places of the terms that are names
    known: frozenset[str]  # the question's stems, the forms of its terms, and words that say nothing


def read_all(query: Query, found: Retrieval) -> Sentences:
    """Take every sentence of the hits apart, in the hits' order."""
    terms, hits = found.terms, [hit for hit in found.hits if hit.passage.sentences]
    weights = _weights(query, terms)
    spans = [span for hit in hits for span in hit.passage.sentences]
    texts = [hit.passage.text_at(span) for hit in hits for span in hit.passage.sentences]
    sequences = [sequence for hit in hits for sequence in stems_of_sentences(hit.passage)]
    bags = [frozenset(sequence) for sequence in sequences]
    counts = np.array([len(hit.passage.sentences) for hit in hits], dtype=np.int64)
    first = np.cumsum(counts) - counts  # the place of each passage's first sentence
    of_passage = np.repeat(np.arange(len(hits)), counts)  # the place of each sentence's passage
    posing = np.array([poses(text) for text in texts], dtype=bool)
    fitting = [fits(query.kind, text, query.text) for text in texts]
    below = _below(texts, posing, first)
    for place in below:
        bags[place] |= bags[place - 1]
        if query.kind in TOLD_BELOW and kind_of(texts[place - 1])[0] is query.kind:
            fitting[place] = 1.0
    own = held(terms, bags)
    if query.kind is Kind.SAYING:
        for place in np.flatnonzero(_right_below(own @ weights.plain >= NAMES_THE_SPEAKER, first)).tolist():
            if speaks_on(texts[place]):
                fitting[place] = 1.0
    titles = held(terms, [stems_of(hit.passage.article.title) for hit in hits])
    asks = own @ weights.plain >= ASKS_HALF
    asks &= np.maximum(own, titles[of_passage]) @ weights.plain >= ASKS_THE_SAME
    whole = np.maximum(np.maximum.reduceat(own, first, axis=0), titles) if hits else titles
    credited = _credited(
        own,
        titles[of_passage],
        whole[of_passage],
        first,
        previous=WHY_PREVIOUS_CREDIT if query.kind is Kind.WHY else PREVIOUS_CREDIT,
    )
    names = list(weights.names)
    absent = (
        (whole[:, names] == 0).mean(axis=1, dtype=np.float32) if names else np.zeros(len(hits), np.float32)
    )
    best = max((hit.score for hit in hits), default=0.0)
    return Sentences(
        hits=[hits[i] for i in of_passage],
        spans=spans,
        texts=texts,
        sequences=sequences,
        stems=bags,
        names=new_names(texts, weights.known),
        fits=fitting,
        poses=posing | _options(texts, posing, first),
        is_early=np.array(
            [found.frame.is_too_early(hit.passage.article.published) for hit in hits], dtype=bool
        )[of_passage],
        posed={place: texts[place - 1] for place in below if asks[place - 1]},
        own=own @ weights.who,
        asked=own @ weights.clause,
        context=credited @ weights.who,
        passage_share=(whole @ weights.plain)[of_passage],
        title=(titles @ weights.plain)[of_passage],
        names_absent=absent[of_passage],
        rank=np.array([math.exp(hit.score - best) for hit in hits], dtype=np.float32)[of_passage],
    )


def signals(
    query: Query,
    terms: Sequence[ResolvedTerm],
    sentences: Sentences,
    vocabulary: Vocabulary,
    meaning: Meaning,
) -> Vectors:
    """Return each sentence's signals in the order of `SENTENCE_WEIGHTS`: shape (sentences, signals).

    `vocabulary` holds the words of the passages.
    """
    support = _support(sentences)
    likeness = _likeness_to_type(query, vocabulary, meaning)
    known = stems_of(query.text)
    asked = list(pairwise(term.term.stem for term in terms))
    texts, bags = sentences.texts, sentences.stems
    taken_apart = zip(texts, bags, strict=True)
    number = np.array([has_number(text, query.text, bag) for text, bag in taken_apart], dtype=np.float32)
    wants_number = query.kind in (Kind.QUANTITY, Kind.WHEN)
    fitting = np.array(sentences.fits, dtype=np.float32)
    starts = np.array([span.start for span in sentences.spans], dtype=np.float32)
    columns = {
        "own": sentences.own,
        "asked": sentences.asked,
        "context": sentences.context,
        "passage": sentences.passage_share,
        "title": sentences.title,
        "fits": fitting,
        "tells": fitting * (query.kind in TOLD_BY_CUE),
        "type": [max((likeness[stem] for stem in likeness.keys() & bag), default=0.0) for bag in bags],
        "names": [min(len(names), MANY_NAMES) / MANY_NAMES for names in sentences.names],
        "support": [max((support[name] for name in names), default=0.0) for names in sentences.names],
        "number": number * wants_number,
        "stray_number": number * (not wants_number),
        "novel": [(len(bag) - len(bag & known)) / max(1, len(bag)) for bag in bags],
        "order": [_in_order(asked, *taken) for taken in zip(sentences.sequences, bags, strict=True)],
        "rank": sentences.rank,
        "lede": 1 / (1 + starts / LEDE_CHARS),
        "length": np.log1p([len(sequence) for sequence in sentences.sequences]) / 4,
        "early": sentences.is_early,
        "points_back": [POINTING.match(text) is not None for text in texts],
    }
    return np.array([columns[name] for name in SENTENCE_WEIGHTS], dtype=np.float32).T


def meaning_signals(rows: Vectors, asked: Vectors, ranks: Vectors) -> Vectors:
    """Return the signals of `MEANING_WEIGHTS` for sentences with the vectors `rows`: shape (sentences, signals)."""
    alike = rows @ rows.T
    np.fill_diagonal(alike, 0.0)
    central = alike @ shares(list(ranks))
    return np.stack([np.maximum(rows @ asked, 0.0), central], axis=1)


def _weights(query: Query, terms: Sequence[ResolvedTerm]) -> _Weights:
    masses, judged = [term.mass for term in terms], judged_by(terms)
    who = shares([mass * weight for mass, weight in zip(masses, _asked_weights(query, terms), strict=True)])
    asking = _clause_stems(query.text)
    return _Weights(
        plain=shares([mass * counts for mass, counts in zip(masses, judged, strict=True)]),
        who=who,
        clause=shares([share * (term.term.stem in asking) for share, term in zip(who, terms, strict=True)]),
        names=tuple(i for i, term in enumerate(terms) if term.term.is_name and judged[i]),
        known=STOP_WORDS | stems_of(query.text) | {stem for term in terms for stem, _ in term.forms},
    )


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


def _credited(
    own: Vectors, titles: Vectors, whole: Vectors, first: NDArray[np.int64], *, previous: float
) -> Vectors:
    """Credit each sentence in part with what its neighbours, its passage and the title hold.

    All arrays have the shape (sentences, terms); `first` is the place of each passage's first sentence.
    """
    before, after = np.zeros_like(own), np.zeros_like(own)
    before[1:], after[:-1] = own[:-1], own[1:]
    before[first] = 0.0
    after[first[1:] - 1] = 0.0
    credited: Vectors = np.maximum.reduce(
        [own, previous * before, NEXT_CREDIT * after, TITLE_CREDIT * titles, PASSAGE_CREDIT * whole]
    )
    return credited


def _below(texts: Sequence[str], posing: NDArray[np.bool_], first: NDArray[np.int64]) -> list[int]:
    """Return the places of sentences right below a question of the article's own: they are read together with it."""
    below = _right_below(posing, first) & ~posing
    return [place for place in np.flatnonzero(below).tolist() if not is_option(texts[place])]


def _right_below(marked: NDArray[np.bool_], first: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the sentences right below marked ones of their passage; `first` is the place of each passage's first."""
    below = np.zeros_like(marked)
    below[1:] = marked[:-1]
    below[first] = False
    return below


def _options(texts: Sequence[str], posing: NDArray[np.bool_], first: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which sentences are options from which a quiz lets choose: two or more in a row below its question."""
    found = np.zeros_like(posing)
    ends = {*first.tolist(), len(texts)}
    for asked in np.flatnonzero(posing).tolist():
        end = asked + 1
        while end not in ends and is_option(texts[end]):
            end += 1
        found[asked + 1 : end] = end - asked > 2
    return found


def _support(sentences: Sentences) -> Mapping[tuple[str, ...], float]:
    """Return how well the passages together support each name, 0 to 1: what many tell is likelier asked for."""
    masses: dict[str, float] = defaultdict(float)
    seen: dict[str, set[str]] = defaultdict(set)
    passages: dict[int, tuple[str, float, set[str]]] = {}
    for hit, rank, names in zip(sentences.hits, sentences.rank.tolist(), sentences.names, strict=True):
        _, _, held_names = passages.setdefault(hit.passage.id, (hit.passage.article.id, rank, set()))
        held_names.update(*names)
    for article, rank, held_names in passages.values():
        for stem in held_names:
            masses[stem] += rank * (AGAIN if article in seen[stem] else 1.0)
            seen[stem].add(article)
    by_name = {
        name: sum(masses[stem] for stem in name) / len(name) for names in sentences.names for name in names
    }
    most = max(by_name.values(), default=1.0)
    return {name: mass / most for name, mass in by_name.items()}


def _likeness_to_type(query: Query, vocabulary: Vocabulary, meaning: Meaning) -> dict[str, float]:
    """Return how like each new word is to the kind of thing asked for: a river to "which waterway"."""
    asked = _TYPE.search(query.text)
    kinds: list[str] = []
    for word in asked[1].lower().split() if asked else []:
        if word in STOP_WORDS:
            break
        kinds.append(word)
    if not kinds or not vocabulary.words:
        return {}
    known = stems_of(query.text)
    cosines = (vocabulary.rows @ meaning.words(kinds).T).max(axis=1)
    likeness: dict[str, float] = {}
    for place in np.flatnonzero(cosines >= LEAST_TYPE_LIKENESS).tolist():
        for stem in stems_of_words(vocabulary.words[place]):
            if stem not in known:
                likeness[stem] = max(likeness.get(stem, 0.0), float(cosines[place]))
    return likeness


def _in_order(asked: Sequence[tuple[str, str]], sequence: Sequence[str], bag: AbstractSet[str]) -> float:
    """Return the share of the question's neighbouring words that stand near each other in a sentence."""
    found = sum(
        any(
            word == first and second in sequence[i + 1 : i + 1 + NEAR_WORDS]
            for i, word in enumerate(sequence)
        )
        for first, second in asked
        if first in bag and second in bag
    )
    return found / len(asked) if asked else 0.0
