"""The metrics, as defined with the data: hits at k, reciprocal rank, sentence at k, refusal."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


def first_rank(relevant: Sequence[bool]) -> int | None:
    """Return the 1-based rank of the first relevant hit, None if there is none."""
    return next((rank for rank, hit in enumerate(relevant, start=1) if hit), None)


def hits_at(ranks: Sequence[int | None], k: int) -> float:
    """Return the share of questions whose first relevant hit is among the first k."""
    return _share([rank is not None and rank <= k for rank in ranks])


def mrr_at(ranks: Sequence[int | None], k: int) -> float:
    """Return the mean reciprocal rank of the first relevant hit, 0 beyond k."""
    gains = [1 / rank if rank is not None and rank <= k else 0.0 for rank in ranks]
    return sum(gains) / len(gains) if gains else 0.0


def simplified(text: str) -> str:
    """Lower case, accents and punctuation off, single spaces, with a space at either end."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    return f" {' '.join(words)} "


def holds_answer(sentence: str, answers: Sequence[str]) -> bool:
    """Tell whether the words of one of the answers occur, in order and together, in the sentence."""
    shown = simplified(sentence)
    return any(answer.strip() and simplified(answer) in shown for answer in answers)


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
        precision=_share([not can for no, can in pairs if no]),
        recall=_share([no for no, can in pairs if not can]),
        answered=_share([not no for no, can in pairs if can]),
    )


def _share(claims: Sequence[bool]) -> float:
    return sum(claims) / len(claims) if claims else 0.0
