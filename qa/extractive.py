"""The default answerer: evidence sentences -> a verbatim, cited answer, or a refusal with a true reason."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.lexical import words
from index.reader import IndexReader
from qa.answer import Citation, Outcome, Sentence
from qa.dates import years
from qa.evidence import of_years, weigh
from qa.kinds import numbers
from qa.meaning import Meaning
from qa.query import Query
from qa.reader import Reader
from qa.referents import resolved
from qa.refusal import confidence, why_not
from qa.rereading import reread
from qa.retrieval import Hit, Retrieval, overlap
from qa.signals import Evidence
from qa.sources import unknown_sources
from qa.terms import ResolvedTerm
from qa.verify import carried_verbatim, quote_stands

NEAR_REPEAT = 0.6  # Jaccard overlap of stems from which a second sentence adds nothing
SAME_MEANING = 0.65  # cosine from which two sentences tell the same
WORTH_ADDING = 1.0  # at most so far below the best sentence's score may one be that joins it
MAX_NEAREST = 3  # passages offered under a refusal


@dataclass(frozen=True, slots=True)
class Draft:
    """What the answerer has to say; the assistant makes an `Answer` of it."""

    outcome: Outcome
    confidence: float
    reason: str | None
    notes: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Citation, ...]
    evidence: tuple[Evidence, ...]  # that all this was drawn from, best first


def answer(
    query: Query,
    retrieval: Retrieval,
    reader: IndexReader,
    meaning: Meaning,
    network: Reader | None,
    *,
    refuse_below: float,
    max_sentences: int,
) -> Draft:
    """Answer in the articles' own sentences, best first, or say why not and what comes nearest."""
    found = weigh(query, retrieval.terms, retrieval.hits, meaning)
    if network is not None:
        found = reread(query, found, network)
    evidence = [] if unknown_sources(query.text, reader.sources) else of_years(years(query.text), found)
    sure = confidence(query, retrieval.terms, evidence)
    notes = tuple(_spelling_note(term, retrieval.hits) for term in retrieval.terms if term.spelling)
    if sure >= refuse_below:
        sentences, citations = cite(choose(evidence, max_sentences), reader)
        if sentences:
            return Draft(Outcome.ANSWERED, sure, None, notes, sentences, citations, (), tuple(evidence))
    reason = why_not(query, retrieval.terms, found, reader)
    _, nearest = cite(_one_a_story(found), reader)
    return Draft(Outcome.NOT_IN_CORPUS, sure, reason, notes, (), (), nearest, tuple(evidence))


def choose(evidence: Sequence[Evidence], limit: int) -> list[Evidence]:
    """Pick the best sentence and those nearly as good that say something else, best first.

    A sentence of another article that tells the same with other figures is worth showing sooner than most.
    """
    if not evidence:
        return []
    best = evidence[0]
    chosen = [best]
    for item in evidence[1:]:
        if len(chosen) == limit or item.row is None:
            break
        repeated = [kept for kept in chosen if _says_the_same(item, kept)]
        if not all(_differs(item, kept) for kept in repeated):
            continue
        if item.own > 0 and (best in repeated or item.score >= best.score - WORTH_ADDING):
            chosen.append(item)
    return chosen


def _says_the_same(item: Evidence, other: Evidence) -> bool:
    alike = item.row is not None and other.row is not None and float(item.row @ other.row) >= SAME_MEANING
    return alike or overlap(item.stems, other.stems) >= NEAR_REPEAT


def _differs(item: Evidence, other: Evidence) -> bool:
    """Another article's figures may confirm or contradict; both are worth knowing."""
    is_elsewhere = item.passage.article.id != other.passage.article.id
    return is_elsewhere and bool(numbers(item.text) - numbers(other.text))


def cite(
    chosen: Sequence[Evidence], reader: IndexReader
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """Turn evidence into sentences and their citations; what the article does not carry is left out."""
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    for evidence in chosen:
        start, end = evidence.span
        citation = Citation.of(evidence.passage, start, end, marker=len(citations) + 1)
        article = reader.article(citation.article)
        plain = " ".join(evidence.text.split())
        text, additions = resolved(plain, _before(evidence), citation.published)
        sentence = Sentence(text, (citation.marker,), verified=True, additions=additions)
        stands = article is not None and quote_stands(citation, article.text)
        if stands and carried_verbatim(sentence, {citation.marker: citation}):
            sentences.append(sentence)
            citations.append(citation)
    return tuple(sentences), tuple(citations)


def _before(evidence: Evidence) -> str:
    """Return the sentence that stands before it in the passage; empty where it is the first."""
    spans, start = evidence.passage.sentences, evidence.passage.start
    ends = [span for span in spans if span.end <= evidence.span.start]
    return evidence.passage.text[ends[-1].start - start : ends[-1].end - start] if ends else ""


def _spelling_note(term: ResolvedTerm, hits: Sequence[Hit]) -> str:
    """Name the closest spelling as an article writes it: `spelling` itself has no accents and no capitals."""
    written = (word for hit in hits for word in re.findall(r"\w+", hit.passage.text))
    spelling = next((word for word in written if words(word) == [term.spelling]), term.spelling)
    return f'no article writes "{term.term.surface}"; closest spelling: "{spelling}"'


def _one_a_story(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the best sentence of each of the nearest articles, if it shares a word with the question."""
    nearest: dict[str, Evidence] = {}
    for item in evidence:
        if item.context > 0 and len(nearest) < MAX_NEAREST:
            nearest.setdefault(item.passage.article.id, item)
    return list(nearest.values())
