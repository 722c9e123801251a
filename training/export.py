"""A checkpoint -> the folder that ships: int8 ONNX, quantised per channel, and the tokenizer."""

import shutil
from pathlib import Path

import torch

from training.train import load


def export(checkpoint: Path, *, start: Path, folder: Path) -> Path:
    """Write `model.onnx` (int8 weights, activations quantised as they come) and `tokenizer.json`."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    plain = folder / "plain.onnx"
    model = load(checkpoint)
    sample = torch.ones((2, 16), dtype=torch.int64)
    torch.onnx.export(
        model,
        (sample, sample, sample),
        str(plain),
        input_names=["ids", "kinds", "mask"],
        output_names=["tokens", "none"],
        dynamic_axes={name: {0: "windows", 1: "tokens"} for name in ("ids", "kinds", "mask", "tokens")}
        | {"none": {0: "windows"}},
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(
        plain,
        folder / "model.onnx",
        per_channel=True,
        weight_type=QuantType.QInt8,
        extra_options={"MatMulConstBOnly": True},
    )
    plain.unlink()
    shutil.copyfile(start / "tokenizer.json", folder / "tokenizer.json")
    return folder / "model.onnx"
