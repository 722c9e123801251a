"""News at a glance, as a person sees it: the time line and the filters."""

import pytest
from playwright.sync_api import Page, expect

from qa.web.strings import ENGLISH
from tests.web.person import ask, at_rest
from tests.web.serving import Served

pytestmark = pytest.mark.browser

BOTH_DAYS = "How many people gathered in Karabakh to demand the corridor's reopening?"


@pytest.fixture
def filters(page: Page) -> Page:
    """The page with its filters open."""
    page.locator("#filters .toggle").click()
    expect(page.locator("#filter-form")).to_be_visible()
    return page


def test_time_line_shows_the_cited_articles_and_opens_them(page: Page) -> None:
    answer = ask(page, BOTH_DAYS)
    dots = answer.locator(".timeline a")
    assert dots.count() >= 2
    expect(answer.locator(".label .count")).to_contain_text("stories in")

    dots.first.click()
    expect(page.locator("#panel .origin")).to_contain_text("14 July 2023")
    dots.last.click()
    expect(page.locator("#panel .origin")).to_contain_text("15 July 2023")


def test_filters_narrow_the_answer_stay_in_view_and_are_cleared_by_one_click(filters: Page) -> None:
    page = filters
    page.get_by_label(ENGLISH.until).fill("2023-07-14")
    chips = page.locator("#filters .chip")
    expect(chips).to_have_text(["To: 14 July 2023"])
    page.locator("#filters [name=source]").fill("sample desk")
    page.keyboard.press("Enter")
    expect(chips).to_have_count(2)

    answer = ask(page, BOTH_DAYS)

    origins = answer.locator(".origin").all_inner_texts()
    assert origins
    assert all("15 July" not in origin for origin in origins)
    expect(page.locator(".narrowed")).to_contain_text("To: 14 July 2023")
    page.locator("#filters [data-clear]").click()
    expect(chips).to_have_count(0)
    expect(page.locator("#filter-form [name=until]")).to_have_value("")
    answer.locator("[data-do=again]").click()
    expect(page.locator(".answer .origin", has_text="15 July").first).to_be_visible()


def test_contradictory_filters_are_explained_and_not_applied(filters: Page) -> None:
    page = filters
    page.get_by_label(ENGLISH.since).fill("2023-07-14")
    expect(page.locator("#filters .chip")).to_have_count(1)

    page.get_by_label(ENGLISH.until).fill("2023-07-01")

    expect(page.locator("#filters [role=alert]")).to_have_text(ENGLISH.since_after_until)
    expect(page.locator("#filters .chip")).to_have_text(["From: 14 July 2023"])
    page.locator("#question textarea").fill("Who mediated the talks in Brussels?")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text(ENGLISH.since_after_until)
    expect(page.locator("#question textarea")).to_have_value("Who mediated the talks in Brussels?")
    expect(page.locator(".asked")).to_have_count(0)


def test_a_source_that_no_article_has_is_told_with_the_nearest(filters: Page) -> None:
    filters.locator("#filters [name=source]").fill("Sample")
    filters.keyboard.press("Enter")

    expect(filters.locator("#filters [role=alert]")).to_have_text(
        f"{ENGLISH.source_unknown.format(source='Sample')} {ENGLISH.source_meant.format(source='Sample Desk')}"
    )


def test_link_whose_filter_is_none_says_so_and_asks_nothing(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/?q=Where+is+Baku%3F&since=2023-99-01&utm_source=x")

    expect(page.locator("#filters [role=alert]")).to_have_text(ENGLISH.no_date)
    expect(page.locator("#question textarea")).to_have_value("Where is Baku?")
    expect(page.locator(".asked")).to_have_count(0)
    page.locator("#question textarea").press("Enter")
    expect(page.locator(".asked")).to_have_text("Where is Baku?")


def test_link_carries_its_filters(page: Page, served: Served) -> None:
    page.goto(f"{served.url}/?q=Who+met+in+Brussels%3F&until=2023-07-13")

    expect(page.locator(".narrowed")).to_contain_text("13 July 2023")
    at_rest(page)
    expect(page.locator("#filters .chip")).to_have_text(["To: 13 July 2023"])
    page.goto(served.url)
