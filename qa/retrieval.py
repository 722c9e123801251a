"""Both arms of the index, fused: question -> the passages most likely to answer it, best first."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import chain
from typing import Any

from index.analysis import stems
from index.filters import Filters
from index.lexical import Scored, WeightedPhrase, WeightedTerm
from index.passages import Span
from index.reader import IndexReader
from index.records import StoredPassage
from qa.dates import TimeFrame, days_in_words, time_frame, weight_of_newness, years
from qa.parts import parts
from qa.query import CONTEXT_WEIGHT, Query, read_question
from qa.ranking import LEDE_CHARS, MEANING_BESIDE_WORDS, Candidate, score
from qa.sources import names_source
from qa.terms import ResolvedTerm, resolve, stems_of, stems_of_passage

DISTINCT_STORIES = 3  # at the top of the list, a passage of each
PASSAGES_AN_ARTICLE = 2  # before other articles' have had their turn
ARM_DEPTH = 200  # hits asked of each arm
RANKED = 64  # candidates whose signals are read
PHRASE_WEIGHT = 0.5  # of a name's or quote's words in a row, beside the words one by one
PASSAGES_A_PART = 5  # of a question over several articles
BEGINNINGS_READ = 60  # of the newest articles, for an overview of all …
SPREAD_OVER = 5000  # … or of so many, where it is one of some days
LOOKED_BACK = (7, 30, 120, 365)  # days, for the newest of a topic, until …
ENOUGH_STORIES = 4  # … so many tell of it
PART_PENALTY = 0.5  # of a part's hits against the whole question's
SAME_WORDING = 0.8  # Jaccard overlap of stems from which two passages say the same thing


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that may answer, with its fused score (higher is better; comparable within one search)."""

    passage: StoredPassage
    score: float
    best: Span | None = None  # of several passages joined, the one that scored

    @property
    def core(self) -> Span:
        """Where in the article the passage stands that the score is for."""
        return self.best or Span(self.passage.start, self.passage.end)


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What a search found, best first, and how it read the question: its words, and when it asks about."""

    terms: tuple[ResolvedTerm, ...]
    hits: tuple[Hit, ...]
    frame: TimeFrame


def retrieve(query: Query, reader: IndexReader, *, filters: Filters, today: date, limit: int) -> Retrieval:
    """Search both arms and rank what they find; `limit` distinct passages at most."""
    ranked = rank(query, reader, filters=filters, today=today, limit=limit)
    if query.is_of_all:
        return ranked  # one passage an article, as they are
    return replace(ranked, hits=tuple(distinct(spread(ranked.hits), limit)))


def rank(query: Query, reader: IndexReader, *, filters: Filters, today: date, limit: int) -> Retrieval:
    """Search both arms and return all passages that were scored, best first.

    A question over several articles is looked for as a whole and part by part; for an overview of all articles,
    nothing is looked for.
    """
    if query.is_of_all:
        newest = _newest(query, reader, filters=filters, today=today)
        return newest if newest.hits else _telling_of_days(query, newest, reader, filters=filters)
    if query.wants_newest:
        return _newest_of(query, reader, filters=filters, today=today, limit=limit)
    ranked = _ranked(query, reader, filters=filters, today=today, limit=limit)
    for part in parts(query.text):
        found = _ranked(read_question(part), reader, filters=filters, today=today, limit=PASSAGES_A_PART)
        ranked = replace(ranked, hits=_with_part(ranked.hits, found.hits[:PASSAGES_A_PART]))
    return ranked


def _newest(query: Query, reader: IndexReader, *, filters: Filters, today: date) -> Retrieval:
    """Return how the newest articles begin, undated ones last; of days that the question names, some of each."""
    frame = time_frame(query.text, today=filters.as_of or today)
    for window in frame.windows[:1]:
        since, until = filters.since or window.first, filters.until or window.last
        filters = replace(filters, since=max(since, window.first), until=min(until, window.last))
    told = reader.newest(filters, limit=SPREAD_OVER if frame.windows else BEGINNINGS_READ)
    step = max(len(told) // BEGINNINGS_READ, 1)  # of a year, not the last days alone
    beginnings = [reader.article_passages(article.id)[:1] for article in told[::step]]
    hits = [Hit(passage, -float(place)) for place, passage in enumerate(chain.from_iterable(beginnings))]
    return Retrieval((), tuple(hits), frame)


def _telling_of_days(query: Query, found: Retrieval, reader: IndexReader, *, filters: Filters) -> Retrieval:
    """Return what names the days asked about: in articles without a date, or in any where it says of what year."""
    named = read_question(" ".join(days_in_words(query.text)))
    told = search_arms(named, reader, filters=filters, by_meaning=False)
    hits = [Hit(passage, told.words[passage.id]) for passage in reader.passages(list(told.words))]
    telling = [hit for hit in hits if hit.passage.article.published is None or years(query.text)]
    return replace(found, terms=told.terms, hits=_best_first(telling))


def _newest_of(query: Query, reader: IndexReader, *, filters: Filters, today: date, limit: int) -> Retrieval:
    """Look among the articles of the last days, then of more and more, until several stories tell of the topic."""
    for days in LOOKED_BACK:
        since = date.fromordinal(max((filters.as_of or today).toordinal() - days, 1))
        recent = replace(filters, since=max(since, filters.since or since))
        # Words alone: among few articles, they find all that names the topic, and meaning much that does not.
        ranked = _ranked(query, reader, filters=recent, today=today, limit=limit, by_meaning=False)
        stories = {hit.passage.article.story for hit in ranked.hits if _begins_with(ranked.terms, hit)}
        if len(stories) >= ENOUGH_STORIES:
            return ranked
    return _ranked(query, reader, filters=filters, today=today, limit=limit)


def _begins_with(terms: Sequence[ResolvedTerm], hit: Hit) -> bool:
    """Tell whether an article tells of the topic in its title or near its start, and not in passing."""
    stems = stems_of(hit.passage.article.title)
    if hit.passage.start < LEDE_CHARS:
        stems |= stems_of_passage(hit.passage)
    return all(stems & term.stems for term in terms if term.term.weight >= CONTEXT_WEIGHT)


def _ranked(
    query: Query,
    reader: IndexReader,
    *,
    filters: Filters,
    today: date,
    limit: int,
    by_meaning: bool = True,
) -> Retrieval:
    asked = filters.as_of or today
    frame = time_frame(query.text, today=asked, newness_weight=weight_of_newness(asked, reader))
    found = search_arms(query, reader, filters=filters, limit=limit, by_meaning=by_meaning)
    candidates = worth_reading(query, found, reader, frame=frame, limit=limit)
    scores = score(query, found.terms, candidates, frame)
    hits = [Hit(candidate.passage, value) for candidate, value in zip(candidates, scores, strict=True)]
    return Retrieval(found.terms, _best_first(hits), frame)


def _best_first(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.passage.id)))


def _with_part(whole: tuple[Hit, ...], part: Sequence[Hit]) -> tuple[Hit, ...]:
    """Join a part's best hits to the whole question's: what leads for a part is worth what leads for the whole."""
    if not whole or not part:
        return whole
    behind = whole[0].score - part[0].score
    best = {hit.passage.id: hit for hit in whole}
    for hit in part:
        lifted = Hit(hit.passage, hit.score + behind - PART_PENALTY)
        if hit.passage.id not in best or best[hit.passage.id].score < lifted.score:
            best[hit.passage.id] = lifted
    return _best_first(best.values())


@dataclass(frozen=True, slots=True)
class Found:
    """What the two arms found, by passage id."""

    terms: tuple[ResolvedTerm, ...]  # the question's words as the index knows them
    words: Mapping[int, float]  # BM25, as a share of the best one's
    meaning: Mapping[int, float]  # cosine, 0 to 1


def search_arms(
    query: Query, reader: IndexReader, *, filters: Filters, limit: int = 0, by_meaning: bool = True
) -> Found:
    """Search both arms, at the same time: Chroma and tantivy work without Python's lock."""
    depth = max(ARM_DEPTH, 2 * limit)
    with ThreadPoolExecutor(1, "meaning") as beside:
        # Punctuation and white space, too, have neighbours, and say nothing.
        asked = query.text if by_meaning and stems(query.text) else ""
        vectors = beside.submit(reader.search_vectors, asked, filters=filters, limit=depth)
        terms = tuple(resolve(term, reader) for term in query.terms)
        lexical = _by_words(query, terms, reader, filters=filters, depth=depth)
    best = max((hit.score for hit in lexical), default=1.0)
    return Found(
        terms,
        words={hit.passage: hit.score / best for hit in lexical},
        meaning={hit.passage: max(hit.score, 0.0) for hit in vectors.result()},
    )


