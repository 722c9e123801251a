"""Training itself, where torch is installed: the loss against a naive one, and a run that is cut off and resumed."""

import json
import math
from copy import deepcopy
from dataclasses import asdict, replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is no part of the default install")

from qa.reader import SHARE_WEIGHT, Tokenizer, Window  # noqa: E402
from training import examples, train  # noqa: E402
from training.batches import collate, drawn  # noqa: E402
from training.examples import Answer, Example  # noqa: E402
from training.loss import SPAN_WEIGHT, listwise  # noqa: E402
from training.model import ReaderModel  # noqa: E402
from training.shape import Shape  # noqa: E402

TINY = Path(__file__).parents[1] / "qa" / "tiny_reader"
SHAPE = Shape(vocabulary=160, positions=256, hidden=16, inner=32, heads=2, layers=2)
MILL = Window("The mill", ("The old mill burned down in 1911.", "Nobody was hurt, the council said."))
FERRY = Window("", ("Mayor Lena Orwick opened the ferry.", "It cost 48 million."))
ANSWERED = Example("squad2", "a", "When did the mill burn?", (FERRY, MILL), (Answer(1, 0, 28, 32),))
UNANSWERED = Example("squad2 impossible", "b", "Who owns the mill?", (MILL,), ())


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer(TINY / "tokenizer.json")


def naive_loss(tokens, none, batch, example_of_window) -> float:
    """Sum over lists what `listwise` says of them, token by token in plain floats."""
    odds: dict[int, float] = {}
    for w in range(batch.ids.shape[0]):
        for number in {int(s) for s in batch.sentence[w] if s >= 0}:
            inside = [
                math.exp(float(t)) for t, s in zip(tokens[w], batch.sentence[w], strict=True) if s == number
            ]
            odds[number] = math.log(sum(inside)) - float(none[w]) + SHARE_WEIGHT * float(batch.share[number])

    def nll(members: list[int]) -> float:
        right = [math.exp(odds[s]) for s in members if batch.right[s]]
        whole = 1 + sum(math.exp(odds[s]) for s in members)
        return -math.log((sum(right) if right else 1.0) / whole)

    windows = range(batch.ids.shape[0])
    of_window = {w: [s for s in odds if int(batch.window_of[s]) == w] for w in windows}
    lists = [
        [s for w in windows if example_of_window[w] == i for s in of_window[w]] for i in range(batch.lists)
    ]
    loss = sum(map(nll, lists)) / batch.lists + 0.5 * sum(nll(of_window[w]) for w in windows) / len(windows)
    for w in windows:
        span = [math.exp(float(t)) for t, s in zip(tokens[w], batch.span[w], strict=True) if s]
        inside = [math.exp(float(t)) for t, s in zip(tokens[w], batch.sentence[w], strict=True) if s >= 0]
        if span:
            loss -= SPAN_WEIGHT * math.log(sum(span) / sum(inside)) / batch.lists
    return loss


def test_the_loss_equals_its_definition(tokenizer: Tokenizer) -> None:
    batch = collate([ANSWERED, UNANSWERED], tokenizer)
    torch.manual_seed(1)
    tokens, none = torch.randn(batch.ids.shape), torch.randn(batch.ids.shape[0])
    assert float(listwise(tokens, none, batch)) == pytest.approx(
        naive_loss(tokens, none, batch, [0, 0, 1]), rel=1e-4
    )


def test_a_known_answer_marks_its_tokens(tokenizer: Tokenizer) -> None:
    batch = collate([ANSWERED], tokenizer)
    encoded = tokenizer.encode(ANSWERED.question, MILL)
    marked = [encoded.offsets[i] for i in torch.nonzero(batch.span[1]).flatten().tolist()]
    assert MILL.sentences[0][marked[0][0] : marked[-1][1]] == "1911"
    assert not batch.span[0].any()


def test_drawing_windows_keeps_one_that_answers() -> None:
    import random

    wide = replace(ANSWERED, windows=(FERRY, MILL, FERRY, FERRY))
    for seed in range(10):
        fewer = drawn(wide, 2, random.Random(seed))
        assert len(fewer.windows) == 2
        (answer,) = fewer.answers
        assert fewer.windows[answer.window] == MILL


def test_padding_changes_no_logit() -> None:
    torch.manual_seed(0)
    model = ReaderModel(SHAPE).eval()
    ids = torch.randint(4, 100, (2, 9))
    mask = torch.ones_like(ids)
    mask[1, 6:] = 0
    tokens, none = model(ids, torch.ones_like(ids), mask)
    alone, none_alone = model(ids[1:, :6], torch.ones_like(ids[1:, :6]), mask[1:, :6])
    assert torch.allclose(tokens[1, :6], alone[0], atol=1e-5)
    assert torch.allclose(none[1], none_alone[0], atol=1e-5)


def test_a_run_cut_off_goes_on_and_learns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    examples.write(
        tmp_path / "few.jsonl.gz", [replace(ANSWERED, key="learned 1"), replace(UNANSWERED, key="k3")] * 8
    )
    monkeypatch.setattr(train, "load_start", lambda start, **given: ReaderModel(SHAPE))
    monkeypatch.setattr(train, "is_held_back", lambda key: False)
    monkeypatch.setattr(train, "LOG_EVERY", 5)
    plan = train.Plan(
        mix={"few": 1.0}, steps=10, warmup=1, rate=3e-3, tokens=512, frozen_layers=0, averaged=(20,)
    )
    for steps in (10, 30):
        checkpoint = train.train(replace(plan, steps=steps), start=TINY, data=tmp_path, work=tmp_path / "run")
    lines = [json.loads(line) for line in (tmp_path / "run" / "log.jsonl").read_text("utf-8").splitlines()]
    assert [line["from_step"] for line in lines if "plan" in line] == [0, 10]
    figures = [line for line in lines if "loss" in line]
    assert figures[-1]["step"] == 30
    assert figures[-1]["loss"] < figures[0]["loss"]
    averaged = train.load(checkpoint)
    assert asdict(averaged.shape) == asdict(SHAPE)
    one, other = (torch.load(file)["model"] for file in (checkpoint, tmp_path / "run" / "averaged-20.pt"))
    for name, weight in averaged.state_dict().items():
        assert torch.allclose(weight, (one[name] + other[name]) / 2)


def test_a_run_goes_on_from_weights_that_ship(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    onnx = pytest.importorskip("onnx", reason="onnx is no part of the default install")
    from training.graph import reader_graph

    torch.manual_seed(0)
    start, shipped = (ReaderModel(replace(SHAPE, layers=3)) for _ in range(2))
    state = {name: weights.numpy() for name, weights in shipped.state_dict().items()}
    onnx.save(reader_graph(state, head_size=SHAPE.hidden // SHAPE.heads), tmp_path / "model.onnx")
    monkeypatch.setattr(train, "load_start", lambda folder, **given: deepcopy(start))

    checkpoint = train.begin_from(tmp_path, start=TINY, work=tmp_path / "run")

    begun = torch.load(checkpoint)
    assert begun["step"] == 0
    for name, weights in begun["model"].items():
        is_frozen = name.startswith(("word.", "position.", "kind.", "norm.", "layers.0.", "layers.1."))
        wanted = (start if is_frozen else shipped).state_dict()[name]
        assert torch.allclose(weights, wanted, atol=float(wanted.abs().max()) / 100), name
    torch.save(begun | {"step": 7}, checkpoint)
    train.begin_from(tmp_path, start=TINY, work=tmp_path / "run")
    assert torch.load(checkpoint)["step"] == 7  # a run that is there stays
