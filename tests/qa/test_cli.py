"""The command line as scripts see it: exit codes, JSON, standard input, what stands on which stream."""

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import PIPE

import pytest

from corpus.article import Article
from tests.qa.assistants import ROOT, SAMPLES, SHARED
from tests.qa.commandline import CommandLine, Ended

WHO = "Who mediated the talks in Brussels?"
CAPITAL = "What is the capital of Australia?"
DAY = ["--as-of", "2023-07-16"]
NEWS = ["2023-07-11-corridor-closed.md", "2023-07-15-brussels-meeting.md", "background-two-wars.md"]
BATCH = [
    json.dumps({"question": WHO, "as_of": "2023-07-16"}),
    "",
    json.dumps({"question": "And who won the second one?", "turns": ["Which wars were fought?"]}),
    "not JSON",
    json.dumps({"question": "\ud800\x00 Canberra?"}),
    json.dumps({"question": " "}),
]
SEARCHES = [json.dumps({"question": WHO}), json.dumps({"question": "x", "source": "Nobody"})]
CHAT = [
    *("/sources", "/help", "", "Which wars were fought?", "And who won the second one?", "/sources"),
    *("/what", "/clear", "why?", "/quit", WHO),
]
USAGE: dict[tuple[str, ...], str] = {
    ("ask", " "): "the question is empty",
    ("ask", "-"): "the question is empty",
    ("ask", "x" * 2001): "the question has 2,001 characters; 2,000 are the most",
    ("ask",): "give a question, or --batch FILE",
    ("ask", "Who?", "--batch", "x.jsonl"): "give a question or --batch",
    ("ask", "--batch", "nowhere.jsonl"): "no such file",
    ("ask", "--batch", "corpus"): "--batch corpus: a folder",
    ("ask", "Who?", "--extractive", "--llm"): "exclude each other",
    ("ask", "Who?", "--as-of", "yesterday"): "--as-of",
    ("ask", "Who?", "--since", "2023-02-01", "--until", "2023-01-01"): "is after",
    ("search", "Who?", "-n", "0"): "-n",
    ("index", "elsewhere", "--articles", "corpus/articles"): "two articles folders given",
    ("index", ""): "error: an empty path is given",
    ("index", "--articles", ""): "error: an empty path is given",
    ("status", "--index", ""): "error: an empty path is given",
    ("sing",): "sing",
}


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the command line."""

    arguments: list[str]
    stdin: str = ""
    environ: Mapping[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A command line over copies of three sample articles."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "news").mkdir()
    for name in NEWS:
        shutil.copy(SAMPLES / name, folder / "news")
    return CommandLine(folder / "news", folder / "store")


@pytest.fixture(scope="module")
def first(cli: CommandLine) -> Ended:
    """The first question of all, on a folder never indexed."""
    return cli.run("ask", WHO, "--json")


@pytest.fixture(scope="module")
def naughty() -> list[str]:
    """The strings that break things; none where they are not beside this checkout."""
    path = SHARED / "blns.json"
    return list(json.loads(path.read_text("utf-8"))) if path.is_file() else []


@pytest.fixture(scope="module")
def ended(
    cli: CommandLine, first: Ended, naughty: list[str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Ended]:
    """Runs on the index that the first one built, two at a time: most of a run is the start of its process."""
    citation = first.json["citations"][0]
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "empty").mkdir()
    batch = elsewhere / "batch.jsonl"
    batch.write_text("\n".join(BATCH + [json.dumps({"question": string}) for string in naughty]), "utf-8")
    none, other = ["--index", str(elsewhere / "none")], ["--index", str(elsewhere / "other")]
    runs = {
        "batch": Run(["ask", "--batch", str(batch)]),
        "show": Run(["show", citation["article"], "--json"]),
        "show unknown": Run(["show", "2023-07-11-corridor-close.md"]),
        "refusal": Run(["ask", *DAY, "--", f"-{CAPITAL}"], environ={"NO_COLOR": "1"}),
        "search": Run([*"search - --json -n 3 --source".split(), "sample desk"], "Laçın\n", {"LC_ALL": "C"}),
        "search batch": Run(["search", "--batch", "-", "-n", "2", "--until", "2023-05-02"], "\n".join(SEARCHES)),
        "chat": Run(["chat", "--json"], stdin="\n".join(CHAT)),
        "status": Run(["status", "--json"]),
        "doctor": Run(["doctor", "--json"]),
        "llm": Run(["ask", WHO, "--llm"]),
        "unknown setting": Run(["status"], environ={"QA_ARTICLE_DIR": "x"}),
        "other folder": Run(["ask", WHO, "--articles", str(elsewhere / "empty")]),
        "other settings": Run(["ask", WHO], environ={"QA_PASSAGE_CHARS": "500"}),
        "no folder": Run(["ask", WHO, "--articles", str(elsewhere / "nowhere"), *none]),
        "lost folder": Run(["ask", WHO, "--articles", str(elsewhere / "nowhere")]),
        "no articles": Run(["ask", WHO, "--articles", str(elsewhere / "empty"), *other]),
        "no index": Run(["status", *none]),
    } | {" ".join(arguments): Run(list(arguments)) for arguments in USAGE}  # fmt: skip
    with ThreadPoolExecutor(2) as pool:
        done = pool.map(
            lambda run: cli.run(*run.arguments, stdin=run.stdin, environ=run.environ), runs.values()
        )
        return dict(zip(runs, done, strict=True))


def test_asking_a_folder_never_indexed_indexes_it_first(first: Ended, cli: CommandLine) -> None:
    assert first.code == 0
    assert first.json["outcome"] == "answered"
    assert "Charles Michel" in first.json["text"]
    assert (cli.index / "CURRENT").is_file()


def test_each_quote_is_what_show_shows(first: Ended, ended: dict[str, Ended]) -> None:
    citation, shown = first.json["citations"][0], ended["show"].json
    assert shown["text"][citation["start"] : citation["end"]] == citation["quote"]
    assert shown["digest"] == citation["digest"]
    keys = "article title published source url authors language digest text"
    assert list(shown) == keys.split()


def test_a_refusal_exits_3_with_its_reason_on_stdout(
    ended: dict[str, Ended],
) -> None:
    refusal = ended["refusal"]
    assert refusal.code == 3
    assert 'The articles do not say: no article mentions "Australia"' in refusal.out
    assert refusal.err == ""


def test_a_batch_answers_line_by_line_and_exits_2_for_bad_ones(ended: dict[str, Ended]) -> None:
    batch = ended["batch"]
    assert batch.code == 2
    answered = [line.get("outcome") or line["line"] for line in batch.lines[: len(BATCH)]]
    assert answered == ["answered", 2, "answered", 4, "not_in_corpus", 6]
    assert batch.lines[2]["standalone_question"] == "Who won the second war?"


def test_no_naughty_string_breaks_a_batch(ended: dict[str, Ended], naughty: list[str]) -> None:
    if not naughty:
        pytest.skip("the list of naughty strings is not beside this checkout")
    results = ended["batch"].lines[len(BATCH) :]
    assert len(results) == len(naughty)
    for number, (question, result) in enumerate(zip(naughty, results, strict=True), start=len(BATCH) + 1):
        if not question.strip():
            assert result == {"line": number, "error": "the question is empty"}
            continue
        assert result["question"] == question
        assert result["outcome"] in ("answered", "not_in_corpus")
        assert result["timings"]["total_ms"] < 3000


def test_a_search_batch_from_standard_input_is_filtered_and_exits_0(ended: dict[str, Ended]) -> None:
    assert ended["search batch"].code == 0
    found, none = ended["search batch"].lines
    assert [(hit["rank"], hit["published"]) for hit in found["hits"]] == [(1, "2023-05-02")]
    assert none == {"question": "x", "hits": []}


def test_a_search_reads_and_writes_utf_8_whatever_the_locale_and_shows_exact_passages(
    ended: dict[str, Ended], sample_articles: dict[str, Article]
) -> None:
    found = ended["search"].json
    assert found["question"] == "Laçın"
    assert [hit["rank"] for hit in found["hits"]] == [1, 2, 3]
    for hit in found["hits"]:
        assert sample_articles[hit["article"]].text[hit["start"] : hit["end"]] == hit["text"]
        assert list(hit) == "rank score article title published source start end text".split()


def test_a_piped_chat_keeps_the_conversation_and_knows_its_commands(ended: dict[str, Ended]) -> None:
    chat = ended["chat"]
    standalone = [answer["standalone_question"] for answer in chat.lines]
    assert chat.code == 0
    assert standalone == ["Which wars were fought?", "Who won the second war?", "why?"]
    assert chat.err.startswith("No sources yet.\nAsk a question; a follow-up may lean on the ones before.\n")
    assert f"  [1] {chat.lines[1]['citations'][0]['title']}, Sample Desk, " in chat.err
    assert "Unknown command /what; /help lists them.\nThe conversation is forgotten.\n" in chat.err
    assert "> " not in chat.out + chat.err


@pytest.mark.parametrize("arguments", [["ask", "-"], ["ask", "--batch", "-"], ["chat"]], ids=" ".join)
@pytest.mark.skipif(not shutil.which("sh"), reason="no shell here")
def test_a_closed_standard_input_is_named(cli: CommandLine, arguments: list[str]) -> None:
    command = ["sh", "-c", '"$@" <&-', "sh", *cli.command(*arguments)]
    done = subprocess.run(command, env=cli.environ, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "error: standard input is closed\n")


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="no such name here")
def test_a_batch_may_be_a_pipe(cli: CommandLine, first: Ended) -> None:
    done = cli.run("search", "--batch", "/dev/stdin", stdin=json.dumps({"question": WHO}))
    assert (done.code, done.lines[0]["question"]) == (0, WHO)


def test_an_interrupted_chat_exits_130(cli: CommandLine, first: Ended) -> None:
    # A suite that is run in the background ignores it, and so would its children.
    inherited = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(
            cli.command("chat"), env=cli.environ, cwd=ROOT, text=True, stdin=PIPE, stdout=PIPE, stderr=PIPE
        )
    finally:
        signal.signal(signal.SIGINT, inherited)
    with process:
        assert process.stdin
        assert process.stdout
        process.stdin.write("/help\n")
        process.stdin.flush()
        process.stdout.readline()  # it is listening
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "Traceback" not in err


def test_status_says_what_the_index_holds(ended: dict[str, Ended], cli: CommandLine) -> None:
    stats = ended["status"].json
    assert stats["articles"] == len(NEWS)
    assert stats["sources"] == {"Sample Desk": len(NEWS)}
    assert stats["undated"] == 0
    assert Path(stats["index_dir"]) == cli.index


def test_doctor_finds_nothing_wrong(ended: dict[str, Ended]) -> None:
    assert (ended["doctor"].code, ended["doctor"].err) == (0, "")
    assert ended["doctor"].json == {
        "findings": [],
        "llm": {"name": None, "answers": None, "problem": None, "ms": None},
    }


def test_an_unknown_article_exits_1_and_names_a_close_one(ended: dict[str, Ended]) -> None:
    unknown = ended["show unknown"]
    assert (unknown.code, unknown.out) == (1, "")
    assert "did you mean '2023-07-11-corridor-closed.md'?" in unknown.err


@pytest.mark.parametrize("arguments", USAGE, ids=" ".join)
def test_a_usage_error_exits_2_and_says_why_on_stderr(
    ended: dict[str, Ended], arguments: tuple[str, ...]
) -> None:
    refused = ended[" ".join(arguments)]
    assert (refused.code, refused.out) == (2, "")
    assert USAGE[arguments] in refused.err


def test_an_unknown_setting_exits_2_with_a_suggestion(ended: dict[str, Ended]) -> None:
    says = "error: unknown setting QA_ARTICLE_DIR; did you mean QA_ARTICLES_DIR?\n"
    assert ended["unknown setting"] == Ended(2, "", says)


def test_an_llm_asked_for_and_not_configured_exits_5(ended: dict[str, Ended]) -> None:
    assert (ended["llm"].code, ended["llm"].out) == (5, "")
    assert "--llm" in ended["llm"].err


@pytest.mark.parametrize(
    "why", ["other folder", "other settings", "no folder", "lost folder", "no articles", "no index"]
)
def test_without_a_usable_index_it_exits_4_and_says_why_on_stderr(ended: dict[str, Ended], why: str) -> None:
    assert (ended[why].code, ended[why].out) == (4, "")
    assert ended[why].err.startswith("error: ")
    is_lost = why in ("no folder", "lost folder")
    assert ("no folder of articles at" if is_lost else "python -m qa index") in ended[why].err
    assert ("python -m qa index" in ended[why].err) != is_lost


def test_a_mismatch_names_both_sides(ended: dict[str, Ended], cli: CommandLine) -> None:
    assert "passage_chars 1000, settings say 500" in ended["other settings"].err
    assert str(cli.articles) in ended["other folder"].err
    assert "empty" in ended["other folder"].err


def test_no_question_harmed_the_index(ended: dict[str, Ended], cli: CommandLine) -> None:
    assert (cli.index / "CURRENT").read_text("utf-8").strip() == ended["status"].json["generation"]
