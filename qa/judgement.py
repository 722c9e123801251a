"""Hits -> what their sentences come to: how surely one of them answers, and which an answer is made of.

All of it is computing, without the index, so that it can be done in another process (qa/judging_process.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.attributes import of_the_country
from qa.confidence import confidence
from qa.dates import years
from qa.digest import a_story_each, most_told, telling_most
from qa.durations import lasting_first
from qa.evidence import of_years, say_the_same, weigh
from qa.kinds import numbers
from qa.meaning import Meaning
from qa.offices import of_the_office
from qa.premise import is_background, of_the_doer
from qa.query import Kind, Query
from qa.reader import Reader
from qa.refusal import Seen
from qa.rereading import LEAST_WEIGHT, odds_weight, reread
from qa.retrieval import Retrieval
from qa.sayings import speaking_first
from qa.signals import Evidence
from qa.terms import ResolvedTerm
from qa.whether import telling_first

# At most so far below the best sentence's score may one be that joins it, and by so many of the reader's log-odds
# where they weigh more than the least; and at most so far in these odds alone, less where its passage lacks a name of
# the question that the best one's has.
WORTH_ADDING, WORTH_ADDING_WEIGHED, WORTH_ADDING_ODDS, WITHOUT_A_NAME = 1.25, 8.0, 6.0, 2.5
MAX_NEAREST = 3  # passages offered under a refusal


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged: a question as read, and what the index found for it."""

    query: Query
    found: Retrieval
    has_source: bool  # the index knows the sources that the question names
    max_sentences: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the sentences of the hits come to."""

    confidence: float  # that the best one answers, 0 to 1
    chosen: tuple[Evidence, ...]  # for an answer, best first
    nearest: tuple[Evidence, ...]  # for a refusal: the best sentence of each of the nearest articles
    seen: Seen
    evidence: tuple[Evidence, ...]  # all that may answer, best first


def judge(case: Case, meaning: Meaning, network: Reader | None) -> Judgement:
    """Weigh every sentence of the best hits, with the reader where there is one."""
    query, found, terms = case.query, case.found, case.found.terms
    if query.is_of_all:
        found = replace(found, hits=most_told(found.hits, meaning))
    weighed = weigh(query, found, meaning)
    if query.kind is Kind.OVERVIEW:
        weighed = telling_most(weighed)
        if query.is_of_all:  # of days, where no article has a date
            weighed = [item for item in weighed if all(item.stems & term.stems for term in terms)]
    elif network is not None:
        weighed = reread(query, terms, weighed, network)
    of_asked_years = of_years(years(query.text), weighed)
    of_owner = of_the_country(query, of_the_office(query, of_asked_years))
    of_doer = of_the_doer(query, terms, of_owner)
    telling = [item for item in of_doer if not is_background(query, terms, item)]
    telling = lasting_first(query, terms, telling_first(query, terms, telling))
    telling = speaking_first(query, telling)
    evidence = telling if case.has_source else []
    return Judgement(
        confidence=confidence(query, terms, evidence),
        chosen=tuple(_chosen(query, terms, evidence, case.max_sentences)),
        nearest=tuple(_one_a_story(weighed)),
        seen=Seen(
            is_any=bool(weighed),
            is_of_years=bool(of_asked_years),
            is_of_owner=bool(of_owner),
            is_anothers=bool(of_owner) and not of_doer,
            fits=any(item.fits for item in weighed),
        ),
        evidence=tuple(evidence),
    )


def _chosen(
    query: Query, terms: Sequence[ResolvedTerm], evidence: Sequence[Evidence], limit: int
) -> list[Evidence]:
    if query.kind is not Kind.OVERVIEW:
        is_read = bool(evidence) and evidence[0].odds is not None
        more = odds_weight(query, terms) - LEAST_WEIGHT if is_read else 0.0
        return choose(evidence, limit, WORTH_ADDING + WORTH_ADDING_WEIGHED * more)
    return a_story_each(evidence, limit, newest_first=query.wants_newest and not query.is_of_all)


def choose(evidence: Sequence[Evidence], limit: int, worth_adding: float) -> list[Evidence]:
    """Pick the best sentence and those nearly as good that say something else, best first.

    At most `worth_adding` is a sentence's score below the best one's.
    A sentence of another article that tells the same with other figures is worth showing sooner than most.
    """
    if not evidence:
        return []
    best = evidence[0]
    chosen = [best]
    for item in evidence[1:]:
        if len(chosen) == limit or item.row is None:
            break
        if _is_far_behind(item, best):
            continue
        repeated = [kept for kept in chosen if say_the_same(item, kept)]
        if not all(_differs(item, kept) for kept in repeated):
            continue
        if item.own > 0 and (best in repeated or item.score >= best.score - worth_adding):
            chosen.append(item)
    return chosen


def _is_far_behind(item: Evidence, best: Evidence) -> bool:
    """Tell whether the reader, which has read both, thinks that one sentence hardly answers beside the best."""
    most = WITHOUT_A_NAME if item.names_absent > best.names_absent else WORTH_ADDING_ODDS
    return item.odds is not None and best.odds is not None and item.odds < best.odds - most


def _differs(item: Evidence, other: Evidence) -> bool:
    """Another article's figures may confirm or contradict; both are worth knowing."""
    is_elsewhere = item.passage.article.id != other.passage.article.id
    return is_elsewhere and bool(numbers(item.text) - numbers(other.text))


def _one_a_story(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the best sentence of each of the nearest articles, if it shares a word with the question."""
    nearest: dict[str, Evidence] = {}
    for item in evidence:
        if item.context > 0 and len(nearest) < MAX_NEAREST:
            nearest.setdefault(item.passage.article.id, item)
    return list(nearest.values())
