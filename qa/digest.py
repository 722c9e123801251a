"""An overview of what several articles tell: which of their sentences, and in what order."""

import re
from collections.abc import Sequence
from itertools import chain, zip_longest

import numpy as np

from index.days import ordinal
from qa.evidence import say_the_same
from qa.kinds import POINTING, names_in, numbers
from qa.meaning import Meaning
from qa.retrieval import Hit
from qa.signals import Evidence

SAME_NEWS = 0.6  # cosine from which the beginnings of two articles tell of the same
OWN_WEIGHT, LEDE_WEIGHT, LENGTH_WEIGHT = 0.5, 0.7, 0.4  # beside what its surroundings hold of the topic
LEDE_CHARS = 400  # how far into an article a sentence counts half of one at its start
LEAST_OWN = 0.4  # of the topic's share that some sentence holds, for one to be of it
WHOLE_WORDS = 12  # a sentence of so many words tells something by itself
POINTING_PENALTY = 0.4
FACTS_WEIGHT = 0.3  # of a sentence with a name or a number, as news has
ASIDE_PENALTY = 0.6  # of one that speaks of the page that it stands on, or to whoever reads it
_ASIDE = re.compile(
    r"\b(?:editor['’]s note|newsletter|inbox|subscri\w+|sign up|a version of this|this (?:page|story|article|post)"
    r"|(?:image|photo) credit|getty images|click|you|your|our coverage|in pictures|poses for a photo)\b",
    re.I,
)


def most_told(hits: Sequence[Hit], meaning: Meaning) -> tuple[Hit, ...]:
    """Order the beginnings of articles: one of what most of them tell, one of what most of the others do, …; behind
    these what no other tells, and last what was told before."""
    rows = meaning.sentences([f"{hit.passage.article.title} {hit.passage.text}" for hit in hits])
    alike = rows @ rows.T >= SAME_NEWS
    left = np.ones(len(hits), dtype=bool)
    order: list[int] = []
    while left.any():
        best = int(np.argmax(np.where(left, 1 + (alike & left).sum(axis=1), 0)))
        order.append(best)
        left &= ~alike[best]
        left[best] = False
    order += [i for i in range(len(hits)) if i not in order]
    return tuple(Hit(hits[i].passage, -float(place)) for place, i in enumerate(order))


def telling_most(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Order sentences by how much each tells of the topic: with its words, near an article's start, long enough.

    Those that hold little of the topic are left out; of no topic, each holds all.
    """
    most = max((item.own for item in evidence), default=0.0)
    return sorted((item for item in evidence if item.own >= LEAST_OWN * most), key=_worth, reverse=True)


def _worth(item: Evidence) -> float:
    lede = 1 / (1 + item.span.start / LEDE_CHARS)
    length = min(len(item.text.split()) / WHOLE_WORDS, 1.0)
    told = item.context + OWN_WEIGHT * item.own + LEDE_WEIGHT * lede + LENGTH_WEIGHT * length + item.rank
    told += FACTS_WEIGHT * bool(names_in(item.text) or numbers(item.text))
    told -= ASIDE_PENALTY * (_ASIDE.search(item.text) is not None)
    return told - POINTING_PENALTY * (POINTING.match(item.text) is not None)


def a_story_each(evidence: Sequence[Evidence], limit: int, *, newest_first: bool = False) -> list[Evidence]:
    """Take of each story its best sentence, then of each its second, none that tells what another does.

    They stand story by story, those of one as in its text.
    """
    stories: dict[str, list[Evidence]] = {}
    for item in evidence:
        stories.setdefault(item.passage.article.story, []).append(item)
    taken: list[Evidence] = []
    for item in chain.from_iterable(zip_longest(*stories.values())):
        if item is not None and len(taken) < limit and not any(say_the_same(item, other) for other in taken):
            taken.append(item)
    places = {story: place for place, story in enumerate(stories)}

    def place(item: Evidence) -> tuple[int, int, int]:
        article = item.passage.article
        age = -ordinal(article.published) if newest_first else 0
        return age, places[article.story], item.span.start

    return sorted(taken, key=place)
