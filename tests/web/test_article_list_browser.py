"""The articles as a person keeps them: the first start, uploads, updates, the list, and pages that only read."""

import json
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from qa.web.examples import WHATS_NEW
from qa.web.strings import ENGLISH
from tests.web.person import ask
from tests.web.serving import Served, opened, serve

pytestmark = pytest.mark.browser


@pytest.fixture
def article_list(page: Page) -> Page:
    """The list of articles."""
    page.locator("#show-article-list").click()
    expect(page.locator("#articles li").first).to_be_visible()
    return page


@pytest.fixture
def first_start(tmp_path: Path) -> Iterator[Served]:
    """A page at its first start, that reads its one article once `go` is there."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text(
        "Keeper Dorvane repaired the Brinsop lighthouse in 2022.", "utf-8"
    )
    command = [sys.executable, "-m", "tests.web.first_page", str(tmp_path / "go")]
    yield from serve(command, tmp_path / "news", up="/")


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Served]:
    """A page whose visitors may only read."""
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text(
        "Keeper Dorvane repaired the Brinsop lighthouse in 2022.", "utf-8"
    )
    yield from serve([sys.executable, "ui.py"], tmp_path / "news", QA_READ_ONLY="1")


def test_page_is_usable_at_its_first_start(context: BrowserContext, first_start: Served) -> None:
    page = opened(context, first_start)
    expect(page.locator("#progress progress")).to_have_attribute("value", "3")
    expect(page.locator("#start .first")).to_have_text(ENGLISH.first_reading)
    expect(ask(page, "Who repaired the Brinsop lighthouse?")).to_contain_text(ENGLISH.not_ready)

    (first_start.articles.parent / "go").touch()

    expect(page.locator("#progress progress")).to_have_count(0)
    expect(page.locator("#status")).to_contain_text("1 article")
    page.locator("[data-do=again]").click()
    expect(page.locator(".answer .sentences")).to_contain_text("Keeper Dorvane")
    page.close()


def test_empty_conversation_shows_what_the_articles_are(page: Page) -> None:
    holds = page.locator("#start .holds")

    expect(holds).to_contain_text("Sample Desk (15)")
    expect(holds).to_contain_text("23 April 2023 – ")
    expect(holds).to_contain_text("Azerbaijan")
    expect(page.locator("#start .example")).to_have_count(5)
    expect(page.locator("#start .example").first).to_have_text(WHATS_NEW)


def test_uploads_are_indexed_and_refusals_explained(
    article_list: Page, tmp_path: Path, served: Served
) -> None:
    page = article_list
    texts = {"kiln.md": "Potter Amsel fired the Drovey kiln.", "empty.txt": "", "kiln.zip": "PK"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")

    page.locator("#article-list input[type=file]").set_input_files([tmp_path / name for name in texts])

    expect(page.locator("#outcome")).to_contain_text("1 added")
    expect(page.locator("#outcome .refused")).to_contain_text(["empty.txt empty", "kiln.zip not one of"])
    expect(page.locator(".toast-wrap")).to_have_text("")
    assert (served.articles / "kiln.md").exists()
    assert not (served.articles / "empty.txt").exists()
    page.locator("#back").click()
    expect(ask(page, "Who fired the Drovey kiln?").locator(".sentences")).to_contain_text("Potter Amsel")


def test_dropped_files_are_uploaded(article_list: Page, served: Served) -> None:
    page = article_list
    dropped = page.evaluate_handle(
        """() => { const all = new DataTransfer();
                   all.items.add(new File(['Weaver Tolby mended the Hask sail.'], 'sail.txt')); return all; }"""
    )

    page.dispatch_event("#article-list", "drop", {"dataTransfer": dropped})

    expect(page.locator("#articles")).to_contain_text("Weaver Tolby mended the Hask sail")
    assert (served.articles / "sail.txt").exists()


def test_update_now_finds_what_changed_in_the_folder(article_list: Page, served: Served) -> None:
    page = article_list
    (served.articles / "well.txt").write_text("Mason Ibry dug the Corl well.", "utf-8")

    page.locator("#update").click()

    expect(page.locator("#articles")).to_contain_text("Mason Ibry dug the Corl well")
    expect(page.locator("#outcome")).to_contain_text("1 added")


def test_articles_are_looked_through_and_opened_from_the_keyboard(article_list: Page) -> None:
    page = article_list
    page.get_by_label(ENGLISH.look_for).fill("michel mediator")
    expect(page.locator("#articles .found")).to_have_text(ENGLISH.article)
    page.locator("#articles li button").focus()

    page.keyboard.press("Enter")

    expect(page.locator("#panel h2")).to_have_text(
        "Aliyev and Pashinyan meet in Brussels with Michel as mediator"
    )
    page.keyboard.press("Escape")
    expect(page.locator("#articles li button")).to_be_focused()


def test_another_page_of_the_list_is_read_from_its_top(article_list: Page, served: Served) -> None:
    page = article_list
    path = served.articles / "many.jsonl"
    lines = [
        json.dumps({"id": str(n), "title": f"Buoy {n}", "text": f"Buoy {n} was laid."}) for n in range(60)
    ]
    path.write_text("\n".join(lines), "utf-8")
    served.index()
    try:
        page.get_by_label(ENGLISH.look_for).fill("buoy")
        expect(page.locator("#articles .pager")).to_contain_text("Page 1 of 2")
        page.get_by_role("button", name=ENGLISH.next_page).click()

        expect(page.locator("#articles .pager")).to_contain_text("Page 2 of 2")
        page.wait_for_function("document.querySelector('#article-list').scrollTop === 0")
    finally:
        path.unlink()
        served.index()


def test_visitors_of_a_read_only_page_change_nothing(context: BrowserContext, read_only: Served) -> None:
    page = opened(context, read_only)
    page.locator("#show-article-list").click()

    expect(page.locator("#articles li")).to_have_count(1)
    expect(page.locator("#upload, #update, #article-list input[type=file]")).to_have_count(0)
    request = urllib.request.Request(f"{read_only.url}/gradio_api/upload", data=b"x", method="POST")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20)
    page.close()
