"""The real page on a free port over a folder of its own, and one headless Chromium for all browser tests."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from tests.web.person import at_rest
from tests.web.serving import ROOT, Served, opened, serve, user_file

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


expect.set_options(timeout=25_000)  # a busy machine is slow


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`python ui.py` over a copy of the sample articles and a hostile one."""
    folder = tmp_path_factory.mktemp("page") / "news"
    shutil.copytree(ROOT / "corpus" / "articles", folder)
    shutil.copy(Path(__file__).with_name("hostile.txt"), folder / "hostile.md")
    yield from serve([sys.executable, "ui.py"], folder)


@pytest.fixture(scope="session")
def served_slowly(tmp_path_factory: pytest.TempPathFactory, served: Served) -> Iterator[Served]:
    """The same page with an assistant that takes its time over each sentence."""
    folder = tmp_path_factory.mktemp("slow")
    copy = shutil.copytree(served.articles, folder / "news")
    yield from serve([sys.executable, "-m", "tests.web.slow_page", str(folder)], copy)


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The page behind a login and below `/news`, which lists its routes in `routes` beside the articles."""
    folder = tmp_path_factory.mktemp("guarded")
    copy = shutil.copytree(ROOT / "corpus" / "articles", folder / "news")
    command = [sys.executable, "-m", "tests.web.listed_page", str(folder / "routes")]
    yield from serve(
        command,
        copy,
        QA_AUTH_FILE=str(user_file(folder)),
        GRADIO_ROOT_PATH="/news",
        QA_QUESTIONS_PER_MINUTE="0",
    )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium."""
    path = shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(path).exists():
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def strays() -> list[str]:
    """The addresses on other hosts that any page of the session asked for."""
    return []


@pytest.fixture(scope="session")
def context(chromium: Browser, strays: list[str]) -> Iterator[BrowserContext]:
    """One browser context, so that Gradio's assets are fetched once; it notes each request to another host."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(25_000)
    context.on("request", lambda request: strays.extend(_stray(request)))
    yield context
    context.close()
    assert strays == []  # of all tests


@pytest.fixture(scope="session")
def tab(context: BrowserContext, served: Served) -> Page:
    """The page in a tab that the tests share: opening one takes a second."""
    return opened(context, served)


@pytest.fixture
def page(tab: Page) -> Iterator[Page]:
    """The page with a new conversation; an error of its scripts fails the test."""
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.set_viewport_size({"width": 1280, "height": 800})
    if tab.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"):
        tab.emulate_media(color_scheme="light")
        tab.evaluate(
            "() => { localStorage.clear(); sessionStorage.clear(); }"
        )  # else the reload opens what was open
        tab.reload()
    if tab.locator("#article-list").is_visible():
        tab.locator("#back").click()
    at_rest(tab)
    for clear in tab.locator("#filters [data-clear]").all():
        clear.click()
    tab.locator("#clear").click()
    expect(tab.locator(".asked")).to_have_count(0)
    expect(tab.locator("#panel article")).to_have_count(0)
    expect(tab.locator("#filters .chip")).to_have_count(0)
    if tab.locator("#filters form").is_visible():
        tab.locator("#filters .toggle").click()
    tab.evaluate("() => { localStorage.clear(); dispatchEvent(new Event('storage')); }")
    yield tab
    assert errors == []


@pytest.fixture
def slow_page(context: BrowserContext, served_slowly: Served) -> Iterator[Page]:
    """The slow page, freshly opened."""
    page = opened(context, served_slowly)
    yield page
    page.close()


def _stray(request: Request) -> list[str]:
    inside = request.url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))
    return [] if inside else [request.url]
