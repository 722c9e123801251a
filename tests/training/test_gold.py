"""Others' questions become examples with the answer's sentence and place; nothing leaks over the split."""

import json
import random
from datetime import date, timedelta
from pathlib import Path

from qa.reader import Window
from training import examples
from training.gold import realtimeqa, realtimeqa_evidence, squad_paragraphs
from training.split import is_held_back, week_of

CONTEXT = "The mill stands by the Ash river. It was built in 1804. A fire destroyed its roof in 1911. It was mended."


def squad_file(folder: Path) -> Path:
    def qa(question: str, answer: str) -> dict:
        answers = [{"text": answer, "answer_start": CONTEXT.index(answer)}] if answer else []
        return {"question": question, "answers": answers}

    asked = [qa("When was the mill built?", "1804"), qa("Who owns the mill?", "")]
    page = {"title": "The_mill", "paragraphs": [{"context": CONTEXT, "qas": asked}]}
    file = folder / "squad.json"
    file.write_text(json.dumps({"data": [page]}), encoding="utf-8")
    return file


def test_a_paragraph_s_answer_has_its_sentence_and_offsets(tmp_path: Path) -> None:
    answered, impossible = squad_paragraphs(squad_file(tmp_path))
    place = answered.answers[0]
    sentence = answered.windows[0].sentences[place.sentence]
    assert sentence == "It was built in 1804."
    assert sentence[place.start : place.end] == "1804"
    assert (impossible.kind, impossible.answers) == ("squad2 impossible", ())


def test_a_long_paragraph_is_cut_around_its_answer(tmp_path: Path) -> None:
    answered, _ = squad_paragraphs(squad_file(tmp_path), most_chars=60)
    assert sum(map(len, answered.windows[0].sentences)) <= 60
    assert answered.windows[0].sentences[answered.answers[0].sentence] == "It was built in 1804."


RECORD = {
    "question": "Which city will host the summer games?",
    "answer": "Lindholm",
    "asked": "2022-06-03",
    "evidence": "The committee chose Lindholm over two rivals. The games return there after forty years.",
}


def test_sentences_with_the_answer_and_some_of_the_question_answer() -> None:
    window = Window(
        "Games go north", ("Lindholm will host the summer games.", "Lindholm is cold.", "Rivals lost.")
    )
    (example,) = realtimeqa([RECORD], {RECORD["question"]: [window]})
    assert {answer.sentence for answer in example.answers} == {0, 1}
    assert example.key == week_of(date(2022, 6, 3))


def test_a_question_whose_answer_was_not_found_is_left_out() -> None:
    assert list(realtimeqa([RECORD], {RECORD["question"]: [Window("", ("Nothing of the kind.",))]})) == []


def test_evidence_stands_among_other_sentences() -> None:
    others = [
        Window(f"City {i}", (f"City {i} hosts a fair.", "It rains there.", "All went home."))
        for i in range(5)
    ]
    (example,) = realtimeqa_evidence([RECORD], others, random.Random(1))
    (answer,) = example.answers
    assert "Lindholm" in example.windows[0].sentences[answer.sentence]
    assert len(example.windows[0].sentences) == 5
    assert len(example.windows) == 3


def test_about_a_fifth_is_held_back_and_a_week_stays_whole() -> None:
    keys = [f"page/{i}" for i in range(2000)]
    assert 0.17 < sum(map(is_held_back, keys)) / len(keys) < 0.23
    monday = date(2022, 6, 6)
    assert len({week_of(monday + timedelta(days=i)) for i in range(7)}) == 1
    assert week_of(monday) != week_of(monday - timedelta(days=1))


def test_examples_are_read_as_they_were_written(tmp_path: Path) -> None:
    made = list(squad_paragraphs(squad_file(tmp_path)))
    file = tmp_path / "examples.jsonl.gz"
    assert examples.write(file, made) == 2
    assert list(examples.read(file)) == made
