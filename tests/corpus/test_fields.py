"""Fields: the usual names, and refusals for what is no text."""

from datetime import date

import pytest

from corpus.fields import article_from, read_fields
from corpus.refusal import NotAnArticleError


def test_the_usual_names_are_read_in_any_case() -> None:
    fields = read_fields(
        {"Title": " A \n title ", "body": "Text.", "publishedAt": "2023-04-23T10:00:00Z", "Lang": "de"}
    )
    assert (fields.title, fields.text, fields.published, fields.language) == (
        "A title",
        "Text.",
        date(2023, 4, 23),
        "de",
    )


@pytest.mark.parametrize(
    ("given", "authors"),
    [
        ({"author": "Ada Doe"}, ("Ada Doe",)),
        ({"author": "Ada Doe; Bo Roe"}, ("Ada Doe", "Bo Roe")),
        ({"authors": ["Ada Doe", None, " ", {"name": "Bo Roe"}, "Ada Doe"]}, ("Ada Doe", "Bo Roe")),
        ({"authors": [], "author": "Ada Doe"}, ("Ada Doe",)),
        ({}, ()),
    ],
)
def test_authors_are_a_string_or_a_list(given: dict[str, object], authors: tuple[str, ...]) -> None:
    assert read_fields(given).authors == authors


def test_a_source_may_be_an_object_with_a_name() -> None:
    assert read_fields({"source": {"id": None, "name": "Reuters"}}).source == "Reuters"
    assert read_fields({"source": {"id": None, "name": None}}).source is None


@pytest.mark.parametrize("key", ["title", "text", "url", "source", "authors", "language", "id"])
@pytest.mark.parametrize("value", [1.5, True, float("nan"), ["x", ["y"]], {"a": "b"}, "a\0b"])
def test_a_field_of_another_type_is_refused_by_name(key: str, value: object) -> None:
    with pytest.raises(NotAnArticleError, match=key):
        read_fields({key: value})


def test_a_date_that_cannot_be_read_is_none() -> None:
    assert read_fields({"published": {"year": 2023}, "date": "recently"}).published is None
    assert read_fields({"published": "n/a", "date": "2023-04-23"}).published == date(2023, 4, 23)


def test_a_number_serves_as_an_id() -> None:
    assert read_fields({"id": 17}).id == "17"


def test_the_text_stays_as_it_is_and_gives_what_the_fields_do_not() -> None:
    text = "BAKU, April 23, 2023 — Azerbaijan opened a checkpoint.\r\n\n e\u0301 "
    article = article_from(read_fields({}), article_id="a", text=text)
    assert article.text == text
    assert (article.title, article.published) == ("Azerbaijan opened a checkpoint.", date(2023, 4, 23))
    assert (article.language, article.source, article.url, article.authors) == ("en", None, None, ())


def test_lone_surrogates_are_replaced_in_every_field() -> None:
    fields = read_fields(dict.fromkeys(("id", "url", "title", "text", "source", "author", "lang"), "x\ud800"))
    assert (fields.id, fields.url, fields.title, fields.text) == ("x\ufffd",) * 4
    assert (fields.source, fields.authors, fields.language) == ("x\ufffd", ("x\ufffd",), "x\ufffd")
