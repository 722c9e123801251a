"""What a person does on the page, and what they see."""

from playwright.sync_api import Locator, Page, expect

IN_VIEW = """mark => {
    const box = mark.getBoundingClientRect();
    const panel = document.querySelector('#panel').getBoundingClientRect();
    const bottom = Math.min(innerHeight, panel.bottom);
    return box.top >= Math.max(0, panel.top) && box.bottom <= bottom && box.right <= innerWidth + 1;
}"""


def ask(page: Page, question: str) -> Locator:
    """Ask and wait for the whole answer; return it."""
    before = page.locator(".answer").count()
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    answers = page.locator(".answer")
    expect(answers).to_have_count(before + 1)
    at_rest(page)
    return answers.last


def at_rest(page: Page) -> None:
    """Wait until nothing is being answered."""
    expect(page.locator("#question .submit-button")).to_be_visible()


def quoted(link: Locator) -> str:
    """Return the quote of a marker's card; the page's script takes it from the title when it shows the card."""
    hover = link.get_attribute("title") or link.get_attribute("data-hover") or ""
    return hover.split("\n“", 1)[1].removesuffix("”")
