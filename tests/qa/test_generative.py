"""What an LLM writes is shown once an article carries it: checked, corrected, left out, counted, kept."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.article import Article
from index.filters import Filters
from qa.answer import Answer, Mode, Outcome
from qa.assistant import Assistant
from qa.llm_client import LLMFailed
from qa.settings import Settings
from qa.verify import quote_stands
from tests.qa.assistants import TODAY
from tests.qa.llm_server import KEY, Script, hangs, says

WHO = "Who mediated the talks in Brussels?"
TRUE = "Charles Michel mediated the talks in Brussels."


@pytest.fixture
def with_llm(samples: Assistant, script: Script) -> Callable[..., Assistant]:
    """An assistant over the sample articles with the scripted LLM and nothing kept from before."""

    def build(**flags: object) -> Assistant:
        values = samples.settings.model_dump(exclude={"llm_url", "llm_model", "llm_api_key"}) | flags
        settings = Settings.load(script.environ, dotenv=None, **values)
        return Assistant(samples.live, settings, today=lambda: TODAY, meaning=samples.meaning)

    return build


@pytest.fixture
def assistant(with_llm: Callable[..., Assistant]) -> Assistant:
    return with_llm()


def assert_quotes_stand(answer: Answer, articles: dict[str, Article]) -> None:
    for citation in answer.citations:
        assert quote_stands(citation, articles[citation.article].text)
    known = {citation.marker for citation in answer.citations}
    assert all(set(s.markers) <= known and s.markers for s in answer.sentences if s.verified)


def number_of(script: Script, title: str) -> int:
    """Return the number that a passage has in the prompt, by its article's title."""
    head = next(line for line in script.prompt.splitlines() if line.startswith(title))
    before = script.prompt[: script.prompt.index(head)]
    return int(before.rstrip().rsplit("<passage ", 1)[1].rstrip(">"))


def test_a_carried_sentence_is_shown_with_the_article_s_quote(
    assistant: Assistant, script: Script, sample_articles: dict[str, Article]
) -> None:
    script.plays(says(f"{TRUE} [1]"))
    answer = assistant.ask(WHO)
    assert (answer.mode, answer.outcome, answer.text) == (Mode.LLM, Outcome.ANSWERED, f"{TRUE} [1]")
    assert answer.citations[0].quote.startswith(
        "Charles Michel, the president of the European Council, mediated"
    )
    assert_quotes_stand(answer, sample_articles)


def test_what_no_reader_sees_is_left_out_of_an_answer(assistant: Assistant, script: Script) -> None:
    hidden = "".join(chr(0xE0000 + ord(char)) for char in "see a.example")
    script.plays(says(f"{TRUE[:-1]}{hidden}\u202e. [1]"))
    assert assistant.ask(WHO).text == f"{TRUE} [1]"


def test_the_prompt_holds_numbered_delimited_dated_passages(assistant: Assistant, script: Script) -> None:
    script.plays(says(f"{TRUE} [1]"))
    assistant.ask(WHO)
    assert "<passage 1>\nAliyev and Pashinyan meet in Brussels" in script.prompt
    assert "| Sample Desk | 15 July 2023" in script.prompt
    assert "Today is 17 July 2023." in script.prompt
    assert f"Question: {WHO}" in script.prompt
    assert script.keys == [f"Bearer {KEY}"]


def test_a_question_of_the_past_is_asked_as_of_its_day(assistant: Assistant, script: Script) -> None:
    script.plays(says(f"{TRUE} [1]"))
    day = TODAY.replace(day=16)
    answer = assistant.ask(WHO, filters=Filters(as_of=day))
    assert "The question is asked on 16 July 2023." in script.prompt
    assert answer.as_of == day


@pytest.mark.parametrize(
    "wrong",
    ["Charles Michel mediated the talks in Paris.", "Ilham Aliyev mediated the talks in Brussels.",
     "Charles Michel did not mediate the talks in Brussels.", "About 9,000 people called for the road to be reopened.",
     "The mediator was born in Namur and speaks four languages."],
)  # fmt: skip
def test_what_no_article_carries_is_left_out_and_counted(
    assistant: Assistant, script: Script, wrong: str
) -> None:
    script.plays(says(f"{wrong} [1] {TRUE} [1]"))
    answer = assistant.ask(WHO)
    assert [sentence.text for sentence in answer.sentences] == [TRUE]
    assert answer.dropped == 1
    assert answer.as_json()["dropped"] == 1
    assert "1 sentence of the LLM's left out: not found in the articles" in answer.notes
    assert wrong not in str(answer.as_json())


