"""Follow-ups become standalone questions; fresh subjects, and what stands on its own, are left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.followup import MAX_CARRIED, depends_on_earlier, standalone

CLOSED = "When did Azerbaijan close the Lachin corridor?"

FOLLOW_UPS = [
    (["What did Nils Berg's son say?"], "What's his name?", "What is Nils Berg's son's name?"),
    (["Who's Nils Berg?"], "What's his office?", "What is Nils Berg's office?"),
    (["Who flew the old plane?"], "No, I meant the new balloon", "Who flew the new balloon?"),
    (["Who won the Vela Cup?"], "I meant the 2022 one", "Who won the 2022 Vela Cup?"),
    (["Who won the cup in 2018?"], "No, in 2022", "Who won the cup in 2022?"),
    (["Who met in Oslo?"], "Sorry, I meant in Visby", "Who met in Visby?"),
    (["When does Brood XIX come?"], "And the other one?", "The other one? (about: Brood XIX)"),
    (["Who won the women's race?"], "And the men's?", "Who won the men's race?"),
    (["What is Ford's revenue?"], "And Opel's?", "What is Opel's revenue?"),
    (["When did Ann Krag die?"], "Who announced it?", "Who announced it? (about: Ann Krag die)"),
    (
        ["What did Ann Krag tell the minister of Peru?"],
        "Why did she say it?",
        "Why did Ann Krag say it? (about: minister Peru)",
    ),
    (["Did 20 people die in 2020?"], "And 30?", "Did 30 people die in 2020?"),
    (["Did 100 of the 1,100 strike?"], "And 200?", "Did 200 of the 1,100 strike?"),
    (["Did Oman sign with Omantel?"], "And Qatar?", "Did Qatar sign with Omantel?"),
    (["What happened on 5 May 2023?"], "And on 7 May?", "What happened on 7 May 2023?"),
    (["Was it a pro-Oslo rally?"], "And Visby?", "Visby? (about: pro Oslo rally)"),
    (["What happened on May 5?"], "And May 7?", "What happened on May 7?"),
    (["Why did Norway leave the fund?"], "Who pays for it?", "Who pays for the fund? (about: Norway leave)"),
    (
        ["What did the Vela Fund say about the bridge?"],
        "What did Ostra say to that?",
        "What did Ostra say to that? (about: Vela Fund bridge)",
    ),
    ([CLOSED], "Why did it do that?", "Why did Azerbaijan close the Lachin corridor?"),
    ([CLOSED], "Really? On what day?", "On what day did Azerbaijan close the Lachin corridor?"),
    (["Who is the mayor of Lorne?"], "And the one of Visby?", "Who is the mayor of Visby?"),
    (["Who is the mayor of Lorne?"], "What did she ask for?", "What did the mayor of Lorne ask for?"),
    (
        ["Did the Danish minister visit Lorne?"],
        "What did he do there?",
        "What did the Danish minister do there? (about: visit Lorne)",
    ),
    (["What part do the Oslo Fund and Vela play?"], "What about Ostra?", "What part does Ostra play?"),
    (["When was the last war?", "Who won it?"], "And the first one?", "Who won the first war?"),
    (["Did Nils Berg visit Oslo?"], "What is his office?", "What is Nils Berg's office? (about: visit Oslo)"),
    (["Who is Nils Berg?"], "Who is his Danish colleague?", "Who is Nils Berg's Danish colleague?"),
    (
        ["What did Krag say on Vela?"],
        "Does she back the deal?",
        "Does Krag back the deal? (about: Vela)",
    ),
    (["What is Vela's cheapest boat?"], "What does it cost?", "What does Vela's cheapest boat cost?"),
    (["Where did the coal mine explode?"], "How many died?", "How many died? (about: coal mine explode)"),
    ([CLOSED], "why?", "Why did Azerbaijan close the Lachin corridor?"),
    ([CLOSED], "And why?", "Why did Azerbaijan close the Lachin corridor?"),
    (["Why did Azerbaijan close the Lachin corridor?"], "When?", CLOSED),
    (
        [CLOSED],
        "What did Armenia say about it?",
        "What did Armenia say about the Lachin corridor? (about: Azerbaijan close)",
    ),
    (["When did Colonna visit Baku?"], "And Yerevan?", "When did Colonna visit Yerevan?"),
    (["When did Colonna visit Baku?"], "What about Yerevan?", "When did Colonna visit Yerevan?"),
    (["What did Russia offer?"], "And Turkey?", "What did Turkey offer?"),
    (["Which wars were fought?"], "And who won the second one?", "Who won the second war?"),
    (
        ["When did Aliyev meet Pashinyan?"],
        "And who mediated?",
        "Who mediated? (about: Aliyev meet Pashinyan)",
    ),
    (["Which cities were bombed?"], "And who rebuilt the first one?", "Who rebuilt the first city?"),
    (["Who is Catherine Colonna?"], "What did she urge?", "What did Catherine Colonna urge?"),
    (["Who is Ilham Aliyev?"], "What is his position?", "What is Ilham Aliyev's position?"),
    (
        ["Who is Charles Michel?"],
        "Where did he meet Aliyev?",
        "Where did he meet Aliyev? (about: Charles Michel)",
    ),
    (["What happened in Brussels?"], "What happened there?", "What happened there? (about: Brussels)"),
    (["Did Halcyon Lines sack its crew?"], "Why?", "Why did Halcyon Lines sack its crew?"),
    (["Did Halcyon Lines sack its crew?"], "And when was that?", "When did Halcyon Lines sack its crew?"),
    (
        ["How many ferries did the strike hold up in Greece?"],
        "And in Italy?",
        "How many ferries did the strike hold up in Italy?",
    ),
    (
        ["How many ferries did the strike hold up in the north?"],
        "And in southern Italy?",
        "How many ferries did the strike hold up in southern Italy?",
    ),
    (["Who leads the Halcyon Fund?"], "And Vela?", "Who leads Vela?"),
    (["Who leads Vela?"], "And the Halcyon Fund?", "Who leads the Halcyon Fund?"),
    (["Who closed the Lachin corridor?"], "And Zangezur?", "Who closed the Zangezur corridor?"),
    (["How tall will the tower be in 2030?"], "What about 2050?", "How tall will the tower be in 2050?"),
    (
        ["Who is the captain of the Halcyon?"],
        "When did she retire?",
        "When did she retire? (about: captain Halcyon)",
    ),
    (
        ["What did Vela's owner sell?"],
        "Where does he live?",
        "Where does he live? (about: Vela owner sell)",
    ),
    (
        ["Which striker did Vela sign?"],
        "How much was the fee?",
        "How much was the fee? (about: striker Vela sign)",
    ),
    (
        ["Which tunnels will Norway build?"],
        "How many are finished?",
        "How many are finished? (about: tunnels Norway build)",
    ),
    (
        ["When will the new trams of Vela run?"],
        "What will they cost?",
        "What will the new trams cost? (about: Vela run)",
    ),
    (
        ["Who mediated the talks in Vienna?"],
        "When did they meet?",
        "When did they meet? (about: mediated talks Vienna)",  # people met, not the talks
    ),
    (
        ["When did the talks in Vienna begin?"],
        "Why did they end?",
        "Why did the talks end? (about: Vienna begin)",
    ),
    (
        ["Which talks took place in Brussels?"],
        "What did they agree on?",
        "What did they agree on? (about: talks Brussels)",
    ),
    (
        ["Why was the Lachin corridor closed?"],
        "What did Russia say about it?",
        "What did Russia say about the Lachin corridor? (about: closed)",
    ),
    (["Who was the accused?"], "What did they deny?", "What did they deny? (about: accused)"),
    (["Which two wars were fought?"], "When did they end?", "When did the two wars end? (about: fought)"),
    (["What did Halcyon Lines do?"], "When were they sued?", "When were Halcyon Lines sued?"),
    (
        ["How many times did Aliyev meet Pashinyan?"],
        "Where did they sign it?",
        "Where did they sign it? (about: Aliyev meet Pashinyan)",
    ),
    (
        ["Is Turkey a member of the EU?"],
        "Does it support Azerbaijan?",
        "Does Turkey support Azerbaijan? (about: member EU)",
    ),
    (
        ["What did Colonna ask Azerbaijan to do?"],
        "What did it reply?",
        "What did Azerbaijan reply? (about: Colonna ask)",
    ),
    (
        ["What did Colonna ask Azerbaijan to do?"],
        "Which capitals did she visit?",
        "Which capitals did Colonna visit? (about: ask Azerbaijan)",
    ),
    (
        ["When was the Lachin corridor closed?"],
        "Who demanded its reopening?",
        "Who demanded the Lachin corridor's reopening? (about: closed)",
    ),
    (["Has Brodna's mayor resigned?"], "Which party?", "Which party? (about: Brodna mayor resigned)"),
]

FRESH = [
    "What is the capital of Australia?",
    "How many people demanded a new airport?",
    "Is there a peace agreement?",
    "Did Armenia say that its troops left?",
    "What is the weather in Baku?",
    "Who won the 2020 war?",
    "Who visited Baku this week?",
    "What did the ministry in Vienna announce this year?",
]


@pytest.mark.parametrize(("turns", "question", "expected"), FOLLOW_UPS)
def test_a_follow_up_is_made_standalone(turns: list[str], question: str, expected: str) -> None:
    assert standalone(question, turns) == expected


@pytest.mark.parametrize(("turns", "question", "expected"), FOLLOW_UPS)
def test_what_was_made_standalone_is_not_rewritten_again(
    turns: list[str], question: str, expected: str
) -> None:
    again = standalone(expected, turns)
    assert again.partition(" (about: ")[0] == expected.partition(" (about: ")[0]


@pytest.mark.parametrize("question", FRESH)
def test_a_fresh_subject_is_left_alone(question: str) -> None:
    assert not depends_on_earlier(question)
    assert standalone(question, [CLOSED]) == question


def test_a_chain_of_follow_ups_reaches_back_to_its_subject() -> None:
    turns = ["Which wars were fought?", "And who won the second one?"]
    assert standalone("And who won the first one?", turns) == "Who won the first war?"
    turns = ["Why did Azerbaijan close the Lachin corridor?", "When?", "And who denied it?"]
    assert {"Lachin", "corridor"} <= set(standalone("Where?", turns).replace(")", " ").split())


def test_a_name_is_carried_over_two_questions() -> None:
    turns = ["Who commands the Halcyon?", "Since when?", "Was the crew told?"]
    assert "Halcyon" in standalone("And what did they say?", turns)


def test_what_is_carried_along_has_an_end() -> None:
    turns = [f"And did ship{i} or boat{i} or raft{i} sink off cape{i} there?" for i in range(8)]
    carried = standalone("Why?", turns).partition(" (about: ")[2]
    assert len(carried.split()) <= MAX_CARRIED


def test_a_fresh_subject_ends_the_one_before() -> None:
    turns = [CLOSED, "When did Colonna visit Baku?"]
    assert standalone("why?", turns) == "Why did Colonna visit Baku?"


def test_a_person_is_meant_who_was_named_two_questions_ago() -> None:
    turns = ["Who is Colonna?", "What did she ask for?", "What was the answer?"]
    assert standalone("Which cities did she visit?", turns).startswith("Which cities did Colonna visit?")
    turns = ["What did Colonna say?", "Did Michel object?", "What was the answer?"]
    assert standalone("When did he arrive?", turns).startswith("When did Michel arrive?")
    turns = ["What did Colonna and Mirzoyan say?", "What was the answer?"]
    assert standalone("When did she arrive?", turns).startswith("When did she arrive?")


@pytest.mark.parametrize("turns", [[], ["", "  "]])
def test_a_follow_up_to_nothing_is_left_alone(turns: list[str]) -> None:
    assert standalone("And who mediated?", turns) == "And who mediated?"


@given(st.text())
def test_without_turns_any_question_is_left_alone(question: str) -> None:
    assert standalone(question, []) == question


WORDS = st.sampled_from(
    "who why When did it they the one second And what about Baku Armenia corridor close ? ( ) about: there".split()
)


@settings(max_examples=150)
@given(st.lists(st.lists(WORDS, max_size=8).map(" ".join) | st.text(max_size=40), min_size=1, max_size=5))
def test_any_conversation_gives_one_line_that_does_not_grow_without_end(turns: list[str]) -> None:
    asked = standalone(turns[-1], turns[:-1])
    assert len(asked.splitlines()) <= max(1, len(turns[-1].splitlines()))
    assert len(asked) <= 40 + 2 * sum(len(turn) for turn in turns)
    assert asked.count("(about: ") <= 1 + sum(turn.count("about:") for turn in turns)


@pytest.mark.parametrize(
    ("earlier", "question", "expected"),
    [
        (
            "Who bought the Vela Lines?",
            "How much did he pay?",
            "How much did Ann Krag pay? (about: bought Vela Lines)",
        ),
        ("Who is Nils Berg married to?", "Where is she?", "Where is Ann Krag? (about: Nils Berg married)"),
        ("Which singer won?", "What's her age?", "What is Ann Krag's age? (about: singer won)"),
        ("Who won the cup?", "Whom did she beat?", "Whom did Ann Krag beat? (about: won cup)"),
        ("Who bought it?", "Who sold it to him?", "Who sold it to him? (about: bought)"),
        ("Who is Nils Berg?", "Where is he?", "Where is Nils Berg?"),
    ],
)
def test_who_answers_the_question_before_is_whom_he_means(earlier: str, question: str, expected: str) -> None:
    assert standalone(question, [earlier], lambda asked: "Ann Krag") == expected
    unknown = standalone(question, [earlier])
    assert ("Ann Krag" in expected) == (unknown != expected)
