"""When and by whom each passage was published: held in memory, twenty bytes an article; looked up many at once."""

from array import array
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.days import PassagesByDay, Window, date_of, day_of, ordinal
from index.records import Origin, Published


class _Numbers(dict[str | None, int]):
    """Numbers what it is asked for, in the order of asking."""

    def __missing__(self, value: str | None) -> int:
        self[value] = number = len(self)
        return number


class Origins:
    """The origins of all passages of one generation."""

    def __init__(self, articles: Iterable[Sequence[Published]]) -> None:
        """Take all articles in any order, many at a time: one by one they take twice as long."""
        firsts, counts, days, places = array("q"), array("i"), array("i"), array("i")
        numbers = _Numbers()
        for some in filter(None, articles):
            first, passages, published, source = zip(*some, strict=True)
            firsts.extend(first)
            counts.extend(passages)
            days.extend(map(ordinal, map(day_of, published)))
            places.extend(map(numbers.__getitem__, source))
        order = np.argsort(firsts)
        self._firsts, self._counts = np.asarray(firsts)[order], np.asarray(counts)[order]
        self._days, self._places = np.asarray(days)[order], np.asarray(places)[order]
        self._sources = list(numbers)

    def of(self, passages: Sequence[int]) -> dict[int, Origin]:
        """Return the origins of those passages that are there, by passage id."""
        asked = np.array(passages, dtype=np.int64)
        at, is_there = self._articles(asked)
        found = zip(asked[is_there].tolist(), self._days[at].tolist(), self._places[at].tolist(), strict=True)
        return {passage: Origin(date_of(day), self._sources[place]) for passage, day, place in found}

    def are_within(self, passages: Sequence[int], window: Window) -> list[bool]:
        """Tell of each passage whether it is there and the window lets it through."""
        at, is_there = self._articles(np.array(passages, dtype=np.int64))
        low, high = window
        days = self._days[at]
        is_there[is_there] = (days >= low) & (days <= high if high is not None else True)
        return list(is_there.tolist())

    def by_day(self) -> PassagesByDay:
        """Return how many passages there are of each day."""
        days, places = np.unique(self._days, return_inverse=True)
        counts = np.zeros(len(days), dtype=np.int64)
        np.add.at(counts, places, self._counts)
        return PassagesByDay(zip(days.tolist(), counts.tolist(), strict=True))

    def _articles(self, passages: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return the places of the articles of those passages that are there, and which these are."""
        at = np.searchsorted(self._firsts, passages, side="right") - 1
        is_there = at >= 0
        is_there[is_there] = passages[is_there] - self._firsts[at[is_there]] < self._counts[at[is_there]]
        return at[is_there], is_there
