"""What the torch module and the graph that ships have in common: sizes, and where marks enter."""

import json
from dataclasses import dataclass
from pathlib import Path

LAYER_NORM_EPS = 1e-12
MATCH_LAYER = 2  # of a network of more: the first that learns


def match_layer(layers: int) -> int:
    """Return the layer before which the network is told which tokens stand in question and window."""
    return min(MATCH_LAYER, layers - 1)


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the network."""

    vocabulary: int
    positions: int
    hidden: int
    inner: int
    heads: int
    layers: int

    @classmethod
    def of_start(cls, folder: Path, *, layers: int | None = None) -> "Shape":
        """Read a BERT's `config.json`; `layers` keeps only the first so many."""
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        return cls(
            vocabulary=config["vocab_size"],
            positions=config["max_position_embeddings"],
            hidden=config["hidden_size"],
            inner=config["intermediate_size"],
            heads=config["num_attention_heads"],
            layers=layers or config["num_hidden_layers"],
        )
