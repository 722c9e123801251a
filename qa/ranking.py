"""Which of the passages found is likeliest to answer: the signals that speak for one, and what each weighs."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.embedding import Vectors
from index.records import StoredPassage
from qa.dates import TimeFrame
from qa.query import Query
from qa.sources import names_source
from qa.terms import ResolvedTerm, held, held_by_passages, shares, stems_of, stems_of_passage

LEDE_CHARS = 1500  # how far into an article a passage counts half of one at its start

# What each signal weighs: a listwise softmax fitted by `python -m benchmarks.fit` on RealTimeQA and MultiHop-RAG.
PASSAGE_WEIGHTS = {
    "words": 1.72,  # BM25, as a share of the best one's
    "meaning": 0.72,  # cosine
    "date": 1.0,  # nearness in time to what is asked about, times what that tells; 0 without a date
    "held": 1.07,  # share of the question's mass that the passage holds
    "held_rare": 0.96,  # the same with the masses squared: the telling words
    "names_held": -0.7,  # of the question's names in the passage itself: they may as well stand …
    "names_in_article": 0.53,  # … elsewhere in the article
    "title": 0.26,  # share of the question's mass that the title holds
    "source": 1.5,  # the question names the article's source
    "lede": 0.38,  # nearness to the article's start
    "article": -0.5,  # how good the article's best passage is: among its passages, the best is wanted
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that an arm found."""

    passage: StoredPassage
    words: float  # BM25, as a share of the best one's
    meaning: float  # cosine, 0 where that arm did not find it

    @property
    def found(self) -> float:
        """What the arms say of it together."""
        return self.words + MEANING_BESIDE_WORDS * self.meaning


MEANING_BESIDE_WORDS = 0.3


def score(
    query: Query, terms: Sequence[ResolvedTerm], candidates: Sequence[Candidate], frame: TimeFrame
) -> list[float]:
    """Return how likely each candidate is to answer, higher is better; comparable within one search."""
    weights = np.array(list(PASSAGE_WEIGHTS.values()), dtype=np.float32)
    return [float(value) for value in signals(query, terms, candidates, frame) @ weights]


def signals(
    query: Query, terms: Sequence[ResolvedTerm], candidates: Sequence[Candidate], frame: TimeFrame
) -> Vectors:
    """Return the signals of each candidate, in the order of `PASSAGE_WEIGHTS`: shape (candidates, signals)."""
    articles = [candidate.passage.article for candidate in candidates]
    texts = held_by_passages(terms, [candidate.passage for candidate in candidates])
    titles = held(terms, [stems_of(article.title) for article in articles])
    whole = _together([article.id for article in articles], np.maximum(texts, titles))
    best: dict[str, float] = defaultdict(float)
    for candidate in candidates:
        article = candidate.passage.article.id
        best[article] = max(best[article], candidate.found)
    plain = shares([term.mass for term in terms])
    names = shares([term.mass * term.term.is_name for term in terms])
    columns = {
        "words": [candidate.words for candidate in candidates],
        "meaning": [candidate.meaning for candidate in candidates],
        "date": [frame.date_weight(article.published) for article in articles],
        "held": texts @ plain,
        "held_rare": texts @ shares([term.mass**2 for term in terms]),
        "names_held": texts @ names,
        "names_in_article": [whole[article.id] @ names for article in articles],
        "title": titles @ plain,
        "source": [names_source(query.text, article.source) for article in articles],
        "lede": [1 / (1 + candidate.passage.start / LEDE_CHARS) for candidate in candidates],
        "article": [best[article.id] for article in articles],
    }
    return np.array([columns[name] for name in PASSAGE_WEIGHTS], dtype=np.float32).T


def held_in_articles(terms: Sequence[ResolvedTerm], passages: Sequence[StoredPassage]) -> dict[str, float]:
    """Return which share of the question's mass each article holds, by its id: its title and its passages together."""
    rows = held(terms, [stems_of_passage(passage) | stems_of(passage.article.title) for passage in passages])
    plain = shares([term.mass for term in terms])
    whole = _together([passage.article.id for passage in passages], rows)
    return {article: float(row @ plain) for article, row in whole.items()}


def _together(articles: Sequence[str], rows: Vectors) -> dict[str, Vectors]:
    """Return what the passages of each article hold together, by its id; a row of shape (terms,) a passage."""
    whole: dict[str, Vectors] = {}
    for article, row in zip(articles, rows, strict=True):
        whole[article] = np.maximum(whole[article], row) if article in whole else row
    return whole
