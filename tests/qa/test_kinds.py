"""A sentence fits where it holds, beyond what the question says, the kind of answer asked for."""

import pytest

from index.analysis import stems
from qa.kinds import fits, has_number, is_done_to, is_option, lasts, numbers, poses, speaks_on, tells_purpose
from qa.query import Kind
from qa.terms import stems_of_words

MET = "The leaders met in Brussels on Saturday, July 15."
CLOSED = "Azerbaijan closed the corridor because, it said, vehicles had been used for smuggling."
CROWD = "On Friday, around 6,000 people gathered."
PLANES = "The fault hit two Azerbaijan Airlines planes."


@pytest.mark.parametrize(
    ("kind", "question", "sentence"),
    [
        (Kind.WHO, "Who mediated the talks?", "The mediator was Charles Michel."),
        (Kind.WHO, "Who denied the claims?", "Karabakh rebel officials denied the claims."),
        (Kind.WHO, "Who has met the rebels?", "On Monday the ambassador met them."),
        (Kind.WHEN, "When did the leaders meet?", MET),
        (Kind.WHEN, "When was the genocide?", "It took place in 1915."),
        (Kind.WHERE, "Where did the leaders meet?", MET),
        (Kind.WHERE, "Where did Lena go?", "Lena visited both Port Amber and Ash."),
        (Kind.QUANTITY, "How many people gathered?", CROWD),
        (Kind.QUANTITY, "How long did the war last?", "The war lasted six weeks."),
        (Kind.QUANTITY, "How long did the war last?", "It was a six-week war."),
        (
            Kind.QUANTITY,
            "How long was it the capital?",
            "It was the capital until the end of the 18th century.",
        ),
        (Kind.QUANTITY, "How long had he been pope?", "It was less than a year after he became pope."),
        (Kind.QUANTITY, "How long after the banquet did he die?", "He died four days after a banquet."),
        (Kind.QUANTITY, "How big is the army?", "It has 40,000 soldiers."),
        (Kind.QUANTITY, "How high will prices rise?", "Prices will rise to $4.05."),
        (Kind.QUANTITY, "How many planes were hit?", PLANES),
        (Kind.QUANTITY, "How many died?", "In two days 12 villagers were killed."),
        (Kind.QUANTITY, "How many days did it last?", "It lasted two days."),
        (Kind.QUANTITY, "How old is he?", "Michel, 47, was born in Namur."),
        (Kind.QUANTITY, "How much did it cost?", "The bill came to $3 million."),
        (Kind.WHY, "Why was the corridor closed?", CLOSED),
        (Kind.HOW, "How did they travel?", "They came by train."),
        (Kind.DEFINITION, "What is the Lachin corridor?", "The Lachin corridor, the only road, is shut."),
        (Kind.DEFINITION, "What is the Lachin corridor?", "They shut the Laçın Corridor, the only road."),
        (Kind.DEFINITION, "Who are the Harbour Knights?", "The Harbour Knights (a guild of pilots) left."),
        (Kind.SAYING, "What did Armenia say about it?", "Baku set up a post, which Armenia called a breach."),
        (Kind.SAYING, "What does Armenia think of it?", "Armenian officials said that it broke the truce."),
        (Kind.SAYING, "What did the ministry say?", "According to the ministry, two planes were hit."),
        (Kind.SAYING, "What did Lone Krag say?", "“It is shut,” said the transport minister Lone Krag."),
        (Kind.SAYING, "What did Lone Krag of Vela say?", "It was long shut, said Lone Krag, who is seventy."),
        (Kind.SAYING, "What did the mayor say?", "The mayor, who asked not to be named, said it was shut."),
        (Kind.QUANTITY, "How old is Michel?", "Michel, now 47, of Namur, was there."),
    ],
)
def test_a_sentence_with_such_an_answer_fits(kind: Kind, question: str, sentence: str) -> None:
    assert fits(kind, sentence, question) == 1.0


@pytest.mark.parametrize(
    ("kind", "question", "sentence"),
    [
        (Kind.WHO, "Who mediated the talks?", "The talks were mediated."),
        (Kind.WHO, "Who is Charles Michel's host?", "There spoke Charles Michel."),  # the question has it
        (Kind.WHO, "Who denied the claims?", "The claims about the officials were denied."),
        (Kind.WHO, "Who did the rebels deny?", "Some officials did."),
        (Kind.WHO, "Who mediated?", "They met Charles Michel."),  # who they are is out of sight
        (Kind.WHEN, "When did the leaders meet?", "The leaders met in Brussels."),
        (Kind.WHEN, "What happened in July 2023, and when?", "It was July 2023."),
        (Kind.WHERE, "Where in Brussels was it?", "They met in Brussels."),
        (Kind.QUANTITY, "How many people gathered?", "Many people gathered."),
        (Kind.QUANTITY, "How many people gathered?", "People gathered in 2020, and on July 14."),
        (Kind.QUANTITY, "How many of the 6,000 stayed?", "There were 6,000."),
        (Kind.QUANTITY, "How old is he?", CROWD),
        (Kind.QUANTITY, "How long is the corridor?", "A post was opened there last week, 20 officials said."),
        (
            Kind.QUANTITY,
            "How long was the corridor closed?",
            "It was hit two days after the corridor was closed.",
        ),
        (Kind.QUANTITY, "How big is the territory?", "It was won in the six-week war of 2020."),
        (Kind.QUANTITY, "How many passengers were on the planes?", PLANES),
        (
            Kind.QUANTITY,
            "How many soldiers were sent?",
            "It brought the two sides together and sent soldiers.",
        ),
        (Kind.QUANTITY, "How much did it cost?", CROWD),
        (Kind.WHY, "Why was it closed?", "The road is closed."),
        (Kind.DEFINITION, "What is the Lachin corridor?", "Talks of the Lachin corridor went on."),
        (Kind.DEFINITION, "What is the Lachin corridor?", "The Kelbajar corridor, the only road, is shut."),
        (Kind.SAYING, "What did Armenia say about it?", "Azerbaijan said that the road to Armenia was shut."),
        (Kind.SAYING, "What did Lone Krag say?", "“Lone Krag is ill,” said Nils Berg."),
        (Kind.SAYING, "What did Lone Krag say?", "Lone Berg said that it was shut."),
        (Kind.SAYING, "What did the Armenian Red Cross say?", "Armenia said that it was shut."),
        (Kind.OTHER, "Did they meet?", MET),
    ],
)
def test_a_sentence_without_one_does_not(kind: Kind, question: str, sentence: str) -> None:
    assert fits(kind, sentence, question) == 0.0


