"""Whole runs on a small data set: figures worked out by hand, rows kept, and what cannot be run."""

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main, told
from benchmarks.data import Choice
from benchmarks.results import Run, append, latest, read
from benchmarks.runs import Options, run_data_set
from tests.benchmarks.others_data import write


@pytest.fixture(scope="module")
def options(tmp_path_factory: pytest.TempPathFactory) -> Options:
    folder = tmp_path_factory.mktemp("run")
    return Options(data=write(folder / "data"), work=folder / "work")


def test_squad2_s_figures_are_those_worked_out_by_hand(options: Options) -> None:
    row = run_data_set("squad2", options)
    assert (row["articles"], row["n"], row["n_gold"], row["n_sentence"]) == (2, 3, 2, 2)
    assert (row["hits@1"], row["mrr@10"], row["sentence@1"]) == (1, 1, 1)
    assert (row["answered"], row["refusal_recall"], row["refusal_precision"], row["refusal_j"]) == (
        1,
        1,
        1,
        1,
    )


def test_realtimeqa_is_asked_as_of_the_day_it_was_asked(options: Options) -> None:
    row = run_data_set("realtimeqa", options)
    assert (row["n"], row["n_gold"], row["n_sentence"]) == (2, 1, 2)
    assert (row["hits@1"], row["sentence@1"]) == (1, 1)
    assert "refusal_recall" not in row  # every question has an answer


def test_multihop_s_evidence_is_looked_for_among_distractors(options: Options) -> None:
    row = run_data_set("multihop_rag", options)
    assert (row["variant"], row["articles"], row["n_gold"]) == ("with distractors", 4, 1)
    assert (row["hits@4"], row["all@20"]) == (1, 1)
    assert row["refusal_recall"] == 1


def test_a_second_run_uses_the_first_one_s_index(options: Options) -> None:
    run_data_set("squad2", options)
    index = options.work / "squad2" / "index"
    generation = (index / "CURRENT").read_text()
    run_data_set("squad2", options)
    assert (index / "CURRENT").read_text() == generation


def test_settings_that_shape_the_index_have_an_index_of_their_own(options: Options) -> None:
    row = run_data_set(
        "squad2", Options(options.data, options.work, Choice(), settings={"embedder": "wordllama:64"})
    )
    assert row["settings"] == {"embedder": "wordllama:64"}
    assert (options.work / "squad2-embedder-wordllama-64" / "index").is_dir()


def test_the_command_prints_and_leaves_no_row_when_told_so(
    options: Options, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(
        ["squad2", "--data", str(options.data), "--work", str(options.work), "--limit", "1", "--no-record"]
    )
    assert code == 0
    out = capsys.readouterr().out
    assert "hits@1                   1.0" in out
    assert "limit                    1" in out


@pytest.mark.parametrize("setting", ["colour=red", "passage_chars"])
def test_what_is_no_setting_is_refused(setting: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["squad2", "--set", setting])
    assert f"{setting!r} is no setting" in capsys.readouterr().err


def test_a_setting_that_cannot_be_used_is_named_in_a_line(
    options: Options, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["squad2", "--data", str(options.data), "--work", str(options.work), "--set", "passage_chars=7"]
    assert main([*given, "--no-record"]) == 1
    error = capsys.readouterr().err
    assert "QA_PASSAGE_CHARS='7' cannot be used" in error
    assert len(error.splitlines()) == 1


def test_data_that_are_not_there_are_named_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["squad2", "--data", str(tmp_path / "none"), "--no-record"]) == 2
    error = capsys.readouterr().err
    assert "dev-quarter.json" in error
    assert len(error.splitlines()) == 1


def test_rows_are_appended_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "results.jsonl"
    old = {"benchmark": "realtimeqa", "year": "2022", "note": "first", "hits@1": 0.5, "refusal_answered": 0.9}
    append(old, path)
    rows = [
        Run("squad2", "", note, limit, {}).row({"n": 3}, seconds=1.26)
        for note, limit in (("a", None), ("b", 5))
    ]
    for row in rows:
        append(row, path)
    assert json.loads(path.read_text().splitlines()[0]) == old
    assert [row["note"] for row in read(path)] == ["first", "a", "b"]
    assert [(row["variant"], row["note"]) for row in latest(read(path))] == [("2022", "first"), ("", "a")]
    assert read(path)[0]["answered"] == 0.9
    assert rows[0]["seconds"] == 1.3


def test_nested_figures_are_told_a_line_each() -> None:
    lines = told({"n": 3, "baselines": {"theirs": {"hits@1": 0.5}}}).splitlines()
    assert lines[1:] == ["baselines", '  theirs                 {"hits@1": 0.5}']
