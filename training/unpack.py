"""The graph that ships -> the weights it was made of, as near as 7 bits kept them: a run can go on from them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

Floats = npt.NDArray[np.float32]
HEADS = ("answer", "none")
EMBEDDINGS = ("norm", "position")  # kept in float32, as the norms of the layers are


def unpacked(file: Path) -> dict[str, Floats]:
    """Return the parameters by name of the graph in a file, as float32."""
    return state_of(onnx.load(file))


def state_of(model: onnx.ModelProto) -> dict[str, Floats]:
    """Return the parameters by name that `training.graph.reader_graph` was given, as float32."""
    held = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    state = {
        "word.weight": (held["word.quantised"].astype(np.float32) - held["word.zero"]) * held["word.scale"],
        "kind.weight": held["kinds.weight"][:2],
        "match.weight": held["marks.weight"][2:],
    }
    state |= {f"{head}.weight": held[f"{head}.column"].T for head in HEADS}
    plain = tuple(f"{name}." for name in (*EMBEDDINGS, *HEADS))
    state |= {name: value for name, value in held.items() if name.startswith(plain) and "column" not in name}
    state |= {name: value for name, value in held.items() if "_norm." in name}
    for layer in {
        name.rsplit(".", 2)[0] for name in held if name.startswith("layers.") and "quantised" in name
    }:
        state |= {f"{layer}.{kind}": value for kind, value in _linear(held, layer).items()}
    return {name: np.ascontiguousarray(value, dtype=np.float32) for name, value in state.items()}


def _linear(held: Mapping[str, npt.NDArray[Any]], layer: str) -> dict[str, Floats]:
    """Join the columns that a layer was cut into, and turn them back."""
    starts = sorted(
        int(name.split(".")[-2]) for name in held if name.startswith(f"{layer}.") and "quantised" in name
    )
    parts = [f"{layer}.{start}" for start in starts]
    columns = [held[f"{part}.quantised"].astype(np.float32) * held[f"{part}.scales"] for part in parts]
    return {
        "weight": np.concatenate(columns, axis=1).T,
        "bias": np.concatenate([held[f"{part}.bias"] for part in parts]),
    }
