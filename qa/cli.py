"""The command line: `python -m qa VERB`. Results on stdout, all else on stderr, documented exit codes."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from qa.exits import Exit, exit_code, one_line

if TYPE_CHECKING:
    from index.filters import Filters
    from index.sync import SyncReport
    from qa.answer import Mode
    from qa.assistant import Assistant
    from qa.batch import BatchLine
    from qa.settings import Settings


app = typer.Typer(
    name="python -m qa",
    help="Ask a folder of news articles; every sentence of an answer is an article's own.",
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

# Text, not paths: an empty name would be the current folder.
Articles = Annotated[
    str | None, typer.Option("--articles", metavar="<path>", help="the folder of articles [QA_ARTICLES_DIR]")
]
Index = Annotated[
    str | None, typer.Option("--index", metavar="<path>", help="the index folder [QA_INDEX_DIR]")
]
Json = Annotated[bool, typer.Option("--json", help="one JSON object on stdout")]
AsOf = Annotated[
    datetime | None, typer.Option("--as-of", formats=["%Y-%m-%d"], help="as if asked on this day")
]
Since = Annotated[
    datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="articles from this day on")
]
Until = Annotated[
    datetime | None, typer.Option("--until", formats=["%Y-%m-%d"], help="articles up to this day")
]
Source = Annotated[str | None, typer.Option("--source", help="articles of this source")]
Batch = Annotated[Path | None, typer.Option("--batch", help="a file of questions, one JSON object a line")]
Extractive = Annotated[bool, typer.Option("--extractive", help="answer in the articles' sentences")]
Llm = Annotated[bool, typer.Option("--llm", help="answer through the configured LLM")]
Question = Annotated[str | None, typer.Argument(help="the question; - reads standard input")]


@app.command("index")
def index_verb(
    folder: Annotated[str | None, typer.Argument(metavar="[ARTICLES]", help="the folder of articles")] = None,
    *,
    articles: Articles = None,
    index: Index = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="build anew instead of what changed")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="stay and follow the folder's changes")] = False,
    wait: Annotated[bool, typer.Option(help="wait while another index run is writing")] = True,
    verify: Annotated[bool, typer.Option("--verify", help="hash every file, trust no time stamp")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="empty the index if the folder is empty")] = False,
    as_json: Json = False,
) -> None:
    """Bring the index in line with the folder."""
    if folder and articles and Path(folder).resolve() != Path(articles).resolve():
        _fail(Exit.USAGE, f"two articles folders given: {folder} and --articles {articles}; give one")
    settings = _settings(articles if folder is None else folder, index)
    from qa.indexing import follow, report_text, update
    from qa.render import json_text

    def say(report: "SyncReport") -> None:
        _print(json_text(report.as_json()) if as_json else report_text(report))

    say(update(settings, rebuild=rebuild, wait=wait, verify=verify, may_empty=yes))
    if watch:
        for report in follow(settings):
            say(report)


@app.command()
def ask(
    question: Question = None,
    *,
    batch: Batch = None,
    as_json: Json = False,
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    extractive: Extractive = False,
    llm: Llm = False,
    articles: Articles = None,
    index: Index = None,
) -> None:
    """Answer a question from the articles, or say that they do not."""
    _check_writers(extractive=extractive, llm=llm)
    filters = _filters(as_of, since, until, source)
    asked = _question(question, batch)
    settings = _settings(articles, index)
    mode = _mode(settings, extractive=extractive, llm=llm)
    with _assistant(settings) as assistant:
        if batch is not None:
            _run_batch(batch, filters, lambda line: _asked_json(assistant, line, mode))
        from qa.answer import Outcome
        from qa.render import answer_text, json_text

        answer = assistant.ask(asked, filters=filters, mode=mode)
        _print(json_text(answer.as_json(), indent=2) if as_json else answer_text(answer))
        if answer.outcome is Outcome.NOT_IN_CORPUS:
            raise typer.Exit(Exit.NOT_IN_CORPUS)


@app.command()
def search(
    question: Question = None,
    *,
    limit: Annotated[int, typer.Option("-n", min=1, max=1000, help="hits at most")] = 10,
    batch: Batch = None,
    as_json: Json = False,
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    articles: Articles = None,
    index: Index = None,
) -> None:
    """Show the passages most likely to answer a question."""
    filters = _filters(as_of, since, until, source)
    asked = _question(question, batch)
    with _assistant(_settings(articles, index)) as assistant:
        if batch is not None:
            _run_batch(batch, filters, lambda line: _searched_json(assistant, line, limit))
        from qa.render import hits_text, json_text
        from qa.retrieval import hits_json

        hits = assistant.search(asked, filters=filters, limit=limit)
        found = {"question": asked, "hits": hits_json(hits)}
        _print(json_text(found, indent=2) if as_json else hits_text(hits))


@app.command()
def chat(
    *,
    as_json: Json = False,
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    extractive: Extractive = False,
    llm: Llm = False,
    articles: Articles = None,
    index: Index = None,
) -> None:
    """Hold a conversation in the terminal; piped in, a question a line."""
    _check_writers(extractive=extractive, llm=llm)
    _check_stdin()
    settings = _settings(articles, index)
    mode = _mode(settings, extractive=extractive, llm=llm)
    with _assistant(settings) as assistant:
        from qa.terminal import HELP, Talk, converse

        is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        tell = _tell if as_json else _print
        if is_terminal:
            tell(HELP)
        talk = Talk(assistant, _filters(as_of, since, until, source), mode, as_json)
        if not converse(talk, write=_print, tell=tell, complain=_complain, prompt=is_terminal):
            raise typer.Exit(Exit.SERVICE)


@app.command()
def show(
    article: Annotated[
        str, typer.Argument(help="its id: the path below the articles folder, or the record's id")
    ],
    *,
    as_json: Json = False,
    articles: Articles = None,
    index: Index = None,
) -> None:
    """Show an article as it is indexed; offsets of citations count in its text."""
    with _assistant(_settings(articles, index)) as assistant, assistant.live.reader() as reader:
        from qa.render import article_json, article_text, closest_ids, json_text

        found = reader.article(article.encode("utf-8", "replace").decode())  # lone surrogates are in no id
        if found is None:
            close = closest_ids(article, (record.id for record in reader.articles()))
            hint = f"; did you mean {close!r}?" if close else "; `python -m qa search` names articles"
            _fail(Exit.FAILED, f"no article {article!r} in the index{hint}")
        _print(json_text(article_json(found), indent=2) if as_json else article_text(found))


@app.command()
def status(*, as_json: Json = False, articles: Articles = None, index: Index = None) -> None:
    """Say what the index holds."""
    from qa.indexing import status_json, status_text
    from qa.render import json_text

    settings = _settings(articles, index)
    stats = status_json(settings)
    _print(json_text(stats, indent=2) if as_json else status_text(stats))


@app.command()
def doctor(
    *,
    repair: Annotated[bool, typer.Option("--repair", help="mend what can be mended")] = False,
    as_json: Json = False,
    articles: Articles = None,
    index: Index = None,
) -> None:
    """Check the index, and whether the LLM answers if one is configured; a fault comes with what mends it."""
    from qa.indexing import examine, findings_text
    from qa.indexing import repair as mend
    from qa.llm import check_json, check_text
    from qa.render import inert, json_text

    settings = _settings(articles, index)
    repaired = mend(settings) if repair else []
    findings = examine(settings)
    llm = check_json(settings.llm)
    if as_json:
        found = [{"what": f.what, "mend": f.mend} for f in findings]
        _print(json_text({"findings": found} | ({"repaired": repaired} if repair else {}) | {"llm": llm}))
    else:
        _print(f"{findings_text(findings, repaired)}\n{inert(check_text(llm))}")
    if findings or llm["problem"]:
        raise typer.Exit(Exit.FAILED)


@app.command()
def export(
    target: Annotated[Path, typer.Argument(metavar="DIR", help="an index folder that is not there yet")],
    *,
    articles: Articles = None,
    index: Index = None,
) -> None:
    """Copy the index, to be served on another machine with --index."""
    from index.export import export as copy

    _print(f"{copy(_settings(articles, index).store, target)}")


def main() -> NoReturn:
    """Run the command line and exit; no error leaves it as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if hasattr(sys.stdin, "reconfigure") and not sys.stdin.isatty():
        sys.stdin.reconfigure(encoding="utf-8-sig", errors="replace")
    try:
        app(standalone_mode=True)
    except KeyboardInterrupt:
        _leave(Exit.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the last border before a user
        code = exit_code(error)
        print(f"error: {one_line(error)}", file=sys.stderr)
        _leave(code)
    raise SystemExit(Exit.DONE)


def _leave(code: Exit) -> NoReturn:
    sys.stdout.flush()
    raise SystemExit(int(code))


def _fail(code: Exit, message: str) -> NoReturn:
    _complain(message)
    raise typer.Exit(code)


def _complain(message: str) -> None:
    _tell(f"error: {message}")


def _tell(text: str) -> None:
    from qa.render import inert

    print(inert(text), file=sys.stderr, flush=True)


def _print(text: str) -> None:
    try:
        print(text, flush=True)
    except BrokenPipeError:  # the reader has seen enough; left alone, typer ends with 1
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(Exit.DONE) from None


def _settings(articles: str | None, index: str | None) -> "Settings":
    from qa.settings import Settings

    return Settings.load(os.environ, articles_dir=articles, index_dir=index)


@contextmanager
def _assistant(settings: "Settings") -> Iterator["Assistant"]:
    from qa.assistant import Assistant
    from qa.indexing import open_index

    with open_index(settings) as live:
        with live.reader() as reader:
            if reader.passage_count == 0:
                _fail(
                    Exit.NO_INDEX,
                    f"no articles in {settings.articles_dir}; add some and run: {settings.index_command}",
                )
        yield Assistant(live, settings)


def _check_writers(*, extractive: bool, llm: bool) -> None:
    if extractive and llm:
        _fail(Exit.USAGE, "--extractive and --llm exclude each other")


def _mode(settings: "Settings", *, extractive: bool, llm: bool) -> "Mode | None":
    if llm and settings.llm is None:
        _fail(
            Exit.SERVICE,
            "--llm: no LLM is configured; set QA_LLM_URL and QA_LLM_MODEL. Without --llm the answer is in the "
            "articles' own words",
        )
    from qa.answer import Mode

    return Mode.LLM if llm else Mode.EXTRACTIVE if extractive else None


def _filters(
    as_of: datetime | None, since: datetime | None, until: datetime | None, source: str | None
) -> "Filters":
    from index.filters import Filters

    if since and until and since > until:
        _fail(Exit.USAGE, f"--since {since:%Y-%m-%d} is after --until {until:%Y-%m-%d}")
    return Filters(since=_day(since), until=_day(until), as_of=_day(as_of), source=source)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _question(question: str | None, batch: Path | None) -> str:
    from qa.query import over_length

    if (question is None) == (batch is None):
        _fail(
            Exit.USAGE, "give a question, or --batch FILE" if batch is None else "give a question or --batch"
        )
    if batch is not None and str(batch) != "-" and (batch.is_dir() or not batch.exists()):
        _fail(Exit.USAGE, f"--batch {batch}: {'a folder' if batch.is_dir() else 'no such file'}")
    if question == "-" or str(batch) == "-":
        _check_stdin()
    asked = sys.stdin.read() if question == "-" else question or ""
    if batch is None and not asked.strip():
        _fail(Exit.USAGE, "the question is empty")
    if told := over_length(asked.strip()):
        _fail(Exit.USAGE, told)
    return asked.strip()


def _check_stdin() -> None:
    if sys.stdin is None:
        _fail(Exit.USAGE, "standard input is closed")


def _run_batch(batch: Path, filters: "Filters", process: "Callable[[BatchLine], dict[str, Any]]") -> NoReturn:
    from qa.batch import run_batch

    ended = Exit.DONE
    stream = sys.stdin if str(batch) == "-" else batch.open(encoding="utf-8-sig", errors="replace")
    with stream:
        for line, failed in run_batch(stream, filters, process):
            if failed is not None:
                ended = max(ended, exit_code(failed))
            _print(line)
    raise typer.Exit(ended)


def _asked_json(assistant: "Assistant", line: "BatchLine", mode: "Mode | None") -> dict[str, Any]:
    return assistant.ask(line.question, turns=line.turns, filters=line.filters, mode=mode).as_json()


def _searched_json(assistant: "Assistant", line: "BatchLine", limit: int) -> dict[str, Any]:
    from qa.retrieval import hits_json

    hits = assistant.search(line.question, filters=line.filters, limit=limit)
    return {"question": line.question, "hits": hits_json(hits)}
