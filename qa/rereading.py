"""The best sentences read again by the reader: which of them answers the question best, and how surely."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from qa.query import Kind, Query
from qa.reader import Reader, Window
from qa.signals import Evidence

_Place = tuple[int, int]  # of a sentence: its passage, where it starts

READ = 8  # of the sentences, the best; each with the one before it, which often says of whom it speaks
READ_FIRST = 4  # of them; the others where these leave it open which is the best
SETTLED = 2.0  # log-odds of the best one read, from which the others are left …
MOST_ODDS = 8.0  # … unless one of them could come first with so much
UNREAD_ODDS = -2.0  # that they are taken to have
ODDS_WEIGHT = 0.1  # of the reader's log-odds in a sentence's score; none for what its cue tells better
TOLD_BY_CUE = (Kind.WHO, Kind.WHY, Kind.SAYING)
LEAST_ODDS = -8.0  # also of a sentence that found no room in its window
_LEFT_OUT = re.compile(r"\b(?:second|third|fourth|latter|former)\s+(?=\w)|\s+in\s+(?:19|20)\d\d\b", re.I)


def reread(query: Query, evidence: Sequence[Evidence], reader: Reader) -> list[Evidence]:
    """Order the best sentences anew, with the reader's log-odds that each answers; the rest follows as it was."""
    head = evidence[:READ]
    asked = asked_of_the_reader(query)
    weight = 0.0 if query.kind in TOLD_BY_CUE else ODDS_WEIGHT
    groups = windows(head, evidence)
    first = len({item.passage.id for item in head[:READ_FIRST]})
    odds = _read(asked, groups[:first], reader)
    if groups[first:] and not _is_settled(head, odds, weight):
        odds |= _read(asked, groups[first:], reader)
    read = [
        replace(
            item,
            odds=odds.get(_place(item)),
            score=item.score + weight * odds.get(_place(item), UNREAD_ODDS),
        )
        for item in head
    ]
    return [*sorted(read, key=lambda item: -item.score), *evidence[READ:]]


def asked_of_the_reader(query: Query) -> str:
    """Leave out what a sentence seldom repeats: its place in a list, a year, which its passage is held to, and what
    is carried over from earlier turns where the question says enough without."""
    return _LEFT_OUT.sub("", query.asked if query.says_enough else query.text)


def _read(asked: str, groups: Sequence[Sequence[Evidence]], reader: Reader) -> dict[_Place, float]:
    odds = reader.read(asked, [_window(group) for group in groups])
    return {
        _place(item): max(value, LEAST_ODDS)
        for group, row in zip(groups, odds, strict=True)
        for item, value in zip(group, row, strict=True)
    }


def _is_settled(head: Sequence[Evidence], odds: Mapping[_Place, float], weight: float) -> bool:
    """Tell whether one that was read answers, and would come first whatever the reader says of the others."""
    read = [item for item in head if _place(item) in odds]
    best = max(item.score + weight * odds[_place(item)] for item in read)
    answers = max(odds[_place(item)] for item in read) >= SETTLED
    return answers and all(
        item.score + weight * MOST_ODDS < best for item in head if _place(item) not in odds
    )


def windows(best: Sequence[Evidence], evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Group sentences, each with the one before it, by passage, in the order of their best."""
    by_place = {_place(item): item for item in evidence}
    groups: dict[int, dict[int, Evidence]] = {}
    for item in best:
        group = groups.setdefault(item.passage.id, {})
        group[item.span.start] = item
        starts = [span.start for span in item.passage.sentences]
        if place := starts.index(item.span.start):
            before = by_place[item.passage.id, starts[place - 1]]
            group.setdefault(before.span.start, before)
    return [[group[start] for start in sorted(group)] for group in groups.values()]


def _place(item: Evidence) -> _Place:
    return item.passage.id, item.span.start


def _window(group: Sequence[Evidence]) -> Window:
    return Window(group[0].passage.article.title, tuple(" ".join(item.text.split()) for item in group))