def _by_words(
    query: Query, terms: Sequence[ResolvedTerm], reader: IndexReader, *, filters: Filters, depth: int
) -> list[Scored]:
    weighted = [
        WeightedTerm(stem, resolved.term.weight * weight)
        for resolved in terms
        for stem, weight in resolved.forms
    ]
    phrases = [WeightedPhrase(phrase, PHRASE_WEIGHT) for phrase in query.phrases]
    return reader.search_terms(weighted, phrases, filters=filters, limit=depth) if weighted else []


def worth_reading(
    query: Query, found: Found, reader: IndexReader, *, frame: TimeFrame, limit: int = 0
) -> list[Candidate]:
    """Keep of what the arms found what is worth reading, by what costs nothing to know: arms, date, source."""
    words, meaning = found.words, found.meaning
    origins = reader.origins(list({**words, **meaning}))
    nearness = cache(frame.nearness)  # many are of one day

    def worth(passage: int) -> float:
        published, source = origins[passage]
        both = words.get(passage, 0.0) + MEANING_BESIDE_WORDS * meaning.get(passage, 0.0)
        return both * (1 + nearness(published)) + names_source(query.text, source)

    # Only what is kept has its text read.
    kept = sorted(origins, key=lambda passage: (-worth(passage), passage))[: max(RANKED, 2 * limit)]
    return [Candidate(p, words.get(p.id, 0.0), meaning.get(p.id, 0.0)) for p in reader.passages(kept)]


