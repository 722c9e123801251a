"""The page as a person uses it, in a real Chromium."""

import json

import pytest
from playwright.sync_api import Page, expect

from qa.web.strings import ENGLISH
from tests.web.person import IN_VIEW, ask, at_rest, quoted
from tests.web.serving import Served

pytestmark = pytest.mark.browser
BACK_AS_THE_SECOND_QUOTE_APPEARS = """new MutationObserver((_, observer) => {
    if (!document.querySelector("#panel .steps")?.innerText.includes("Quote 2")) return;
    observer.disconnect();
    window.pressed = true;
    document.activeElement.blur();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
}).observe(document.querySelector("#panel"), { childList: true, characterData: true, subtree: true })"""

KEEPS_WHAT_IS_SENT = """() => {
    const fetched = window.fetch;
    window.fetch = async (...request) => {
        const response = await fetched(...request);
        if (!String(request[0].url ?? request[0]).includes("/queue/data")) return response;
        const [shown, kept] = response.body.tee();
        const keep = new WritableStream({ write: (text) => void (window.sent += text) });
        kept.pipeThrough(new TextDecoderStream()).pipeTo(keep).catch(() => {}); // it is cut off at the end
        return new Response(shown, response);
    };
}"""


def test_answer_is_cited_and_each_marker_shows_its_quote_in_the_article(page: Page) -> None:
    answer = ask(page, "Who mediated the talks in Brussels?")

    expect(answer.locator(".sentences")).to_contain_text("Charles Michel")
    links = answer.locator(".sentences a.cite")
    for link in links.all():
        link.click()
        expect(page.locator("#panel mark.active")).to_have_text(quoted(link))
        page.wait_for_function(f"({IN_VIEW})(document.querySelector('mark.active'))")
    expect(answer.locator(".sources li").first).to_contain_text("Sample Desk · 15 July 2023")


def test_marker_pointed_at_or_focused_shows_title_source_date_and_quote(page: Page) -> None:
    link = ask(page, "Who mediated the talks in Brussels?").locator(".sentences a.cite").first
    quote = quoted(link)

    link.hover()

    card = page.locator("#card")
    expect(card.locator(".named")).to_have_text(
        "Aliyev and Pashinyan meet in Brussels with Michel as mediator · Sample Desk · 15 July 2023"
    )
    expect(card.locator(".said")).to_have_text(f"“{quote}”")
    expect(link).to_have_accessible_name("[1] Aliyev and Pashinyan meet in Brussels with Michel as mediator")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    link.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(card).to_be_visible()


def test_quotes_are_stepped_through_by_buttons_and_keys(page: Page) -> None:
    answer = ask(page, "Who mediated the talks in Brussels?")
    links = answer.locator(".sentences a.cite")
    assert links.count() >= 2
    links.first.click()
    expect(page.locator("#panel mark.active")).to_have_text(quoted(links.first))
    expect(page.locator("#panel .step.previous")).to_be_disabled()

    page.locator("#panel .step.next").click()
    expect(page.locator("#panel mark.active")).to_have_text(quoted(links.nth(1)))
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#panel mark.active")).to_have_text(quoted(links.first))
    page.keyboard.press("n")
    expect(page.locator("#panel .steps")).to_contain_text(f"Quote 2 of {links.count()}")


def test_a_key_pressed_the_moment_a_quote_appears_steps_on(page: Page) -> None:
    """The button that was pressed has gone by then, and the panel is not yet focused: the page's body is."""
    links = ask(page, "Who mediated the talks in Brussels?").locator(".sentences a.cite")
    links.first.click()
    expect(page.locator("#panel mark.active")).to_have_text(quoted(links.first))
    page.evaluate(BACK_AS_THE_SECOND_QUOTE_APPEARS)

    page.locator("#panel .step.next").click()

    page.wait_for_function("window.pressed")
    expect(page.locator("#panel mark.active")).to_have_text(quoted(links.first))


def test_answer_is_copied_with_its_citations_as_markdown(page: Page) -> None:
    answer = ask(page, "Who mediated the talks in Brussels?")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    answer.locator("[data-do=copy]").click()

    expect(page.locator("#said")).to_have_text(ENGLISH.copied)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("**Who mediated the talks in Brussels?**\n\nCharles Michel")
    assert "2023-07-15-brussels-meeting.md:" in copied


def test_answer_is_downloaded_as_markdown_and_json(page: Page) -> None:
    answer = ask(page, "Who mediated the talks in Brussels?")

    with page.expect_download() as markdown:
        answer.locator("[data-do=markdown]").click()
    with page.expect_download() as as_json:
        answer.locator("[data-do=json]").click()

    assert markdown.value.suggested_filename == "who-mediated-the-talks-in-brussels.md"
    assert "Charles Michel" in markdown.value.path().read_text("utf-8")
    kept = json.loads(as_json.value.path().read_text("utf-8"))
    assert kept["outcome"] == "answered"
    assert [citation["marker"] for citation in kept["citations"]] == [1, 2]


