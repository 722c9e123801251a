"""What is learned: the right sentence among all of a list, or none; and where in it the answer stands."""

import torch
from torch import Tensor

from qa.reader import SHARE_WEIGHT
from training.batches import Batch

SPAN_WEIGHT = 0.5  # of finding the answer's tokens, beside finding its sentence
LOCAL_WEIGHT = 0.5  # of each window judged alone, beside the list as a whole


def sentence_odds(tokens: Tensor, none: Tensor, batch: Batch) -> Tensor:
    """Return each sentence's log-odds against "none" of its window, of shape (sentences,)."""
    inside = batch.sentence >= 0
    total = grouped_logsumexp(tokens[inside], batch.sentence[inside], len(batch.right))
    return total - none[batch.window_of] + SHARE_WEIGHT * batch.share


def listwise(tokens: Tensor, none: Tensor, batch: Batch) -> Tensor:
    """Return the mean loss of the lists: -log P(right sentences), of "none" where none is right.

    Windows of a list share one softmax with one "none" (shared normalisation: Clark and Gardner, ACL 2018).
    """
    odds = sentence_odds(tokens, none, batch)
    whole = _nll(odds, batch.right, batch.list_of[batch.window_of], batch.lists)
    alone = _nll(odds, batch.right, batch.window_of, len(none))
    loss = whole.mean() + LOCAL_WEIGHT * alone.mean()
    known = batch.span.any(dim=1)
    if known.any():
        within = torch.where(batch.sentence >= 0, tokens, -torch.inf)[known]
        hit = torch.where(batch.span, tokens, -torch.inf)[known]
        loss = loss + SPAN_WEIGHT * (within.logsumexp(1) - hit.logsumexp(1)).sum() / batch.lists
    return loss


def _nll(odds: Tensor, right: Tensor, group: Tensor, groups: int) -> Tensor:
    """Return -log P(right) of each group, where "none" has log-odds 0 and is right if nothing else is."""
    nothing = odds.new_zeros(groups)
    partition = torch.logaddexp(grouped_logsumexp(odds, group, groups), nothing)
    hit = grouped_logsumexp(odds.masked_fill(~right, -1e4), group, groups)
    has_right = nothing.index_add(0, group, right.to(odds.dtype)) > 0
    return partition - torch.where(has_right, hit, nothing)


def grouped_logsumexp(values: Tensor, group: Tensor, groups: int) -> Tensor:
    """Return the logsumexp of the values of each group; -1e4 of an empty one."""
    top = values.new_full((groups,), -1e4).scatter_reduce(0, group, values.detach(), "amax")
    total = values.new_zeros(groups).index_add(0, group, (values - top[group]).exp())
    return top + total.clamp_min(1e-12).log()
