"""The metrics, as defined with the data: hits at k, reciprocal rank, all evidence, sentence at k, refusal."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass


def first_rank(relevant: Sequence[bool]) -> int | None:
    """Return the 1-based rank of the first relevant hit, None if there is none."""
    return next((rank for rank, hit in enumerate(relevant, start=1) if hit), None)


def covering_rank(articles: Sequence[str], needed: Collection[str]) -> int | None:
    """Return the 1-based rank by which every needed article has had a hit; None if some never has."""
    missing = set(needed)
    for rank, article in enumerate(articles, start=1):
        missing.discard(article)
        if not missing:
            return rank
    return None


def within(rank: int | None, k: int) -> float:
    """Return 1 if the rank is among the first k, else 0; its mean over questions is Hits@k."""
    return float(rank is not None and rank <= k)


def reciprocal(rank: int | None, k: int) -> float:
    """Return the reciprocal rank, 0 beyond k; its mean over questions is MRR@k."""
    return 1 / rank if rank is not None and rank <= k else 0.0


def mean(values: Sequence[float]) -> float:
    """Return the mean, 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def simplified(text: str) -> str:
    """Lower case, accents and punctuation off, single spaces, with a space at either end."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    return f" {' '.join(words)} "


def holds_answer(sentence: str, answers: Sequence[str]) -> bool:
    """Tell whether the words of one of the answers occur, in order and together, in the sentence."""
    shown = simplified(sentence)
    return any(simplified(answer).strip() and simplified(answer) in shown for answer in answers)


def holds_fact(passage: str, facts: Sequence[str]) -> bool:
    """Tell whether the passage holds one of the facts, white space removed from both."""
    text = "".join(passage.split())
    return any("".join(fact.split()) in text for fact in facts)


@dataclass(frozen=True, slots=True)
class Refusal:
    """How well refusals tell unanswerable questions from the rest; all are shares, 0 to 1."""

    precision: float  # refused and unanswerable / refused
    recall: float  # refused and unanswerable / unanswerable
    answered: float  # answerable and answered / answerable

    @property
    def youden_j(self) -> float:
        """Share of unanswerable questions refused - share of answerable ones refused."""
        return self.recall - (1 - self.answered)


def refusal(refused: Sequence[bool], answerable: Sequence[bool]) -> Refusal:
    """Score refusals against which questions the articles answer."""
    pairs = list(zip(refused, answerable, strict=True))
    return Refusal(
        precision=mean([not can for no, can in pairs if no]),
        recall=mean([no for no, can in pairs if not can]),
        answered=mean([not no for no, can in pairs if can]),
    )
