"""Hits -> evidence: every sentence of the best passages, weighed by how well it answers the question."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.records import StoredPassage
from index.lexical import stems
from index.passages import Span
from index.reader import IndexReader
from qa.kinds import fits
from qa.query import Query
from qa.retrieval import Hit, ResolvedTerm

PASSAGES_READ = 30  # of the hits, sentence by sentence
MAX_EMBEDDED = 64  # sentences compared by meaning, the best by wording

# Shares of a question word's mass that a sentence is credited with where its surroundings hold the word.
PREVIOUS_CREDIT, NEXT_CREDIT, PASSAGE_CREDIT, TITLE_CREDIT = 0.6, 0.4, 0.3, 0.4

# Weights of the signals in a sentence's score.
OWN_WEIGHT, CONTEXT_WEIGHT, FITS_WEIGHT, RANK_WEIGHT, MEANING_WEIGHT = 0.5, 0.5, 0.15, 0.3, 0.3


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence with the signals that speak for it, each 0 to 1."""

    passage: StoredPassage
    span: Span
    text: str
    own: float  # share of the question's mass in the sentence itself
    context: float  # the same, with its surroundings credited in part
    passage_share: float  # the same for the passage and its title as a whole
    fits: float  # holds the kind of answer asked for
    rank: float  # the passage's score against the best passage's
    meaning: float  # cosine of question and sentence
    score: float
    stems: frozenset[str]

    @property
    def key(self) -> tuple[str, int]:
        """Where it stands: article and offset."""
        return self.passage.article.id, self.span.start


def weigh(query: Query, terms: Sequence[ResolvedTerm], hits: Sequence[Hit], reader: IndexReader) -> list[Evidence]:
    """Return the sentences of the best hits, best first, ties in the order of the hits."""
    total = sum(term.mass for term in terms)
    if not hits or total == 0:
        return []
    best = max(hit.score for hit in hits)
    weighed = [
        evidence for hit in hits[:PASSAGES_READ] for evidence in _read(query, terms, hit, total=total, best=best)
    ]
    weighed.sort(key=lambda evidence: -evidence.score)
    return _with_meaning(query, weighed, reader)


def _read(query: Query, terms: Sequence[ResolvedTerm], hit: Hit, *, total: float, best: float) -> list[Evidence]:
    passage = hit.passage
    texts = [passage.text[s.start - passage.start : s.end - passage.start] for s in passage.sentences]
    bags = [frozenset(stems(text)) for text in texts]
    title = frozenset(stems(passage.article.title))
    whole = title.union(*bags)
    passage_share = _mass(terms, [(whole, 1.0)]) / total
    empty: frozenset[str] = frozenset()
    read = []
    for i, (span, text, bag) in enumerate(zip(passage.sentences, texts, bags, strict=True)):
        before = bags[i - 1] if i else empty
        after = bags[i + 1] if i + 1 < len(bags) else empty
        own = _mass(terms, [(bag, 1.0)]) / total
        surroundings = [
            (bag, 1.0),
            (before, PREVIOUS_CREDIT),
            (after, NEXT_CREDIT),
            (title, TITLE_CREDIT),
            (whole, PASSAGE_CREDIT),
        ]
        context = _mass(terms, surroundings) / total
        fit = fits(query.kind, text, query.text)
        rank = hit.score / best
        score = OWN_WEIGHT * own + CONTEXT_WEIGHT * context + FITS_WEIGHT * fit + RANK_WEIGHT * rank
        read.append(Evidence(passage, span, text, own, context, passage_share, fit, rank, 0.0, score, bag))
    return read


def _mass(terms: Sequence[ResolvedTerm], places: Sequence[tuple[frozenset[str], float]]) -> float:
    """Sum each word's mass, credited by the best place that holds a form of it."""
    return sum(
        term.mass
        * max((form * credit for bag, credit in places for stem, form in term.forms if stem in bag), default=0.0)
        for term in terms
    )


def _with_meaning(query: Query, weighed: list[Evidence], reader: IndexReader) -> list[Evidence]:
    """Compare the best by meaning too, and order them anew; what is left out keeps its place behind them."""
    head, tail = weighed[:MAX_EMBEDDED], weighed[MAX_EMBEDDED:]
    rows = reader.embed([query.text, *(evidence.text for evidence in head)])
    cosines = rows[1:] @ rows[0]
    compared = []
    for evidence, cosine in zip(head, cosines, strict=True):
        meaning = max(float(cosine), 0.0)
        compared.append(replace(evidence, meaning=meaning, score=evidence.score + MEANING_WEIGHT * meaning))
    return sorted(compared, key=lambda evidence: -evidence.score) + tail