def spread(hits: Sequence[Hit], *, an_article: int = PASSAGES_AN_ARTICLE) -> list[Hit]:
    """Let no article fill the list: first a passage of each of the best stories, then few of any article."""
    stories: set[str] = set()
    top: dict[int, Hit] = {}
    for hit in hits:
        if len(top) < DISTINCT_STORIES and hit.passage.article.story not in stories:
            stories.add(hit.passage.article.story)
            top[hit.passage.id] = hit
    seen = Counter(hit.passage.article.id for hit in top.values())
    first: list[Hit] = []
    later: list[Hit] = []
    for hit in hits:
        if hit.passage.id not in top:
            seen[hit.passage.article.id] += 1
            (first if seen[hit.passage.article.id] <= an_article else later).append(hit)
    return [*top.values(), *first, *later]


def distinct(hits: Iterable[Hit], limit: int) -> list[Hit]:
    """Keep the best of hits that say the same thing, up to `limit`."""
    kept: list[Hit] = []
    wordings: list[frozenset[str]] = []
    for hit in hits:
        if len(kept) == limit:
            break
        wording = stems_of_passage(hit.passage)
        if not any(_is_same(wording, other) for other in wordings):
            kept.append(hit)
            wordings.append(wording)
    return kept


def _is_same(one: frozenset[str], other: frozenset[str]) -> bool:
    # How many they are bounds the overlap, and is quick to compare.
    if len(one) < SAME_WORDING * len(other) or len(other) < SAME_WORDING * len(one):
        return False
    return overlap(one, other) >= SAME_WORDING


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard overlap of two sets of stems; 0 if both are empty."""
    shared = len(one & other)
    union = len(one) + len(other) - shared
    return shared / union if union else 0.0


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
