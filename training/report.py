"""All figures of a shipped folder on what was held back: what its card says."""

from pathlib import Path
from typing import Any

from benchmarks.data import Choice, load
from qa.reader import Reader
from training.evaluate import paragraph_figures, ranking_figures, refusal_figures
from training.examples import Example
from training.gather import found_for
from training.gold import squad_paragraphs
from training.split import is_held_back, week_of

WHOLE_PARAGRAPH_CHARS = 1100  # what fits into a window


def report(folder: Path, data: Path, work: Path) -> dict[str, Any]:
    """Return the reader's figures and, beside them, those of the pipeline without it.

    Nothing is learned from MultiHop-RAG: it counts as a whole.
    """
    reader = Reader(folder)
    realtimeqa = [
        (found, case)
        for found, case in found_for(load("realtimeqa", data, Choice()), work)
        if case.asked and is_held_back(week_of(case.asked))
    ]
    paragraphs = squad_paragraphs(data / "squad2" / "dev-quarter.json")
    squad = [
        pair
        for pair, example in zip(found_for(load("squad2", data, Choice()), work), paragraphs, strict=True)
        if is_held_back(example.key)
    ]
    multihop = found_for(load("multihop_rag", data, Choice(distractors=False)), work)
    return {
        "squad2 paragraphs": paragraph_figures(reader, held_back_paragraphs(data)),
        "realtimeqa": ranking_figures(reader, realtimeqa),
        "squad2": refusal_figures(reader, squad),
        "multihop_rag": refusal_figures(reader, multihop),
    }


def held_back_paragraphs(data: Path) -> list[Example]:
    """Return SQuAD 2.0's held-back questions, each over its whole paragraph as far as a window holds it."""
    asked = squad_paragraphs(data / "squad2" / "dev-quarter.json", most_chars=WHOLE_PARAGRAPH_CHARS)
    return [example for example in asked if is_held_back(example.key)]
