"""Examples -> batches of token ids: each example a list of windows, batches of like length."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import torch
from torch import Tensor

from qa.reader import Tokenizer
from training.examples import Example


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of several examples. Index tensors point into the flattened (window, token) plane.

    `sentence` numbers each token's sentence over the whole batch, -1 outside; `right` marks sentences that
    answer, `span` tokens of known answers.
    """

    ids: Tensor  # (windows, tokens)
    kinds: Tensor
    mask: Tensor
    list_of: Tensor  # (windows,) the example each window belongs to
    sentence: Tensor  # (windows, tokens)
    window_of: Tensor  # (sentences,)
    share: Tensor  # (sentences,) of the question's rarer tokens in it
    right: Tensor  # (sentences,) bool
    span: Tensor  # (windows, tokens) bool
    lists: int


def moved(batch: Batch, device: torch.device) -> Batch:
    """Return the batch with its tensors on a device."""
    return replace(
        batch,
        **{f.name: getattr(batch, f.name).to(device) for f in fields(batch) if f.name != "lists"},
    )


def drawn(example: Example, most: int, rng: random.Random) -> Example:
    """Keep at most so many windows: one that answers, where there is one, and others by chance."""
    if len(example.windows) <= most:
        return example
    answering = sorted({answer.window for answer in example.answers})
    kept = [rng.choice(answering)] if answering else []
    rest = [i for i in range(len(example.windows)) if i not in answering]
    kept += rng.sample(rest, min(len(rest), most - len(kept)))
    new = {old: i for i, old in enumerate(kept)}
    return Example(
        kind=example.kind,
        key=example.key,
        question=example.question,
        windows=tuple(example.windows[i] for i in kept),
        answers=tuple(
            type(a)(new[a.window], a.sentence, a.start, a.end) for a in example.answers if a.window in new
        ),
    )


def collate(examples: Sequence[Example], tokenizer: Tokenizer) -> Batch:
    """Encode and pad examples."""
    encoded = [[tokenizer.encode(e.question, w) for w in e.windows] for e in examples]
    flat = [(i, w, item) for i, row in enumerate(encoded) for w, item in enumerate(row)]
    longest = max(len(item.ids) for _, _, item in flat)
    shape = (len(flat), longest)
    ids, kinds, mask = (torch.zeros(shape, dtype=torch.int64) for _ in range(3))
    sentence = torch.full(shape, -1, dtype=torch.int64)
    span = torch.zeros(shape, dtype=torch.bool)
    window_of: list[int] = []
    share: list[float] = []
    right: list[bool] = []
    for row, (i, w, item) in enumerate(flat):
        size = len(item.ids)
        ids[row, :size] = torch.tensor(item.ids)
        kinds[row, :size] = torch.tensor(item.kinds)
        mask[row, :size] = 1
        answers = [a for a in examples[i].answers if a.window == w]
        local = torch.tensor(item.sentence_of)
        sentence[row, :size] = torch.where(local >= 0, local + len(window_of), -1)
        for number in range(max(item.sentence_of, default=-1) + 1):
            window_of.append(row)
            share.append(item.shares[number])
            right.append(any(a.sentence == number for a in answers))
        for place, (number, (start, end)) in enumerate(zip(item.sentence_of, item.offsets, strict=True)):
            span[row, place] = any(a.sentence == number and start < a.end and end > a.start for a in answers)
    return Batch(
        ids=ids,
        kinds=kinds,
        mask=mask,
        list_of=torch.tensor([i for i, _, _ in flat]),
        sentence=sentence,
        window_of=torch.tensor(window_of),
        share=torch.tensor(share),
        right=torch.tensor(right),
        span=span,
        lists=len(examples),
    )


def by_length(examples: Sequence[Example], tokens: int) -> Iterator[list[Example]]:
    """Yield groups of about so many tokens, padding included, of like length."""
    group: list[Example] = []
    for example in sorted(examples, key=_chars):
        rows = sum(len(e.windows) for e in [*group, example])
        if group and rows * _chars(example) / 4 > tokens:
            yield group
            group = []
        group.append(example)
    if group:
        yield group


def _chars(example: Example) -> int:
    """Return the length of the longest window, in characters, roughly four a token."""
    return len(example.question) + max(len(w.title) + sum(map(len, w.sentences)) for w in example.windows)
