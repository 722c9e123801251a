"""Fifty answers over articles as they come: a marker's click highlights the citation's quote, to the character."""

import gzip
import json
import shutil
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect

from corpus.article import Article
from corpus.loader import load_articles
from index.passages import split
from qa.web.escape import shown
from qa.web.examples import question_of
from tests.qa.assistants import SHARED
from tests.web.person import ask
from tests.web.serving import Served, opened, serve

pytestmark = [pytest.mark.browser, pytest.mark.soak, pytest.mark.timeout(1800)]

ARTICLES, ANSWERS = 200, 50


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page over the shared articles and two hundred of a news collection, read in place."""
    collection = SHARED / "realtimeqa" / "articles.jsonl.gz"
    if not collection.is_file():
        pytest.skip("the shared collection is not beside this checkout")
    folder = tmp_path_factory.mktemp("real") / "news"
    shutil.copytree(SHARED / "articles", folder)
    with gzip.open(collection, "rt", encoding="utf-8") as lines:
        (folder / "collection.jsonl").write_text("".join(islice(lines, ARTICLES)), "utf-8")
    yield from serve([sys.executable, "ui.py"], folder)


def questions(folder: Path) -> Iterator[str]:
    """Yield questions made from the articles' own sentences, two an article at most."""
    for article in load_articles(folder, max_file_mb=20):
        if not isinstance(article, Article):
            continue
        sentences = [span for passage in split(article, passage_chars=1000) for span in passage.sentences]
        asked = (question_of(" ".join(article.text[start:end].split())) for start, end in sentences)
        yield from islice((question for question in asked if question), 2)


def test_click_highlights_exactly_the_quote_in_fifty_answers(context: BrowserContext, real: Served) -> None:
    page = opened(context, real)
    answers = clicks = 0
    for question in questions(real.articles):
        answer = ask(page, question)
        record = json.loads(answer.locator("xpath=..").get_attribute("data-record") or "")["answer"]
        quotes = {
            citation["marker"]: citation["quote"] for citation in record["citations"] or record["nearest"]
        }
        links = answer.locator(".sentences a.cite, .nearest a.cite")
        assert links.count() == len(quotes)
        for link in links.all():
            link.click()
            marker = int(link.inner_text().strip("[]"))
            expect(page.locator("#panel article")).to_have_attribute(
                "data-shown", (link.get_attribute("href") or "").removeprefix("#cite-")
            )
            marked = page.locator("#panel mark.active").evaluate("mark => mark.textContent")
            assert marked == shown(quotes[marker])
            clicks += 1
        answers += bool(quotes)
        if answers == ANSWERS:
            break
        page.locator("#clear").click()
        expect(page.locator(".asked")).to_have_count(0)

    assert answers == ANSWERS
    print(f"{answers} answers, {clicks} clicks")
    page.close()
