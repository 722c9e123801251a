"""The graph that ships, where onnx is installed: it computes what the network is said to, in floats and plain numpy."""

from collections.abc import Mapping
from math import erf
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

onnx = pytest.importorskip("onnx", reason="onnx is no part of the default install")

from training.graph import reader_graph  # noqa: E402
from training.shape import LAYER_NORM_EPS, Shape, match_layer  # noqa: E402
from training.unpack import state_of  # noqa: E402

Floats = npt.NDArray[np.float32]
SHAPE = Shape(vocabulary=90, positions=64, hidden=64, inner=128, heads=4, layers=3)
TOKENS = 17
PLACES = [0, 5, 6, 9, 16]


def drawn_state(generator: np.random.Generator) -> dict[str, Floats]:
    """Draw weights by chance, by the names that `training.model.ReaderModel` gives them."""
    sizes = {
        "word": (SHAPE.vocabulary, SHAPE.hidden),
        "position": (SHAPE.positions, SHAPE.hidden),
        "kind": (2, SHAPE.hidden),
        "match": (2, SHAPE.hidden),
        "answer": (1, SHAPE.hidden),
        "none": (1, SHAPE.hidden),
    }
    for layer in range(SHAPE.layers):
        sizes |= {
            f"layers.{layer}.qkv": (3 * SHAPE.hidden, SHAPE.hidden),
            f"layers.{layer}.attended": (SHAPE.hidden, SHAPE.hidden),
            f"layers.{layer}.inner": (SHAPE.inner, SHAPE.hidden),
            f"layers.{layer}.outer": (SHAPE.hidden, SHAPE.inner),
        }
    state = {f"{name}.weight": generator.normal(0, size[1] ** -0.5, size) for name, size in sizes.items()}
    state |= {f"{name}.bias": generator.normal(0, 0.1, size[0]) for name, size in sizes.items()}
    norms = [
        "norm",
        *(f"layers.{n}.{which}_norm" for n in range(SHAPE.layers) for which in ("attention", "output")),
    ]
    for name in norms:
        state[f"{name}.weight"] = generator.normal(1, 0.1, SHAPE.hidden)
        state[f"{name}.bias"] = generator.normal(0, 0.1, SHAPE.hidden)
    return {name: value.astype(np.float32) for name, value in state.items()}


def logits(state: Mapping[str, Floats], ids: list[int], kinds: list[int]) -> tuple[Floats, float]:
    """Work the network out token by token and head by head: the logits of all tokens, and of none."""

    def linear(name: str, x: Floats) -> Floats:
        return x @ state[f"{name}.weight"].T + state[f"{name}.bias"]

    def norm(name: str, x: Floats) -> Floats:
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + LAYER_NORM_EPS)
        return centred / spread * state[f"{name}.weight"] + state[f"{name}.bias"]

    def gelu(x: Floats) -> Floats:
        return x * 0.5 * (1 + np.vectorize(erf)(x / np.sqrt(2)))

    told = np.array([state["match.weight"][kind % 2] * (kind > 1) for kind in kinds])
    x = np.array(
        [
            state["word.weight"][word] + state["position.weight"][place] + state["kind.weight"][kind % 2]
            for place, (word, kind) in enumerate(zip(ids, kinds, strict=True))
        ]
    )
    x = norm("norm", x)
    size = SHAPE.hidden // SHAPE.heads
    for number in range(SHAPE.layers):
        name = f"layers.{number}"
        x = x + told if number == match_layer(SHAPE.layers) else x
        q, k, v = np.split(linear(f"{name}.qkv", x), 3, axis=-1)
        mixed = np.zeros_like(x)
        for head in range(SHAPE.heads):
            of = slice(head * size, (head + 1) * size)
            weights = np.exp(q[:, of] @ k[:, of].T / np.sqrt(size))
            mixed[:, of] = weights / weights.sum(axis=-1, keepdims=True) @ v[:, of]
        x = norm(f"{name}.attention_norm", x + linear(f"{name}.attended", mixed))
        x = norm(f"{name}.output_norm", x + linear(f"{name}.outer", gelu(linear(f"{name}.inner", x))))
    return linear("answer", x)[:, 0], float(linear("none", x[0])[0])


@pytest.mark.parametrize("seed", range(3))
def test_the_graph_computes_the_network_at_the_places_asked_for(tmp_path: Path, seed: int) -> None:
    from onnxruntime import InferenceSession

    generator = np.random.default_rng(seed)
    state = drawn_state(generator)
    ids = generator.integers(0, SHAPE.vocabulary, TOKENS).tolist()
    kinds = generator.integers(0, 4, TOKENS).tolist()
    onnx.save(reader_graph(state, head_size=SHAPE.hidden // SHAPE.heads), tmp_path / "model.onnx")
    session = InferenceSession(str(tmp_path / "model.onnx"), providers=["CPUExecutionProvider"])
    given = {"ids": [ids], "kinds": [kinds], "places": PLACES}
    tokens, none = session.run(None, {name: np.array(value, dtype=np.int64) for name, value in given.items()})
    right, right_none = logits(state, ids, kinds)
    assert tokens.shape == (1, len(PLACES))
    assert none.shape == (1,)
    spread = float(right.std())
    assert spread > 0.1  # a network that says the same of all tokens proves nothing
    assert np.abs(tokens[0] - right[PLACES]).max() < 0.3 * spread  # 7 bits
    assert none[0] == pytest.approx(right_none, abs=0.3 * spread)


def test_the_weights_come_out_of_the_graph_as_they_went_in() -> None:
    state = drawn_state(np.random.default_rng(0))
    kept = state_of(reader_graph(state, head_size=SHAPE.hidden // SHAPE.heads))
    used = {
        name for name in state if name not in {f"{e}.bias" for e in ("word", "position", "kind", "match")}
    }
    assert set(kept) == used
    for name, value in kept.items():
        assert value.shape == state[name].shape, name
        assert np.abs(value - state[name]).max() <= np.abs(state[name]).max() / 100, name
    again = state_of(reader_graph(kept, head_size=SHAPE.hidden // SHAPE.heads))
    assert all(np.allclose(again[name], value, atol=1e-6) for name, value in kept.items())
