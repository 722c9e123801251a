"""The files of examples: which are made, from what, and how each can be gone on with."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import IO, Any

from benchmarks.data import Case, Choice, Task, articles_asked_of, load, realtimeqa_articles
from benchmarks.pipeline import assistant_over
from benchmarks.written import LEARNED, written
from corpus.article import Article
from qa.reader import Window
from training import examples
from training.candidates import Candidates, candidates_of
from training.examples import Example
from training.gold import realtimeqa, realtimeqa_evidence, squad_paragraphs
from training.likes import likes_of
from training.made import Maker, phrase_pool
from training.posed import posed
from training.progress import progress
from training.split import is_held_back, week_of
from training.written import written_example

SEED = 7
LEARNED_FROM = 3000  # articles, for words of like meaning and phrases to exchange
ARTICLE_CHARS = 12_000  # read of an article that questions are made from
SAME_QUESTION = 3  # times that it is posed, at most: some stand below every article of an outlet
OTHERS_WINDOWS = 3  # every so many-th window found is offered as one beside the evidence


def gather(data: Path, work: Path, *, articles: int) -> None:
    """Make all files of examples below `work/examples`; what is there already stays."""
    folder = work / "examples"
    sets: dict[str, Callable[[], Iterator[Example]]] = {
        "squad2": lambda: squad_paragraphs(data / "squad2" / "dev-quarter.json"),
        "rtqa": lambda: _realtimeqa(data, work),
        "written": lambda: _written(data, work),
        "evidence": lambda: _evidence(data, work),
        "made": lambda: _made(data, articles=articles),
        "posed": lambda: _posed(data),
    }
    for name, make in sets.items():
        file = folder / f"{name}.jsonl.gz"
        if not file.is_file():
            examples.write(file, progress(make(), name))


def found_for(task: Task, work: Path, *, name: str = "") -> list[tuple[Candidates, Case]]:
    """Return what the pipeline finds for each case, in order; kept in `work/found`, gone on with if cut off.

    `name` is the kept file's, where the task's cases are not those of its index.
    """
    file = work / "found" / f"{name or task.folder}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = _read_found(file)
    rest = task.cases[len(kept) :]
    if rest:
        with (
            assistant_over(task.records, work / "index" / task.folder) as assistant,
            file.open("w", encoding="utf-8") as lines,
        ):
            for found in kept:
                _write_found(lines, found)
            questions = [(case.question, case.asked) for case in rest]
            for found in progress(candidates_of(questions, assistant.live), f"found: {task.name}", len(rest)):
                _write_found(lines, found)
                kept.append(found)
    return list(zip(kept, task.cases, strict=True))


def _write_found(lines: IO[str], found: Candidates) -> None:
    lines.write(json.dumps(asdict(found)) + "\n")
    lines.flush()


def _read_found(file: Path) -> list[Candidates]:
    if not file.is_file():
        return []
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    return [_candidates(json.loads(line)) for line in lines if line.endswith("\n")]  # the last may be cut off


def _candidates(record: Mapping[str, Any]) -> Candidates:
    return Candidates(
        windows=tuple(Window(w["title"], tuple(w["sentences"])) for w in record["windows"]),
        articles=tuple(record["articles"]),
        scores=tuple(map(tuple, record["scores"])),
        confidence=record["confidence"],
        passage_share=record["passage_share"],
    )


def _realtimeqa(data: Path, work: Path) -> Iterator[Example]:
    """Also of the questions that come with an explanation alone: some are answered by articles found for them."""
    task = load("realtimeqa", data, Choice())
    records = {
        record["question"]: record
        for name in ("evidence", "questions")
        for record in _records(data / "realtimeqa" / f"{name}.jsonl")
    }
    asked = {case.question for case in task.cases}
    others = tuple(
        Case(question, (record["answer"],), frozenset(), (), frozenset(), date.fromisoformat(record["asked"]))
        for question, record in records.items()
        if question not in asked
    )
    found = [
        *found_for(task, work),
        *found_for(replace(task, cases=others), work, name=f"{task.folder}-explained"),
    ]
    windows = {case.question: candidates.windows for candidates, case in found}
    return realtimeqa(list(records.values()), windows)


def _written(data: Path, work: Path) -> Iterator[Example]:
    task = load("realtimeqa", data, Choice())
    asked = tuple(written(LEARNED))
    cases = tuple(Case(one.question, (), frozenset(), (), frozenset(), one.asked) for one in asked)
    found = found_for(replace(task, cases=cases), work, name="written")
    articles, rng = articles_asked_of(asked, data), random.Random(SEED)
    for one, (candidates, _) in zip(asked, found, strict=True):
        article = articles[one.url]
        yield written_example(one, article["title"], article["text"], candidates.windows, rng)


def _evidence(data: Path, work: Path) -> Iterator[Example]:
    windows = [
        window
        for candidates, case in found_for(load("realtimeqa", data, Choice()), work)
        if case.asked and not is_held_back(week_of(case.asked))
        for window in candidates.windows
        if len(window.sentences) > 1
    ]
    return realtimeqa_evidence(
        _records(data / "realtimeqa" / "evidence.jsonl"), windows[::OTHERS_WINDOWS], random.Random(SEED)
    )


def _made(data: Path, *, articles: int) -> Iterator[Example]:
    rng = random.Random(SEED)
    usable = [
        record
        for record in realtimeqa_articles(data, None)
        if record["published"] and not is_held_back(week_of(date.fromisoformat(record["published"])))
    ]
    rng.shuffle(usable)
    learned = usable[:LEARNED_FROM]
    maker = Maker(likes_of(record["text"] for record in learned), phrase_pool(learned, rng), rng)
    for record in usable[:articles]:
        published = date.fromisoformat(record["published"])
        article = Article(
            id=record["url"],
            text=record["text"][:ARTICLE_CHARS],
            title=record["title"],
            published=published,
            source=None,
            url=None,
            authors=(),
            language="en",
        )
        yield from maker.examples(article, week_of(published))


def _posed(data: Path) -> Iterator[Example]:
    rng = random.Random(SEED)
    times: Counter[str] = Counter()
    for record in realtimeqa_articles(data, None):
        if not record["published"]:
            continue
        key = week_of(date.fromisoformat(record["published"]))
        for example in posed(record["title"], record["text"], key, rng):
            times[example.question] += bool(example.answers)
            if times[example.question] <= SAME_QUESTION:
                yield example


def _records(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
