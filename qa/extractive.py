"""The default answerer: evidence sentences -> a verbatim, cited answer, or a refusal with a true reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.reader import IndexReader
from qa.answer import Citation, Outcome, Sentence
from qa.evidence import Evidence, weigh
from qa.query import Query
from qa.refusal import confidence, why_not
from qa.retrieval import Retrieval, overlap
from qa.verify import carried_verbatim, quote_stands

NEAR_REPEAT = 0.6  # Jaccard overlap of stems from which a second sentence adds nothing
WORTH_ADDING = 0.72  # of the best sentence's score, for a sentence to join it
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


def answer(
    query: Query, retrieval: Retrieval, reader: IndexReader, *, refuse_below: float, max_sentences: int
) -> Draft:
    """Answer in the articles' own sentences, best first, or say why not and what comes nearest."""
    evidence = weigh(query, retrieval.terms, retrieval.hits, reader)
    sure = confidence(query, retrieval.terms, evidence)
    notes = tuple(
        f'no article writes "{term.term.surface}"; closest spelling: "{term.spelling}"'
        for term in retrieval.terms
        if term.spelling
    )
    if sure >= refuse_below:
        sentences, citations = cite(choose(evidence, max_sentences), reader)
        if sentences:
            return Draft(Outcome.ANSWERED, sure, None, notes, sentences, citations, ())
    reason = why_not(query, retrieval.terms, evidence, reader)
    _, nearest = cite(_one_a_story(evidence), reader)
    return Draft(Outcome.NOT_IN_CORPUS, sure, reason, notes, (), (), nearest)


def choose(evidence: Sequence[Evidence], limit: int) -> list[Evidence]:
    """Pick the best sentence and those nearly as good that say something else, in an order that reads well.

    The best stands first; what its article adds follows in the article's order, then the other articles.
    """
    if not evidence:
        return []
    best = evidence[0]
    chosen = [best]
    for candidate in evidence[1:]:
        if len(chosen) == limit or candidate.score < WORTH_ADDING * best.score:
            break
        if candidate.own > 0 and all(overlap(candidate.stems, kept.stems) < NEAR_REPEAT for kept in chosen):
            chosen.append(candidate)
    articles = list(dict.fromkeys(item.passage.article.id for item in chosen))
    rest = sorted(chosen[1:], key=lambda item: (articles.index(item.passage.article.id), item.span.start))
    return [best, *rest]


def cite(chosen: Sequence[Evidence], reader: IndexReader) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """Turn evidence into sentences and their citations; what the article does not carry is left out."""
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    for evidence in chosen:
        record = evidence.passage.article
        article = reader.article(record.id)
        citation = Citation(
            marker=len(citations) + 1,  # 1-based: [0] would cite the last of a list
            article=record.id,
            title=record.title,
            published=record.published,
            source=record.source,
            start=evidence.span.start,
            end=evidence.span.end,
            quote=evidence.text,
            digest=record.digest,
        )
        sentence = Sentence(" ".join(evidence.text.split()), (citation.marker,), verified=True)
        stands = article is not None and quote_stands(citation, article.text)
        if stands and carried_verbatim(sentence, {citation.marker: citation}):
            sentences.append(sentence)
            citations.append(citation)
    return tuple(sentences), tuple(citations)


def _one_a_story(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the best sentence of each of the nearest articles, if it shares a word with the question."""
    nearest: dict[str, Evidence] = {}
    for item in evidence:
        if item.context > 0 and len(nearest) < MAX_NEAREST:
            nearest.setdefault(item.passage.article.id, item)
    return list(nearest.values())
