"""Narrower layers, where torch and onnx are installed: what goes is missed least, and what is left reads alike."""

import itertools
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is no part of the default install")
onnx = pytest.importorskip("onnx", reason="onnx is no part of the default install")

from qa.reader import Tokenizer, Window  # noqa: E402
from training import examples  # noqa: E402
from training.batches import collate  # noqa: E402
from training.examples import Answer, Example  # noqa: E402
from training.graph import reader_graph  # noqa: E402
from training.loss import sentence_odds  # noqa: E402
from training.model import ReaderModel, model_of  # noqa: E402
from training.shape import Shape  # noqa: E402
from training.slim import Narrow, SlimPlan, best_groups, slim  # noqa: E402
from training.train import load  # noqa: E402
from training.unpack import state_of  # noqa: E402

TINY = Path(__file__).parents[1] / "qa" / "tiny_reader"
SHAPE = Shape(vocabulary=160, positions=256, hidden=16, inner=32, heads=2, layers=4)
WORDS = "mill ferry mayor council river bridge school harbour station market".split()


def error(gram, told, kept: list[int]) -> float:
    """Return the least square error that these inputs leave, less that of no inputs."""
    fitted = torch.linalg.solve(gram[kept][:, kept], told[kept])
    return float(-(fitted * told[kept]).sum())


@pytest.mark.parametrize("seed", range(5))
def test_what_goes_first_is_what_all_others_make_up_for_best(seed: int) -> None:
    drawn = torch.Generator().manual_seed(seed)
    inputs = torch.randn(200, 12, generator=drawn).double() @ torch.randn(12, 12, generator=drawn).double()
    wanted = inputs @ torch.randn(12, 3, generator=drawn).double()
    gram, told = inputs.T @ inputs / 200, inputs.T @ wanted / 200
    weights, groups = torch.linalg.solve(gram, told), torch.arange(12).view(6, 2)
    left = list(range(6))
    while len(left) > 2:  # step by step, as every way to take one out comes out
        left = min(
            (list(some) for some in itertools.combinations(left, len(left) - 1)),
            key=lambda some: error(gram, told, groups[some].flatten().tolist()),
        )
        assert best_groups(gram, weights, groups, len(left)).tolist() == left


def test_a_slim_network_reads_as_the_wide_one_does(tmp_path: Path) -> None:
    torch.manual_seed(0)
    wide = ReaderModel(SHAPE)
    state = {name: weights.numpy() for name, weights in wide.state_dict().items()}
    graph = reader_graph(state, head_size=8)
    onnx.save(graph, tmp_path / "model.onnx")
    (tmp_path / "tokenizer.json").write_bytes((TINY / "tokenizer.json").read_bytes())
    wide = model_of(state_of(graph), head_size=8)
    made = [
        Example(
            "squad2",
            f"{one} {other}",
            f"Where is the {one}?",
            (Window("", (f"The {one} stands by the {other}.", f"The {other} is new.")),),
            (Answer(0, 0, 0, 3),),
        )
        for one, other in itertools.permutations(WORDS, 2)
    ]
    examples.write(tmp_path / "examples" / "squad2.jsonl.gz", iter(made))
    plan = SlimPlan(
        narrow=(Narrow(heads=1, inner=12),),
        mix={"squad2": 1.0},
        batches=8,
        fitted=8,
        steps=60,
        rate=1e-3,
        tokens=400,
        windows=1,
        head_size=8,
    )

    narrow = load(slim(plan, weights=tmp_path, data=tmp_path / "examples", work=tmp_path / "run"))

    last = narrow.layers[-1]
    assert (last.inner.out_features, last.outer.in_features) == (12, 12)
    assert (last.qkv.out_features, last.attended.in_features) == (24, 8)
    for name, weights in narrow.state_dict().items():
        if not name.startswith(("layers.3", "answer", "none")):
            assert torch.equal(weights, wide.state_dict()[name]), name
    batch = collate(made[::3], Tokenizer(TINY / "tokenizer.json"))
    with torch.no_grad():
        read, right = (
            sentence_odds(*model(batch.ids, batch.kinds, batch.mask), batch) for model in (narrow, wide)
        )
    assert float((read - right).abs().mean()) < 0.2 * float(right.std())
    smaller = reader_graph({n: w.numpy() for n, w in narrow.state_dict().items()}, head_size=8)
    assert smaller.ByteSize() < graph.ByteSize()
