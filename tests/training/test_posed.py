"""Questions that articles pose: which paragraphs are one, what below answers it, and what is read beside that."""

import random

import pytest

from training.posed import Paragraph, answering, posed, question_of

TITLE = "The ferry terminal of Port Amber: what residents should know"
TEXT = """Port Amber has argued about its ferry terminal for eleven years. The council has now voted.

The old terminal was built by the Halden Company and carried 900,000 passengers last year.

Who announced the new terminal?

The news came late on Friday. Lena Orwick, the mayor, read it out to the council.

Its members listened in silence.

Why do opponents dislike the terminal?

They fear the noise of the night ferries. They also say that it costs too much.

Read more: Seven harbours to see

Ships from Grey Island will call at the new terminal of Port Amber twice a day. The crossing takes an hour.

Would you like to receive our newsletter every day?

It comes each morning with all that has happened in the harbour."""


def examples(seeds: int) -> list:
    return [e for seed in range(seeds) for e in posed(TITLE, TEXT, "week 2023-18", random.Random(seed))]


@pytest.mark.parametrize(
    ("paragraph", "question"),
    [
        ("Why do opponents dislike the terminal?", "Why do opponents dislike the terminal?"),
        ("Q: Why do opponents\n dislike the terminal?", "Why do opponents dislike the terminal?"),
        ("Why do they dislike it?", None),  # says too little alone
        ("The council asked why. Who dislikes the ferry terminal?", None),
        ("“Who dislikes the new ferry terminal?”", None),
        ("More: Who dislikes the new ferry terminal?", None),
        ("Would you like to receive our newsletter?", None),
        ("Opponents dislike the terminal.", None),
        ("Why do opponents dislike the " + "very " * 30 + "new terminal?", None),
    ],
)
def test_a_paragraph_that_is_a_question(paragraph: str, question: str | None) -> None:
    assert question_of(paragraph) == question


@pytest.mark.parametrize(
    ("question", "sentences", "right"),
    [
        ("Who announced the terminal?", ("It came late.", "Lena Orwick, the mayor, read it out."), (1,)),
        (
            "Who is Lena Orwick?",
            ("That is known to everybody by now.", "It was Lena Orwick who read it out."),
            (),
        ),
        ("How many ferries call there?", ("Few did so far.", "There will be 14 ferries a day."), (1,)),
        ("When does the terminal open?", ("Nobody at the council will say so yet.",), ()),
        ("Why is it disliked?", ("Its noise is feared by many.", "It is dear.", "So they say."), (0, 1)),
        ("Why is it disliked?", ("Because it is.",), ()),  # too little said
        ("Why is it disliked?", ("Is that not what everybody in town asks?", "It is."), ()),
    ],
)
def test_what_answers_holds_what_is_asked_for(
    question: str, sentences: tuple[str, ...], right: tuple[int, ...]
) -> None:
    below = Paragraph(" ".join(sentences), sentences)
    assert answering(question, below, random.Random(0)) == right


def test_the_answer_stands_below_the_question_and_the_question_in_no_window() -> None:
    answers = {
        "Who announced the new terminal?": "Lena Orwick",
        "Why do opponents dislike the terminal?": "They",
    }
    asked = [e for e in examples(30) if e.answers]
    assert {e.question for e in asked} == set(answers)
    for example in asked:
        shown = [sentence for window in example.windows for sentence in window.sentences]
        assert not any("?" in sentence for sentence in shown)
        assert len(shown) == len(set(shown))
        for answer in example.answers:
            assert answer.window == 0
            assert example.windows[0].sentences[answer.sentence].startswith(answers[example.question])
    leads = {e.windows[0].sentences[0] for e in asked if e.question.startswith("Why")}
    assert leads == {"Its members listened in silence.", "They fear the noise of the night ferries."}
    assert {e.windows[0].title for e in asked} == {TITLE, ""}


def test_other_windows_do_not_go_on_answering() -> None:
    for example in examples(10):
        if example.question.startswith("Who"):
            others = example.windows[1:] if example.answers else example.windows
            shown = {sentence for window in others for sentence in window.sentences}
            assert shown
            assert "Its members listened in silence." not in shown


def test_some_are_asked_again_without_the_answer() -> None:
    made = examples(60)
    gone = [e for e in made if e.kind == "posed, answer gone"]
    assert 0.1 < len(gone) / (len(made) - len(gone)) < 0.35
    asks_who = [e for e in gone if e.question.startswith("Who")]
    assert asks_who
    assert not any("Lena Orwick" in s for e in asks_who for w in e.windows for s in w.sentences)
    assert not any(e.answers for e in gone)
