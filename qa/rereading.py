"""The best read again by the reader: which sentence answers the question best, how surely, in which passages."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from itertools import chain
from types import MappingProxyType
from typing import Self

import numpy as np

from index.records import StoredPassage
from qa.evidence import weigh
from qa.kinds import POINTING, is_done_to
from qa.meaning import Meaning
from qa.parts import parts
from qa.query import Kind, Query, says_enough
from qa.ranking import held_in_articles
from qa.reader import Odds, Reader, Window
from qa.retrieval import Hit, Retrieval, distinct, spread
from qa.signals import Evidence
from qa.terms import ResolvedTerm, as_written, telling_stems, words_that_count

READ = 10  # of the sentences, the best
READ_ON, SURE = 32, 4.0  # so many where the log-odds of the surest of these, and …
OF_THE_SECOND = 1 / 3  # … so much of the second's, are together not as high …
READ_ON_WORDS = 18  # … but for questions of more words, which no sentence answers by itself
# Where they are as high as this, no further windows are read: less where they have been read further, as what comes
# later is less likely.
ENOUGH, ENOUGH_LATER, LATER = 7.0, 6.0, 4  # windows
MOST_WINDOWS = (
    12  # at a time: sentences beyond the tenth count beside the best ones, hardly ever by themselves
)
# Of the reader's log-odds in a sentence's score: of a question of few words, and of one of more, which tell the reader
# better what is asked and of which a sentence holds a smaller share.
LEAST_WEIGHT, MOST_WEIGHT = 0.25, 0.5
FEW_WORDS, MANY_WORDS = 3, 5
# What these ask for is told beside what happened, which the reader would take for it in one window.
READ_APART = (Kind.WHY, Kind.SAYING)
EVEN_BY_CUE = (Kind.WHY, Kind.DEFINITION)  # a sentence with the cue of these has at least even odds
LIFTED_BY_TELLING = (Kind.WHO, Kind.WHY, Kind.SAYING)  # odds lift only what has one of their telling words
LEAST_ODDS = -8.0  # also of a sentence that found no room in its window
PASSAGES_REREAD, SENTENCES_A_PASSAGE = 15, 2  # of a search: the best of the passages, and of each its best
PASSAGE_ODDS_WEIGHT = 0.075  # of the odds that one of these answers, in the passage's score
ARTICLE_WEIGHT = 0.5  # of the share of the question that its article holds: a search is for what is about it
Place = tuple[int, int]  # of a sentence: its passage and where it starts
_LEFT_OUT = re.compile(r"\b(?:second|third|fourth|latter|former)\s+(?=\w)|\s+in\s+(?:19|20)\d\d\b", re.I)
_TOOK_PLACE = re.compile(
    r"^(when|where)\s+(?:did|do|does|will)\s+(.+?)\s+(?:take\s+place|happen|occur)\b", re.I
)
_WHAT_TOOK_PLACE = re.compile(r"^(what)\s+(?:took|takes)\s+place\b", re.I)


def reread(
    query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence], reader: Reader
) -> list[Evidence]:
    """Order the best sentences anew, with the reader's log-odds that each answers; the rest follows as it was."""
    reading, most = _Reading(query, terms, evidence, reader), READ
    read = reading.odds(evidence[:most], until_sure=True)
    if _sureness(read.values()) < SURE and words_that_count(terms) <= READ_ON_WORDS:
        most = READ_ON
        read = reading.odds(evidence[:most], until_sure=True, known=read)
    counting = _Counting.of(query, terms)
    head = [counting.in_score(item, read[_place(item)]) for item in evidence[:most] if _place(item) in read]
    left = [item for item in evidence[:most] if _place(item) not in read]
    return [*sorted(head, key=lambda item: -item.score), *left, *evidence[most:]]


def _sureness(odds: Iterable[float]) -> float:
    """Return how surely one of these sentences answers: that a second one may, too, makes up for some doubt."""
    surest, second = nlargest(2, [*odds, LEAST_ODDS, LEAST_ODDS])
    return surest + OF_THE_SECOND * second


def reread_passages(query: Query, found: Retrieval, meaning: Meaning, reader: Reader) -> list[Hit]:
    """Order passages anew: by the odds that one answers, and by what share of the question its article holds."""
    first = distinct(spread(found.hits), PASSAGES_REREAD)
    by_passage: dict[int, list[Evidence]] = {}
    evidence = weigh(query, replace(found, hits=tuple(first)), meaning)
    for item in evidence:
        by_passage.setdefault(item.passage.id, []).append(item)
    best = [item for items in by_passage.values() for item in items[:SENTENCES_A_PASSAGE]]
    reading = _Reading(query, found.terms, evidence, reader)
    odds: dict[int, float] = {}
    for (passage, _), value in reading.odds(best).items():
        odds[passage] = float(np.logaddexp(odds.get(passage, -np.inf), value))
    unread = min(odds.values(), default=0.0)
    is_of_several = bool(parts(query.text))  # each of which holds a part
    about = {} if is_of_several else held_in_articles(found.terms, [hit.passage for hit in found.hits])

    def gain(passage: StoredPassage) -> float:
        likely = odds.get(passage.id, unread)
        return PASSAGE_ODDS_WEIGHT * likely + ARTICLE_WEIGHT * about.get(passage.article.id, 0.0)

    weighed = [replace(hit, score=hit.score + gain(hit.passage)) for hit in found.hits]
    return sorted(weighed, key=lambda hit: (-hit.score, hit.passage.id))


