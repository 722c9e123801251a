"""Strangers' questions are over articles that are there, of every kind; what was meant is told from what was not."""

import json
from collections import Counter
from pathlib import Path

from benchmarks.runs import Options
from benchmarks.strangers import ANSWERABLE, folders, run_strangers
from tests.benchmarks.others_data import NEWS, write

KINDS = {"other_topic", "attribute", "wrong_person", "no_such_event", "elsewhere", "near_name"}


def test_each_folder_has_as_many_questions_of_both_sorts_and_none_twice() -> None:
    found = list(folders())
    assert found
    for folder in found:
        kinds = Counter(one.kind for one in folder.asked)
        assert kinds.keys() == KINDS | {ANSWERABLE}
        assert kinds[ANSWERABLE] == kinds.total() - kinds[ANSWERABLE]
        assert len({one.question for one in folder.asked}) == len(folder.asked)
        assert len(set(folder.articles)) == len(folder.articles)


def test_what_can_be_answered_has_a_place_in_an_article_of_its_folder() -> None:
    for folder in folders():
        for one in folder.asked:
            assert (one.article in folder.articles) is (one.place is not None) is one.is_answerable
            assert one.place is None or 0 <= one.place[0] < one.place[1]


def test_the_right_sentence_and_right_refusals_are_counted(tmp_path: Path) -> None:
    data = write(tmp_path / "data")
    text = NEWS[0]["text"]
    place = [text.index("All 212"), len(text)]
    asked = [
        ["How many passengers of the ferry were taken ashore?", ANSWERABLE, 0, place],
        ["Which ferry ran aground off Vela?", ANSWERABLE, 0, place],  # which another sentence tells
        ["Who wrote the opera about the unicorn?", "other_topic", None, None],
    ]
    file = tmp_path / "strangers.jsonl"
    articles = [record["url"] for record in NEWS[:2]]
    file.write_text(
        json.dumps({"folder": "one", "data": "realtimeqa", "articles": articles, "asked": asked}) + "\n"
    )
    row = run_strangers(Options(data, tmp_path / "work", settings={"reader": "0"}), file)
    assert (row["n"], row["answered"], row["refusal_recall"]) == (3, 1.0, 1.0)
    assert 0.5 <= row["sentence@1"] <= row["sentence@3"] <= 1.0
    assert row["refused"] == {"other_topic": 1.0}
    assert row["folders"].keys() == {"one"}
