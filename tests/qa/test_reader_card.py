"""The weights that ship give the figures that their card names, on what was held back from their training."""

import json

import pytest

from qa.reader import WEIGHTS, Reader
from tests.qa.assistants import SHARED
from training.evaluate import paragraph_figures
from training.report import held_back_paragraphs

FIGURES = json.loads((WEIGHTS / "figures.json").read_text("utf-8"))
MOST_MB = 40


@pytest.mark.skipif(not SHARED.is_dir(), reason="the questions that were held back are not here")
@pytest.mark.timeout(300)
def test_held_back_paragraphs_give_the_card_s_figures_within_a_point() -> None:
    told = FIGURES["squad2 paragraphs"]
    found = paragraph_figures(Reader(), held_back_paragraphs(SHARED))
    assert found["n"] == told["n"]
    for name in ("right_sentence", "auroc", "best_j"):
        assert found[name] == pytest.approx(told[name], abs=0.01), name


def test_the_card_quotes_the_figures_that_are_kept_beside_it() -> None:
    card = (WEIGHTS / "README.md").read_text("utf-8")
    for value in FIGURES["squad2 paragraphs"].values():
        assert str(value).removeprefix("0") in card


def test_the_weights_are_small() -> None:
    assert sum(file.stat().st_size for file in WEIGHTS.iterdir()) < MOST_MB * 1e6