def test_what_no_article_carries_is_struck_if_the_settings_say_so(
    with_llm: Callable[..., Assistant], script: Script
) -> None:
    script.plays(says(f"Michel likes tea. [1] {TRUE} [1]"))
    answer = with_llm(llm_unsupported="strike").ask(WHO)
    assert [(s.text, s.verified, s.markers) for s in answer.sentences] == [
        ("Michel likes tea.", False, ()),
        (TRUE, True, (1,)),
    ]
    assert "tea" not in answer.text


def test_a_wrong_marker_is_corrected_where_one_other_passage_carries_the_sentence(
    assistant: Assistant, script: Script
) -> None:
    sentence = "The Azerbaijani Foreign Ministry reported the meeting."
    script.plays(says("x"))
    with pytest.raises(LLMFailed):
        assistant.ask(WHO, mode=Mode.LLM)
    right = number_of(script, "Aliyev and Pashinyan meet in Brussels")
    for marker in (" [99]", "", f" [{right + 1}]"):
        script.plays(says(f"{sentence}{marker}"))
        answer = replace(assistant, answers=type(assistant.answers)()).ask(WHO)
        assert answer.text.startswith(f"{sentence} [1]")
        assert answer.citations[0].title == "Aliyev and Pashinyan meet in Brussels with Michel as mediator"


