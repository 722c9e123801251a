"""`python -m training.tiny FOLDER`: a reader of a few thousand weights, drawn by chance, for the tests."""

import sys
from dataclasses import asdict
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

from training.export import export
from training.model import ReaderModel
from training.shape import Shape

TEXT = [
    "Who opened the ferry terminal at Port Amber, and when did it open?",
    "Mayor Lena Orwick opened the new ferry terminal on Monday. It cost 48 million.",
    "The old mill by the river Ash burned down in 1911; nobody was hurt, the council said.",
]
SHAPE = Shape(vocabulary=160, positions=256, hidden=16, inner=32, heads=2, layers=1)


def make(folder: Path) -> None:
    """Write a tiny reader as `export` writes a real one."""
    pieces = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    pieces.normalizer = normalizers.BertNormalizer(lowercase=True)
    pieces.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    pieces.train_from_iterator(
        TEXT, trainers.WordPieceTrainer(vocab_size=SHAPE.vocabulary, special_tokens=special)
    )
    folder.mkdir(parents=True, exist_ok=True)
    start = folder / "start"
    start.mkdir()
    pieces.save(str(start / "tokenizer.json"))
    torch.manual_seed(0)
    torch.save({"model": ReaderModel(SHAPE).state_dict(), "shape": asdict(SHAPE)}, start / "checkpoint.pt")
    export(start / "checkpoint.pt", start=start, folder=folder)
    for file in start.iterdir():
        file.unlink()
    start.rmdir()


if __name__ == "__main__":
    make(Path(sys.argv[1]))
