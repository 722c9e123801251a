"""The default answerer: evidence sentences -> a verbatim, cited answer, or a refusal with a true reason."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from index.filters import Filters
from index.reader import IndexReader
from qa.answer import Citation, Outcome, Sentence
from qa.dates import TimeFrame, years
from qa.judgement import Case, Judgement
from qa.premise import year_to_come
from qa.query import Query
from qa.referents import resolved
from qa.refusal import why_not
from qa.retrieval import Hit, Retrieval
from qa.signals import Evidence
from qa.sources import unknown_sources
from qa.terms import ResolvedTerm, as_written
from qa.verify import carried_verbatim, quote_stands


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
    judged: Callable[[Case], Judgement],
    *,
    today: date,
    filters: Filters,
    refuse_below: float,
    max_sentences: int,
) -> Draft:
    """Answer in the articles' own sentences, best first, or say why not and what comes nearest."""
    has_source = not unknown_sources(query.text, reader.sources)
    found = judged(Case(query, retrieval, has_source, max_sentences))
    to_come = year_to_come(query, today)
    sure, notes = 0.0 if to_come else found.confidence, tuple(_notes(retrieval))
    if sure >= refuse_below:
        sentences, citations = cite(found.chosen, reader)
        if sentences:
            notes += (*_age_note(retrieval.frame, citations), *_overview_note(query, reader, citations))
            return Draft(Outcome.ANSWERED, sure, None, notes, sentences, citations, (), found.evidence)
    reason = (
        f"{to_come} is yet to come"
        if to_come
        else why_not(query, retrieval.terms, found.seen, reader, filters)
    )
    _, nearest = cite(found.nearest, reader)
    return Draft(Outcome.NOT_IN_CORPUS, sure, reason, notes, (), (), nearest, found.evidence)


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
    ended = [span for span in evidence.passage.sentences if span.end <= evidence.span.start]
    return evidence.passage.text_at(ended[-1]) if ended else ""


def _notes(retrieval: Retrieval) -> list[str]:
    return [_spelling_note(term, retrieval.hits) for term in retrieval.terms if term.spelling]


def _age_note(frame: TimeFrame, citations: Sequence[Citation]) -> Iterator[str]:
    """Say so where all that is shown was published before what is asked about can have happened."""
    dates = [cited.published for cited in citations if cited.published is not None]
    if dates and all(frame.is_too_early(cited.published) for cited in citations):
        yield (
            f"older than what is asked about: the newest article shown is of {max(dates)}, the question asks of "
            f"{frame.begins} and later"
        )


def _overview_note(query: Query, reader: IndexReader, citations: Sequence[Citation]) -> Iterator[str]:
    """Say of an overview of all articles which of them it is of, where it leaves out some."""
    if not query.is_of_all:
        return
    if query.text and not years(query.text) and not any(cited.published for cited in citations):
        yield "the articles shown have no date: the days that they name may be of another week or year"
        return
    stats = reader.stats()
    if stats.stories > len({cited.article for cited in citations}):
        some = (
            f"the newest of {stats.stories:,} stories"
            if stats.earliest
            else f"some of {stats.stories:,} stories"
        )
        which = "the days asked about" if query.text else some
        yield f"an overview of {which}, first what most articles tell"


def _spelling_note(term: ResolvedTerm, hits: Sequence[Hit]) -> str:
    """Name the closest spelling as an article writes it: `spelling` itself has no accents and no capitals."""
    spelling = as_written(term.spelling or "", (hit.passage.text for hit in hits)) or term.spelling
    return f'no article writes "{term.term.surface}"; closest spelling: "{spelling}"'
