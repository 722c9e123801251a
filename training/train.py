"""Examples -> weights: a seeded, resumable run whose figures are logged line by line."""

import json
import random
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor
from torch.nn import functional

from qa.reader import Tokenizer
from training import examples
from training.batches import Batch, by_length, collate, drawn, moved
from training.examples import Example
from training.loss import listwise
from training.model import ReaderModel, load_start
from training.progress import progress
from training.shape import Shape
from training.split import is_held_back

POOL = 256  # examples sorted by length at a time
LOG_EVERY, SAVE_EVERY = 10, 25  # steps
HEAD_RATE = 5.0  # times the rate of the body: the head starts from nothing
PIECES = 3  # of a batch, by length


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train on and how."""

    mix: dict[str, float]  # file of examples -> its share of the examples drawn
    steps: int
    cooldown: int = 0  # the last steps, over which the rate falls to nothing
    warmup: int = 60
    rate: float = 1e-4
    tokens: int = 4096  # a step, padding included
    windows: int = 3  # of a list
    frozen_layers: int = 2  # and the embeddings
    layers: int | None = None
    dropout: float = 0.0
    seed: int = 0
    averaged: tuple[int, ...] = ()  # steps whose weights are kept, to be averaged with the last


@dataclass(slots=True)
class Run:
    """A model being trained."""

    model: ReaderModel
    optimizer: torch.optim.Optimizer
    step: int

    @property
    def learned(self) -> list[torch.nn.Parameter]:
        """The weights that change."""
        return [p for p in self.model.parameters() if p.requires_grad]


def train(plan: Plan, *, start: Path, data: Path, work: Path) -> Path:
    """Train, or go on from the last checkpoint in `work`; return the checkpoint. Figures go to `work/log.jsonl`."""
    torch.manual_seed(plan.seed)
    work.mkdir(parents=True, exist_ok=True)
    checkpoint = work / "checkpoint.pt"
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    run = resumed(plan, start, checkpoint, device)
    with Log(work / "log.jsonl", {"plan": asdict(plan), "from_step": run.step}) as log:
        steps = progress(range(run.step, plan.steps), "training", plan.steps - run.step)
        order = batches(plan, data, Tokenizer(start / "tokenizer.json"), first_step=run.step)
        for _, batch in zip(steps, order, strict=False):
            for group in run.optimizer.param_groups:
                group["lr"] = plan.rate * rate_factor(run.step, plan) * group["times"]
            log.add(learn(run, moved(batch, device)), batch)
            run.step += 1
            if run.step % LOG_EVERY == 0:
                log.write(run.step)
            if run.step % SAVE_EVERY == 0 or run.step == plan.steps:
                save(checkpoint, run)
            if run.step in plan.averaged:
                save(work / f"averaged-{run.step}.pt", run)
    return checkpoint


def resumed(plan: Plan, start: Path, checkpoint: Path, device: torch.device) -> Run:
    """Return the run as the checkpoint has it, from the starting weights where there is none."""
    model = load_start(start, layers=plan.layers, dropout=plan.dropout)
    saved = torch.load(checkpoint, map_location=device) if checkpoint.is_file() else None
    if saved:
        model.resize(saved["model"])
    run = begun(model.to(device), plan)
    if saved:
        model.load_state_dict(saved["model"])
        run.optimizer.load_state_dict(saved["optimizer"])
        run.step = saved["step"]
    return run


def begun(model: ReaderModel, plan: Plan) -> Run:
    """Return a run at its start, of weights as they are."""
    freeze(model, plan.frozen_layers)
    groups = [
        {"params": [p for p in model.layers.parameters() if p.requires_grad], "times": 1.0},
        {
            "params": [p for part in (model.match, model.answer, model.none) for p in part.parameters()],
            "times": HEAD_RATE,
        },
    ]
    optimizer = torch.optim.AdamW(groups, lr=plan.rate, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    return Run(model, optimizer, step=0)


class Log:
    """The figures of a run, a JSON line every so many steps."""

    def __init__(self, file: Path, first: dict[str, Any]) -> None:
        self._file = file.open("a", encoding="utf-8")
        self._examples = self._tokens = 0
        self._losses: list[float] = []
        self._began = time.process_time()
        self._line(first)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, loss: float, batch: Batch) -> None:
        """Count a step."""
        self._losses.append(loss)
        self._examples += batch.lists
        self._tokens += int(batch.mask.sum())

    def write(self, step: int) -> None:
        """Write what the steps since the last line gave; all else counts from the run's start or resumption."""
        self._line(
            {
                "step": step,
                "examples": self._examples,
                "tokens": self._tokens,
                "loss": round(sum(self._losses) / len(self._losses), 4),
                "cpu_s": round(time.process_time() - self._began, 1),
                "clock": time.strftime("%H:%M:%S"),
            }
        )
        self._losses = []

    def _line(self, record: dict[str, Any]) -> None:
        self._file.write(json.dumps(record) + "\n")
        self._file.flush()


