"""`ask --llm`, batches and the doctor through a scripted LLM: documented exit codes, one clear line, no key."""

import json
from pathlib import Path

import pytest

from qa.assistant import Assistant
from tests.qa.commandline import CommandLine, Run, run_here
from tests.qa.llm_server import KEY, Script, hangs, says, status

WHO = "Who mediated the talks in Brussels?"
TRUE = "Charles Michel mediated the talks in Brussels."


@pytest.fixture
def run(
    samples: Assistant, script: Script, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run the command line in this process, over the sample articles and the scripted LLM."""
    line = CommandLine(samples.settings.articles_dir, samples.settings.store)
    environ = line.environ | script.environ | {"QA_LLM_TIMEOUT": "20"}
    return run_here(environ, monkeypatch, capsys, key=KEY)


def test_an_llm_s_answer_is_told_with_its_quotes(run: Run, script: Script) -> None:
    script.plays(says(f"{TRUE} [1]"))
    ended = run("ask", WHO, "--llm")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{TRUE} [1]\n")
    assert (
        "Charles Michel, the president of the European Council, mediated the talks in Brussels." in ended.out
    )


def test_json_says_who_wrote_and_what_it_cost(run: Run, script: Script) -> None:
    script.plays(says(f"{TRUE} [1] Michel sang. [1]"))
    answer = run("ask", WHO, "--json").json
    assert (answer["mode"], answer["dropped"], answer["timings"]["tokens_in"]) == ("llm", 1, 321)


def test_extractive_asks_no_llm(run: Run, script: Script) -> None:
    script.plays(status(500))
    answer = run("ask", WHO, "--json", "--extractive").json
    assert (answer["mode"], script.requests) == ("extractive", [])
    assert "dropped" not in answer


def test_a_failure_insisted_on_exits_5_with_one_line(run: Run, script: Script) -> None:
    script.plays(status(401))
    ended = run("ask", WHO, "--llm")
    assert (ended.code, ended.out) == (5, "")
    assert ended.err.count("\n") == 1
    assert "refused the key (HTTP 401); check QA_LLM_API_KEY" in ended.err


def test_a_failure_of_one_merely_configured_is_a_note(run: Run, script: Script) -> None:
    script.plays(status(401))
    ended = run("ask", WHO)
    assert (ended.code, ended.err) == (0, "")
    assert "Note: the LLM scripted at" in ended.out


def test_the_deadline_holds(run: Run, script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_LLM_TIMEOUT", "0.5")
    script.plays(hangs(seconds=3))
    assert "did not finish within 0.5 s" in run("ask", WHO, "--llm").err


def test_a_batch_goes_on_after_a_failure_and_exits_5(run: Run, script: Script, tmp_path: Path) -> None:
    batch = tmp_path / "questions.jsonl"
    batch.write_text(
        json.dumps({"question": WHO}) + "\n" + json.dumps({"question": f"{WHO} "}) + "\n", "utf-8"
    )
    script.plays(status(401), says(f"{TRUE} [1]"))
    ended = run("ask", "--batch", str(batch), "--llm")
    assert ended.code == 5
    failed, answered = ended.lines
    assert failed["line"] == 1
    assert "HTTP 401" in failed["error"]
    assert answered["mode"] == "llm"


def test_a_conversation_goes_on_after_a_failure_and_exits_5(run: Run, script: Script) -> None:
    script.plays(status(401), says(f"{TRUE} [1]"))
    ended = run("chat", "--llm", stdin=f"{WHO}\n/sources\n{WHO}\n")
    assert ended.code == 5
    assert ended.out.startswith(f"No sources yet.\n{TRUE} [1]\n")
    assert ended.err.count("\n") == 1
    assert ended.err.startswith("error: the LLM scripted at ")
    assert "refused the key (HTTP 401); check QA_LLM_API_KEY" in ended.err


def test_a_conversation_in_json_has_a_line_for_each_question(run: Run, script: Script) -> None:
    script.plays(status(401), says(f"{TRUE} [1]"))
    ended = run("chat", "--llm", "--json", stdin=f"{WHO}\n\n{WHO}\n")
    failed, answered = ended.lines
    assert (ended.code, ended.err, failed["line"], answered["mode"]) == (5, "", 1, "llm")
    assert "HTTP 401" in failed["error"]


def test_a_conversation_through_an_llm_without_failures_exits_0(run: Run, script: Script) -> None:
    script.plays(says(f"{TRUE} [1]"))
    assert run("chat", "--llm", stdin=f"{WHO}\n").code == 0
    script.plays(status(500))
    ended = run("chat", "--extractive", "--json", stdin=f"{WHO}\n")
    assert (ended.code, ended.json["mode"], script.requests) == (0, "extractive", [])


@pytest.mark.parametrize("verb", [("ask", WHO), ("chat",)])
def test_llm_without_one_configured_exits_5(
    run: Run, verb: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("QA_LLM_URL", "QA_LLM_MODEL", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, "")
    ended = run(*verb, "--llm", stdin=f"{WHO}\n")
    assert (ended.code, ended.out) == (5, "")
    assert "--llm: no LLM is configured; set QA_LLM_URL and QA_LLM_MODEL" in ended.err


def test_the_doctor_names_the_llm_and_whether_it_answers(run: Run, script: Script) -> None:
    script.plays(says("yes"))
    ended = run("doctor")
    assert ended.code == 0
    assert f"The LLM scripted at {script.url} answers" in ended.out
    script.plays(status(404))
    ended = run("doctor", "--json")
    assert ended.code == 1
    assert "check QA_LLM_URL and QA_LLM_MODEL" in ended.json["llm"]["problem"]


def test_status_shows_no_key(run: Run) -> None:
    assert run("status", "--json").code == 0


def test_a_process_of_its_own_ends_with_5_without_traceback_or_key(
    samples: Assistant, script: Script
) -> None:
    script.plays(status(503, retry_after="1"))
    line = CommandLine(samples.settings.articles_dir, samples.settings.store)
    ended = line.run("ask", WHO, "--llm", environ=script.environ | {"QA_LLM_TIMEOUT": "30"})
    assert ended.code == 5
    assert KEY not in ended.out + ended.err
    assert "HTTP 503" in ended.err
