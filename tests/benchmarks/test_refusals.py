"""Refusal runs: figures of each set and of both, thresholds, and the file of questions that they leave."""

import json
from pathlib import Path

import pytest

from benchmarks.data import Choice
from benchmarks.refusals import ASKED, Asked, refusal_figures, run_calibration, run_refusal, threshold_figures
from benchmarks.runs import Options
from tests.benchmarks.others_data import write


def asked(can: bool, refused: bool, confidence: float) -> Asked:
    return Asked(
        "?", can, refused, confidence, shows_answer=can and not refused, signals={"half": confidence / 2}
    )


SETS = {
    "one": [
        asked(True, False, 0.9),
        asked(True, True, 0.4),
        asked(False, True, 0.2),
        asked(False, False, 0.6),
    ],
    "two": [asked(True, False, 0.8), asked(False, True, 0.3)],
}


def test_sets_are_counted_apart_and_together() -> None:
    sets = refusal_figures(SETS)["sets"]
    assert (sets["one"]["refusal_j"], sets["two"]["refusal_j"]) == (0, 1)
    assert sets["both"]["answered"] == pytest.approx(2 / 3, abs=1e-4)
    assert sets["both"]["refusal_precision"] == pytest.approx(2 / 3, abs=1e-4)
    assert sets["both"]["n"] == 6
    assert sets["two"]["auroc"] == 1
    assert sets["two"]["brier"] == pytest.approx((0.04 + 0.09) / 2)


def test_the_best_threshold_and_what_it_costs_the_answerable() -> None:
    figures = threshold_figures(SETS, [asked(True, False, 0.5), asked(True, True, 0.1)])
    assert figures["at_best"]["two"] == 1
    assert figures["realtimeqa_answered"] == 0.5
    assert set(figures["fit"]["weights"]) == {"logit of confidence", "half"}
    assert json.loads(json.dumps(figures)) == figures


def test_both_runs_ask_the_sets_and_keep_what_was_asked(tmp_path: Path) -> None:
    options = Options(
        write(tmp_path / "data"), tmp_path / "work", Choice(distractors=False), settings={"reader": "0"}
    )
    row = run_refusal(options)
    assert (row["n"], set(row["sets"])) == (5, {"multihop_rag", "squad2", "both"})
    assert row["sets"]["both"]["refusal_j"] == 1
    assert sum(item["n"] for item in row["reliability"]["both"]) == 5
    row = run_calibration(options)
    assert row["sets"]["both"]["n"] == 5
    kept = [json.loads(line) for line in (tmp_path / "work" / ASKED).read_text().splitlines()]
    assert [line["set"] for line in kept] == ["multihop_rag"] * 2 + ["squad2"] * 3 + ["realtimeqa"] * 2
    assert all(0 <= line["confidence"] <= 1 for line in kept)
