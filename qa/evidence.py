"""Hits -> evidence: every sentence of the best passages, weighed by how well it answers the question."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from index.analysis import words
from index.embedding import Vectors
from qa.meaning import Meaning, Vocabulary
from qa.query import Query
from qa.retrieval import Retrieval, overlap
from qa.signals import MEANING_WEIGHTS, SENTENCE_WEIGHTS, Evidence, meaning_signals, read_all, signals
from qa.terms import ResolvedTerm, stems_of_words

PASSAGES_READ = 24  # of the hits, sentence by sentence
MAX_EMBEDDED = 32  # sentences compared by meaning, the best by wording
LEAST_LIKENESS = 0.5  # cosine from which two words mean the like: talks and discussions, soldiers and troops
LIKENESS_WEIGHT = 0.8
NEAR_REPEAT = 0.6  # Jaccard overlap of stems from which a second sentence adds nothing
SAME_MEANING = 0.65  # cosine from which two sentences tell the same


def weigh(query: Query, found: Retrieval, meaning: Meaning) -> list[Evidence]:
    """Return the sentences of the best hits, best first, ties in the order of the hits."""
    ordered, _ = _by_wording(query, found, meaning)
    return _with_meaning(query, ordered, meaning) if ordered else []


def read_signals(query: Query, found: Retrieval, meaning: Meaning) -> tuple[list[str], Vectors]:
    """Return the best sentences by wording and all their signals, those of meaning last: what weights are fitted on."""
    ordered, rows = _by_wording(query, found, meaning)
    head = ordered[:MAX_EMBEDDED]
    if not head:
        return [], np.zeros((0, len(SENTENCE_WEIGHTS) + len(MEANING_WEIGHTS)), dtype=np.float32)
    return [item.text for item in head], np.hstack([rows[:MAX_EMBEDDED], _meanings(query, head, meaning)[0]])


def _by_wording(query: Query, found: Retrieval, meaning: Meaning) -> tuple[list[Evidence], Vectors]:
    """Return the sentences with the score of their wording, best first, and their signals: (sentences, signals).

    What an article asks itself is left out: it answers nothing.
    """
    is_read = query.is_of_all or any(term.mass for term in found.terms)
    read = found.hits[:PASSAGES_READ] if is_read else ()
    said = dict.fromkeys(chain.from_iterable(words(hit.passage.text) for hit in read))
    vocabulary = meaning.vocabulary([word for word in said if word.isalpha()])
    terms = soften(found.terms, vocabulary, meaning)
    sentences = read_all(query, replace(found, terms=tuple(terms), hits=read))
    rows = signals(query, terms, sentences, vocabulary, meaning)
    scores = rows @ np.array(list(SENTENCE_WEIGHTS.values()), dtype=np.float32)
    order = np.argsort(-scores, kind="stable")
    order = order[~sentences.poses[order]]
    return sentences.evidence(order.tolist(), scores), rows[order]


def _meanings(query: Query, head: Sequence[Evidence], meaning: Meaning) -> tuple[Vectors, Vectors]:
    rows = meaning.sentences([query.text, *(item.text for item in head)])
    ranks = np.array([item.rank for item in head], dtype=np.float32)
    return meaning_signals(rows[1:], rows[0], ranks), rows[1:]


def of_years(years: frozenset[str], evidence: Sequence[Evidence]) -> list[Evidence]:
    """Keep the evidence of passages that name all these years, by their text, their title or their article's date."""

    def tells(item: Evidence) -> frozenset[str]:
        article = item.passage.article
        dated = str(article.published.year) if article.published else ""
        return frozenset(re.findall(r"\d{4}", f"{item.passage.text} {article.title} {dated}"))

    return [item for item in evidence if years <= tells(item)] if years else list(evidence)


def say_the_same(one: Evidence, other: Evidence) -> bool:
    """Tell whether two sentences tell the same, by their meaning or by their words."""
    alike = one.row is not None and other.row is not None and float(one.row @ other.row) >= SAME_MEANING
    return alike or overlap(one.stems, other.stems) >= NEAR_REPEAT


def soften(terms: Sequence[ResolvedTerm], vocabulary: Vocabulary, meaning: Meaning) -> list[ResolvedTerm]:
    """Let words of the passages that mean the like of a question's word count as forms of it, in part.

    Names and numbers have no likes: Baku is not Yerevan, 1915 is not 1916.
    """
    open_to_likes = [
        t for t in terms if not t.term.is_name and t.term.stem.isalpha() and len(t.term.stem) > 2
    ]
    if not open_to_likes or not vocabulary.words:
        return list(terms)
    asked = meaning.words(term.term.surface.lower() for term in open_to_likes)
    cosines = dict(zip((t.term.stem for t in open_to_likes), asked @ vocabulary.rows.T, strict=True))
    softened = []
    for term in terms:
        forms = dict(term.forms)
        row = cosines.get(term.term.stem)
        if row is not None:
            for place in np.flatnonzero(row >= LEAST_LIKENESS).tolist():
                for stem in stems_of_words(vocabulary.words[place]):
                    forms[stem] = max(forms.get(stem, 0.0), LIKENESS_WEIGHT * float(row[place]))
        softened.append(replace(term, forms=tuple(forms.items())))
    return softened


def _with_meaning(query: Query, weighed: list[Evidence], meaning: Meaning) -> list[Evidence]:
    """Compare the best by meaning too, and order them anew; what is left out keeps its place behind them."""
    head, tail = weighed[:MAX_EMBEDDED], weighed[MAX_EMBEDDED:]
    found, rows = _meanings(query, head, meaning)
    added = found @ np.array(list(MEANING_WEIGHTS.values()), dtype=np.float32)
    compared = [
        replace(evidence, meaning=float(alike[0]), score=evidence.score + float(more), row=row)
        for evidence, alike, more, row in zip(head, found, added, rows, strict=True)
    ]
    return sorted(compared, key=lambda evidence: -evidence.score) + tail
