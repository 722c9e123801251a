"""The page of figures: drawn between its marks, from rows old and new, the same for the same rows."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import report
from benchmarks.plots import plot_all
from benchmarks.report import BEGIN, END, README, share, tables, with_figures
from benchmarks.results import Row, latest

ROW: Row = {
    "benchmark": "realtimeqa",
    "variant": "2022",
    "note": "now",
    "commit": "abc1234",
    "articles": 8631,
    "n": 277,
    "n_gold": 132,
    "n_sentence": 223,
    "hits@1": 0.674,
    "hits@4": 0.848,
    "hits@10": 1.0,
    "mrr@10": 0.75,
    "sentence@1": 0.44,
    "sentence@3": 0.61,
    "answered": 0.968,
    "p50_ms": 84.2,
    "p95_ms": 157.4,
    "baselines": {"theirs": {"hits@1": 0.3, "hits@4": 0.5, "hits@10": 0.7, "mrr@10": 0.4}},
    "differences": {"theirs": {"hits@1": [0.374, 0.2, 0.5], "hits@4": [0.01, -0.1, 0.12]}},
}
REFUSAL: Row = {
    "benchmark": "refusal",
    "variant": "",
    "note": "",
    "commit": "abc1234",
    "sets": {
        "squad2": {"refusal_recall": 0.2, "answered": 0.9, "refusal_precision": 0.5, "refusal_j": 0.1},
        "both": {"refusal_recall": 0.5, "answered": 0.9, "refusal_precision": 0.5, "refusal_j": -0.014},
    },
    "reliability": {
        "both": [{"confidence": 0.2, "share": 0.1, "n": 10}, {"confidence": 0.9, "share": 0.8, "n": 30}]
    },
    "coverage": {"both": [[0.1, 1.0], [1.0, 0.6]]},
}


def test_figures_stand_beside_the_baselines_and_their_differences() -> None:
    drawn = tables([ROW])
    assert "| **realtimeqa 2022** | ours | .674 | .848 | 1.000 | .750 |  | .440 | .610 | .968 |" in drawn
    assert "|  | theirs | .300 | .500 | .700 | .400 |  |  |  |  |" in drawn
    assert "| **+.374 [+.200, +.500]** | +.010 [-.100, +.120] |" in drawn
    assert "| realtimeqa 2022 | abc1234 | 8631 | 277 | 132 | 223 | 84 / 157 | now |" in drawn


def test_a_run_without_baselines_stands_beside_those_of_the_last_that_had_them() -> None:
    bare = {name: value for name, value in ROW.items() if name not in ("baselines", "differences")}
    twice = [ROW, bare | {"commit": "def5678"}, bare | {"commit": "fed8765", "hits@1": 0.7}]

    drawn = tables(latest(twice))

    assert "| **realtimeqa 2022** | ours | .700 |" in drawn
    assert "|  | theirs | .300 |" in drawn
    assert "| realtimeqa 2022, at abc1234 | theirs |" in drawn
    assert "| realtimeqa 2022 | fed8765 |" in drawn
    assert "compared_at" not in latest([*twice, ROW])[0]


def test_each_set_of_a_refusal_run_has_a_line() -> None:
    drawn = tables([REFUSAL])
    assert "| refusal: squad2 | .200 | .900 | .500 | .100 |  |  |" in drawn
    assert "| refusal: both | .500 | .900 | .500 | -.014 |  |  |" in drawn


def test_follow_ups_stand_beside_the_full_questions() -> None:
    figures = {f"{way}@{k}": k / 10 for way in ("followup", "full") for k in (1, 4, 10)}
    row = {**ROW, "benchmark": "followups", "halves": {"held-out": {"n": 40, **figures}}}
    assert "| held-out | 40 | .100 | .100 | .400 | .400 | 1.000 | 1.000 |" in tables([row])


def test_all_lines_of_a_table_have_as_many_cells() -> None:
    blocks = tables([ROW, REFUSAL], ["retrieval"]).split("\n\n")
    for block in blocks:
        assert len({line.count("|") for line in block.splitlines()}) == 1


@pytest.mark.parametrize(
    ("value", "written"), [(0.5, ".500"), (1.0, "1.000"), (0.0, ".000"), (-0.25, "-.250"), (None, "")]
)
def test_shares_are_written_without_their_zero(value: float | None, written: str) -> None:
    assert share(value) == written


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.text(max_size=50), st.text(max_size=50))
def test_what_is_written_by_hand_is_kept(figures: str, before: str, after: str) -> None:
    page = with_figures(f"{before}{BEGIN}old{END}{after}", figures)
    assert page.startswith(before + BEGIN)
    assert page.endswith(END + after)
    assert "old" not in page or "old" in before + after + figures


@pytest.mark.parametrize("page", ["", BEGIN, END + BEGIN, BEGIN + BEGIN + END])
def test_a_page_without_its_marks_is_not_written(page: str) -> None:
    with pytest.raises(ValueError, match="the page needs"):
        with_figures(page, "x")


def test_the_page_in_the_project_has_its_marks_and_drawing_it_keeps_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "README.md"
    page.write_text(README.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(report, "read", lambda: [ROW, REFUSAL])
    report.draw(page)
    drawn = page.read_text("utf-8")
    assert "## What did not help" in drawn
    assert "**realtimeqa 2022**" in drawn
    report.draw(page)
    assert page.read_text("utf-8") == drawn
    assert {path.name for path in tmp_path.glob("*.svg")} == {"retrieval.svg", "refusal.svg"}


def test_equal_rows_give_equal_plots_and_small_ones(tmp_path: Path) -> None:
    assert plot_all([ROW, REFUSAL], tmp_path) == ["retrieval", "refusal"]
    first = {path.name: path.read_bytes() for path in tmp_path.glob("*.svg")}
    plot_all([ROW, REFUSAL], tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.svg")} == first
    assert all(len(content) < 60_000 for content in first.values())
    assert b"theirs" in first["retrieval.svg"]


def test_without_figures_to_plot_no_plot_is_made(tmp_path: Path) -> None:
    assert plot_all([{**REFUSAL, "reliability": None}], tmp_path) == []
    assert not [*tmp_path.iterdir()]
