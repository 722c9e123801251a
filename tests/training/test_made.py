"""Examples made from articles: what is asked for stands where it is said to, and twins have no answer."""

import random
from datetime import date

import pytest

from corpus.article import Article
from index.analysis import stems
from training.made import Maker, headline_question
from training.phrases import phrases
from training.questions import ask_for

TEXT = (
    "The harbour council of Port Amber approved the new ferry terminal on Monday after a debate of six hours. "
    "Mayor Lena Orwick said the terminal would cost $48 million and open in March 2024.\n\n"
    "Opponents led by Tomas Brandt had collected 12,400 signatures against the plan since last summer. "
    "The old terminal was built in 1961 by the Halden Company and carried 900,000 passengers last year. "
    "Work will begin in April, according to the council. The first ferry from Grey Island arrived at noon.\n\n"
    "Residents of Grey Island have waited for the terminal for eleven years, and most of them welcomed the vote."
)
ARTICLE = Article(
    id="ferry",
    text=TEXT,
    title="Port Amber council approves new ferry terminal after six hours of debate",
    published=date(2023, 5, 2),
    source=None,
    url=None,
    authors=(),
    language="en",
)
POOL = {"person": ["Ida Norling"], "when": ["in 1987"], "amount": ["seventy"], "place": ["Oldhaven"]}


def made(seeds: int) -> list:
    return [
        example
        for seed in range(seeds)
        for example in Maker({}, POOL, random.Random(seed)).examples(ARTICLE, "week 2023-18")
    ]


def test_each_answer_stands_where_it_is_said_to() -> None:
    answered = [example for example in made(40) if example.answers]
    assert len(answered) > 20
    for example in answered:
        for answer in example.answers:
            text = example.windows[answer.window].sentences[answer.sentence]
            assert text[answer.start : answer.end].strip()


def test_no_question_says_its_answer() -> None:
    for example in made(40):
        for answer in example.answers:
            text = example.windows[answer.window].sentences[answer.sentence][answer.start : answer.end]
            telling = {stem for stem in stems(text) if len(stem) > 3}
            assert not telling & set(stems(example.question)), (example.question, text)


def test_twins_have_no_answer_and_every_kind_of_twin_is_made() -> None:
    twins = [example for example in made(150) if example.kind.startswith("made, ")]
    assert {twin.kind for twin in twins} >= {"made, answer gone", "made, name exchanged"}
    assert not [twin for twin in twins if twin.answers]


def test_the_same_seed_makes_the_same_examples() -> None:
    assert made(5) == made(5)


def test_a_headline_asks_for_what_the_opening_repeats() -> None:
    opening = ["The council of Port Amber approved a new ferry terminal after six hours of debate on Monday."]
    found = {
        result[1]
        for seed in range(20)
        if (result := headline_question(ARTICLE.title, opening, random.Random(seed))) is not None
    }
    assert found
    assert all(answer in opening[0] for answer in found)


@pytest.mark.parametrize(
    ("sentence", "answer", "start"),
    [
        (
            "The old terminal was built in 1961 by the Halden Company.",
            "in 1961",
            ("When was", "In what year was"),
        ),
        (
            "Tomas Brandt has led the opponents of the plan since spring.",
            "Tomas Brandt",
            ("Who has", "What has"),
        ),
        (
            "The plan collected 12,400 signatures in a week.",
            "12,400",
            ("How many signatures did", "The plan"),
        ),
    ],
)
def test_a_sentence_is_turned_into_a_question(sentence: str, answer: str, start: tuple[str, ...]) -> None:
    asked = set()
    for seed in range(20):
        rng = random.Random(seed)
        phrase = next(p for p in phrases(sentence, rng) if p.text == answer)
        asked.add(ask_for(sentence, phrase, rng))
    assert all(question is not None and question.startswith(start) for question in asked), asked
