"""The questions and articles that others wrote, read in place, and the questions written for this project."""

import gzip
import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks.written import Written, written

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
DISTRACTOR_YEAR = "2022"  # of the RealTimeQA articles among which MultiHop-RAG's are looked for

Record = dict[str, Any]  # an article as a line of .jsonl


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what is known of its answer."""

    question: str
    answers: tuple[str, ...]  # of which one is to be shown; none where the articles do not say
    gold_articles: frozenset[str]  # ids, where they are known
    gold_facts: tuple[str, ...]  # sentences that a gold passage holds, where they are known
    answer_articles: frozenset[str]  # ids of those that hold an answer's words
    asked: date | None

    @property
    def is_answerable(self) -> bool:
        """Whether the articles say."""
        return bool(self.answers)

    @property
    def needed(self) -> frozenset[str]:
        """The ids of all articles that the question is measured by."""
        return self.gold_articles | self.answer_articles


@dataclass(frozen=True, slots=True)
class Task:
    """A data set under one setting; `records` are read only when an index has to be built."""

    name: str
    variant: str  # what sets it apart from the data set's other settings, "" for none
    folder: str  # below the work folder
    records: Callable[[], Iterator[Record]]
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which part of the data to run on."""

    year: str | None = None  # realtimeqa: only articles and questions of this year
    distractors: bool = True  # multihop_rag: others' articles around its own
    articles: int | None = None  # at most so many, all that questions need among them

    def of_year(self, year: str) -> "Choice":
        """Return the same choice for a year."""
        return replace(self, year=year)


def load(name: str, data: Path, choice: Choice) -> Task:
    """Return a data set's task; raises FileNotFoundError where the data are not there, KeyError for a name."""
    tasks = {"realtimeqa": _realtimeqa, "written": _written, "multihop_rag": _multihop, "squad2": _squad2}
    task = tasks[name](data, choice)
    if choice.articles is None:
        return task
    return replace(
        task,
        variant=f"{task.variant}, {choice.articles} articles".removeprefix(", "),
        folder=f"{task.folder}-{choice.articles}",
        records=lambda: first_articles(task.records, task.cases, choice.articles or 0),
    )


def first_articles(
    records: Callable[[], Iterable[Record]], cases: Iterable[Case], limit: int
) -> Iterator[Record]:
    """Yield the articles that the questions need, and the first of the others, up to `limit` in all."""
    needed = frozenset(chain.from_iterable(case.needed for case in cases))
    spare = limit - sum(record["id"] in needed for record in records())
    for record in records():
        if record["id"] in needed:
            yield record
        elif spare > 0:
            spare -= 1
            yield record


def within(cases: Iterable[Case], article_ids: Collection[str]) -> list[Case]:
    """Return the cases with only those of their articles that were indexed."""
    return [
        replace(
            case,
            gold_articles=case.gold_articles.intersection(article_ids),
            answer_articles=case.answer_articles.intersection(article_ids),
        )
        for case in cases
    ]


def realtimeqa_articles(data: Path, year: str | None) -> Iterator[Record]:
    """Yield the news articles, of one year or all."""
    with gzip.open(data / "realtimeqa" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if year is None or (record["published"] or "").startswith(year):
                yield record | {"id": record["url"]}


def _realtimeqa(data: Path, choice: Choice) -> Task:
    year = choice.year
    lines = (data / "realtimeqa" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    cases = tuple(
        Case(
            question=record["question"],
            answers=(record["answer"],),
            gold_articles=frozenset(record["gold_urls"]),
            gold_facts=(),
            answer_articles=frozenset(record["answer_urls"]),
            asked=date.fromisoformat(record["asked"]),
        )
        for record in map(json.loads, lines)
        if (record["gold_urls"] or record["answer_urls"])
        and (year is None or record["asked"].startswith(year))
    )
    folder = f"realtimeqa-{year}" if year else "realtimeqa"
    return Task("realtimeqa", year or "", folder, lambda: realtimeqa_articles(data, year), cases)


def _written(data: Path, choice: Choice) -> Task:
    """Return what was written over held-back weeks, asked of all of RealTimeQA's articles: they share an index."""
    asked = [one for one in written() if one.sentences]
    articles = articles_asked_of(asked, data)
    cases = tuple(_written_case(one, articles[one.url]["text"]) for one in asked)
    return Task("written", "", "realtimeqa", lambda: realtimeqa_articles(data, None), cases)


def articles_asked_of(asked: Iterable[Written], data: Path) -> dict[str, Record]:
    """Return the articles that were written over, by url."""
    urls = {one.url for one in asked}
    return {record["url"]: record for record in realtimeqa_articles(data, None) if record["url"] in urls}


def _written_case(one: Written, text: str) -> Case:
    """Return what is looked for, by the article's text: the answer's words where a few answer, else the sentence."""
    facts = tuple(text[start:end] for start, end in one.sentences)
    article = frozenset((one.url,))
    return Case(
        question=one.question,
        answers=(text[slice(*one.answer)],) if one.answer else facts,
        gold_articles=article,
        gold_facts=facts,
        answer_articles=article,
        asked=one.asked,
    )


def _multihop(data: Path, choice: Choice) -> Task:
    def articles() -> Iterator[Record]:
        for record in json.loads((data / "multihop_rag" / "articles.json").read_text(encoding="utf-8")):
            yield record | {"id": record["url"]}
        if choice.distractors:
            yield from realtimeqa_articles(data, DISTRACTOR_YEAR)

    records = json.loads((data / "multihop_rag" / "queries.json").read_text(encoding="utf-8"))
    cases = tuple(
        Case(
            question=record["query"],
            answers=() if record["question_type"] == "null_query" else (record["answer"],),
            gold_articles=frozenset(item["url"] for item in record["evidence_list"]),
            gold_facts=tuple(item["fact"] for item in record["evidence_list"]),
            answer_articles=frozenset(item["url"] for item in record["evidence_list"]),
            asked=None,
        )
        for record in records
    )
    variant, folder = (
        ("with distractors", "multihop_rag-distractors") if choice.distractors else ("", "multihop_rag")
    )
    return Task("multihop_rag", variant, folder, articles, cases)


def _squad2(data: Path, choice: Choice) -> Task:
    paragraphs = list(squad2_paragraphs(data))
    cases = tuple(chain.from_iterable(cases for _, cases in paragraphs))
    return Task("squad2", "", "squad2", lambda: (record for record, _ in paragraphs), cases)


def squad2_paragraphs(data: Path) -> Iterator[tuple[Record, list[Case]]]:
    """Yield SQuAD 2.0's paragraphs as articles, each with its questions; pages stand one after another."""
    for title, number, paragraph in _paragraphs(data):
        article = {"id": f"{title}/{number}", "title": title.replace("_", " "), "text": paragraph["context"]}
        cases = []
        for qa in paragraph["qas"]:
            answers = tuple(dict.fromkeys(answer["text"] for answer in qa["answers"]))
            holding = frozenset((article["id"],)) if answers else frozenset()
            cases.append(Case(qa["question"].strip(), answers, holding, (), holding, asked=None))
        yield article, cases


def _paragraphs(data: Path) -> Iterator[tuple[str, int, dict[str, Any]]]:
    pages = json.loads((data / "squad2" / "dev-quarter.json").read_text(encoding="utf-8"))["data"]
    for page in pages:
        for number, paragraph in enumerate(page["paragraphs"], start=1):
            yield page["title"], number, paragraph
