"""The page with an LLM behind it: sentences as they are checked, and Stop that reaches the LLM's server."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from qa.web.strings import ENGLISH
from tests.qa.llm_server import KEY, Script, hangs, says, status
from tests.web.person import ask, at_rest
from tests.web.serving import Served, opened, serve_samples

pytestmark = pytest.mark.browser
WHO = "Who mediated the talks in Brussels?"
TRUE = "Charles Michel mediated the talks in Brussels."


@pytest.fixture(scope="module")
def served_with_llm(tmp_path_factory: pytest.TempPathFactory, script: Script) -> Iterator[Served]:
    settings = script.environ | {"QA_LLM_UNSUPPORTED": "strike", "QA_LLM_CACHE": "0", "QA_LLM_TIMEOUT": "90"}
    yield from serve_samples(tmp_path_factory.mktemp("llm"), **settings)


@pytest.fixture
def page(context: BrowserContext, served_with_llm: Served) -> Iterator[Page]:
    page = opened(context, served_with_llm)
    yield page
    page.close()


def test_what_is_carried_is_shown_and_what_is_not_is_struck(page: Page, script: Script) -> None:
    script.plays(says(f"{TRUE} [1] Michel sang <b>an aria</b>. [1]"))
    answer = ask(page, WHO)
    expect(answer.locator(".sentence").first).to_have_text(TRUE)
    expect(answer.locator(".struck del")).to_have_text("Michel sang <b>an aria</b>.")
    expect(answer.locator(".struck")).to_contain_text(ENGLISH.struck)
    answer.locator("a.cite").first.click()
    expect(page.locator("#panel mark.active")).to_contain_text("mediated the talks in Brussels")


def test_the_first_sentence_is_shown_while_the_llm_writes_on_and_stop_hangs_up(
    page: Page, script: Script
) -> None:
    script.plays(hangs(f"{TRUE} [1]", seconds=60))
    page.locator("#question textarea").fill(WHO)
    page.keyboard.press("Enter")
    expect(page.locator(".answer .sentence").first).to_have_text(TRUE)
    assert not script.hung_up.is_set()
    page.locator("#question .stop-button").click()
    expect(page.locator(".answer .remark").first).to_contain_text(ENGLISH.stopped)
    assert script.hung_up.wait(20)


def test_what_is_asked_right_after_a_new_conversation_can_be_stopped(page: Page, script: Script) -> None:
    script.plays(hangs(f"{TRUE} [1]", seconds=60))
    page.locator("#clear").click()
    page.locator("#question textarea").fill(WHO)
    page.keyboard.press("Enter")
    expect(page.locator(".answer .sentence")).to_have_text(TRUE)
    page.wait_for_timeout(300)  # what the new conversation's own event does comes about now
    page.locator("#question .stop-button").click()
    assert script.hung_up.wait(20)


def enters_during_an_answer(page: Page, script: Script, question: str) -> None:
    """Ask something that the LLM does not finish, and enter another question once its first sentence is shown."""
    script.plays(hangs(f"{TRUE} [1]", seconds=60))
    page.locator("#question textarea").fill(WHO)
    page.keyboard.press("Enter")
    expect(page.locator(".answer .sentence")).to_have_text(TRUE)
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")


def test_what_is_entered_during_an_answer_is_asked_next(page: Page, script: Script) -> None:
    enters_during_an_answer(page, script, "Who spoke of new talks?")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_have_text(ENGLISH.asked_next)
    expect(page.locator(".asked")).to_have_count(1)
    expect(page.locator("#question textarea")).to_have_value("Who spoke of new talks?")

    script.plays(says(f"{TRUE} [1]"))
    page.locator("#question .stop-button").click()

    expect(page.locator(".asked")).to_have_text([WHO, "Who spoke of new talks?"])
    at_rest(page)
    expect(page.locator(".asked")).to_have_count(2)


def test_what_was_to_be_asked_next_is_forgotten_with_the_conversation(page: Page, script: Script) -> None:
    enters_during_an_answer(page, script, "Who spoke of new talks?")

    page.locator("#clear").click()

    expect(page.locator(".asked")).to_have_count(0)
    at_rest(page)
    page.wait_for_timeout(300)  # an answer would be under way by now
    expect(page.locator(".asked")).to_have_count(0)


def test_a_failure_is_told_with_the_articles_own_sentences(
    page: Page, script: Script, served_with_llm: Served
) -> None:
    script.plays(status(401))
    answer = ask(page, WHO)
    expect(answer.locator(".remark").last).to_contain_text("refused the key (HTTP 401)")
    assert KEY not in page.content()
    assert KEY not in Path(served_with_llm.articles.parent / "log").read_text("utf-8", "replace")


def test_stop_before_the_first_word_hangs_up_too(page: Page, script: Script) -> None:
    script.plays(hangs(seconds=60))
    page.locator("#question textarea").fill(WHO)
    page.keyboard.press("Enter")
    expect(page.locator(".looking")).to_be_visible()
    until = time.monotonic() + 20
    while not script.requests and time.monotonic() < until:
        page.wait_for_timeout(100)
    page.locator("#question .stop-button").click()
    assert script.hung_up.wait(20)
