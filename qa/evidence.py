"""Hits -> evidence: every sentence of the best passages, weighed by how well it answers the question."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from index.lexical import stems, words
from index.passages import Span
from index.records import StoredPassage
from qa.kinds import POINTING, fits
from qa.meaning import Meaning
from qa.query import Kind, Query
from qa.retrieval import Hit, ResolvedTerm

PASSAGES_READ = 30  # of the hits, sentence by sentence
MAX_EMBEDDED = 64  # sentences compared by meaning, the best by wording
LEAST_LIKENESS = 0.5  # cosine from which two words mean the like: talks and discussions, soldiers and troops
LIKENESS_WEIGHT = 0.8

# Shares of a question word's mass that a sentence is credited with where its surroundings hold the word.
PREVIOUS_CREDIT, NEXT_CREDIT, PASSAGE_CREDIT, TITLE_CREDIT = 0.6, 0.4, 0.3, 0.4

# Weights of the signals in a sentence's score: a listwise softmax fitted on RealTimeQA 2022 and SQuAD 2.0.
OWN_WEIGHT, CONTEXT_WEIGHT, PASSAGE_WEIGHT = 0.3, 0.4, 0.35
FITS_WEIGHT, RANK_WEIGHT, MEANING_WEIGHT, ORDER_WEIGHT, QUESTION_WEIGHT = 0.17, 0.4, 0.25, 0.13, -0.2
WHY_FITS_WEIGHT, WHY_PREVIOUS_CREDIT = 0.5, 0.9  # a cause often stands in the sentence after what it caused
POINTING_WEIGHT = -0.12  # of a sentence that opens with a word whose referent is out of sight
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

    @property
    def key(self) -> tuple[str, int]:
        """Where it stands: article and offset."""
        return self.passage.article.id, self.span.start


def weigh(
    query: Query, terms: Sequence[ResolvedTerm], hits: Sequence[Hit], meaning: Meaning
) -> list[Evidence]:
    """Return the sentences of the best hits, best first, ties in the order of the hits."""
    if not hits or not any(term.mass for term in terms):
        return []
    terms = soften(terms, hits[:PASSAGES_READ], meaning)
    best = max(hit.score for hit in hits)
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
    sequences = [stems(text) for text in texts]
    bags = [frozenset(sequence) for sequence in sequences]
    title = frozenset(stems(passage.article.title))
    whole = title.union(*bags)
    passage_share = _share(terms, [(whole, 1.0)])
    names = [term for term in terms if term.term.is_name]
    absent = sum(all(stem not in whole for stem, _ in term.forms) for term in names) / max(1, len(names))
    asked = _with_asked_word(query, terms)
    empty: frozenset[str] = frozenset()
    read = []
    for i, (span, text, bag) in enumerate(zip(passage.sentences, texts, bags, strict=True)):
        before = bags[i - 1] if i else empty
        after = bags[i + 1] if i + 1 < len(bags) else empty
        own = _share(asked, [(bag, 1.0)])
        surroundings = [
            (bag, 1.0),
            (before, WHY_PREVIOUS_CREDIT if query.kind is Kind.WHY else PREVIOUS_CREDIT),
            (after, NEXT_CREDIT),
            (title, TITLE_CREDIT),
            (whole, PASSAGE_CREDIT),
        ]
        context = _share(asked, surroundings)
        fit = fits(query.kind, text, query.text)
        rank = hit.score / best
        score = (
            OWN_WEIGHT * own
            + CONTEXT_WEIGHT * context
            + PASSAGE_WEIGHT * passage_share
            + (WHY_FITS_WEIGHT if query.kind is Kind.WHY else FITS_WEIGHT) * fit
            + RANK_WEIGHT * rank
            + ORDER_WEIGHT * _in_order(terms, sequences[i])
            + POINTING_WEIGHT * (POINTING.match(text) is not None)
            + QUESTION_WEIGHT * text.rstrip().endswith("?")
        )
        read.append(
            Evidence(passage, span, text, own, context, passage_share, absent, fit, rank, 0.0, score, bag)
        )
    return read


def _share(terms: Sequence[ResolvedTerm], places: Sequence[tuple[frozenset[str], float]]) -> float:
    """Return the share of the words' mass that is found, each word credited by the best place that holds it."""
    found = sum(
        term.mass
        * max(
            (form * credit for bag, credit in places for stem, form in term.forms if stem in bag), default=0.0
        )
        for term in terms
    )
    return found / sum(term.mass for term in terms)


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
    for evidence, cosine in zip(head, cosines, strict=True):
        alike = max(float(cosine), 0.0)
        compared.append(replace(evidence, meaning=alike, score=evidence.score + MEANING_WEIGHT * alike))
    return sorted(compared, key=lambda evidence: -evidence.score) + tail