def test_link_with_a_question_asks_it_once(page: Page, served: Served) -> None:
    answer = ask(page, "Who mediated the talks in Brussels?")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer.locator("[data-do=link]").click()
    expect(page.locator("#said")).to_have_text(ENGLISH.link_copied)
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == f"{served.url}/?q=Who+mediated+the+talks+in+Brussels%3F"

    page.goto(link)

    expect(page.locator(".asked")).to_have_text("Who mediated the talks in Brussels?")
    expect(page.locator(".answer .sentences")).to_contain_text("Charles Michel")
    at_rest(page)
    assert page.url == f"{served.url}/"


def test_asking_again_asks_the_live_index_again(page: Page, served: Served) -> None:
    path = served.articles / "harbour.txt"
    path.write_text("Engineer Talvane dredged the Osmere harbour in May 2021.", "utf-8")
    served.index()
    answer = ask(page, "Who dredged the Osmere harbour?")
    expect(answer.locator(".sentences")).to_contain_text("Engineer Talvane")
    path.write_text("Engineer Brusk dredged the Osmere harbour in May 2021.", "utf-8")
    served.index()

    answer.locator("[data-do=again]").click()

    expect(page.locator(".answer .sentences")).to_contain_text("Engineer Brusk")
    expect(page.locator(".turn")).to_have_count(1)


def test_a_conversation_is_sent_turn_by_turn_and_shown_whole(page: Page) -> None:
    page.evaluate(KEEPS_WHAT_IS_SENT)
    questions = ["Who mediated the talks in Brussels?", "Who blocks the Lachin corridor?", "Where is Baku?"]
    for number, question in enumerate(questions, start=1):
        page.evaluate("window.sent = ''")
        ask(page, question)
        expect(page.locator(".asked")).to_have_text(questions[:number])
    sent = page.evaluate("window.sent")
    assert "Baku" in sent
    assert "Michel" not in sent
    expect(page.locator(".turn").first.locator(".sentences")).to_contain_text("Charles Michel")
    expect(page.get_by_role("button", name=ENGLISH.again)).to_have_count(1)

    page.locator(".turn").last.locator("[data-do=again]").click()
    at_rest(page)
    page.locator(".turn").first.locator(".thumb.up").click()  # has the conversation sent whole

    expect(page.locator(".turn").first.locator(".thumb.up")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".asked")).to_have_text(questions)


def test_panel_names_title_source_and_date(page: Page) -> None:
    answer = ask(page, "Who mediated the talks in Brussels?")

    answer.locator("a.cite").first.click()

    expect(page.locator("#panel h2")).to_have_text(
        "Aliyev and Pashinyan meet in Brussels with Michel as mediator"
    )
    expect(page.locator("#panel .origin")).to_have_text("Sample Desk · 15 July 2023")


def test_markers_of_earlier_answers_keep_working(page: Page) -> None:
    ask(page, "Who mediated the talks in Brussels?")
    second = ask(page, "Who attended the working dinner?").locator("a.cite").first
    link = page.locator(".answer").first.locator(".sentences a.cite").first

    link.click()

    expect(page.locator("#panel mark.active")).to_have_text(quoted(link))
    assert link.get_attribute("href") != second.get_attribute("href")


def test_refusal_gives_its_reason_and_sets_the_nearest_coverage_apart(page: Page) -> None:
    answer = ask(page, "What is the capital of Australia?")

    expect(answer.locator(".refusal")).to_contain_text(ENGLISH.refused)
    expect(answer.locator(".reason")).to_contain_text("Australia")
    expect(answer.locator(".sources")).to_have_count(0)
    link = answer.locator(".nearest a.cite").first
    link.click()
    expect(page.locator("#panel mark.active")).to_have_text(quoted(link))


def test_follow_up_is_understood_from_the_question_before(page: Page) -> None:
    ask(page, "Why did Azerbaijan close the Lachin corridor?")

    answer = ask(page, "What did Armenia say about it?")

    expect(answer.locator(".understood")).to_contain_text(ENGLISH.understood)


def test_examples_are_offered_and_answered(page: Page) -> None:
    example = page.locator("#start .example:visible").first
    expect(example).to_be_visible()
    question = example.inner_text()

    example.click()

    expect(page.locator(".asked")).to_have_text(question)
    expect(page.locator(".answer .sentences")).to_be_visible()
    expect(page.locator("#start .examples")).to_be_hidden()


