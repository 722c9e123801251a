"""Text of articles and users reaches HTML as text, whatever it holds; every quote stays exact."""

import re
import string
import subprocess
import sys
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.article import Article
from index.records import CorpusStats
from qa.answer import Answer, Citation, Mode, Outcome, Sentence, Timings
from qa.web.answer_html import turn_html, turns_html
from qa.web.article_html import SHOWN_CHARS, message_html, panel_html, place_of
from qa.web.conversation import Referred, Turn, earlier_questions, referred
from qa.web.escape import escaped, shown
from qa.web.status_html import status_html
from qa.web.strings import ENGLISH
from tests.strategies import articles

TAGS = {
    "div",
    "p",
    "span",
    "a",
    "ul",
    "li",
    "em",
    "br",
    "article",
    "header",
    "h2",
    "button",
    "mark",
    "blockquote",
    "section",
    "form",
    "input",
    "ol",
    "label",
    "datalist",
    "option",
}
ATTRIBUTES = {
    *("class", "href", "title", "type", "dir", "role", "aria-label", "tabindex", "disabled"),
    *("data-shown", "data-cite", "data-do", "data-turn", "data-record", "data-markdown", "data-vote"),
    *(
        "aria-pressed",
        "maxlength",
        "placeholder",
        "style",
        "aria-hidden",
        "aria-expanded",
        "aria-controls",
        "id",
    ),
    *("data-remove", "data-clear", "hidden", "name", "value", "list", "autocomplete", "min", "max"),
}
ANY_TEXT = st.text(max_size=80) | st.text(
    st.sampled_from("<>&\"'`*_[]()!$#\\\n\t\r \x1b\u202e\ud800ab1"), max_size=40
)


