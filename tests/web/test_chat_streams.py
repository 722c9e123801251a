"""What a chat client reads of an answer that an LLM begins and the articles' own sentences end."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import openai
import pytest

from qa.answer import Outcome, Sentence
from qa.web.chat_forms import ANEW, BROKEN_OFF, Telling, annotations, closing, content
from tests.qa.assistants import SAMPLES
from tests.qa.llm_server import Script, breaks_off
from tests.web.serving import Served, serve
from tests.web.test_page_html import answer_of, article_of, citation_of

WHO = "Who mediated the talks in Brussels?"
TRUE = "Charles Michel mediated the talks in Brussels."
URL = "https://news.example/brussels"
FIRST, SECOND = "Ministers met. [1]", "They left. [2]"
ARTICLE = article_of("Ministers met. They left.")
BOTH = answer_of(citation_of(ARTICLE, 0, 14), citation_of(ARTICLE, 15, 25, marker=2))
WRITTEN = Sentence("Some ministers have met.", (1,), True)


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory, script: Script) -> Iterator[openai.OpenAI]:
    """A client of a page whose LLM plays the script; its article has an address."""
    folder = tmp_path_factory.mktemp("chat") / "news"
    folder.mkdir()
    text = (SAMPLES / "2023-07-15-brussels-meeting.md").read_text("utf-8")
    (folder / "a.md").write_text(text.replace("source:", f"url: {URL}\nsource:", 1), "utf-8")
    served: Served
    for served in serve([sys.executable, "ui.py"], folder, QA_LLM_CACHE="0", **script.environ):
        with openai.OpenAI(base_url=f"{served.url}/v1", api_key="none", max_retries=0) as client:
            yield client


def test_answer_that_is_broken_off_is_withdrawn_and_the_next_is_cited_where_it_stands(
    chat: openai.OpenAI, script: Script
) -> None:
    script.plays(breaks_off(f"{TRUE} [1] The talks "))
    messages: Any = [{"role": "user", "content": WHO}]

    parts: Any = list(chat.chat.completions.create(model="ask-the-articles", messages=messages, stream=True))

    text = "".join(part.choices[0].delta.content or "" for part in parts)
    assert text.startswith(f"{TRUE} [1]\n\n{ANEW}\n\nCharles Michel, the president")
    assert "\n\nNote: " in text
    last = parts[-1]
    cited = [found["url_citation"] for found in last.choices[0].delta.annotations]
    sentences = [(s["text"], s["markers"]) for s in last.answer["sentences"]]
    assert [text[c["start_index"] : c["end_index"]] for c in cited] == [f"{t} [{m}]" for t, (m,) in sentences]


def test_growing_answer_is_sent_a_part_at_a_time() -> None:
    telling = Telling()
    growing = [replace(BOTH, sentences=BOTH.sentences[:shown]) for shown in (0, 1, 1, 2)]

    assert [telling.more(answer) for answer in growing] == ["", FIRST, "", f" {SECOND}"]
    assert telling.start == 0


@pytest.mark.parametrize("steps", [(), ((),), ((BOTH.sentences[0],),)])
def test_other_answer_begins_anew_however_it_grows(steps: tuple[tuple[Sentence, ...], ...]) -> None:
    telling = Telling()
    answers = [replace(BOTH, sentences=sentences) for sentences in ((WRITTEN,), *steps, BOTH.sentences)]

    text = "".join(telling.more(answer) for answer in answers)

    assert (
        text
        == f"Some ministers have met. [1]\n\n{BROKEN_OFF if steps == ((),) else ANEW}\n\n{FIRST} {SECOND}"
    )
    places = [c["url_citation"] for c in annotations(BOTH, {"a.txt": URL}, start=telling.start)]
    assert [text[place["start_index"] : place["end_index"]] for place in places] == [FIRST, SECOND]


def test_refusal_after_a_broken_answer_withdraws_it() -> None:
    telling = Telling()
    refusal = answer_of(outcome=Outcome.NOT_IN_CORPUS, reason="no article mentions it")

    text = telling.more(replace(BOTH, sentences=(WRITTEN,))) + telling.more(refusal) + closing(refusal)

    assert text.endswith(f"\n\n{BROKEN_OFF}\n\nThe articles do not say: no article mentions it.")


@pytest.mark.parametrize("outcome", Outcome)
def test_notes_stand_below_the_answer_and_make_no_link(outcome: Outcome) -> None:
    answer = replace(
        answer_of(*BOTH.citations, outcome=outcome), notes=("one", "two [x](http://evil.invalid)")
    )

    text = content(answer)

    assert text.endswith("\n\nNote: one.\n\nNote: two \\[x\\](http://evil.invalid).")
    assert "Note" not in content(replace(answer, notes=()))


def test_article_text_makes_no_link_and_no_tag_behind_its_own_backslash() -> None:
    answer = replace(
        answer_of(),
        sentences=(Sentence(r"See \[this\](http://a.example) \<img src=x>", (1,), verified=True),),
    )
    assert r"\\\[this\\\](http://a.example) \\\<img" in content(answer)
