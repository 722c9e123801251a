"""The questions and articles that others wrote, read in place."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what is known of its answer; `answers` is empty where the articles do not say."""

    question: str
    answers: tuple[str, ...]
    gold_articles: frozenset[str]  # ids, where they are known
    gold_facts: tuple[str, ...]  # sentences that stand in a gold passage, where they are known
    asked: date | None


def realtimeqa_articles(data: Path, *, year: str | None) -> Iterator[dict[str, Any]]:
    """Yield the news articles, of one year or all."""
    with gzip.open(data / "realtimeqa" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if year is None or (record["published"] or "").startswith(year):
                yield record | {"id": record["url"]}


def realtimeqa_cases(data: Path, *, year: str | None) -> list[Case]:
    """Return the quiz questions that have a gold article or articles that hold the answer's words."""
    lines = (data / "realtimeqa" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        Case(
            question=record["question"],
            answers=(record["answer"],),
            gold_articles=frozenset(record["gold_urls"]),
            gold_facts=(),
            asked=date.fromisoformat(record["asked"]),
        )
        for record in map(json.loads, lines)
        if (record["gold_urls"] or record["answer_urls"])
        and (year is None or record["asked"].startswith(year))
    ]


def multihop_articles(data: Path) -> Iterator[dict[str, Any]]:
    """Yield MultiHop-RAG's articles."""
    for record in json.loads((data / "multihop_rag" / "articles.json").read_text(encoding="utf-8")):
        yield record | {"id": record["url"]}


def multihop_cases(data: Path) -> list[Case]:
    """Return MultiHop-RAG's questions; its null queries have no answers."""
    records = json.loads((data / "multihop_rag" / "queries.json").read_text(encoding="utf-8"))
    return [
        Case(
            question=record["query"],
            answers=() if record["question_type"] == "null_query" else (record["answer"],),
            gold_articles=frozenset(item["url"] for item in record["evidence_list"]),
            gold_facts=tuple(item["fact"] for item in record["evidence_list"]),
            asked=None,
        )
        for record in records
    ]


def squad2_articles(data: Path) -> Iterator[dict[str, Any]]:
    """Yield SQuAD 2.0's paragraphs, each an article."""
    for title, number, paragraph in _paragraphs(data):
        yield {"id": f"{title}/{number}", "title": title.replace("_", " "), "text": paragraph["context"]}


def squad2_cases(data: Path) -> list[Case]:
    """Return SQuAD 2.0's questions; those it marks impossible have no answers."""
    return [
        Case(
            question=qa["question"].strip(),
            answers=tuple(dict.fromkeys(answer["text"] for answer in qa["answers"])),
            gold_articles=frozenset((f"{title}/{number}",)),
            gold_facts=(),
            asked=None,
        )
        for title, number, paragraph in _paragraphs(data)
        for qa in paragraph["qas"]
    ]


def _paragraphs(data: Path) -> Iterator[tuple[str, int, dict[str, Any]]]:
    pages = json.loads((data / "squad2" / "dev-quarter.json").read_text(encoding="utf-8"))["data"]
    for page in pages:
        for number, paragraph in enumerate(page["paragraphs"], start=1):
            yield page["title"], number, paragraph