def test_what_answers_best_follows_where_the_llm_passes_it_over(
    assistant: Assistant, samples: Assistant, script: Script, sample_articles: dict[str, Article]
) -> None:
    beside, own = "The Azerbaijani Foreign Ministry reported the meeting.", samples.ask(WHO)
    script.plays(says(f"{beside} [99]"))
    answer = assistant.ask(WHO)
    assert (answer.mode, answer.outcome) == (Mode.LLM, Outcome.ANSWERED)
    assert [s.text for s in answer.sentences[:2]] == [beside, own.sentences[0].text]
    assert {s.text for s in answer.sentences[1:]} <= {s.text for s in own.sentences}
    assert [s.markers for s in answer.sentences] == [(c.marker,) for c in answer.citations]
    assert [c.marker for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert answer.citations[1].place == own.citations[0].place
    assert "the LLM passes over what answers best; the articles' own sentences follow" in answer.notes
    assert_quotes_stand(answer, sample_articles)


def test_nothing_follows_where_the_llm_cites_what_answers_best_or_no_reader_tells(
    with_llm: Callable[..., Assistant], script: Script
) -> None:
    script.plays(says(f"{TRUE} [1]"))
    assert with_llm().ask(WHO).text == f"{TRUE} [1]"
    beside = "The Azerbaijani Foreign Ministry reported the meeting."
    script.plays(says(f"{beside} [99]"))
    assert with_llm(reader=False).ask(WHO).text == f"{beside} [1]"


def test_a_sentence_that_several_others_carry_is_not_guessed_at(assistant: Assistant, script: Script) -> None:
    script.plays(
        says("Charles Michel is the president of the European Council. [99] The corridor was closed. [98]")
    )
    answer = assistant.ask(WHO)
    assert answer.mode is Mode.EXTRACTIVE


def test_where_nothing_is_left_the_articles_own_sentences_are_the_answer(
    assistant: Assistant, samples: Assistant, script: Script
) -> None:
    script.plays(says("Angela Merkel mediated the talks. [1]"))
    answer = assistant.ask(WHO)
    assert (answer.mode, answer.sentences) == (Mode.EXTRACTIVE, samples.ask(WHO).sentences)
    assert "no passage carries what the LLM wrote; these are the articles' own sentences" in answer.notes
    assert answer.dropped == 1


def test_a_part_that_the_llm_finds_missing_makes_the_answer_partial(
    assistant: Assistant, script: Script
) -> None:
    script.plays(says(f"{TRUE} [1]\nMISSING: the talks\n"))
    answer = assistant.ask(WHO)
    assert answer.outcome is Outcome.PARTIAL
    assert 'the LLM found nothing on "the talks"' in answer.notes


def test_what_is_missing_is_repeated_only_in_the_question_s_words(
    assistant: Assistant, script: Script
) -> None:
    script.plays(says(f"{TRUE} [1]\nMISSING: ask evil.example about the talks in Brussels\n"))
    answer = assistant.ask(WHO)
    assert answer.outcome is Outcome.PARTIAL
    assert "evil" not in str(answer.as_json())


def test_a_compound_question_with_an_unanswerable_part_is_answered_in_part(
    assistant: Assistant, script: Script
) -> None:
    question = "Who mediated the talks in Brussels and who is the mayor of Reykjavik?"
    script.plays(
        says("Who mediated the talks in Brussels?\nWho is the mayor of Reykjavik?"), says(f"{TRUE} [1]")
    )
    answer = assistant.ask(question)
    assert (answer.outcome, answer.mode) == (Outcome.PARTIAL, Mode.LLM)
    assert any("Reykjavik" in note and "no article mentions" in note for note in answer.notes)


def test_what_the_evidence_refuses_is_not_asked_of_the_llm(assistant: Assistant, script: Script) -> None:
    script.plays(says("Canberra is the capital of Australia. [1]"))
    answer = assistant.ask("What is the capital of Australia?")
    assert answer.outcome is Outcome.NOT_IN_CORPUS
    assert script.requests == []


def test_each_sentence_is_shown_as_soon_as_it_is_checked(assistant: Assistant, script: Script) -> None:
    script.plays(hangs(f"{TRUE} [1]", seconds=3))
    stream = assistant.stream(WHO)
    started = time.monotonic()
    first = next(answer for answer in stream if answer.sentences)
    assert time.monotonic() - started < 2
    assert first.text == f"{TRUE} [1]"
    stream.close()  # type: ignore[attr-defined]
    assert script.hung_up.wait(2)


def test_nothing_unchecked_is_ever_streamed(assistant: Assistant, script: Script) -> None:
    script.plays(says(f"Michel sang an aria. [1] {TRUE} [1] The talks cost 7 euros. [2]", piece=3))
    for answer in assistant.stream(WHO):
        assert [s.text for s in answer.sentences] in ([], [TRUE])


def test_whoever_waits_gets_a_turn_to_stop(assistant: Assistant, script: Script) -> None:
    script.plays(hangs(seconds=5))
    stream = assistant.stream(WHO)
    for _ in range(4):
        assert next(stream).sentences == ()
    stream.close()  # type: ignore[attr-defined]
    assert script.hung_up.wait(2)


def test_tokens_and_time_are_counted(assistant: Assistant, script: Script) -> None:
    script.plays(says(f"{TRUE} [1]"))
    timings = assistant.ask(WHO).as_json()["timings"]
    assert (timings["tokens_in"], timings["tokens_out"]) == (321, 12)
    assert 0 < timings["llm_ms"] <= timings["total_ms"]


def test_an_answer_is_paid_for_once(with_llm: Callable[..., Assistant], script: Script) -> None:
    script.plays(says(f"{TRUE} [1]"))
    assistant = with_llm()
    first, again = assistant.ask(WHO), assistant.ask(WHO)
    assert len(script.requests) == 1
    assert again.sentences == first.sentences
    assert again.as_json()["timings"]["tokens_in"] == 0
    assistant.ask(WHO, filters=Filters(as_of=TODAY))
    without = with_llm(llm_cache=0)
    without.ask(WHO)
    without.ask(WHO)
    assert len(script.requests) == 4


def test_passages_are_chosen_within_the_budget(with_llm: Callable[..., Assistant], script: Script) -> None:
    script.plays(says(f"{TRUE} [1]"))
    sizes = []
    for tokens in (700, 1200, 8000):
        with_llm(llm_context_tokens=tokens, llm_max_tokens=100).ask(WHO)
        assert len(script.prompt) / 3.5 < tokens - 100
        sizes.append(script.prompt.count("<passage "))
    assert sizes == sorted(sizes)
    assert sizes[0] >= 1


def test_extractive_asks_no_llm(assistant: Assistant, samples: Assistant, script: Script) -> None:
    script.plays(says(f"{TRUE} [1]"))
    answer = assistant.ask(WHO, mode=Mode.EXTRACTIVE)
    assert (answer.mode, answer.sentences, script.requests) == (
        Mode.EXTRACTIVE,
        samples.ask(WHO).sentences,
        [],
    )
    assert "llm_ms" not in answer.as_json()["timings"]


def test_any_llama_index_llm_can_be_named(samples: Assistant, tmp_path: Path) -> None:
    environ = {"QA_LLM_CLASS": "tests.qa.parrot.Parrot", "QA_LLM_OPTIONS": '{"line": "' + TRUE + ' [1]"}'}
    settings = Settings.load(environ, dotenv=None, articles_dir=samples.settings.articles_dir)
    answer = replace(samples, settings=settings).ask(WHO, mode=Mode.LLM)
    assert (answer.mode, answer.text) == (Mode.LLM, f"{TRUE} [1]")


def test_llama_index_s_global_settings_stay_untouched(assistant: Assistant, script: Script) -> None:
    from llama_index.core import Settings as Globals

    before = (Globals._llm, Globals._embed_model, Globals._transformations)
    script.plays(says(f"{TRUE} [1]"))
    assistant.ask(WHO, mode=Mode.LLM)
    assert (Globals._llm, Globals._embed_model, Globals._transformations) == before
