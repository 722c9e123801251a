"""The box that questions are typed into: what is entered in a hurry, stopped, or never arrives."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from qa.query import MAX_QUESTION_CHARS
from qa.web.strings import ENGLISH
from tests.web.person import ask, at_rest
from tests.web.serving import Served, opened

pytestmark = pytest.mark.browser
WHO = "Who mediated the talks in Brussels?"
ENTERED_WITH_THE_HINT = """question => new MutationObserver((_, observer) => {
    if (!document.querySelector("#hint").innerText.trim()) return;
    observer.disconnect();
    const box = document.querySelector("#question textarea");
    box.value = question;
    box.dispatchEvent(new InputEvent("input", { bubbles: true }));
    for (const kind of ["keydown", "keypress"]) {
        const press = new KeyboardEvent(kind, { key: "Enter", bubbles: true, cancelable: true });
        if (!box.dispatchEvent(press)) break;
    }
}).observe(document.querySelector("#hint"), { childList: true, characterData: true, subtree: true })"""


ASKED_IN_VIEW = """() => {
    const view = document.querySelector("#log").getBoundingClientRect();
    const asked = [...document.querySelectorAll("#log .asked")].at(-1).getBoundingClientRect();
    const said = [...document.querySelectorAll("#log .sentences")].at(-1).getBoundingClientRect();
    return view.top <= asked.top && said.bottom <= Math.min(view.bottom, innerHeight);
}"""


def test_each_question_comes_into_view_with_its_answer_until_the_reader_scrolls(page: Page) -> None:
    for question in (WHO, "Why was the corridor closed?", "Where did Aliyev and Pashinyan meet?"):
        ask(page, question)
        page.wait_for_function(ASKED_IN_VIEW)
    page.locator("#log").hover()
    page.mouse.wheel(0, -5_000)
    page.wait_for_function("document.querySelector('#log').scrollTop === 0")


def test_empty_and_overlong_questions_are_met_with_a_hint(page: Page) -> None:
    page.locator("#question textarea").fill("   ")
    page.keyboard.press("Enter")
    expect(page.locator("#hint")).to_contain_text(ENGLISH.empty_question)

    page.locator("#question textarea").fill("x" * (MAX_QUESTION_CHARS + 1))
    page.keyboard.press("Enter")

    expect(page.locator("#hint")).to_contain_text("2,001")
    expect(page.locator("#question textarea")).to_have_value("x" * (MAX_QUESTION_CHARS + 1))
    page.locator("#question textarea").fill("")
    expect(page.locator("#hint")).to_have_text("")
    assert page.locator(".asked").count() == 0


def test_a_question_entered_the_moment_a_hint_appears_is_asked(page: Page) -> None:
    """The event that gave the hint has not ended by then, and the box would drop what is entered."""
    page.evaluate(ENTERED_WITH_THE_HINT, WHO)

    page.locator("#question textarea").press("Enter")

    expect(page.locator(".asked")).to_have_text(WHO)
    expect(page.locator(".answer .sentences")).to_contain_text("Charles Michel")


def test_a_question_that_does_not_reach_the_server_leaves_the_box_ready(page: Page) -> None:
    page.route("**/queue/join*", lambda route: route.fulfill(status=500, body="{}"))
    page.locator("#question textarea").fill(WHO)
    page.locator("#question textarea").press("Enter")
    expect(page.locator(".toast-wrap")).to_contain_text("Error")
    at_rest(page)
    expect(page.locator("#question textarea")).to_have_value(WHO)
    page.unroute("**/queue/join*")

    assert "Charles Michel" in ask(page, WHO).inner_text()


def asked_and_held(page: Page) -> tuple[Locator, list[Route]]:
    """Send a question that does not arrive; return the box, empty by then, and the requests held back."""
    held: list[Route] = []
    page.route("**/queue/join*", lambda route: held.append(route))
    box = page.locator("#question textarea")
    box.fill(WHO)
    box.press("Enter")
    expect(box).to_have_value("")
    return box, held


def test_what_was_typed_or_sent_to_no_server_is_in_the_box_after_a_reload(page: Page) -> None:
    box, _ = asked_and_held(page)
    box.press_sequentially("Who at")

    page.reload()
    expect(box).to_have_value(f"{WHO}\nWho at")
    page.unroute("**/queue/join*")
    ask(page, WHO)
    page.reload()

    expect(page.locator(".asked")).to_have_text(WHO)
    expect(box).to_have_value("")


def test_what_is_typed_before_the_question_arrives_is_kept(page: Page) -> None:
    box, held = asked_and_held(page)
    box.press_sequentially("Who attended the working dinner?")
    box.press("Enter")
    expect(page.locator("#said")).to_have_text(ENGLISH.asked_next)
    for route in held:
        route.continue_()
    page.unroute("**/queue/join*")

    expect(page.locator(".asked")).to_have_text([WHO, "Who attended the working dinner?"])
    expect(page.locator(".answer .sentences").last).to_be_visible()
    expect(box).to_have_value("")


def test_stop_ends_the_stream_and_keeps_what_has_come(slow_page: Page, served_slowly: Served) -> None:
    page = slow_page
    hold = served_slowly.articles.parent / "hold"
    hold.touch()
    try:
        page.locator("#question textarea").fill("Why did Azerbaijan close the Lachin corridor?")
        page.keyboard.press("Enter")
        expect(page.locator(".answer .sentence").first).to_be_visible()

        page.locator("#question .stop-button").click()
    finally:
        hold.unlink()

    expect(page.locator(".answer .remark")).to_contain_text(ENGLISH.stopped)
    expect(page.locator("#question .submit-button")).to_be_visible()
    expect(page.locator("#question textarea")).to_be_focused()
    assert _grows(served_slowly.articles.parent / "closed")
    come = page.locator(".answer .sentence").count()
    page.wait_for_timeout(1000)
    assert page.locator(".answer .sentence").count() == come < 4
    page.locator(".answer a.cite").first.click()
    expect(page.locator("#panel mark.active")).to_be_visible()
    assert "#cite-2-1" in ask(page, WHO).inner_html()


def test_typing_while_an_answer_grows_is_not_lost(slow_page: Page, served_slowly: Served) -> None:
    page = slow_page
    box = page.locator("#question textarea")
    box.fill("Why did Azerbaijan close the Lachin corridor?")
    page.keyboard.press("Enter")
    expect(page.locator(".answer .sentence").first).to_be_visible()

    box.fill("And what did Armenia say?")

    expect(page.locator(".answer .sentence")).to_have_count(4)
    expect(box).to_have_value("And what did Armenia say?")
    page.locator("#clear").click()
    expect(page.locator(".asked")).to_have_count(0)
    expect(page.locator("#question .submit-button")).to_be_visible()


def test_question_right_after_a_new_conversation_is_answered(context: BrowserContext, served: Served) -> None:
    """The page has hardly opened and is busy, so both are handled at once."""
    page = opened(context, served)
    page.locator("#clear").click()

    expect(ask(page, WHO).locator(".sentences")).to_be_visible()
    page.close()


def test_new_conversation_right_after_a_question_stays_empty(page: Page) -> None:
    page.locator("#question textarea").fill(WHO)
    page.keyboard.press("Enter")
    page.locator("#clear").click()

    expect(page.locator("#question textarea")).to_be_focused()
    at_rest(page)
    page.wait_for_timeout(1500)  # an answer would come by now
    expect(page.locator(".asked")).to_have_count(0)


def _grows(path: Path) -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and not path.exists():
        time.sleep(0.05)
    return path.exists()
