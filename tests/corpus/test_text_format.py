"""Plain text and Markdown: the file itself, or what follows its front matter."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.formats.text import read_text
from corpus.refusal import NotAnArticleError
from tests.strategies import texts


@given(texts().filter(lambda text: not text.startswith("---")))
def test_the_text_is_the_file_itself_with_plain_newlines(text: str) -> None:
    article = read_text(text, name="a.txt")
    assert article.text == text.replace("\r\n", "\n").replace("\r", "\n")
    assert article.id == "a.txt"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_front_matter_gives_fields_and_leaves_the_body(newline: str) -> None:
    page = "---\ntitle: 'No: 7'\ndate: 2023-04-23\nauthors:\n  - Ada Doe\n---\n\nBody.\n"
    article = read_text(page.replace("\n", newline), name="a.md")
    assert (article.title, article.published, article.authors) == ("No: 7", date(2023, 4, 23), ("Ada Doe",))
    assert article.text == "Body.\n"


def test_front_matter_values_are_not_retyped() -> None:
    article = read_text(
        "---\ntitle: No\nsource: 1_000\nid: null\nurl:\npublished: 2023-02-30\n---\nBody.", name="a.md"
    )
    assert (article.title, article.source, article.url, article.published) == ("No", "1_000", None, None)


@pytest.mark.parametrize(
    "text",
    [
        "---\nA rule above a text.\n---\nBody.",
        "---\n---\nBody.",
        "---\n",
        "---\nhttps://example.org tells more.\n",
        "--- \n\n---\nBody",
    ],
)
def test_a_rule_at_the_start_is_text(text: str) -> None:
    assert read_text(text, name="a.txt").text == text


def test_broken_front_matter_is_refused_with_its_line() -> None:
    with pytest.raises(NotAnArticleError, match="front matter") as caught:
        read_text("---\ntitle: fine\nsource: a: b\n---\nBody.", name="a.md")
    assert caught.value.line == 3


@pytest.mark.parametrize("start", ["title: unclosed", "# Of the wire.\n\nid: 7", "authors:\n  - Ada Doe"])
def test_front_matter_without_an_end_is_refused(start: str) -> None:
    with pytest.raises(NotAnArticleError, match="front matter has no end") as caught:
        read_text(f"---\n{start}\n\nBody.\n", name="a.md")
    assert caught.value.line == 1


@pytest.mark.parametrize(
    "block", ["a: " + "[" * 5000, "a: &a [*a]", "? [a]\n: b", "a: \x07", "a: !!python/none x"]
)
def test_odd_yaml_is_read_or_refused(block: str) -> None:
    with suppress(NotAnArticleError):
        assert read_text(f"---\nb: 1\n{block}\n---\nBody.", name="a.md").text == "Body."


def test_the_date_may_stand_in_the_file_name() -> None:
    assert read_text("Body.", name="wire/2023-04-23-checkpoint.txt").published == date(2023, 4, 23)
    assert read_text("---\ndate: 2023-04-24\n---\nBody.", name="2023-04-23.txt").published == date(
        2023, 4, 24
    )


@given(st.text(max_size=200))
def test_any_front_matter_is_read_or_refused(block: str) -> None:
    with suppress(NotAnArticleError):
        assert read_text(f"---\ntitle: x\n{block}\n---\nBody.", name="a.md").title


def test_a_long_comment_block_is_no_front_matter_and_takes_no_time() -> None:
    text = "---\n" + "#\n" * 100_000 + "Body."
    assert read_text(text, name="a.md").text == text
