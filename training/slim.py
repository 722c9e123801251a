"""Weights that ship -> the same with narrower last layers, which read as they do in less time.

What the last layers add is small: of their neurons and heads most can go. They are taken out one by one, always the one
whose loss the others make up for best, by least squares (optimal brain surgeon: Hassibi and Stork, 1993; of whole
structures: Kurtic, Frantar and Alistarh, ZipLM, 2023). Then the narrow layers learn to do as the wide ones do
(distillation: Hinton et al., 2015; layer by layer: Sun et al., 2019). The layers below stay as they are.
"""

import copy
import itertools
import json
import math
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from qa.reader import Tokenizer
from training.batches import Batch
from training.loss import sentence_odds
from training.model import Layer, ReaderModel, model_of, padding_bias
from training.progress import progress
from training.shape import match_layer
from training.train import Plan, Run, batches, freeze, save
from training.unpack import unpacked

RIDGE = 1e-3  # of the mean square of what is weighed, which keeps the weights near what they were
TOKENS_WEIGHT = 0.1  # of the tokens' logits, beside the sentences' odds
LAYERS_WEIGHT = 1.0  # of what the layers give
CERTAIN = 0.5  # log-odds: errors below count by their square
UNREAD = -1e3  # log-odds of a sentence that found no room in its window
WARMUP, LAST_RATE = 100, 0.02  # steps; share of the rate that is left at the end


@dataclass(frozen=True, slots=True)
class Narrow:
    """What is left of a layer."""

    heads: int
    inner: int


@dataclass(frozen=True, slots=True)
class SlimPlan:
    """What is left of the last layers, and what they learn from."""

    narrow: tuple[Narrow, ...]  # the last layers, in order
    mix: dict[str, float]  # file of examples -> its share
    batches: int  # that are read again and again
    fitted: int  # of these, as many decide what goes
    steps: int
    rate: float
    tokens: int
    windows: int
    head_size: int = 32  # all-MiniLM-L6's
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """A batch, with what the narrow layers are given of it and what the wide ones make of that."""

    batch: Batch
    given: Tensor  # (windows, tokens, hidden), in half precision
    made: tuple[Tensor, ...]  # by each of the layers
    tokens: Tensor
    none: Tensor


def slim_plan(file: Path) -> SlimPlan:
    """Read a plan from JSON."""
    record = json.loads(file.read_text(encoding="utf-8"))
    return SlimPlan(**record | {"narrow": tuple(Narrow(**left) for left in record["narrow"])})


def slim(plan: SlimPlan, *, weights: Path, data: Path, work: Path) -> Path:
    """Narrow the last layers of the network in a folder and let them learn; return the checkpoint in `work`."""
    torch.manual_seed(plan.seed)
    wide = model_of(unpacked(weights / "model.onnx"), head_size=plan.head_size)
    tokenizer = Tokenizer(weights / "tokenizer.json")
    first = len(wide.layers) - len(plan.narrow)
    if first <= match_layer(len(wide.layers)):
        raise SystemExit(
            "slim: too many layers to narrow: the one that is told which tokens stand in both must stay"
        )
    drawing = Plan(mix=plan.mix, steps=plan.steps, tokens=plan.tokens, windows=plan.windows, seed=plan.seed)
    drawn = itertools.islice(batches(drawing, data, tokenizer, first_step=0), plan.batches)
    narrow = copy.deepcopy(wide)
    with torch.no_grad():
        seen = [_seen(wide, first, batch) for batch in progress(drawn, "reading", plan.batches)]
        _narrow(narrow, wide, plan.narrow, seen[: plan.fitted])
    freeze(narrow, first)
    narrow.match.requires_grad_(False)
    learned = [weights for weights in narrow.parameters() if weights.requires_grad]
    run = Run(narrow, torch.optim.Adam(learned, lr=plan.rate, betas=(0.9, 0.98)), step=0)
    order = random.Random(plan.seed)
    again = itertools.chain.from_iterable(order.sample(seen, len(seen)) for _ in itertools.count())
    for batch in itertools.islice(progress(again, "learning", plan.steps), plan.steps):
        for group in run.optimizer.param_groups:
            group["lr"] = plan.rate * rate_factor(run.step, plan.steps)
        _learn(run, first, batch)
        run.step += 1
    work.mkdir(parents=True, exist_ok=True)
    save(work / "checkpoint.pt", run)
    return work / "checkpoint.pt"


