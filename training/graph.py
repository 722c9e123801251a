"""The reader's weights -> the ONNX graph that ships: 7-bit products, as few and as large operators as there are.

Written by hand, as torch's export has eight times as many nodes, most of which work out shapes.
Activations are quantised as they come, to 8 bits, weights once, column by column and symmetrically, to 7: so no sum of
two products overflows in 16 bits, where processors without VNNI add them up, and these need not take a slower way.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.shape import LAYER_NORM_EPS, match_layer

Floats = npt.NDArray[np.float32]

OPSET, IR_VERSION = 18, 8
LARGEST = 63  # of a quantised weight
CONTRIBUTED = "com.microsoft"  # onnxruntime's own operators, which its optimizer would put for the plain ones


def reader_graph(state: Mapping[str, Floats], *, head_size: int) -> onnx.ModelProto:
    """Return the network of `training.model.ReaderModel` for one window of any length.

    `state` holds its parameters by name. Inputs, int64: `ids` and `kinds` of shape (1, tokens), and `places` of
    shape (read,), the tokens whose logits are wanted, the window's first before all. Outputs, float32: `tokens` of
    shape (1, read), their logits, and `none` of shape (1,). The last layer is worked out at `places` alone.
    """
    graph = _Graph(state)
    layers = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers."))
    x, told = _embedded(graph)
    for number in range(layers):
        if number == match_layer(layers):
            x = graph.add("Add", [x, told])
        wanted = graph.add("Gather", [x, "places"], axis=1) if number == layers - 1 else x
        x = _layer(graph, f"layers.{number}", x, wanted, head_size=head_size)
    _logits(graph, x)
    return graph.model()


class _Graph:
    """Nodes and constants, as they are added; `add` returns the name of what a node gives."""

    def __init__(self, state: Mapping[str, Floats]) -> None:
        self.state = state
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, onnx.TensorProto] = {}

    def add(
        self, operator: str, inputs: list[str], *, output: str = "", domain: str = "", **given: Any
    ) -> str:
        output = output or f"{operator}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **given))
        return output

    def split(self, x: str, parts: int) -> list[str]:
        outputs = [f"{x}.{part}" for part in range(parts)]
        self._nodes.append(helper.make_node("Split", [x], outputs, axis=-1, num_outputs=parts))
        return outputs

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        self._constants.setdefault(name, numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def weights(self, name: str) -> str:
        """Return the name of a parameter, kept in float32."""
        return self.constant(name, self.state[name].astype(np.float32))

    def linear(self, layer: str, x: str, columns: slice = slice(None)) -> str:
        """Multiply by a layer's weights in 7 bits, or by some of their columns, and add its bias."""
        whole = self.state[f"{layer}.weight"].T[:, columns].astype(np.float32)
        scales = np.abs(whole).max(axis=0) / LARGEST
        quantised = np.rint(whole / np.where(scales > 0, scales, 1)).astype(np.int8)
        part = f"{layer}.{columns.start or 0}"
        inputs = [
            x,
            self.constant(f"{part}.quantised", quantised),
            self.constant(f"{part}.scales", scales),
            self.constant(f"{part}.zeros", np.zeros_like(scales, dtype=np.int8)),
            self.constant(f"{part}.bias", self.state[f"{layer}.bias"][columns].astype(np.float32)),
        ]
        return self.add("DynamicQuantizeMatMul", inputs, domain=CONTRIBUTED)

    def norm(self, layer: str, x: str) -> str:
        inputs = [x, self.weights(f"{layer}.weight"), self.weights(f"{layer}.bias")]
        return self.add("LayerNormalization", inputs, axis=-1, epsilon=LAYER_NORM_EPS)

    def model(self) -> onnx.ModelProto:
        def value(name: str, kind: int, shape: list[int | str]) -> onnx.ValueInfoProto:
            return helper.make_tensor_value_info(name, kind, shape)

        graph = helper.make_graph(
            self._nodes,
            "reader",
            [value(name, TensorProto.INT64, [1, "tokens"]) for name in ("ids", "kinds")]
            + [value("places", TensorProto.INT64, ["read"])],
            [value("tokens", TensorProto.FLOAT, [1, "read"]), value("none", TensorProto.FLOAT, [1])],
            list(self._constants.values()),
        )
        sets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIBUTED, 1)]
        return helper.make_model(graph, opset_imports=sets, ir_version=IR_VERSION)


