"""Hypothesis strategies for what every room is tested with."""

from datetime import date

from hypothesis import strategies as st

from corpus.article import Article

_ALPHABET = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
_WORDS = st.sampled_from(
    [
        *(
            "Azerbaijan",
            "Armenia",
            "opened",
            "the",
            "checkpoint",
            "on",
            "Lachin",
            "Laçın",
            "corridor.",
            "İlham",
        ),
        *(
            "said",
            "that",
            "6,000",
            "people,",
            "e.g.",
            "U.S.",
            "diplomats,",
            "met",
            "in",
            "Brussels?",
            "“No!”",
        ),
        *(
            "外務",
            "😀",
            "naïve",
            "e\u0301",
            "\u00a0",
            "Serie A\u00a0.",
            "\u2028",
            "...",
            "-",
            "—",
            "\t",
            "\n",
            "\n\n",
        ),
    ]
)


def texts() -> st.SearchStrategy[str]:
    """Texts of at least one visible character: news-like words, and anything that Unicode allows."""
    prose = st.lists(_WORDS, min_size=1, max_size=60).map(" ".join)
    return st.one_of(prose, st.text(_ALPHABET, min_size=1, max_size=200)).filter(lambda text: text.strip())


def articles(article_ids: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Article]:
    """Articles as the loader may yield them: no lone surrogate, no NUL, no blank text, one-line titles."""
    names = st.text(_ALPHABET, min_size=1, max_size=20).map(lambda text: " ".join(text.split()) or "x")
    return st.builds(
        Article,
        id=article_ids or names,
        text=texts(),
        title=names,
        published=st.none() | st.dates(date(1900, 1, 1), date(2100, 12, 31)),
        source=st.none() | names,
        url=st.none() | names.map(lambda path: f"https://example.org/{path}"),
        authors=st.lists(names, max_size=2).map(tuple),
        language=st.sampled_from(["en", "de"]),
    )
