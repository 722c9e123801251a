"""Hits -> evidence: every sentence of the best passages, weighed by how well it answers the question."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np

from index.embedding import Vectors
from index.lexical import stems, words
from index.passages import Span
from index.records import StoredPassage
from qa.kinds import POINTING, fits
from qa.meaning import Meaning
from qa.query import Kind, Query
from qa.retrieval import Hit, ResolvedTerm, judged_by

PASSAGES_READ = 30  # of the hits, sentence by sentence
REMEMBERED_SENTENCES = 10_000  # whose stems are kept: a conversation reads the same passages again
MAX_EMBEDDED = 64  # sentences compared by meaning, the best by wording
LEAST_LIKENESS = 0.5  # cosine from which two words mean the like: talks and discussions, soldiers and troops
LIKENESS_WEIGHT = 0.8

# Shares of a question word's mass that a sentence is credited with where its surroundings hold the word.
PREVIOUS_CREDIT, NEXT_CREDIT, PASSAGE_CREDIT, TITLE_CREDIT = 0.6, 0.4, 0.3, 0.4

# Weights of the signals in a sentence's score: a listwise softmax fitted on RealTimeQA 2022 and SQuAD 2.0, then
# settled by leaving each out in turn.
OWN_WEIGHT, CONTEXT_WEIGHT, PASSAGE_WEIGHT = 0.3, 0.4, 0.35
FITS_WEIGHT, RANK_WEIGHT, MEANING_WEIGHT, ORDER_WEIGHT, QUESTION_WEIGHT = 0.25, 0.4, 0.4, 0.08, -0.2
TELLING_FITS_WEIGHT = (
    0.5  # of the kinds whose cue, a cause or a speaker, tells the answer from its surroundings
)
TELLING_KINDS = (Kind.WHY, Kind.SAYING)
WHY_PREVIOUS_CREDIT = 0.9  # a cause often stands in the sentence after what it caused
POINTING_WEIGHT = -0.06  # of a sentence that opens with a word whose referent is out of sight
ASKED_WEIGHT = 2.0  # of the word after "who": what somebody did is what is asked
NEAR_WORDS = 3  # how far a word may stand behind the one it follows in the question


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence with the signals that speak for it, each 0 to 1."""

    passage: StoredPassage
    span: Span
    text: str
    own: float  # share of the question's mass in the sentence itself
    context: float  # the same, with its surroundings credited in part
    passage_share: float  # the same for the passage and its title as a whole
    names_absent: float  # share of the question's names that the passage and its title lack
    fits: float  # holds the kind of answer asked for
    rank: float  # the passage's score against the best passage's
    meaning: float  # cosine of question and sentence
    score: float
    stems: frozenset[str]
    row: Vectors | None = field(default=None, compare=False, repr=False)  # its vector, among the best


def weigh(
    query: Query, terms: Sequence[ResolvedTerm], hits: Sequence[Hit], meaning: Meaning
) -> list[Evidence]:
    """Return the sentences of the best hits, best first, ties in the order of the hits."""
    if not hits or not any(term.mass for term in terms):
        return []
    terms = soften(terms, hits[:PASSAGES_READ], meaning)
    best = max(hit.score for hit in hits) or 1.0  # all are 0 where only unlike neighbours were found
    weighed = [evidence for hit in hits[:PASSAGES_READ] for evidence in _read(query, terms, hit, best=best)]
    weighed.sort(key=lambda evidence: -evidence.score)
    return _with_meaning(query, weighed, meaning)


def _with_asked_word(query: Query, terms: Sequence[ResolvedTerm]) -> list[ResolvedTerm]:
    """Let the first word that counts weigh more where it says what "who" did."""
    first = next((i for i, term in enumerate(terms) if term.term.weight == 1.0), None)
    if query.kind is not Kind.WHO or first is None or terms[first].is_missing:
        return list(terms)
    asked = terms[first]
    weightier = replace(asked, term=replace(asked.term, weight=ASKED_WEIGHT))
    return [*terms[:first], weightier, *terms[first + 1 :]]


def soften(terms: Sequence[ResolvedTerm], hits: Sequence[Hit], meaning: Meaning) -> list[ResolvedTerm]:
    """Let words of the passages that mean the like of a question's word count as forms of it, in part.

    Names and numbers have no likes: Baku is not Yerevan, 1915 is not 1916.
    """
    open_to_likes = [
        t for t in terms if not t.term.is_name and t.term.stem.isalpha() and len(t.term.stem) > 2
    ]
    vocabulary = list(dict.fromkeys(w for hit in hits for w in words(hit.passage.text) if w.isalpha()))
    if not open_to_likes or not vocabulary:
        return list(terms)
    asked = meaning.words(term.term.surface.lower() for term in open_to_likes)
    cosines = dict(
        zip((t.term.stem for t in open_to_likes), asked @ meaning.words(vocabulary).T, strict=True)
    )
    softened = []
    for term in terms:
        forms = dict(term.forms)
        row = cosines.get(term.term.stem)
        if row is not None:
            for place in np.flatnonzero(row >= LEAST_LIKENESS):
                for stem in stems(vocabulary[place]):
                    forms[stem] = max(forms.get(stem, 0.0), LIKENESS_WEIGHT * float(row[place]))
        softened.append(replace(term, forms=tuple(forms.items())))
    return softened