def test_new_conversation_forgets_and_closes(page: Page) -> None:
    ask(page, "Who mediated the talks in Brussels?").locator("a.cite").first.click()
    expect(page.locator("#panel article")).to_be_visible()

    page.locator("#clear").click()

    expect(page.locator(".asked")).to_have_count(0)
    expect(page.locator("#panel article")).to_have_count(0)
    expect(page.locator(".welcome")).to_be_visible()
    assert "#cite-1-1" in (ask(page, "Who mediated the talks in Brussels?").inner_html())


def test_page_works_from_the_keyboard_alone(page: Page) -> None:
    link = ask(page, "Who mediated the talks in Brussels?").locator("a.cite").first
    link.focus()

    page.keyboard.press("Enter")
    expect(page.locator("#panel article")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("#panel article")).to_have_count(0)
    expect(link).to_be_focused()


def test_answers_are_announced(page: Page) -> None:
    ask(page, "Who mediated the talks in Brussels?")

    expect(page.get_by_role("log", name=ENGLISH.conversation_label)).to_contain_text("Charles Michel")


def test_hostile_article_is_shown_as_text(page: Page, strays: list[str]) -> None:
    answer = ask(page, "What did Minister Zorvath do in Quellmar?")
    answer.locator("a.cite").first.click()

    text = page.locator("#panel .text")
    expect(text).to_contain_text("<script>window.hacked=1</script>")
    expect(text).to_contain_text("![the bridge](http://evil.invalid/p.png)")
    expect(text).to_contain_text("$$x^2$$, `code`, **bold**")
    expect(page.locator("#panel .origin")).to_contain_text("<b>Desk</b>")
    assert page.evaluate("window.hacked") is None
    assert page.locator("#log img, #panel img, #log script, #panel script, a[href^=javascript]").count() == 0
    assert "\u202e" not in page.content()
    assert strays == []


def test_hostile_question_is_shown_as_text(page: Page, strays: list[str]) -> None:
    question = (
        "<img src=http://evil.invalid/q onerror=window.hacked=1> ![x](http://evil.invalid/q) **b** $$y$$"
    )

    ask(page, question)

    expect(page.locator(".asked")).to_have_text(question)
    assert page.evaluate("window.hacked") is None
    assert strays == []


def test_article_added_by_another_process_is_found_by_the_next_question(page: Page, served: Served) -> None:
    question = "Who painted the Ostrava observatory?"
    expect(ask(page, question).locator(".refusal")).to_be_visible()
    before = page.locator("#status").inner_text()
    (served.articles / "observatory.txt").write_text(
        "Jana Novotna painted the Ostrava observatory in 2021.", "utf-8"
    )

    served.index()

    expect(ask(page, question).locator(".sentences")).to_contain_text("Jana Novotna")
    assert page.locator("#status").inner_text() != before


def test_marker_whose_article_changed_says_so_instead_of_marking_other_words(
    page: Page, served: Served
) -> None:
    path = served.articles / "lighthouse.txt"
    path.write_text("Keeper Dorvane repaired the Brinsop lighthouse in March 2022.", "utf-8")
    served.index()
    link = ask(page, "Who repaired the Brinsop lighthouse?").locator("a.cite").first
    path.write_text("The Brinsop lighthouse stays dark, and nobody has come to see to it since.", "utf-8")
    served.index()

    link.click()

    expect(page.locator("#panel .notice")).to_contain_text(ENGLISH.quote_gone)
    expect(page.locator("#panel mark")).to_have_count(0)


def test_page_fits_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    ask(page, "Who mediated the talks in Brussels?").locator("a.cite").first.click()

    page.wait_for_function(f"({IN_VIEW})(document.querySelector('mark.active') ?? document.body)")

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_page_follows_the_dark_scheme(page: Page) -> None:
    light = page.evaluate("getComputedStyle(document.querySelector('.gradio-container')).color")
    page.emulate_media(color_scheme="dark")
    page.reload()
    page.wait_for_selector("#question .submit-button")

    assert page.evaluate("getComputedStyle(document.querySelector('.gradio-container')).color") != light


def test_no_page_asked_another_host_for_anything(page: Page, strays: list[str]) -> None:
    assert page.title() == ENGLISH.title
    assert strays == []


def test_ten_megabytes_on_one_line_are_shown_around_the_quote(page: Page, served: Served) -> None:
    filling = "The <script>window.hacked=1</script> drum of \u202eTorvek beats on. " * 150_000
    path = served.articles / "drum.txt"
    path.write_text(f"{filling}Drummer Osk tuned the Torvek drum in 2020. {filling[:1000]}", "utf-8")
    served.index()
    try:
        answer = ask(page, "Who tuned the Torvek drum in 2020?")
        link = answer.locator("a.cite", has_text="[1]").first
        link.click()

        expect(page.locator("#panel mark.active")).to_have_text(quoted(link))
        assert len(page.locator("#panel .text").inner_text()) < 100_000
        assert page.evaluate("window.hacked") is None
        assert "\u202e" not in page.content()
    finally:
        path.unlink()
        served.index()
