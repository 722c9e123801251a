"""Follow-ups: does the question we make of one find the article as often as the full question typed by hand?

`followups.jsonl` holds conversations written for this project. One half served to improve `qa.followup`, the other,
written before any result was seen, only measures it.
"""

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks import metrics
from benchmarks.data import load
from benchmarks.measure import CUTOFFS, counted
from benchmarks.pipeline import assistant_at, assistant_over
from benchmarks.results import Row, Run, changed_settings
from benchmarks.runs import Options, work_folder
from index.filters import Filters
from qa.assistant import Assistant
from qa.settings import ROOT

CONVERSATIONS = Path(__file__).parent / "followups.jsonl"
YEAR = "2022"  # of the RealTimeQA articles that some of the conversations are about
SAMPLES, NEWS = "samples", f"realtimeqa-{YEAR}"
DEPTH = max(CUTOFFS)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Earlier questions, the follow-up to them, and the full question that somebody would have had to type."""

    id: str
    half: str  # "tuning" or "held-out"
    kind: str  # of follow-up: "pronoun", "ellipsis", "switch" …
    corpus: str  # SAMPLES or NEWS
    as_of: date
    turns: tuple[str, ...]
    question: str
    full: str
    gold: frozenset[str]  # ids of the articles that say


@dataclass(frozen=True, slots=True)
class Ranks:
    """The rank of the first gold article for the follow-up and for the full question; None: not in the first ten."""

    followup: int | None
    full: int | None


def read_conversations(path: Path = CONVERSATIONS) -> list[Conversation]:
    """Return the conversations in the order of the file."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Conversation(
            **record
            | {
                "as_of": date.fromisoformat(record["as_of"]),
                "turns": tuple(record["turns"]),
                "gold": frozenset(record["gold"]),
            }
        )
        for record in records
    ]


def run_followups(options: Options) -> Row:
    """Ask every conversation's follow-up and its full question; return the row."""
    conversations = read_conversations()[: options.limit]
    task = load("realtimeqa", options.data, options.choice.of_year(YEAR))
    started = time.perf_counter()
    with assistant_at(ROOT / "corpus" / "articles", options.work / SAMPLES, **options.settings) as samples:
        ranks = ask(samples, [c for c in conversations if c.corpus == SAMPLES])
    with assistant_over(task.records, work_folder(task, options), **options.settings) as news:
        ranks |= ask(news, [c for c in conversations if c.corpus == NEWS])
        settings = changed_settings(news.settings)
    figures = {"n": len(conversations), "halves": figures_by(conversations, ranks)}
    return Run("followups", "", options.note, options.limit, settings).row(
        figures, seconds=time.perf_counter() - started
    )


def ask(assistant: Assistant, conversations: Sequence[Conversation]) -> dict[str, Ranks]:
    """Return the ranks of each conversation by its id."""
    return {
        conversation.id: Ranks(
            followup=_rank(assistant, _as_standalone(assistant, conversation), conversation),
            full=_rank(assistant, conversation.full, conversation),
        )
        for conversation in counted(conversations, "follow-ups")
    }


def figures_by(conversations: Iterable[Conversation], ranks: dict[str, Ranks]) -> dict[str, Row]:
    """Return Hits@k of both ways of asking, of each half and of each kind of the held-out half."""
    groups: dict[str, list[Ranks]] = {}
    for conversation in conversations:
        groups.setdefault(conversation.half, []).append(ranks[conversation.id])
        if conversation.half == "held-out":
            groups.setdefault(f"held-out: {conversation.kind}", []).append(ranks[conversation.id])
    return {name: hits(group) for name, group in sorted(groups.items())}


def hits(ranks: Sequence[Ranks]) -> Row:
    """Return the number of conversations and, of both ways of asking, Hits@k."""
    figures: Row = {"n": len(ranks)}
    for k in CUTOFFS:
        figures[f"followup@{k}"] = round(metrics.mean([metrics.within(r.followup, k) for r in ranks]), 4)
        figures[f"full@{k}"] = round(metrics.mean([metrics.within(r.full, k) for r in ranks]), 4)
    return figures


def _as_standalone(assistant: Assistant, conversation: Conversation) -> str:
    filters = Filters(as_of=conversation.as_of)
    with assistant.live.reader() as reader:
        return assistant.as_standalone(conversation.question, conversation.turns, filters, reader)


def _rank(assistant: Assistant, question: str, conversation: Conversation) -> int | None:
    found = assistant.search(question, filters=Filters(as_of=conversation.as_of), limit=DEPTH)
    return metrics.first_rank([hit.passage.article.id in conversation.gold for hit in found])