def test_a_calendar_date_says_when_better_than_a_weekday_and_that_better_than_last_week() -> None:
    asked = "When did they meet?"
    sentences = ["They met on July 15.", "They met on Saturday.", "They met last week."]
    strengths = [fits(Kind.WHEN, sentence, asked) for sentence in sentences]
    assert strengths == sorted(strengths, reverse=True)
    assert len(set(strengths)) == 3


def test_what_is_told_right_behind_a_name_defines_it_better_than_a_clause_that_goes_on() -> None:
    question = "What is the Lachin corridor?"
    assert fits(Kind.DEFINITION, "The Lachin corridor, a road, is shut.", question) == 1.0
    assert fits(Kind.DEFINITION, "The Lachin corridor, which had been shut, is open.", question) == 0.5


def test_a_cause_named_as_one_is_worth_more_than_what_may_be_one() -> None:
    asked = "Why was it closed?"
    assert fits(Kind.WHY, CLOSED, asked) > fits(Kind.WHY, "It was closed after the raid.", asked) > 0


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Why did the ferry sink?", True),
        ("“Why did the ferry sink?”", True),
        ("How the ferry sank", True),
        ("What we know so far", True),
        ("The ferry sank", False),
        ("What sank was a ferry.", False),
        ("How it sank: a chronology", False),
        ("“Why would I resign?” he said.", False),
    ],
)
def test_a_question_of_the_article_s_own_is_told(sentence: str, expected: bool) -> None:
    assert poses(sentence) is expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Visby", True),
        ("A tenth of all pay", True),
        ("Yes.", False),
        ("“No”", False),
        ("Those who book by noon have one kept", False),
        ("", False),
    ],
)
def test_an_option_of_a_quiz_is_told(sentence: str, expected: bool) -> None:
    assert is_option(sentence) is expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("In English the road is usually called the Lachin corridor.", True),
        ("The road was closed on Tuesday, Armenia said.", True),
        ("The road was closed by Azerbaijan.", False),
        ("Azerbaijan closed the road, and was blamed for it.", False),
        ("Armenia called for talks.", False),
    ],
)
def test_a_deed_told_of_what_it_was_done_to_is_told_apart(sentence: str, expected: bool) -> None:
    assert is_done_to(sentence, {"call", "close"}) is expected


@pytest.mark.parametrize(
    ("sentence", "has"),
    [
        ("Twenty-five came.", True),
        ("It cost €3bn.", True),
        ("DOZENS left the city’s quarters", True),
        ("All seven came.", False),
        ("Nobody came.", False),
        ("The attention of all", False),
    ],
)
def test_a_number_that_is_not_asked_of_is_told_also_by_the_stems(sentence: str, has: bool) -> None:
    question = "What did the seven do?"
    assert has_number(sentence, question, frozenset(stems(sentence))) == has
    assert has_number(sentence, question) == has


@pytest.mark.parametrize("name", ["Joe Biden’s", "O’Neill of the Al-Qaeda", "Əliyev\u00a0İlham", ""])
def test_stems_of_a_name_are_those_of_its_words(name: str) -> None:
    assert list(stems_of_words(name)) == stems(name)


def test_numbers_are_found_in_digits_and_words() -> None:
    assert numbers("Two of 6,000 people, in 1915.") == {"two", "6,000", "1915"}
    assert numbers("Several came.") == frozenset()


@pytest.mark.parametrize(
    ("sentence", "speaks"),
    [
        ("He urged both sides to wait.", True),
        ("“She has since said that it was late.”", True),
        ("They walked away.", False),
        ("The mayor urged both sides to wait.", False),
    ],
)
def test_a_sentence_may_go_on_with_what_somebody_named_before_says(sentence: str, speaks: bool) -> None:
    assert speaks_on(sentence) is speaks


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The envoys began four days of secret talks in Lorne.", True),
        ("It was a two-day talk.", True),
        ("Four days after the talks the bridge was closed.", False),
        ("The talks ended, and four days of rain began.", False),
        ("The talks were held in Lorne.", False),
    ],
)
def test_how_long_stands_right_before_what_lasts(sentence: str, expected: bool) -> None:
    assert lasts(sentence, {"talk"}) is expected


def test_an_end_that_the_question_does_not_name_tells_why() -> None:
    crowd = "A crowd gathered in Lorne to demand a bridge."
    assert tells_purpose(crowd, "Why did a crowd gather in Lorne?")
    assert not tells_purpose(crowd, "Why did a crowd demand a bridge?")
    assert not tells_purpose("A crowd came to the harbour.", "Why did a crowd come?")
