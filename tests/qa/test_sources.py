"""Sources are recognised where a question names them, and said to be missing only where they are."""

import pytest

from qa.sources import names_source, unknown_sources

KNOWN = frozenset({"The Verge", "The Independent - Life and Style", "Sporting News"})


@pytest.mark.parametrize(
    ("question", "source", "named"),
    [
        ("What happened, according to The Verge?", "The Verge", True),
        ("Did the Verge article agree?", "The Verge", True),
        ("Does the sporting news report agree?", "Sporting News", True),
        ("At what time did it start?", "Time", False),
        ("what happened, according to the verge?", "The Verge", True),
        ("did the verge article agree?", "The Verge", True),
        ("did the 'verge' report agree?", "The Verge", True),
        ("who stood on the verge?", "The Verge", False),
        ("did the article on the verge agree?", "The Verge", False),
        ("What did Time report?", "Time", True),
        ("Wired homes burn?", "Wired", False),
        ("Who converges?", "Verge", False),
        ("Who spoke?", None, False),
        ("Who spoke?", "The", False),
    ],
)
def test_a_source_is_named_or_not(question: str, source: str | None, named: bool) -> None:
    assert names_source(question, source) is named


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("What do the BBC News article and the Verge article agree on?", ("BBC News",)),
        (
            "Considering a Wall Street Journal report and an article from The Age, who won?",
            ("Wall Street Journal", "Age"),
        ),
        ("Does the 'Sporting News' article mention Love?", ()),
        ("Does the article from The Independent mention Love?", ()),
        ("Did the article report on the talks?", ()),
        ("Does the November article differ?", ()),
        ("What did the Pentagon report say?", ()),
        ("According to Michel, who came?", ()),
    ],
)
def test_sources_of_which_there_is_no_article(question: str, unknown: tuple[str, ...]) -> None:
    assert unknown_sources(question, KNOWN) == unknown


def test_where_no_article_has_a_source_none_is_missing() -> None:
    assert unknown_sources("What does the BBC News article say?", frozenset()) == ()