def _seen(wide: ReaderModel, first: int, batch: Batch) -> Seen:
    x = wide.below(first, batch.ids, batch.kinds, batch.mask)
    given, made = x.half(), []
    for layer in wide.layers[first:]:
        x = layer(x, padding_bias(batch.mask, x.dtype))
        made.append(x.half())
    return Seen(batch, given, tuple(made), *wide.logits(x))


def _narrow(narrow: ReaderModel, wide: ReaderModel, left: Sequence[Narrow], seen: Sequence[Seen]) -> None:
    """Take out what goes, half a layer at a time; what is left makes up for what went before, too."""
    first = len(wide.layers) - len(left)
    masks = [each.batch.mask for each in seen]
    ours = [each.given.float() for each in seen]  # what the narrow layers are given, and …
    theirs = ours  # … the wide ones
    for keep, mine, its in zip(left, narrow.layers[first:], wide.layers[first:], strict=True):
        _narrow_attention(mine, its, keep.heads, ours, theirs, masks)
        ours, theirs = (
            [layer.attend(x, padding_bias(mask, x.dtype)) for x, mask in zip(given, masks, strict=True)]
            for layer, given in ((mine, ours), (its, theirs))
        )
        _narrow_feeding(mine, its, keep.inner, ours, theirs, masks)
        ours, theirs = ([layer.feed(x) for x in given] for layer, given in ((mine, ours), (its, theirs)))


def _narrow_attention(
    mine: Layer, its: Layer, keep: int, ours: list[Tensor], theirs: list[Tensor], masks: list[Tensor]
) -> None:
    def pairs() -> Iterator[tuple[Tensor, Tensor]]:
        for x, other, mask in zip(ours, theirs, masks, strict=True):
            bias = padding_bias(mask, x.dtype)
            wanted = other + its.attended(its.mixed(other, bias)) - x
            yield mine.mixed(x, bias)[mask > 0], wanted[mask > 0]

    width = mine.attended.in_features
    kept = _keep_best(mine.attended, torch.arange(width).view(-1, mine.head_size), keep, pairs())
    mine.qkv = _rows(mine.qkv, torch.cat([part * width + kept for part in range(3)]))


def _narrow_feeding(
    mine: Layer, its: Layer, keep: int, ours: list[Tensor], theirs: list[Tensor], masks: list[Tensor]
) -> None:
    def pairs() -> Iterator[tuple[Tensor, Tensor]]:
        for x, other, mask in zip(ours, theirs, masks, strict=True):
            wanted = other + its.outer(its.expanded(other)) - x
            yield mine.expanded(x)[mask > 0], wanted[mask > 0]

    mine.inner = _rows(
        mine.inner, _keep_best(mine.outer, torch.arange(mine.outer.in_features).view(-1, 1), keep, pairs())
    )


def _rows(linear: nn.Linear, kept: Tensor) -> nn.Linear:
    """Return a linear layer with some of its outputs."""
    fewer = nn.Linear(linear.in_features, len(kept))
    fewer.weight.copy_(linear.weight[kept])
    fewer.bias.copy_(linear.bias[kept])
    return fewer