def _embedded(graph: _Graph) -> tuple[str, str]:
    """Return the embedded window, and what tells the network which of its tokens stand in the question, too."""
    words = graph.state["word.weight"].astype(np.float32)
    lowest, highest = min(float(words.min()), 0.0), max(float(words.max()), 0.0)
    scale = np.float32((highest - lowest) / 255)
    zero = np.uint8(np.rint(-lowest / scale))
    quantised = np.clip(np.rint(words / scale) + zero, 0, 255).astype(np.uint8)
    rows = graph.add("Gather", [graph.constant("word.quantised", quantised), "ids"])
    scale_and_zero = [
        graph.constant("word.scale", np.array(scale)),
        graph.constant("word.zero", np.array(zero)),
    ]
    word = graph.add("DequantizeLinear", [rows, *scale_and_zero])
    length = graph.add("Shape", ["ids"], start=-1)
    start = graph.constant("start", np.array([0], dtype=np.int64))
    place = graph.add("Slice", [graph.weights("position.weight"), start, length])
    # Of the four kinds the upper two are as the lower, but marked.
    kind, match = graph.state["kind.weight"], graph.state["match.weight"]
    kinds = graph.constant("kinds.weight", np.concatenate([kind, kind]).astype(np.float32))
    marks = graph.constant("marks.weight", np.concatenate([np.zeros_like(match), match]).astype(np.float32))
    summed = graph.add("Add", [graph.add("Add", [word, graph.add("Gather", [kinds, "kinds"])]), place])
    return graph.norm("norm", summed), graph.add("Gather", [marks, "kinds"])


def _layer(graph: _Graph, name: str, x: str, wanted: str, *, head_size: int) -> str:
    """Add a transformer layer, post-norm, over the whole window, worked out at the wanted tokens."""
    qkv = f"{name}.qkv"
    width = len(graph.state[f"{qkv}.bias"]) // 3  # of the heads that the layer has, together
    if wanted == x:
        q, k, v = graph.split(graph.linear(qkv, x), 3)
    else:
        q = graph.linear(qkv, wanted, slice(0, width))
        k, v = graph.split(graph.linear(qkv, x, slice(width, 3 * width)), 2)
    mixed = graph.add("MultiHeadAttention", [q, k, v], domain=CONTRIBUTED, num_heads=width // head_size)
    attended = graph.linear(f"{name}.attended", mixed)
    x = graph.norm(f"{name}.attention_norm", graph.add("Add", [wanted, attended]))
    inner = graph.add("Gelu", [graph.linear(f"{name}.inner", x)], domain=CONTRIBUTED)
    outer = graph.linear(f"{name}.outer", inner)
    return graph.norm(f"{name}.output_norm", graph.add("Add", [x, outer]))


def _logits(graph: _Graph, x: str) -> None:
    def logit(head: str, of: str, *, without: int, output: str) -> None:
        weights = graph.constant(f"{head}.column", graph.state[f"{head}.weight"].T.astype(np.float32))
        raised = graph.add("Add", [graph.add("MatMul", [of, weights]), graph.weights(f"{head}.bias")])
        axes = graph.constant(f"axis {without}", np.array([without], dtype=np.int64))
        graph.add("Squeeze", [raised, axes], output=output)

    logit("answer", x, without=2, output="tokens")
    first = graph.add("Gather", [x, graph.constant("first", np.array(0, dtype=np.int64))], axis=1)
    logit("none", first, without=1, output="none")
