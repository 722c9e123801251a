"""Both arms of the index, fused: question -> the passages most likely to answer it, best first."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from index.filters import Filters
from index.lexical import Scored, WeightedPhrase, WeightedTerm, stems
from index.reader import IndexReader
from index.records import StoredPassage
from qa.forms import related_stems
from qa.query import SAYS_ENOUGH, Query, QueryTerm

VECTOR_WEIGHT = 0.3  # of a cosine against the best BM25 score, taken as 1
PASSAGES_AN_ARTICLE = 2  # before other articles' have had their turn
IMAGINED_PASSAGES = 50  # that lack any word, beside the index's own
DATE_SCALE_DAYS = 14.0  # the date prior's decay: 1 + exp(-age / scale)
ARM_DEPTH = 200  # hits asked of each arm
FORM_WEIGHT, VARIANT_WEIGHT = 0.8, 0.7  # of an irregular form and another spelling, against the word's own 1
PHRASE_WEIGHT = 0.5  # of a name's or quote's words in a row, beside the words one by one
SAME_WORDING = 0.8  # Jaccard overlap of stems from which two passages say the same thing


@dataclass(frozen=True, slots=True)
class ResolvedTerm:
    """A question's word as this index knows it: the forms that count as it, and how telling it is."""

    term: QueryTerm
    forms: tuple[tuple[str, float], ...]  # (stem, weight), the word itself first
    frequency: int  # live passages that hold the word itself
    spelling: str | None  # the closest spelling, where the articles hold only that
    idf: float

    @property
    def mass(self) -> float:
        """What the word weighs in the question: its IDF times its weight."""
        return self.idf * self.term.weight

    @property
    def is_missing(self) -> bool:
        """No article holds the word or a form of it."""
        return self.frequency == 0 and self.spelling is None and len(self.forms) == 1


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that may answer, with its fused score (higher is better; comparable within one search)."""

    passage: StoredPassage
    score: float


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What a search found, and how it read the question's words."""

    terms: tuple[ResolvedTerm, ...]
    hits: tuple[Hit, ...]


def retrieve(query: Query, reader: IndexReader, *, filters: Filters, today: date, limit: int) -> Retrieval:
    """Search both arms and fuse them, newer articles first among equals; `limit` distinct passages at most."""
    terms = tuple(resolve(term, reader) for term in query.terms)
    depth = max(ARM_DEPTH, 2 * limit)
    weighted = [
        WeightedTerm(stem, resolved.term.weight * weight)
        for resolved in terms
        for stem, weight in resolved.forms
    ]
    phrases = [WeightedPhrase(phrase, PHRASE_WEIGHT) for phrase in query.phrases]
    lexical = reader.search_terms(weighted, phrases, filters=filters, limit=depth) if weighted else []
    # Punctuation and white space, too, have neighbours, and say nothing.
    vectors = reader.search_vectors(query.text, filters=filters, limit=depth) if stems(query.text) else []
    fused = fuse(lexical, vectors)
    passages = reader.passages([passage for passage, _ in fused])
    as_of = filters.as_of or today
    dated = [
        Hit(passage, score * date_prior(passage.article.published, as_of))
        for passage, (_, score) in zip(passages, fused, strict=True)
    ]
    ranked = sorted(dated, key=lambda hit: (-hit.score, hit.passage.id))
    return Retrieval(terms=terms, hits=tuple(distinct(spread(ranked), limit)))


def resolve(term: QueryTerm, reader: IndexReader) -> ResolvedTerm:
    """Look a question's word up in the live index: its frequency, its people's name, its spelling variants."""
    frequency = reader.document_frequency(term.stem)
    forms = [(term.stem, 1.0)]
    forms += [(stem, FORM_WEIGHT) for stem in related_stems(term.stem) if reader.document_frequency(stem)]
    spelling = None
    variants = reader.name_variants(term.surface) if term.is_name or frequency == 0 else []
    for variant in variants:
        forms += [(stem, VARIANT_WEIGHT) for stem in stems(variant.word)]
        spelling = spelling or variant.word
    unique = tuple({stem: (stem, weight) for stem, weight in reversed(forms)}.values())[::-1]
    common = frequency or max(reader.document_frequency(stem) for stem, _ in unique)
    if not common and not term.is_name:
        common = 1  # that a common word is missing tells less than that a name is
    return ResolvedTerm(
        term=term,
        forms=unique,
        frequency=frequency,
        spelling=None if frequency else spelling,
        idf=idf(common, reader.passage_count),
    )


def judged_by(terms: Sequence[ResolvedTerm]) -> list[bool]:
    """Tell for each word whether passages are judged by it: carried-over ones only if the rest says little."""
    says_enough = sum(term.term.weight == 1.0 for term in terms) >= SAYS_ENOUGH
    return [not (term.term.is_carried and says_enough) for term in terms]


def idf(frequency: int, total: int) -> float:
    """Return BM25's inverse document frequency (Robertson and Zaragoza, 2009), always positive.

    A few articles say little of how common a word is, so some more passages that lack it are imagined.
    """
    total += IMAGINED_PASSAGES
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def fuse(lexical: Sequence[Scored], vectors: Sequence[Scored]) -> list[tuple[int, float]]:
    """Add each passage's BM25, as a share of the best one's, and its weighted cosine; best first, ties by id.

    Scores, not ranks: how far the first is ahead of the second tells more than that it is.
    """
    best = max((hit.score for hit in lexical), default=1.0)
    scores = {hit.passage: hit.score / best for hit in lexical}
    for hit in vectors:
        scores[hit.passage] = scores.get(hit.passage, 0.0) + VECTOR_WEIGHT * max(hit.score, 0.0)
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def spread(hits: Sequence[Hit]) -> list[Hit]:
    """Put an article's third and later passages behind all others, so that no article fills the list."""
    seen: Counter[str] = Counter()
    first: list[Hit] = []
    later: list[Hit] = []
    for hit in hits:
        seen[hit.passage.article.id] += 1
        (first if seen[hit.passage.article.id] <= PASSAGES_AN_ARTICLE else later).append(hit)
    return first + later


def date_prior(published: date | None, as_of: date) -> float:
    """Return 1 for an undated article, else 1 + exp(-age / 14 days); one from after `as_of` counts as new."""
    if published is None:
        return 1.0
    return 1.0 + math.exp(-max((as_of - published).days, 0) / DATE_SCALE_DAYS)


def distinct(hits: Iterable[Hit], limit: int) -> list[Hit]:
    """Keep the best of hits that say the same thing, up to `limit`."""
    kept: list[Hit] = []
    wordings: list[frozenset[str]] = []
    for hit in hits:
        if len(kept) == limit:
            break
        wording = frozenset(stems(hit.passage.text))
        if all(overlap(wording, other) < SAME_WORDING for other in wordings):
            kept.append(hit)
            wordings.append(wording)
    return kept


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard overlap of two sets of stems; 0 if both are empty."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def hits_json(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """Return hits as the command-line contract writes them, rank from 1."""
    return [
        {
            "rank": rank,
            "score": round(hit.score, 6),
            "article": hit.passage.article.id,
            "title": hit.passage.article.title,
            "published": hit.passage.article.published.isoformat() if hit.passage.article.published else None,
            "source": hit.passage.article.source,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "text": hit.passage.text,
        }
        for rank, hit in enumerate(hits, start=1)
    ]