@dataclass(frozen=True, slots=True)
class _Reading:
    """The reader, set on a question and what was found for it."""

    query: Query
    terms: Sequence[ResolvedTerm]
    evidence: Sequence[Evidence]
    reader: Reader

    def odds(
        self,
        best: Sequence[Evidence],
        *,
        until_sure: bool = False,
        known: Mapping[Place, float] = MappingProxyType({}),
    ) -> dict[Place, float]:
        """Return its log-odds of the best sentences, and of what they point back to; those known, too.

        Where it need only be sure of one, what is left by then is not read, nor more windows than are worth it.
        """
        is_apart = self.query.kind in READ_APART
        groups = [[item] for item in best] if is_apart else windows(best, self.evidence)
        # With what was read before, as a passage's sentences are read together.
        groups = [group for group in groups if any(_place(item) not in known for item in group)]
        if until_sure and not is_apart:
            groups = groups[:MOST_WINDOWS]
        asked = _in_the_articles_words(asked_of_the_reader(self.query), self.terms, best)

        def by_place(odds: Odds) -> dict[Place, float]:
            read = chain.from_iterable(map(zip, groups, odds))
            return {**known, **{_place(item): max(value, LEAST_ODDS) for item, value in read}}

        def is_sure(odds: Odds) -> bool:
            enough = ENOUGH if len(odds) < LATER else ENOUGH_LATER
            return until_sure and _sureness(by_place(odds).values()) >= enough

        return by_place(self.reader.read(asked, [_window(group) for group in groups], is_sure))


def odds_weight(query: Query, terms: Sequence[ResolvedTerm]) -> float:
    """Return what the reader's log-odds of a sentence weigh in its score."""
    if query.kind in READ_APART:
        return LEAST_WEIGHT
    more = min(max(words_that_count(terms), FEW_WORDS), MANY_WORDS) - FEW_WORDS
    return LEAST_WEIGHT + (MOST_WEIGHT - LEAST_WEIGHT) * more / (MANY_WORDS - FEW_WORDS)


@dataclass(frozen=True, slots=True)
class _Counting:
    """How the reader's odds count in a sentence's score, by what its words tell by themselves."""

    weight: float
    telling: frozenset[str]  # stems of the question's telling words, where without any odds only take away
    deed: frozenset[str]  # of what "who" did
    by_cue: bool  # a cause or a definition is asked for, which a sentence's cue may tell

    @classmethod
    def of(cls, query: Query, terms: Sequence[ResolvedTerm]) -> Self:
        plain = [term for term in terms if not term.term.is_name]
        return cls(
            odds_weight(query, terms),
            telling_stems(plain) if query.kind in LIFTED_BY_TELLING else frozenset(),
            plain[0].stems if plain and query.kind is Kind.WHO else frozenset(),
            query.kind in EVEN_BY_CUE,
        )

    def in_score(self, item: Evidence, odds: float) -> Evidence:
        """Return the sentence with its odds, which count in its score; at least even ones if its words tell."""
        if self._is_told(item):
            odds = max(odds, 0.0)
        may_lift = not self.telling or not item.stems.isdisjoint(self.telling)
        counts = odds if may_lift else min(odds, 0.0)
        return replace(item, odds=odds, score=item.score + self.weight * counts)

    def _is_told(self, item: Evidence) -> bool:
        """Tell whether who did it stands beside the deed, or the cue of what is asked for."""
        if self.by_cue:
            return item.fits == 1.0
        return (
            bool(item.fits) and not item.stems.isdisjoint(self.deed) and not is_done_to(item.text, self.deed)
        )


def asked_of_the_reader(query: Query) -> str:
    """Leave out what a sentence seldom repeats: its place in a list, a year, which its passage is held to, that it
    took place, and what is carried over from earlier turns where the question says enough without."""
    asked = _LEFT_OUT.sub("", query.asked if says_enough(query.terms) else query.text)
    return _WHAT_TOOK_PLACE.sub(r"\1 happened", _TOOK_PLACE.sub(r"\1 was \2", asked))


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


def _place(item: Evidence) -> Place:
    return item.passage.id, item.span.start


def _window(group: Sequence[Evidence]) -> Window:
    # Below a question of the article's own, a sentence answers that.
    texts = (f"{item.posed} {item.text}" for item in group)
    return Window(group[0].passage.article.title, tuple(" ".join(text.split()) for text in texts))
