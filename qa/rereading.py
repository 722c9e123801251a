"""The best read again by the reader: which sentence answers the question best, how surely, in which passages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

from qa.evidence import weigh
from qa.kinds import POINTING, is_done_to
from qa.meaning import Meaning
from qa.query import Kind, Query, says_enough
from qa.reader import Reader, Window
from qa.retrieval import Hit, Retrieval, distinct, spread
from qa.signals import Evidence
from qa.terms import ResolvedTerm, as_written, words_that_count

READ = 8  # of the sentences, the best
READ_ON, SURE = 30, 2.0  # so many where the log-odds of none of these are as high …
READ_ON_WORDS = 14  # … but for questions of more words, which no sentence answers by itself
ODDS_WEIGHT = 0.2  # of the reader's log-odds in a sentence's score
# What these ask for is told beside what happened, which the reader would take for it in one window.
READ_APART = (Kind.WHY, Kind.SAYING)
LEAST_ODDS = -8.0  # also of a sentence that found no room in its window
PASSAGES_REREAD, SENTENCES_A_PASSAGE = 15, 2  # of a search: the best of the passages, and of each its best
PASSAGE_ODDS_WEIGHT = 0.06  # of the best of these in the passage's score
_LEFT_OUT = re.compile(r"\b(?:second|third|fourth|latter|former)\s+(?=\w)|\s+in\s+(?:19|20)\d\d\b", re.I)
_TOOK_PLACE = re.compile(
    r"^(when|where)\s+(?:did|do|does|will)\s+(.+?)\s+(?:take\s+place|happen|occur)\b", re.I
)


def reread(
    query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence], reader: Reader
) -> list[Evidence]:
    """Order the best sentences anew, with the reader's log-odds that each answers; the rest follows as it was."""
    most = READ
    read = _odds(query, terms, evidence[:most], evidence, reader)
    if max(read.values(), default=SURE) < SURE and words_that_count(terms) <= READ_ON_WORDS:
        rest, most = evidence[most:READ_ON], READ_ON
        read = _odds(query, terms, rest, evidence, reader) | read
    bounds = _Bounds.of(query, terms)
    head = [
        replace(item, odds=odds, score=item.score + ODDS_WEIGHT * bounds.within(odds, item))
        for item, odds in ((item, read[_place(item)]) for item in evidence[:most])
    ]
    return [*sorted(head, key=lambda item: -item.score), *evidence[most:]]


def reread_passages(query: Query, found: Retrieval, meaning: Meaning, reader: Reader) -> list[Hit]:
    """Order passages anew: in the scores of the best counts how likely the reader thinks that a sentence answers."""
    first = distinct(spread(found.hits), PASSAGES_REREAD)
    by_passage: dict[int, list[Evidence]] = {}
    evidence = weigh(query, replace(found, hits=tuple(first)), meaning)
    for item in evidence:
        by_passage.setdefault(item.passage.id, []).append(item)
    best = [item for items in by_passage.values() for item in items[:SENTENCES_A_PASSAGE]]
    odds: dict[int, float] = {}
    for (passage, _), value in _odds(query, found.terms, best, evidence, reader).items():
        odds[passage] = max(value, odds.get(passage, LEAST_ODDS))
    unread = min(odds.values(), default=0.0)
    weighed = [
        replace(hit, score=hit.score + PASSAGE_ODDS_WEIGHT * odds.get(hit.passage.id, unread))
        for hit in found.hits
    ]
    return sorted(weighed, key=lambda hit: (-hit.score, hit.passage.id))


def _odds(
    query: Query,
    terms: Sequence[ResolvedTerm],
    best: Sequence[Evidence],
    evidence: Sequence[Evidence],
    reader: Reader,
) -> dict[tuple[int, int], float]:
    """Return the reader's log-odds of the best sentences, and of what they point back to, by their places."""
    groups = [[item] for item in best] if query.kind in READ_APART else windows(best, evidence)
    asked = _in_the_articles_words(asked_of_the_reader(query), terms, best)
    rows = reader.read(asked, [_window(group) for group in groups])
    return {
        _place(item): max(value, LEAST_ODDS)
        for group, row in zip(groups, rows, strict=True)
        for item, value in zip(group, row, strict=True)
    }


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What a sentence's words tell by themselves bounds what the reader's odds may add or take."""

    telling: frozenset[
        str
    ]  # stems of the question's words that are no names: without any, odds only take away
    deed: frozenset[str]  # of what "who" did: where who did it stands beside it, odds only add

    @classmethod
    def of(cls, query: Query, terms: Sequence[ResolvedTerm]) -> Self:
        plain = [t for t in terms if not t.term.is_name]
        telling = frozenset(stem for t in plain if t.term.weight == 1.0 for stem in t.stems)
        return cls(telling, plain[0].stems if plain and query.kind is Kind.WHO else frozenset())

    def within(self, odds: float, item: Evidence) -> float:
        """Return what of a sentence's odds counts."""
        if self.telling and item.stems.isdisjoint(self.telling):
            return min(odds, 0.0)
        is_told = (
            bool(item.fits) and not item.stems.isdisjoint(self.deed) and not is_done_to(item.text, self.deed)
        )
        return max(odds, 0.0) if is_told else odds


def asked_of_the_reader(query: Query) -> str:
    """Leave out what a sentence seldom repeats: its place in a list, a year, which its passage is held to, that it
    took place, and what is carried over from earlier turns where the question says enough without."""
    asked = _LEFT_OUT.sub("", query.asked if says_enough(query.terms) else query.text)
    return _TOOK_PLACE.sub(r"\1 was \2", asked)


def _in_the_articles_words(question: str, terms: Sequence[ResolvedTerm], best: Sequence[Evidence]) -> str:
    """Put for a word that no article has its closest spelling, or what counts as it, as the best sentences write it."""
    texts = [item.text for item in best]
    for term in terms:
        others = [stem for stem, _ in term.forms[1:]] if term.is_broader else []
        others = [term.spelling] if term.spelling else others
        if word := next(filter(None, (as_written(other, texts) for other in others)), None):
            question = re.sub(rf"\b{re.escape(term.term.surface)}\b", word, question)
    return question


def windows(best: Sequence[Evidence], evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Group sentences by passage, in the order of their best; with one that points back, what it points to."""
    by_place = {_place(item): item for item in evidence}
    groups: dict[int, dict[int, Evidence]] = {}
    for item in best:
        group = groups.setdefault(item.passage.id, {})
        group[item.span.start] = item
        starts = [span.start for span in item.passage.sentences]
        place = starts.index(item.span.start)
        if place and POINTING.match(item.text):
            before = by_place.get((item.passage.id, starts[place - 1]))
            if before is not None:  # None of a question that the article poses
                group.setdefault(before.span.start, before)
    return [[group[start] for start in sorted(group)] for group in groups.values()]


def _place(item: Evidence) -> tuple[int, int]:
    return item.passage.id, item.span.start


def _window(group: Sequence[Evidence]) -> Window:
    # Below a question of the article's own, a sentence answers that.
    texts = (f"{item.posed} {item.text}" for item in group)
    return Window(group[0].passage.article.title, tuple(" ".join(text.split()) for text in texts))
