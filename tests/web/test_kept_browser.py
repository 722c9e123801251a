"""What a person keeps: conversations across reloads, and what they thought of an answer."""

import json

import pytest
from playwright.sync_api import Page, expect

from qa.web.strings import ENGLISH
from tests.web.person import ask, at_rest, quoted
from tests.web.serving import Served, opened

pytestmark = pytest.mark.browser

MEDIATED = "Who mediated the talks in Brussels?"
DINNER = "Who attended the working dinner?"


def test_reload_keeps_the_conversation_and_its_markers(page: Page) -> None:
    ask(page, "Why did Azerbaijan close the Lachin corridor?")
    answer = ask(page, "What did Armenia say about it?")
    words = answer.locator(".sentences").inner_text()

    page.reload()

    expect(page.locator(".asked")).to_have_count(2)
    expect(page.locator(".answer .sentences").last).to_have_text(words)
    expect(page.locator(".answer .understood")).to_be_visible()
    link = page.locator(".answer").last.locator(".sentences a.cite").first
    link.click()
    expect(page.locator("#panel mark.active")).to_have_text(quoted(link))
    at_rest(page)
    expect(ask(page, MEDIATED).locator(".sentences")).to_contain_text("Charles Michel")
    expect(page.locator(".asked")).to_have_count(3)


def test_conversations_are_listed_by_their_first_question_and_opened_again(page: Page) -> None:
    ask(page, MEDIATED)
    page.locator("#clear").click()
    expect(page.locator(".asked")).to_have_count(0)
    ask(page, DINNER)
    if page.locator("#toggle").get_attribute("aria-expanded") == "false":
        page.locator("#toggle").click()

    names = page.locator("#shelf .open")
    expect(names).to_have_text([DINNER, MEDIATED])
    names.last.click()

    expect(page.locator(".asked")).to_have_text(MEDIATED)
    expect(page.locator("#shelf .open[aria-current]")).to_have_text(MEDIATED)


def test_a_conversation_that_the_server_forgot_is_not_written_over(page: Page) -> None:
    ask(page, MEDIATED)
    page.locator("#clear").click()
    expect(page.locator(".asked")).to_have_count(0)
    if page.locator("#toggle").get_attribute("aria-expanded") == "false":
        page.locator("#toggle").click()
    page.route("**/queue/join*", lambda route: route.fulfill(status=500, body="{}"))
    page.locator("#shelf .open").click()  # the server does not hear of it
    expect(page.locator(".toast-wrap")).to_contain_text("Error")
    page.unroute("**/queue/join*")

    ask(page, DINNER)

    expect(page.locator("#shelf .open")).to_have_text([DINNER, MEDIATED])


def test_conversation_is_renamed_and_deleted(page: Page) -> None:
    ask(page, MEDIATED)
    if page.locator("#toggle").get_attribute("aria-expanded") == "false":
        page.locator("#toggle").click()
    item = page.locator("#shelf li")
    item.hover()

    item.get_by_role("button", name=f"{ENGLISH.rename}: ").click()
    page.keyboard.type("The mediator")
    page.keyboard.press("Enter")
    expect(page.locator("#shelf .open")).to_have_text("The mediator")
    page.reload()
    expect(page.locator("#shelf .open")).to_have_text("The mediator")
    expect(page.locator(".asked")).to_have_text(MEDIATED)

    delete = page.locator("#shelf .delete")
    delete.focus()
    page.keyboard.press("Enter")
    expect(delete).to_have_text(ENGLISH.really_delete)
    expect(delete).to_have_accessible_name(f"{ENGLISH.really_delete} The mediator")
    expect(delete).to_have_text("")  # after some seconds
    expect(delete).to_have_accessible_name(f"{ENGLISH.delete}: The mediator")
    page.keyboard.press("Enter")
    page.locator("#question textarea").focus()
    expect(delete).to_have_text("", timeout=2000)
    delete.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("#shelf li")).to_have_count(0)
    expect(page.locator(".asked")).to_have_count(0)
    page.reload()
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator(".asked")).to_have_count(0)


def test_reload_in_mid_answer_shows_it_as_stopped(slow_page: Page, served_slowly: Served) -> None:
    page = slow_page
    hold = served_slowly.articles.parent / "hold"
    hold.touch()
    try:
        page.locator("#question textarea").fill(MEDIATED)
        page.keyboard.press("Enter")
        expect(page.locator("#log .sentences")).to_be_visible()
        page.reload()
    finally:
        hold.unlink()

    expect(page.locator(".answer .remark")).to_have_text(ENGLISH.stopped)
    expect(page.locator("[data-do=again]")).to_be_visible()


def test_another_tab_begins_anew_and_sees_the_list(page: Page, served: Served) -> None:
    ask(page, MEDIATED)

    other = opened(page.context, served)

    expect(other.locator("#shelf .open")).to_have_text(MEDIATED)
    expect(other.locator(".asked")).to_have_count(0)
    other.close()


def test_no_turn_is_lost_where_two_tabs_go_on_with_one_conversation(page: Page, served: Served) -> None:
    ask(page, MEDIATED)
    other = opened(page.context, served)
    other.locator("#shelf .open").click()
    expect(other.locator(".asked")).to_have_text(MEDIATED)

    ask(other, DINNER)
    page.locator(".thumb.up").click()
    expect(page.locator(".thumb.up")).to_have_attribute("aria-pressed", "true")
    ask(page, "Where is Baku?")

    expect(page.locator("#shelf .open")).to_have_text([MEDIATED, MEDIATED])
    for tab, question in ((other, DINNER), (page, "Where is Baku?")):
        tab.reload()
        expect(tab.locator(".asked")).to_have_text([MEDIATED, question])
    other.close()


def test_what_a_browser_kept_may_be_anything(page: Page, strays: list[str]) -> None:
    turn = {
        "question": "<img src=http://evil.invalid/k onerror=window.hacked=1>",
        "answer": None,
        "remark": "x",
    }
    conversations = [
        {"id": "1", "name": "<b>bad</b>", "turns": [turn, {"question": 5}, 7]},
        "junk",
        {"id": 2},
    ]
    page.evaluate("kept => localStorage.setItem('conversations', kept)", json.dumps(conversations))
    page.evaluate("sessionStorage.setItem('conversation', '1')")

    page.reload()

    expect(page.locator(".asked")).to_have_text(turn["question"] or "")
    expect(page.locator("#shelf .open")).to_have_text("<b>bad</b>")
    assert page.evaluate("window.hacked") is None
    assert strays == []


def test_thumb_and_word_are_kept_beside_the_index_with_answer_and_citations(
    page: Page, served: Served
) -> None:
    answer = ask(page, MEDIATED)

    answer.get_by_role("button", name=ENGLISH.unhelpful).click()
    expect(answer.get_by_role("button", name=ENGLISH.unhelpful)).to_have_attribute("aria-pressed", "true")
    answer.get_by_label(ENGLISH.word).fill("Who else?")
    page.keyboard.press("Enter")
    expect(answer).to_contain_text(ENGLISH.thanks)

    lines = (served.articles.parent / "index" / "feedback.jsonl").read_text("utf-8").splitlines()
    first, second = (json.loads(line) for line in lines[-2:])
    assert first["id"] == second["id"]
    assert [(line["vote"], line["word"]) for line in (first, second)] == [("down", ""), ("down", "Who else?")]
    assert second["question"] == MEDIATED
    assert second["citations"][0]["quote"] in answer.locator(".sentences").inner_text()
    page.reload()
    expect(page.get_by_role("button", name=ENGLISH.unhelpful)).to_have_attribute("aria-pressed", "true")
