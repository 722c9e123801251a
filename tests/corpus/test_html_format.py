"""Web pages: the article and what the page declares, without its menus and without guesses."""

from datetime import date

import pytest

from corpus.formats.html import MOST_SIFTED, MOST_TAGS, declared_charset, read_html
from corpus.refusal import NotAnArticleError

BODY = (
    "<nav><a href=/>Home</a></nav><article><h1>Corridor closed</h1><p>Azerbaijan closed the corridor on "
    "Tuesday, and no other road leads there.</p><p>The Armenian Red Cross denied the "
    "charge.</p></article>"
    "<footer>Copyright Example. Updated 12 May 2018.</footer>"
)


def page(head: str = "", body: str = BODY) -> str:
    head = f"<head><title>Corridor closed</title>{head}</head>"
    return f'<!doctype html><html lang="de-AT">{head}<body>{body}</body></html>'


def test_an_article_is_read_without_menu_and_footer() -> None:
    article = read_html(page('<meta property="og:site_name" content="Example Post">'), name="a.html")
    assert "Azerbaijan closed the corridor on Tuesday, and no other road" in article.text
    assert "Home" not in article.text
    assert (article.title, article.source, article.language) == ("Corridor closed", "Example Post", "de")


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2023-07-11T09:00:00+04:00">',
        '<meta name="Date" content="11 July 2023">',
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished": "2023-07-11"}</script>',
    ],
)
def test_a_declared_date_is_read(head: str) -> None:
    assert read_html(page(head), name="a.html").published == date(2023, 7, 11)


def test_a_date_in_the_footer_is_not_taken_for_the_articles() -> None:
    assert read_html(page(), name="a.html").published is None
    assert read_html(page(), name="2023-07-11-a.html").published == date(2023, 7, 11)


def test_a_lone_time_element_dates_the_page_and_two_do_not() -> None:
    one, other = "<time datetime=2023-07-11T08:00>today</time>", "<time datetime=2023-07-12>later</time>"
    assert read_html(page(body=BODY + one), name="a.html").published == date(2023, 7, 11)
    assert read_html(page(body=BODY + one + other), name="a.html").published is None


def test_a_page_of_one_sentence_is_an_article() -> None:
    assert (
        read_html("<html><body><p>Short news.</p></body></html>", name="a.html").text.strip() == "Short news."
    )


@pytest.mark.parametrize(
    "fragment",
    [
        "<p>The mayor of Fragville opened a pool.</p>",
        "<!-- wire --><p>The mayor of Fragville opened a pool.</p>\n",
        "<!doctype html><p>The mayor of Fragville opened a pool.",
        "The mayor of Fragville opened a pool.",
        "<h1>A pool</h1><p>The mayor of Fragville opened a pool.</p>",
    ],
)
def test_a_fragment_of_a_page_is_read(fragment: str) -> None:
    assert read_html(fragment, name="a.html").text.strip() == "The mayor of Fragville opened a pool."


@pytest.mark.parametrize(
    "text",
    [
        "<html></html>",
        "<p></p>",
        "<",
        "<html><script>var a = 1</script></html>",
        "<script>var a</script>",
        "\x01",
    ],
)
def test_a_page_without_text_is_refused(text: str) -> None:
    with pytest.raises(NotAnArticleError):
        read_html(text, name="a.html")


def test_xhtml_with_its_declaration_is_read() -> None:
    declared = '<?xml version="1.0" encoding="utf-8"?>\n' + page()
    assert "Red Cross" in read_html(declared, name="a.html").text


def test_the_declared_charset_is_found() -> None:
    assert declared_charset(b'<head><meta charset="windows-1252">') == "windows-1252"
    assert declared_charset(b'<meta http-equiv=x content="text/html; charset=iso-8859-1">') == "iso-8859-1"
    assert declared_charset(b"<p>charset=x</p>") is None


def test_of_a_page_of_very_many_tags_all_paragraphs_count() -> None:
    head = '<meta property="og:site_name" content="Example Post"><meta name="date" content="2023-07-11">'
    article = read_html(page(head, BODY + "<i>.</i>" * (MOST_SIFTED // 2)), name="a.html")
    assert "The Armenian Red Cross denied the charge." in article.text
    assert (article.title, article.source, article.published) == (
        "Corridor closed",
        "Example Post",
        date(2023, 7, 11),
    )


def test_a_page_of_more_tags_than_any_article_has_is_refused() -> None:
    with pytest.raises(NotAnArticleError, match=r"100,0\d\d tags"):
        read_html(page(body=BODY + "<p>" * MOST_TAGS), name="a.html")
