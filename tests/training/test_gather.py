"""All files of examples from a small data folder: made once, and gone on with where they were cut off."""

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.data import Choice, load
from index.passages import sentence_spans
from qa.reader import Reader
from tests.training.test_gold import squad_file
from tests.training.test_made import TEXT
from training import examples
from training.evaluate import paragraph_figures, ranking_figures, refusal_figures
from training.gather import found_for, gather
from training.gold import squad_paragraphs
from training.whole import whole_figures

TINY = Path(__file__).parents[1] / "qa" / "tiny_reader"
POSED = "\n\nWhen will the new terminal open?\n\nIt is to open in March 2024, the council says."
SETS = ("squad2", "rtqa", "written", "evidence", "made", "posed")
ANSWERED = {"sentence@1": 0.0, "sentence@3": 1.0}  # the mayor says when, too, which the reader puts behind
TOWNS = ("Port Amber", "Ashmouth", "Lindholm", "Greywater", "Oldhaven", "Brackley", "Eastfold", "Norrisund")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write eight towns' ferry terminals as the shared data are laid out."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "realtimeqa").mkdir()
    (folder / "squad2").mkdir()
    squad_file(folder).rename(folder / "squad2" / "dev-quarter.json")
    with gzip.open(folder / "realtimeqa" / "articles.jsonl.gz", "wt", encoding="utf-8") as file:
        for week, town in enumerate(TOWNS):
            record = {
                "url": f"https://news.example/{week}",
                "title": f"{town} council approves new ferry terminal after six hours of debate",
                "published": f"2023-05-{1 + 3 * week:02}",
                "authors": [],
                "text": TEXT.replace("Port Amber", town) + POSED,
            }
            file.write(json.dumps(record) + "\n")
    questions = [
        {
            "id": f"q{week}",
            "asked": f"2023-05-{2 + 3 * week:02}",
            "question": f"Who is the mayor that announced the ferry terminal of {town}?",
            "answer": "Lena Orwick",
            "evidence": f"Lena Orwick announced the new terminal of {town}.",
            "gold_urls": [],
            "answer_urls": [f"https://news.example/{week}"],
        }
        for week, town in enumerate(TOWNS)
    ]
    told = {
        "answer": "Ida Norling",
        "evidence": "Ida Norling, its mayor, announced the ferry terminal on Friday.",
    }
    explained_alone = questions[0] | {
        "question": "Who led the opponents of the ferry terminal?",
        "asked": "2023-06-01",
        "answer": "Tomas Brandt",
        "evidence": "Tomas Brandt led those who opposed it.",
    }
    explained = [*(record | told for record in questions), explained_alone]
    for name, records in (("questions", questions), ("evidence", explained)):
        lines = "".join(json.dumps(record) + "\n" for record in records)
        (folder / "realtimeqa" / f"{name}.jsonl").write_text(lines, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def work(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("training.gather.LEARNED", _written(folder))
        patch.setattr("training.gather.OTHERS_WINDOWS", 1)  # eight articles alike give few
        gather(data, folder, articles=4)
    return folder


def _written(folder: Path) -> Path:
    """Write a question over the first town's article, which its second sentence answers, and one without answer."""
    text = TEXT + POSED
    spans = [[span.start, span.end] for span in sentence_spans(text)]
    record = {
        "url": "https://news.example/0",
        "published": "2023-05-01",
        "read": [[spans[0][0], spans[-1][1]]],
        "asked": [
            ["Who spoke for Port Amber's ferries?", [spans[1]], None],
            ["How deep is its port?", [], None],
        ],
    }
    file = folder / "written.jsonl"
    file.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return file


def test_every_set_is_made(work: Path) -> None:
    made = {file.name: list(examples.read(file)) for file in (work / "examples").iterdir()}
    assert set(made) == {f"{name}.jsonl.gz" for name in SETS}
    assert all(made.values())
    assert 3 <= len(made["posed.jsonl.gz"]) < len(TOWNS)  # one question, at most three times
    answered, unanswered = made["written.jsonl.gz"]
    second = sentence_spans(TEXT)[1]
    told = {answered.windows[a.window].sentences[a.sentence] for a in answered.answers}
    assert told == {" ".join(TEXT[second.start : second.end].split())}
    assert unanswered.answers == ()
    brandt = [
        e for e in made["rtqa.jsonl.gz"] if e.question == "Who led the opponents of the ferry terminal?"
    ]
    assert any("Tomas Brandt" in brandt[0].windows[a.window].sentences[a.sentence] for a in brandt[0].answers)
    asked = next(e for e in made["rtqa.jsonl.gz"] if e not in brandt)
    answer = asked.answers[0]
    assert "Lena Orwick" in asked.windows[answer.window].sentences[answer.sentence]


def test_a_second_run_makes_nothing(data: Path, work: Path) -> None:
    files = sorted((work / "examples").iterdir())
    before = [file.stat().st_mtime_ns for file in files]
    gather(data, work, articles=4)
    assert [file.stat().st_mtime_ns for file in files] == before


def test_what_was_found_is_gone_on_with(data: Path, work: Path) -> None:
    task = load("realtimeqa", data, Choice())
    whole = found_for(task, work)
    file = work / "found" / "realtimeqa.jsonl"
    text = file.read_text("utf-8")
    file.write_text(text[: len(text) // 2], encoding="utf-8")  # in the middle of a line
    again = found_for(task, work)
    assert [(f.windows, case.question) for f, case in again] == [
        (f.windows, case.question) for f, case in whole
    ]
    assert len(file.read_text("utf-8").splitlines()) == len(task.cases)


def test_whole_answers_are_measured_with_the_reader_and_without(
    data: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.whole.is_held_back", lambda key: True)
    monkeypatch.setattr("training.whole.NAMES", names := ("realtimeqa", "squad2"))
    figures = whole_figures(data, work)
    assert tuple(figures) == (*names, "posed")
    assert figures["posed"] == {"n": 3, "without": ANSWERED, "with": ANSWERED | {"sentence@1": 1.0}}
    for name in names:
        assert figures[name]["n"] == len(load(name, data, Choice()).cases)
        assert {"answered", "sentence@1"} <= figures[name]["with"].keys() == figures[name]["without"].keys()


def test_figures_of_a_reader_beside_the_pipeline_s(data: Path, work: Path) -> None:
    reader = Reader(TINY)
    cases = found_for(load("realtimeqa", data, Choice()), work)
    figures = ranking_figures(reader, cases)
    assert all(0 <= value <= 1 for row in figures.values() for value in row.values())
    assert figures["0.0"]["sentence@10"] > 0
    paragraphs = list(squad_paragraphs(data / "squad2" / "dev-quarter.json"))
    assert paragraph_figures(reader, paragraphs)["n"] == 2
    squad = found_for(load("squad2", data, Choice()), work)
    assert set(refusal_figures(reader, squad)) == {"pipeline", "reader", "both"}