def _read(query: Query, terms: Sequence[ResolvedTerm], hit: Hit, *, best: float) -> list[Evidence]:
    passage = hit.passage
    texts = [passage.text[s.start - passage.start : s.end - passage.start] for s in passage.sentences]
    sequences = [_stems(text) for text in texts]
    bags = [frozenset(sequence) for sequence in sequences]
    title = frozenset(stems(passage.article.title))
    held = _held(terms, [*bags, title])
    names = [i for i, term in enumerate(terms) if term.term.is_name]
    absent = float(np.mean(held.max(axis=0)[names] == 0)) if names else 0.0
    plain, asked = _shares(terms, judged_by(terms)), _shares(_with_asked_word(query, terms))
    passage_share = float(held.max(axis=0) @ plain)
    context = _credited(held, previous=WHY_PREVIOUS_CREDIT if query.kind is Kind.WHY else PREVIOUS_CREDIT)
    read = []
    for i, (span, text) in enumerate(zip(passage.sentences, texts, strict=True)):
        evidence = Evidence(
            passage=passage,
            span=span,
            text=text,
            own=float(held[i] @ asked),
            context=float(context[i] @ asked),
            passage_share=passage_share,
            names_absent=absent,
            fits=fits(query.kind, text, query.text),
            rank=hit.score / best,
            meaning=0.0,
            score=0.0,
            stems=bags[i],
        )
        read.append(replace(evidence, score=_score(query, terms, evidence, sequences[i])))
    return read


@lru_cache(maxsize=REMEMBERED_SENTENCES)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(stems(text))


def _score(query: Query, terms: Sequence[ResolvedTerm], evidence: Evidence, sequence: Sequence[str]) -> float:
    return (
        OWN_WEIGHT * evidence.own
        + CONTEXT_WEIGHT * evidence.context
        + PASSAGE_WEIGHT * evidence.passage_share
        + (TELLING_FITS_WEIGHT if query.kind in TELLING_KINDS else FITS_WEIGHT) * evidence.fits
        + RANK_WEIGHT * evidence.rank
        + ORDER_WEIGHT * _in_order(terms, sequence)
        + POINTING_WEIGHT * (POINTING.match(evidence.text) is not None)
        + QUESTION_WEIGHT * evidence.text.rstrip().endswith("?")
    )


def _shares(terms: Sequence[ResolvedTerm], counted: Sequence[bool] | None = None) -> Vectors:
    """Return each word's share of the question's mass, of the words counted if not of all; they sum to 1."""
    masses = np.array([term.mass for term in terms], dtype=np.float32)
    if counted is not None:
        masses *= counted
    shares: Vectors = masses / masses.sum()
    return shares


def _held(terms: Sequence[ResolvedTerm], bags: Sequence[frozenset[str]]) -> Vectors:
    """Return how well each bag holds each word, of shape (len(bags), len(terms)): its best form's weight."""
    return np.array(
        [[max((w for stem, w in t.forms if stem in bag), default=0.0) for t in terms] for bag in bags],
        dtype=np.float32,
    )


def _credited(held: Vectors, *, previous: float) -> Vectors:
    """Credit each sentence in part with what its neighbours, its passage and the title (the last row) hold."""
    own, title = held[:-1], held[-1]
    before = np.vstack([np.zeros_like(title), own[:-1]])
    after = np.vstack([own[1:], np.zeros_like(title)])
    whole = np.broadcast_to(held.max(axis=0), own.shape)
    places = [
        own,
        previous * before,
        NEXT_CREDIT * after,
        TITLE_CREDIT * title + 0 * own,
        PASSAGE_CREDIT * whole,
    ]
    credited: Vectors = np.max(places, axis=0)
    return credited


def _in_order(terms: Sequence[ResolvedTerm], sequence: Sequence[str]) -> float:
    """Return the share of the question's neighbouring words that stand near each other in the sentence."""
    asked = [term.term.stem for term in terms]
    pairs = list(pairwise(asked))
    found = sum(
        any(
            word == first and second in sequence[i + 1 : i + 1 + NEAR_WORDS]
            for i, word in enumerate(sequence)
        )
        for first, second in pairs
        if first in sequence and second in sequence
    )
    return found / len(pairs) if pairs else 0.0


def _with_meaning(query: Query, weighed: list[Evidence], meaning: Meaning) -> list[Evidence]:
    """Compare the best by meaning too, and order them anew; what is left out keeps its place behind them."""
    head, tail = weighed[:MAX_EMBEDDED], weighed[MAX_EMBEDDED:]
    rows = meaning.sentences([query.text, *(evidence.text for evidence in head)])
    cosines = rows[1:] @ rows[0]
    compared = []
    for evidence, row, cosine in zip(head, rows[1:], cosines, strict=True):
        alike = max(float(cosine), 0.0)
        score = evidence.score + MEANING_WEIGHT * alike
        compared.append(replace(evidence, meaning=alike, score=score, row=row))
    return sorted(compared, key=lambda evidence: -evidence.score) + tail
