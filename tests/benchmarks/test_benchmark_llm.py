"""The judge of what an LLM's answers are worth: what it calls carried, what it counts, which questions it asks."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import llm, results
from qa.answer import Sentence
from tests.benchmarks.others_data import write
from tests.qa.assistants import SAMPLES, assistant_over
from tests.qa.llm_server import Script, says

PASSAGE = "Talks in Osk. Petra Winn opened the talks in Osk on 3 May with 1,200 guests; the mayor was absent."


@pytest.mark.parametrize(
    "sentence",
    [
        "Petra Winn opened the talks.",
        "The talks opened with 1,200 guests.",
        "In Osk, Petra Winn's talks opened.",
    ],
)
def test_a_sentence_of_the_passage_s_own_facts_and_words_is_carried(sentence: str) -> None:
    assert llm.is_carried(Sentence(sentence, (1,), verified=True), PASSAGE)


def test_what_stands_in_the_sentence_s_brackets_is_not_judged() -> None:
    added = "article of June 19, 2022"
    sentence = Sentence(f"Petra Winn opened the talks [{added}].", (1,), verified=True, additions=(added,))
    assert llm.is_carried(sentence, PASSAGE)


@pytest.mark.parametrize(
    "sentence",
    [
        "The talks in Osk opened with 1,300 guests.",
        "The talks were opened by Petra Lisk.",
        "The guests danced until morning came over the harbour.",
    ],
)
def test_another_number_another_name_or_other_words_are_not(sentence: str) -> None:
    assert not llm.is_carried(Sentence(sentence, (1,), verified=True), PASSAGE)


def test_the_articles_own_sentences_that_follow_are_not_the_llm_s(tmp_path: Path) -> None:
    with assistant_over(SAMPLES, tmp_path) as assistant:
        own = assistant.ask("Who mediated the talks in Brussels?")
    assert own.sentences
    written = Sentence("Petra Winn opened the talks.", (1,), verified=True)
    assert llm.of_the_llm(replace(own, sentences=(written, *own.sentences)), own) == [written]


def test_a_run_asks_what_is_not_skipped_and_keeps_its_row(
    tmp_path: Path, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tmp_path / "rows.jsonl"
    monkeypatch.setattr(llm, "append", lambda row: results.append(row, rows))
    script.plays(says("Ottmar Lisk resigned over the flooded tunnel. [1] Ottmar Lisk sang an aria. [1]"))
    folders = ["--data", str(write(tmp_path / "data")), "--work", str(tmp_path / "work")]
    assert llm.main(["--url", script.url, "--model", "scripted", *folders, "--skip", "1"]) == 0
    (row,) = (json.loads(line) for line in rows.read_text("utf-8").splitlines())
    assert (row["benchmark"], row["variant"], row["skipped"], row["n"]) == ("llm", "2022", 1, 1)
    assert (row["shown"], row["carried"], row["dropped"], row["failed"]) == (1, 1, 1, 0)
    assert script.url not in json.dumps(row)
    assert {"Brodna" in request["messages"][1]["content"] for request in script.requests} == {True}
