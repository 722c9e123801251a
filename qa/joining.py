"""Passages that stand side by side and were both found, as one hit: what is looked for may go from one to the next."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from qa.retrieval import Hit

AN_ARTICLE = 3  # of its passages, before other articles' have had their turn: neighbours make one hit
MOST_JOINED = 4  # passages in a hit
# Of a neighbour's score below that of the best passage; benchmarks/README.md tells what others gave.
MOST_BEHIND = 1.3


def joined(hits: Iterable[Hit], candidates: Sequence[Hit], text_of: Callable[[str], str]) -> Iterator[Hit]:
    """Yield the hits in order, each with the neighbours among the candidates that are nearly as good.

    The article's text, which `text_of` gives by id, tells what stands between them.
    """
    found = {_place(hit): hit for hit in candidates}
    taken: set[tuple[str, int]] = set()
    for hit in hits:
        if _place(hit) not in taken:
            run = _run(hit, found, taken)
            taken.update(map(_place, run))
            yield hit if len(run) == 1 else _as_one(hit, run, text_of(hit.passage.article.id))


def _run(best: Hit, found: dict[tuple[str, int], Hit], taken: set[tuple[str, int]]) -> list[Hit]:
    """Return the passages around the best, in the article's order; of two neighbours the better comes first."""
    run = [best]
    article = best.passage.article.id
    while len(run) < MOST_JOINED:
        beside = [(article, run[0].passage.ordinal - 1), (article, run[-1].passage.ordinal + 1)]
        near = [found[place] for place in beside if place in found and place not in taken]
        near = [hit for hit in near if hit.score >= best.score - MOST_BEHIND]
        if not near:
            break
        run = sorted([*run, max(near, key=lambda hit: hit.score)], key=lambda hit: hit.passage.ordinal)
    return run


def _as_one(best: Hit, run: Sequence[Hit], text: str) -> Hit:
    first, last = run[0].passage, run[-1].passage
    sentences = tuple(span for hit in run for span in hit.passage.sentences)
    passage = replace(
        best.passage,
        ordinal=first.ordinal,
        start=first.start,
        end=last.end,
        text=text[first.start : last.end],
        sentences=sentences,
    )
    return Hit(passage, best.score, best.core)


def _place(hit: Hit) -> tuple[str, int]:
    return hit.passage.article.id, hit.passage.ordinal