def freeze(model: ReaderModel, layers: int) -> None:
    """Keep the embeddings and the first layers as they are: a third of the work saved, little lost."""
    for part in (model.word, model.position, model.kind, model.norm, *model.layers[:layers]):
        part.requires_grad_(False)


def learn(run: Run, batch: Batch) -> float:
    """Take one step; return the loss."""
    tokens, none = read_by_length(run.model, batch)
    loss = listwise(tokens, none, batch)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(run.learned, 1.0)
    run.optimizer.step()
    run.optimizer.zero_grad(set_to_none=True)
    return float(loss.detach())


def read_by_length(model: ReaderModel, batch: Batch) -> tuple[Tensor, Tensor]:
    """Run the model over the batch in pieces of like length: a fifth of the tokens would be padding otherwise."""
    order = batch.mask.sum(dim=1).argsort()
    pieces = []
    for rows in order.chunk(PIECES):
        longest = int(batch.mask[rows].sum(dim=1).max())
        with torch.autocast(batch.ids.device.type, torch.bfloat16):
            tokens, none = model(*(part[rows, :longest] for part in (batch.ids, batch.kinds, batch.mask)))
        pieces.append((functional.pad(tokens, (0, batch.ids.shape[1] - longest)), none))
    back = order.argsort()
    return torch.cat([tokens for tokens, _ in pieces])[back], torch.cat([none for _, none in pieces])[back]


def rate_factor(step: int, plan: Plan) -> float:
    """Return the share of the learning rate: up over the warm-up, level, down over the cool-down."""
    left = (plan.steps - step) / plan.cooldown if plan.cooldown else 1.0
    return min(1.0, (step + 1) / plan.warmup, left)


def batches(plan: Plan, data: Path, tokenizer: Tokenizer, *, first_step: int) -> Iterator[Batch]:
    """Yield batches for ever, in an order that the seed and the step resumed from decide."""
    rng = random.Random(f"{plan.seed} {first_step}")
    sources = {
        name: shuffled(
            [e for e in examples.read(data / f"{name}.jsonl.gz") if not is_held_back(e.key)],
            random.Random(f"{plan.seed} {first_step} {name}"),
        )
        for name in plan.mix
    }
    names, weights = list(plan.mix), list(plan.mix.values())
    while True:
        pool = [drawn(next(sources[name]), plan.windows, rng) for name in rng.choices(names, weights, k=POOL)]
        groups = list(by_length(pool, plan.tokens))
        rng.shuffle(groups)
        for group in groups:
            yield collate(group, tokenizer)


def shuffled(items: list[Example], rng: random.Random) -> Iterator[Example]:
    """Yield the items again and again, each time in another order."""
    while items:
        rng.shuffle(items)
        yield from items


def begin_from(folder: Path, *, start: Path, work: Path) -> Path:
    """Make the first checkpoint of a run that goes on from weights that ship, if the run has none; return it.

    What no run learns is taken from the starting weights, where 7 bits have not rounded it.
    """
    from training.unpack import unpacked

    work.mkdir(parents=True, exist_ok=True)
    checkpoint = work / "checkpoint.pt"
    if checkpoint.is_file():
        return checkpoint
    shipped = {name: torch.tensor(value) for name, value in unpacked(folder / "model.onnx").items()}
    model = load_start(start)
    model.resize(shipped)
    run = begun(model, Plan(mix={}, steps=0))
    learned = {name for name, weights in model.named_parameters() if weights.requires_grad}
    model.load_state_dict({name: shipped[name] for name in learned}, strict=False)
    save(checkpoint, run)
    return checkpoint


def save(path: Path, run: Run) -> None:
    """Write a checkpoint, whole or not at all."""
    unfinished = path.with_suffix(".part")
    torch.save(
        {
            "model": run.model.state_dict(),
            "optimizer": run.optimizer.state_dict(),
            "step": run.step,
            "shape": asdict(run.model.shape),
        },
        unfinished,
    )
    unfinished.replace(path)


def load(checkpoint: Path) -> ReaderModel:
    """Return the model of a checkpoint, averaged with those kept beside it, ready to read."""
    saved = [
        torch.load(path, map_location="cpu")
        for path in (checkpoint, *checkpoint.parent.glob("averaged-*.pt"))
    ]
    model = ReaderModel(Shape(**saved[0]["shape"]))
    model.resize(saved[0]["model"])
    model.load_state_dict(
        {
            name: torch.stack([one["model"][name].float() for one in saved]).mean(0).to(weight.dtype)
            for name, weight in saved[0]["model"].items()
        }
    )
    model.eval()
    return model
