"""Brackets resolve what is certain, add nothing else, and come off again."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.referents import resolved, without

JULY_16 = date(2023, 7, 16)


@pytest.mark.parametrize(
    ("sentence", "before", "shown"),
    [
        ("He left early.", "On Friday Nikol Pashinyan spoke.", "He [Nikol Pashinyan] left early."),
        ("She left early.", "Minister Colonna’s plane landed in Baku.", "She [Colonna] left early."),
        ("He left early.", "Aliyev met Pashinyan.", "He left early."),
        ("He left early.", "The talks took place in Armenia.", "He left early."),
        ("He left early.", "", "He left early."),
        ("He was charged.", "A man stabbed the writer Anna Rey in Oslo.", "He was charged."),
        ("He was charged.", "Anna Rey was stabbed by a man.", "He was charged."),
        ("She denied it.", "A spokeswoman for Nils Berg spoke in Oslo.", "She denied it."),
        ("He was held.", "Berg’s brother came to Oslo.", "He was held."),
        ("He won the case.", "The engineer sued Norvik in Oslo.", "He won the case."),
        ("He was there.", "The Norvik sank in the North Sea.", "He was there."),
        ("He was there.", "Unlike in Oslo, it rained here.", "He was there."),
        ("He left early.", "Nils Berg, the mayor of the port, spoke.", "He [Nils Berg] left early."),
        ("He left early.", "At a meeting that day, Nils Berg spoke.", "He [Nils Berg] left early."),
        ("He left early.", "Berg is a teacher by trade.", "He [Berg] left early."),
        ("USA Today wrote of it.", "", "USA Today wrote of it."),
        ("In 2019 he said that last year was dry.", "", "In 2019 he said that last year was dry."),
        (
            "He left early.",
            "Minister Jean Colonna saw Armenia’s capital Yerevan and the city of Gyumri.",
            "He [Jean Colonna] left early.",
        ),
        ("“He left early,” she said.", "“I rang a friend,” Colonna said.", "“He left early,” she said."),
        ("Aliyev said he left.", "Pashinyan spoke.", "Aliyev said he left."),
        ("They met on Saturday.", "", "They met on Saturday [article of July 16, 2023]."),
        ("It rained yesterday and today.", "", "It rained yesterday [article of July 16, 2023] and today."),
        ("Sales fell on Black Friday.", "", "Sales fell on Black Friday."),
        ("It is held on the first Thursday in June.", "", "It is held on the first Thursday in June."),
        ("Markets open every Saturday.", "", "Markets open every Saturday."),
        ("It closed on the last Friday of the year.", "", "It closed on the last Friday of the year."),
        ("They met in Baku Saturday.", "", "They met in Baku Saturday [article of July 16, 2023]."),
        (
            "It began Monday over a crash long ago in 2009.",
            "",
            "It began Monday [article of July 16, 2023] over a crash long ago in 2009.",
        ),
        ("They met on Saturday in 2020.", "", "They met on Saturday in 2020."),
        ("They met on Saturday, July 15.", "", "They met on Saturday, July 15."),
        ("“We met on Saturday,” she said.", "", "“We met on Saturday,” she said."),
        ("Friday night was calm.", "", "Friday night [article of July 16, 2023] was calm."),
        ("Yes, it will.", "Will it open?", "Yes [Will it open?], it will."),
        ("No.", "Will it\nopen?", "No [Will it open?]."),
        ("Not yet, they said.", "Will it open?", "Not yet [Will it open?], they said."),
        (
            "In May 2024, say officials.",
            "When will it open?",
            "In May 2024, say officials [When will it open?].",
        ),
        (
            "In May 2024 it will at last be opened.",
            "When will it open?",
            "In May 2024 it will at last be opened.",
        ),
        ("Yes, it will.", "It will open.", "Yes, it will."),
        ("Not only this one is shut, but all are.", "Is it?", "Not only this one is shut, but all are."),
        ("Yes, it will.", "Will it open " + "soon " * 25 + "?", "Yes, it will."),
    ],
)
def test_what_is_certain_is_added(sentence: str, before: str, shown: str) -> None:
    assert resolved(sentence, before, JULY_16)[0] == shown


def test_an_undated_article_dates_nothing() -> None:
    assert resolved("They met on Saturday.", "", None) == ("They met on Saturday.", ())


SENTENCES = st.lists(
    st.sampled_from(
        'He She Anna Aliyev met on Saturday yesterday "so" last week [1] in Baku . Black Friday Yes No ?'.split()
    )
).map(" ".join)


@given(SENTENCES, SENTENCES, st.none() | st.dates())
def test_what_was_added_comes_off_again(sentence: str, before: str, published: date | None) -> None:
    shown, added = resolved(sentence, before, published)
    assert without(shown, added) == sentence
    assert shown.count("[") == sentence.count("[") + len(added)
