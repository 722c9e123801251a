"""Which sentences of which passages an LLM is shown: whole ones, none twice, within a budget of tokens."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from index.passages import Span
from index.records import StoredPassage
from qa.retrieval import overlap
from qa.signals import Evidence

MOST_PASSAGES = 8
LEAST_TOKENS = 40  # left of the budget, for another passage to be begun
REPEATED = 0.8  # Jaccard overlap of stems from which a sentence says what one shown already says


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What of a passage is shown, under its number in the prompt, from 1."""

    number: int
    passage: StoredPassage
    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The sentences shown, a gap between two as an ellipsis."""
        parts: list[str] = []
        shown = {span.start for span in self.spans}
        was_left_out = False
        for span in self.passage.sentences:
            if span.start not in shown:
                was_left_out = True
                continue
            if was_left_out and parts:
                parts.append("…")
            was_left_out = False
            parts.append(self.passage.text_at(span))
        return " ".join(parts)


def choose(
    evidence: Sequence[Evidence], *, budget_tokens: int, cost: Callable[[Excerpt], int]
) -> tuple[Excerpt, ...]:
    """Choose from evidence, best first, what fits; the most useful passages stand first and last.

    A passage that does not fit as a whole gives its best sentences.
    """
    chosen: list[Excerpt] = []
    said: list[frozenset[str]] = []
    left = budget_tokens
    for passage, ranked in _by_passage(evidence)[:MOST_PASSAGES]:
        if left < LEAST_TOKENS:
            break
        new = [item for item in ranked if not _is_repeated(item, said)]
        excerpt = _fitted(Excerpt(len(chosen) + 1, passage, ()), new, left, cost)
        if excerpt is None:
            continue
        shown = {span.start for span in excerpt.spans}
        said += [item.stems for item in new if item.span.start in shown]
        left -= cost(excerpt)
        chosen.append(excerpt)
    return tuple(
        replace(excerpt, number=number) for number, excerpt in enumerate(_best_outside(chosen), start=1)
    )


def _by_passage(evidence: Iterable[Evidence]) -> list[tuple[StoredPassage, list[Evidence]]]:
    """Group by passage, in the order of each passage's best sentence."""
    grouped: dict[int, tuple[StoredPassage, list[Evidence]]] = {}
    for item in evidence:
        grouped.setdefault(item.passage.id, (item.passage, []))[1].append(item)
    return list(grouped.values())


def _is_repeated(item: Evidence, said: Iterable[frozenset[str]]) -> bool:
    return any(overlap(item.stems, other) >= REPEATED for other in said)


def _fitted(
    empty: Excerpt, ranked: Sequence[Evidence], left: int, cost: Callable[[Excerpt], int]
) -> Excerpt | None:
    whole = _with(empty, ranked)
    if ranked and cost(whole) <= left:
        return whole
    kept: list[Evidence] = []
    for item in ranked:
        if cost(_with(empty, [*kept, item])) <= left:
            kept.append(item)
    return _with(empty, kept) if kept else None


def _with(excerpt: Excerpt, items: Sequence[Evidence]) -> Excerpt:
    return replace(excerpt, spans=tuple(sorted({item.span for item in items})))


def _best_outside(ranked: Sequence[Excerpt]) -> list[Excerpt]:
    """Put the best first and the second best last: what stands in the middle is read least (Liu et al., 2023)."""
    return [*ranked[::2], *reversed(ranked[1::2])]
