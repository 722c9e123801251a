"""A question, read: the kind of answer asked for, the words that count, names and phrases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import stems
from qa.query import CONTEXT_WEIGHT, LIGHT_WEIGHT, Kind, QueryTerm, kind_of, read_question


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who mediated the talks?", Kind.WHO),
        ("Whose vehicles were searched?", Kind.WHO),
        ("When did the war end?", Kind.WHEN),
        ("In which year did the war end?", Kind.WHEN),
        ("Where did they meet?", Kind.WHERE),
        ("Which city hosted the talks?", Kind.WHERE),
        ("How many people gathered in the square?", Kind.QUANTITY),
        ("How long did the war last?", Kind.QUANTITY),
        ("What percentage voted?", Kind.QUANTITY),
        ("Why was the road closed?", Kind.WHY),
        ("What was the reason for the closure?", Kind.WHY),
        ("How did the talks end?", Kind.HOW),
        ("What is the Lachin corridor?", Kind.DEFINITION),
        ("Who is Charles Michel?", Kind.DEFINITION),
        ("What did Russia offer?", Kind.WHAT),
        ("What did the minister urge?", Kind.SAYING),
        ("What did the minister ask for?", Kind.SAYING),
        ("Did the Red Cross deny it?", Kind.OTHER),
        ("lachin corridor", Kind.OTHER),
        ("", Kind.OTHER),
    ],
)
def test_the_kind_of_answer_asked_for_is_told(question: str, kind: Kind) -> None:
    assert kind_of(question)[0] is kind


def test_the_cue_is_the_question_s_own_words() -> None:
    assert kind_of("And how old is he?") == (Kind.QUANTITY, "how old")


def test_stop_words_do_not_count_and_light_words_count_less() -> None:
    weights = {term.surface: term.weight for term in read_question("Which news said more of peace?").terms}
    assert weights == {"news": LIGHT_WEIGHT, "said": LIGHT_WEIGHT, "peace": 1.0}


@pytest.mark.parametrize(
    ("question", "light"),
    [
        ("What role does the bank play?", {"role", "play"}),
        ("Where were the talks held?", {"held"}),
        ("Who held the talks?", set()),
        ("Which play won?", set()),
        ("What is the storm called?", {"called"}),
        ("Who called for the road to be opened?", set()),
    ],
)
def test_what_else_is_asked_takes_a_word_s_weight(question: str, light: set[str]) -> None:
    assert {t.surface for t in read_question(question).terms if t.weight == LIGHT_WEIGHT} == light


@pytest.mark.parametrize("opening", ["What day", "On what day", "Which date", "On which day of the week"])
def test_on_what_day_asks_when(opening: str) -> None:
    assert read_question(f"{opening} was the road closed?").text == "When was the road closed?"
    assert read_question(f"{opening} is it?").text == f"{opening} is it?"


def test_whose_job_is_asked_for_is_who_he_is() -> None:
    asked, plain = read_question("What is Charles Michel's job?"), read_question("Who is Charles Michel?")
    assert (asked.kind, asked.terms) == (plain.kind, plain.terms)
    assert read_question("What is the job of a speaker?").kind is not Kind.DEFINITION


def test_capitals_tell_names_though_not_at_the_start() -> None:
    terms = read_question("Did Azerbaijan's army leave Baku?").terms
    assert [(term.surface, term.is_name) for term in terms] == [
        ("Azerbaijan", True),
        ("army", False),
        ("leave", False),
        ("Baku", True),
    ]


@pytest.mark.parametrize("question", ["WHO CLOSED THE LACHIN CORRIDOR?", "Lachin Corridor Closed"])
def test_capitals_tell_nothing_where_all_words_have_them(question: str) -> None:
    assert not any(term.is_name for term in read_question(question).terms)


def test_an_armenian_mark_parts_no_word() -> None:
    assert [term.surface for term in read_question("Ո՞վ միջնորդեց").terms] == ["Ով", "միջնորդեց"]


def test_acronyms_count_though_they_read_like_stop_words() -> None:
    assert [term.surface for term in read_question("What does the US want?").terms] == ["US", "want"]


def test_names_of_several_words_and_quoted_words_are_phrases() -> None:
    query = read_question('Who called Charles Michel "a friend of peace", says Ilham Aliyev?')
    assert set(query.phrases) == {
        tuple(stems("a friend of peace")),
        tuple(stems("Charles Michel")),
        tuple(stems("Ilham Aliyev")),
    }


def test_words_carried_over_weigh_less_and_ask_for_nothing() -> None:
    query = read_question("What happened then? (about: why Brussels talks)")
    weights = {term.surface: term.weight for term in query.terms}
    assert weights["Brussels"] == weights["talks"] == CONTEXT_WEIGHT
    assert query.kind is Kind.WHAT


def test_a_word_said_twice_counts_once_with_its_greater_weight() -> None:
    query = read_question("Who closed the corridor? (about: corridor)")
    assert [(t.stem, t.weight) for t in query.terms if t.stem == "corridor"] == [("corridor", 1.0)]


@given(st.text(st.characters()))
def test_any_text_is_read_into_distinct_stems(text: str) -> None:
    query = read_question(text)
    found = [term.stem for term in query.terms]
    assert len(found) == len(set(found))
    assert all(0 < term.weight <= 1 and stems(term.surface) for term in query.terms)
    assert all(len(phrase) > 1 for phrase in query.phrases)


@given(st.lists(st.sampled_from(["Lachin", "corridor", "the", "closed", "who"]), max_size=6))
def test_each_word_that_is_no_stop_word_is_looked_for(words: list[str]) -> None:
    found: tuple[QueryTerm, ...] = read_question(" ".join(words)).terms
    assert {term.surface for term in found} == set(words) - {"the", "who"}