def _keep_best(
    linear: nn.Linear, groups: Tensor, keep: int, pairs: Iterable[tuple[Tensor, Tensor]]
) -> Tensor:
    """Keep so many groups of a linear layer's inputs, fit it to what is wanted of them; return the inputs kept.

    `groups` numbers the inputs, shape (groups, inputs of each). `pairs` are inputs and wanted outputs, a row a token.
    """
    # The bias is the weight of one more input, which is always 1 and always kept.
    old = torch.cat([linear.weight.T, linear.bias[None]]).double()
    gram, told, tokens = torch.zeros(len(old), len(old)).double(), torch.zeros_like(old), 0
    for inputs, wanted in pairs:
        rows = torch.cat([inputs, torch.ones(len(inputs), 1)], dim=1)
        gram += (rows.T @ rows).double()
        told += (rows.T @ wanted).double()
        tokens += len(rows)
    gram, told = gram / tokens, told / tokens
    ridge = RIDGE * gram.diagonal()[:-1].mean() * torch.eye(len(gram)).double()
    gram, told = gram + ridge, told + ridge @ old
    kept = groups[best_groups(gram, torch.linalg.solve(gram, told), groups, keep)].flatten()
    chosen = torch.cat([kept, torch.tensor([len(old) - 1])])
    fitted = torch.linalg.solve(gram[chosen][:, chosen], told[chosen]).float()
    linear.in_features = len(kept)
    linear.weight = nn.Parameter(fitted[:-1].T.contiguous())
    linear.bias = nn.Parameter(fitted[-1])
    return kept


def best_groups(gram: Tensor, weights: Tensor, groups: Tensor, keep: int) -> Tensor:
    """Return which groups of inputs to keep, taken out one by one for the least square error; in their order.

    `gram` is the inputs' mean outer product, `weights` the best for all of them: shape (inputs, outputs).
    """
    inverse, weights = torch.linalg.inv(gram), weights.clone()
    left = torch.ones(len(groups), dtype=torch.bool)
    while left.sum() > keep:
        blocks, rows = inverse[groups[:, :, None], groups[:, None, :]], weights[groups]
        loss = (rows * torch.linalg.solve(blocks, rows)).sum(dim=(1, 2))
        gone = int(loss.masked_fill(~left, math.inf).argmin())
        left[gone] = False
        out = groups[gone]
        # What the others take over, and what is left of their inverse.
        share = inverse[:, out] @ torch.linalg.inv(inverse[out][:, out])
        weights -= share @ weights[out]
        inverse -= share @ inverse[out]
        weights[out] = inverse[out] = inverse[:, out] = 0.0
        inverse[out, out] = 1.0
    return left.nonzero().flatten()


def _learn(run: Run, first: int, seen: Seen) -> None:
    """Take one step towards what the wide layers make of a batch."""
    model, batch = run.model, seen.batch
    x, real = seen.given.float(), batch.mask > 0
    apart = []  # how far what each layer gives is from what it should give, as a share of the spread
    for layer, made in zip(model.layers[first:], seen.made, strict=True):
        x = layer(x, padding_bias(batch.mask, x.dtype))
        wanted = made.float()[real]
        apart.append((x[real] - wanted).square().mean() / wanted.var())
    tokens, none = model.logits(x)
    odds, right = (sentence_odds(*logits, batch) for logits in ((tokens, none), (seen.tokens, seen.none)))
    read = odds > UNREAD
    inside = batch.sentence >= 0
    logits = (tokens - seen.tokens)[inside].square().mean() + (none - seen.none).square().mean()
    loss = functional.smooth_l1_loss(odds[read], right[read], beta=CERTAIN)
    loss = loss + TOKENS_WEIGHT * logits + LAYERS_WEIGHT * torch.stack(apart).mean()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(run.learned, 1.0)
    run.optimizer.step()
    run.optimizer.zero_grad(set_to_none=True)


def rate_factor(step: int, steps: int) -> float:
    """Return the share of the learning rate: up over the warm-up, then down as a cosine."""
    down = LAST_RATE + (1 - LAST_RATE) * (1 + math.cos(math.pi * step / steps)) / 2
    return min(1.0, (step + 1) / WARMUP) * down
