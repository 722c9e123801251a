"""A checkpoint -> the folder that ships: ONNX in 7 and 8 bits, quantised per channel, and the tokenizer."""

import shutil
from pathlib import Path

import onnx

from training.graph import reader_graph
from training.train import load


def export(checkpoint: Path, *, start: Path, folder: Path) -> Path:
    """Write `model.onnx` (weights in 7 bits, activations quantised as they come) and `tokenizer.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    model = load(checkpoint)
    state = {name: weights.float().numpy() for name, weights in model.state_dict().items()}
    onnx.save(reader_graph(state, head_size=model.layers[0].head_size), folder / "model.onnx")
    shutil.copyfile(start / "tokenizer.json", folder / "tokenizer.json")
    return folder / "model.onnx"
