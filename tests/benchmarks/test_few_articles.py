"""Folders of six paragraphs: each is asked its own questions and some of the next one's."""

import json
from pathlib import Path

from benchmarks.data import squad2_paragraphs
from benchmarks.few_articles import ANOTHERS, OWN, PARAGRAPHS, folders, run_few_articles
from benchmarks.runs import Options

TOWNS = [
    "Lorne",
    "Osla",
    "Tarn",
    "Visby",
    "Mirow",
    "Ystad",
    "Arlo",
    "Belm",
    "Cray",
    "Dorn",
    "Elva",
    "Fosse",
    "Gelt",
]


def page(title: str, towns: list[str]) -> dict[str, object]:
    """A page with a paragraph a town, and two questions on each: its mayor, and what nothing tells."""
    return {
        "title": title,
        "paragraphs": [
            {
                "context": f"The mayor of {town} is called {town}son. The harbour of {town} was built in 19{i:02}.",
                "qas": [
                    {"question": f"Who is the mayor of {town}?", "answers": [{"text": f"{town}son"}]},
                    {"question": f"Who painted the lighthouse of {town}?", "answers": []},
                ],
            }
            for i, town in enumerate(towns, start=10)
        ],
    }


def write(folder: Path, *pages: dict[str, object]) -> Path:
    (folder / "squad2").mkdir(parents=True)
    (folder / "squad2" / "dev-quarter.json").write_text(json.dumps({"data": pages}), "utf-8")
    return folder


def test_pages_are_cut_into_whole_folders_that_ask_of_the_next(tmp_path: Path) -> None:
    data = write(
        tmp_path, page("Towns_by_the_sea", TOWNS), page("One", TOWNS[:PARAGRAPHS]), page("Few", TOWNS[:2])
    )
    first, second, only = folders(list(squad2_paragraphs(data)))
    assert [folder.name for folder in (first, second, only)] == [
        "Towns_by_the_sea-1",
        "Towns_by_the_sea-2",
        "One-1",
    ]
    assert [len(folder.records) for folder in (first, second, only)] == [PARAGRAPHS] * 3
    assert len(first.own) == 2 * PARAGRAPHS <= OWN
    assert {case.question.split()[-1] for case in first.anothers} == {f"{town}?" for town in TOWNS[6:12]}
    assert {case.question.split()[-1] for case in second.anothers} == {f"{town}?" for town in TOWNS[:6]}
    assert all(case.is_answerable for case in first.anothers)
    assert len(first.anothers) <= ANOTHERS
    assert only.anothers == ()


def test_what_a_folder_tells_is_answered_and_what_another_tells_refused(tmp_path: Path) -> None:
    data = write(tmp_path / "data", page("Towns", TOWNS))
    row = run_few_articles(Options(data, tmp_path / "work", settings={"reader": "0"}))
    assert (row["folders"], row["n"], row["n_sentence"], row["n_anothers"]) == (2, 24, 12, 12)
    assert (row["answered"], row["sentence@1"], row["anothers_refused"]) == (1.0, 1.0, 1.0)
    assert row["refusal_recall"] == 1.0
