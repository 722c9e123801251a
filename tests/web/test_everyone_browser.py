"""The page for everyone: axe-core finds nothing grave in any state, light or dark, narrow, from right to left.

`make axe` fetches axe-core, without which its tests are skipped; `SCREENSHOTS=DIR pytest -m browser` keeps pictures.
"""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from qa.web.languages import words_of
from qa.web.strings import ENGLISH
from tests.web.person import ask
from tests.web.serving import ROOT, Served, opened, serve

pytestmark = pytest.mark.browser

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"wide": {"width": 1280, "height": 800}, "narrow": {"width": 360, "height": 740}}
PEOPLE = "How many people gathered in Karabakh to demand the corridor's reopening?"
GRAVE = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)"""


def start(page: Page) -> None:
    """An empty conversation with its examples."""
    expect(page.locator("#start .example").first).to_be_visible()


def answer(page: Page) -> None:
    """An answer, with the filters open and one set, and a thumb."""
    page.locator("#filters .toggle").click()
    page.locator("#filters [name=since]").fill("2023-05-01")
    expect(page.locator("#filters .chip")).to_have_count(1)
    said = ask(page, PEOPLE)
    said.locator(".thumb.up").click()
    expect(said.locator("form.word")).to_be_visible()
    page.locator("#filters .toggle").click()


def article(page: Page) -> None:
    """An answer with its article beside it."""
    ask(page, "Why did Azerbaijan close the Lachin corridor?").locator("a.cite").first.click()
    expect(page.locator("#panel mark.active")).to_be_visible()
    page.wait_for_timeout(500)  # it scrolls there


def refusal(page: Page) -> None:
    """A refusal with the nearest coverage."""
    expect(ask(page, "What is the capital of Australia?").locator(".nearest")).to_be_visible()


def article_list(page: Page) -> None:
    """The list of articles."""
    page.locator("#show-article-list").click()
    expect(page.locator("#articles li").first).to_be_visible()


STATES: list[Callable[[Page], None]] = [start, answer, article, refusal, article_list]


def grave(page: Page) -> list[str]:
    """Return what axe-core calls serious or critical."""
    if not AXE.exists():
        pytest.skip("axe-core is not here: make axe")
    page.evaluate(AXE.read_text("utf-8"))
    found: list[str] = page.evaluate(GRAVE)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing_grave(page: Page, state: Callable[[Page], None], scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    if scheme == "dark":
        page.reload()
    state(page)

    assert grave(page) == []


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_nothing_is_wider_than_a_narrow_screen(page: Page, state: Callable[[Page], None]) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    state(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("document.documentElement.scrollHeight") <= 741


def test_drawer_lies_over_all_else_on_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.wait_for_function("document.querySelector('#top').offsetHeight < 60")
    page.locator("#toggle").click()
    box = page.locator("#question .submit-button").bounding_box()
    assert box is not None
    middle, x = box["y"] + box["height"] / 2, box["x"]
    at = "([x, y]) => document.elementFromPoint(x, y).closest('#shelf, .submit-button, #desk').id"

    assert page.evaluate(at, [x + 2, middle]) == "shelf"
    assert page.evaluate(at, [x + box["width"] - 4, middle]) == "desk"
    page.mouse.click(x + box["width"] - 4, middle)
    expect(page.locator("#toggle")).to_have_attribute("aria-expanded", "false")


def test_page_is_used_from_the_keyboard_alone(page: Page) -> None:
    page.locator("#question textarea").focus()
    page.keyboard.type(PEOPLE)
    page.keyboard.press("Enter")
    expect(page.locator(".answer .thumb")).to_have_count(2)
    page.locator("#log [role=log]").focus()

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#panel article")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#panel .steps")).to_contain_text("Quote 2")
    page.keyboard.press("Escape")

    expect(page.locator("#panel article")).to_have_count(0)
    expect(page.locator(".answer .sentences a.cite").nth(1)).to_be_focused()


def test_page_names_its_parts(page: Page) -> None:
    ask(page, PEOPLE)

    for role, name in (
        ("log", ENGLISH.conversation_label),
        ("textbox", ENGLISH.question_label),
        ("button", ENGLISH.conversations),
        ("button", ENGLISH.article_list),
        ("button", ENGLISH.clear),
        ("group", ENGLISH.actions_label),
        ("list", ENGLISH.timeline),
    ):
        expect(page.get_by_role(role, name=name).first).to_be_visible()  # type: ignore[arg-type]
    expect(page.get_by_role("heading", level=2, name=PEOPLE)).to_be_visible()


@pytest.fixture(scope="module")
def persian(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page in Persian."""
    folder = tmp_path_factory.mktemp("persian") / "news"
    folder.mkdir()
    for name in ("2023-07-15-brussels-meeting.md", "2023-07-15-russia-offers-to-host.md"):
        (folder / name).write_bytes((served.articles / name).read_bytes())
    yield from serve([sys.executable, "ui.py"], folder, QA_LANGUAGE="fa")


def test_page_reads_from_right_to_left_in_persian(context: BrowserContext, persian: Served) -> None:
    page = opened(context, persian)
    words = words_of("fa")
    expect(page.locator("h1")).to_have_text(words.title)
    answered = ask(page, "Who mediated the talks in Brussels?")
    expect(answered.locator(".sources .origin").first).to_contain_text("15 ژوئیه 2023")

    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["fa", "rtl"]
    asked = page.locator(".asked").bounding_box()
    log = page.locator("#log").bounding_box()
    assert asked is not None
    assert log is not None
    assert asked["x"] - log["x"] < 40  # the question stands where lines end: on the left
    answered.locator("a.cite").first.click()
    expect(page.locator("#panel mark.active")).to_be_visible()
    page.locator("#panel article").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#panel .steps")).to_contain_text(words.quote_of.format(number=2, count=2))
    keep(page, "persian-wide-light")
    assert grave(page) == []
    page.close()


@pytest.mark.skipif(not os.environ.get("SCREENSHOTS"), reason="pictures are kept where SCREENSHOTS says")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_picture_is_kept(page: Page, state: Callable[[Page], None], size: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]
    page.reload()
    state(page)
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)

    keep(page, f"{state.__name__}-{size}-{scheme}")


def keep(page: Page, name: str) -> None:
    """Keep a picture of the page, if asked to."""
    if folder := os.environ.get("SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png")
