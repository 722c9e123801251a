"""A checkpoint -> the folder that ships: int8 ONNX, quantised per channel, and the tokenizer."""

import shutil
from pathlib import Path

import onnx

from training.graph import reader_graph
from training.train import load


def export(checkpoint: Path, *, start: Path, folder: Path) -> Path:
    """Write `model.onnx` (int8 weights, activations quantised as they come) and `tokenizer.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    model = load(checkpoint)
    state = {name: weights.float().numpy() for name, weights in model.state_dict().items()}
    onnx.save(reader_graph(state, heads=model.shape.heads), folder / "model.onnx")
    shutil.copyfile(start / "tokenizer.json", folder / "tokenizer.json")
    return folder / "model.onnx"