class Parsed(HTMLParser):
    """The tags, attributes and text of HTML, as a browser's parser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.marks: dict[str, list[str]] = {}
        self.text = ""
        self._inside: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag == "mark":
            self._inside = dict(attrs)["class"] or ""
            self.marks.setdefault(self._inside, []).append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = None if tag == "mark" else self._inside

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._inside is not None:
            self.marks[self._inside][-1] += data


def citation_of(article: Article, start: int, end: int, marker: int = 1) -> Citation:
    return Citation(
        marker=marker,
        article=article.id,
        title=article.title,
        published=article.published,
        source=article.source,
        start=start,
        end=end,
        quote=article.text[start:end],
        digest=article.digest,
    )


def article_of(text: str, article_id: str = "a.txt") -> Article:
    return Article(article_id, text, "Title", date(2023, 7, 14), "Desk", None, (), "en")


def answer_of(
    *citations: Citation, outcome: Outcome = Outcome.ANSWERED, reason: str | None = None, asked: str = "Who?"
) -> Answer:
    refused = outcome is Outcome.NOT_IN_CORPUS
    return Answer(
        question="Who?",
        standalone_question=asked,
        outcome=outcome,
        confidence=0.9,
        reason=reason,
        notes=(),
        sentences=() if refused else tuple(Sentence(c.quote, (c.marker,), True) for c in citations),
        citations=() if refused else citations,
        nearest=citations if refused else (),
        as_of=None,
        mode=Mode.EXTRACTIVE,
        timings=Timings(0, 0, 0),
    )


def panel_of(article: Article | None, active: Citation, *others: Citation) -> str:
    return panel_html(Referred(0, active, (active, *others)), article, ENGLISH)


def assert_harmless(html: str) -> None:
    parsed = Parsed(html)
    assert parsed.tags <= TAGS
    assert {name for name, _ in parsed.attributes} <= ATTRIBUTES
    assert all(re.fullmatch(r"#cite-\d+-\d+", value) for name, value in parsed.attributes if name == "href")
    assert all(re.fullmatch(r"--at:\d+\.\d%", value) for name, value in parsed.attributes if name == "style")


@st.composite
def quoted(draw: st.DrawFn) -> tuple[Article, Citation]:
    article = draw(articles())
    start = draw(st.integers(0, len(article.text) - 1))
    return article, citation_of(article, start, draw(st.integers(start + 1, len(article.text))))


@given(ANY_TEXT)
def test_escaped_text_parses_to_what_is_shown(text: str) -> None:
    assert Parsed(f"<p>{escaped(text)}</p>").text == shown(text)
    assert dict(Parsed(f'<p title="{escaped(text)}">').attributes)["title"] == shown(text)


@given(ANY_TEXT)
def test_escaped_text_leaves_markdown_and_html_nothing_to_act_on(text: str) -> None:
    assert not set(re.sub(r"&#\d+;", "", escaped(text))) & set(string.punctuation + "\t\n\r\f\v")


@given(ANY_TEXT)
def test_shown_text_keeps_offsets(text: str) -> None:
    assert len(shown(text)) == len(text)


@pytest.mark.parametrize("character", ["\x1b", "\x00", "\x7f", "\u202e", "\u2066", "\ud800"])
def test_characters_that_act_are_shown_inert(character: str) -> None:
    assert escaped(f"a{character}b") == "a\N{REPLACEMENT CHARACTER}b"


@given(ANY_TEXT)
def test_no_question_becomes_markup(question: str) -> None:
    html = turn_html((Turn(question, None, None),), 0, ENGLISH)

    assert_harmless(html)
    assert Parsed(html).text.startswith(shown(question))


@given(quoted(), st.sampled_from(Outcome), ANY_TEXT)
def test_no_answer_becomes_markup(case: tuple[Article, Citation], outcome: Outcome, reason: str) -> None:
    answer = answer_of(case[1], outcome=outcome, reason=reason, asked=reason)

    html = turn_html((Turn("Who?", answer, reason),), 0, ENGLISH)

    assert_harmless(html)


@given(quoted())
def test_panel_marks_exactly_the_quote(case: tuple[Article, Citation]) -> None:
    article, citation = case

    html = panel_of(article, citation)

    assert_harmless(html)
    assert Parsed(html).marks == {"active": [shown(citation.quote)]}
    assert shown(article.text) in Parsed(html).text


@given(quoted(), st.data())
def test_lighter_marks_leave_the_text_whole(case: tuple[Article, Citation], data: st.DataObject) -> None:
    article, active = case
    starts = data.draw(st.lists(st.integers(0, len(article.text) - 1), max_size=4))
    others = [
        citation_of(article, start, min(len(article.text), start + 9), 2 + n)
        for n, start in enumerate(starts)
    ]

    parsed = Parsed(panel_of(article, active, *others))

    assert parsed.marks["active"] == [shown(active.quote)]
    assert shown(article.text) in parsed.text


def test_other_quotes_of_the_answer_are_marked_lighter() -> None:
    article = article_of("One fact. Another fact.")
    active, other = citation_of(article, 0, 9), citation_of(article, 10, 23, marker=2)

    html = panel_of(article, active, other)

    assert Parsed(html).marks == {"active": ["One fact."], "other": ["Another fact."]}


def test_changed_article_is_marked_where_the_quote_stands_now() -> None:
    citation = citation_of(article_of("A fact. The end."), 0, 7)
    now = article_of("New start. A fact. The end.")

    html = panel_of(now, citation)

    assert Parsed(html).marks == {"active": ["A fact."]}
    assert ENGLISH.quote_moved in Parsed(html).text


def test_changed_article_without_the_quote_says_so_and_marks_nothing() -> None:
    citation = citation_of(article_of("A fact. The end."), 0, 7)

    html = panel_of(article_of("Other words altogether."), citation)

    assert Parsed(html).marks == {}
    assert ENGLISH.quote_gone in Parsed(html).text


def test_quote_that_now_stands_twice_elsewhere_is_not_guessed() -> None:
    citation = citation_of(article_of("A fact. The end."), 0, 7)

    assert place_of(citation, article_of("Well. A fact. A fact.")) is None


def test_removed_article_says_so_and_shows_the_quote() -> None:
    citation = citation_of(article_of("A fact."), 0, 7)

    text = Parsed(panel_of(None, citation)).text

    assert ENGLISH.article_gone in text
    assert "A fact." in text


def test_huge_article_is_shown_around_its_quote() -> None:
    article = article_of("x" * 5_000_000 + " A fact. " + "y" * 5_000_000)
    citation = citation_of(article, 5_000_001, 5_000_008)

    html = panel_of(article, citation)

    assert Parsed(html).marks == {"active": ["A fact."]}
    assert len(html) < 2 * SHOWN_CHARS


def test_markers_of_every_turn_lead_to_their_own_quote() -> None:
    first, second = article_of("First."), article_of("Second.", "b.txt")
    turns = (
        Turn("1?", answer_of(citation_of(first, 0, 6)), None),
        Turn("2?", answer_of(citation_of(second, 0, 7)), None),
    )

    first_shown, second_shown = turns_html(turns, ENGLISH)
    links = [dict(Parsed(html).attributes).get("href") for html in (first_shown, second_shown) if html]

    assert links == ["#cite-1-1", "#cite-2-1"]
    assert turns_html(turns, ENGLISH, known=1) == [None, second_shown]  # the page has the first
    assert [found.active.quote for ref in ("1-1", "2-1") if (found := referred(turns, ref))] == [
        "First.",
        "Second.",
    ]


@given(ANY_TEXT | st.from_regex(r"\d*-\d*"))
def test_no_reference_from_outside_fails(wanted: str) -> None:
    turns = (Turn("1?", answer_of(citation_of(article_of("First."), 0, 6)), None), Turn("2?", None, None))

    assert (referred(turns, wanted) is not None) == bool(re.fullmatch(r"0*1-0*1", wanted))


def test_refusal_offers_the_nearest_coverage_apart_from_the_reason() -> None:
    citation = citation_of(article_of("Near."), 0, 5)
    answer = answer_of(citation, outcome=Outcome.NOT_IN_CORPUS, reason='no article mentions "X"')

    html = turn_html((Turn("Who?", answer, None),), 0, ENGLISH)

    refusal, nearest = html.split('<div class="nearest">')
    assert ENGLISH.refused in Parsed(refusal).text
    assert 'No article mentions "X".' in Parsed(refusal).text
    assert "cite" not in refusal
    assert 'href="#cite-1-1"' in nearest


def test_standalone_question_is_shown_only_when_it_differs() -> None:
    citation = citation_of(article_of("First."), 0, 6)

    same = turn_html((Turn("Who?", answer_of(citation), None),), 0, ENGLISH)
    other = turn_html((Turn("Who?", answer_of(citation, asked="Who mediated?"), None),), 0, ENGLISH)

    assert ENGLISH.understood not in same
    assert "Who mediated?" in Parsed(other).text


def test_unanswered_turns_are_no_ground_for_follow_ups() -> None:
    answer = answer_of(citation_of(article_of("First."), 0, 6))

    assert earlier_questions((Turn("1?", answer, None), Turn("2?", None, ENGLISH.stopped))) == ("1?",)


def test_status_line_names_what_the_index_holds() -> None:
    stats = CorpusStats(
        generation="g1", articles=1200, passages=1, stories=1100, undated=0,
        earliest=date(2023, 4, 23), latest=date(2023, 7, 16),
        sources=(), languages=(), refused=0, indexed_at=datetime(2023, 8, 1, 12, tzinfo=UTC),
        articles_dir=Path("news"), fingerprint={}, size_bytes=1,
    )  # fmt: skip

    text = Parsed(status_html(stats, ENGLISH)).text

    assert "1,200 articles 1 passage 23 April 2023 – 16 July 2023 indexed 1 August 2023" in text
    assert ENGLISH.status_unknown in Parsed(status_html(None, ENGLISH)).text
    assert_harmless(message_html("<b>", ENGLISH))


def test_pure_modules_import_no_gradio() -> None:
    modules = "qa.web.answer_html, qa.web.article_html, qa.web.flow, qa.web.start_html, qa.web.server, sys"
    code = f"import {modules}; print('gradio' in sys.modules)"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "False"
