"""Folders of news that strangers asked about: what the articles tell, and as many questions that they do not answer.

The questions were written for this project by large language models that read the articles and not the program, half
of the answerable ones in other words than the articles'. `strangers.jsonl` has a folder a line: `{"folder", "data",
"articles": [url, …], "asked": [[question, kind, article, [start, end]], …]}`, the place of the sentence that answers in
the text of the article of that number, null where none does. All kinds but `answerable` are not answered: of another
world (`other_topic`), what is not told of somebody who is (`attribute`), what is told of another (`wrong_person`), what
did not happen (`no_such_event`), what is told of another place or year (`elsewhere`), a name much like one that is told
of (`near_name`).
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import metrics
from benchmarks.data import Choice, Record, load
from benchmarks.measure import SENTENCES, counted, is_refusal
from benchmarks.pipeline import assistant_over
from benchmarks.results import Row, Run, changed_settings
from benchmarks.runs import Options
from benchmarks.written import Place
from qa.answer import Answer

STRANGERS = Path(__file__).parent / "strangers.jsonl"
ANSWERABLE = "answerable"


@dataclass(frozen=True, slots=True)
class Strange:
    """A stranger's question; where it can be answered, the article's id and the place of the sentence that does."""

    question: str
    kind: str
    article: str | None
    place: Place | None

    @property
    def is_answerable(self) -> bool:
        """Whether the articles say."""
        return self.kind == ANSWERABLE


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of articles and what was asked of it."""

    name: str
    data: str  # the set that the articles are of
    articles: tuple[str, ...]  # ids
    asked: tuple[Strange, ...]

    def records(self, folder: Path) -> Iterator[Record]:
        """Yield the articles, as lines of a .jsonl, from the folder of the data."""
        wanted = frozenset(self.articles)
        everything = load(self.data, folder, Choice(distractors=False)).records()
        return (record for record in everything if record["id"] in wanted)


def folders(file: Path = STRANGERS) -> Iterator[Folder]:
    """Yield the folders of a file, in its order."""
    with file.open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            articles = tuple(record["articles"])
            asked = tuple(
                Strange(
                    question,
                    kind,
                    None if number is None else articles[number],
                    None if place is None else (place[0], place[1]),
                )
                for question, kind, number, place in record["asked"]
            )
            yield Folder(record["folder"], record["data"], articles, asked)


def run_strangers(options: Options, file: Path = STRANGERS) -> Row:
    """Ask each folder its questions, or the first ones, as many as the limit says; return the row."""
    started = time.perf_counter()
    asked: dict[str, list[tuple[Strange, Answer]]] = {}
    settings = {}
    for number, folder in enumerate(folders(file), start=1):
        work = options.work / "strangers" / str(number)
        with assistant_over(partial(folder.records, options.data), work, **options.settings) as assistant:
            settings = changed_settings(assistant.settings)
            asked[folder.name] = [
                (one, assistant.ask(one.question))
                for one in counted(folder.asked[: options.limit], folder.name)
            ]
    return Run("strangers", "", options.note, options.limit, settings).row(
        strangers_figures(asked), seconds=time.perf_counter() - started
    )


def strangers_figures(asked: Mapping[str, Sequence[tuple[Strange, Answer]]]) -> Row:
    """Return what was answered and refused, by folder and by kind of question, and where the right sentence came."""
    everything = [pair for pairs in asked.values() for pair in pairs]
    kinds = sorted({one.kind for one, _ in everything} - {ANSWERABLE})
    refused = {
        kind: metrics.mean([is_refusal(answer) for one, answer in everything if one.kind == kind])
        for kind in kinds
    }
    return {
        "n": len(everything),
        **_figures(everything),
        "refused": {kind: round(share, 4) for kind, share in refused.items()},
        "folders": {name: _figures(pairs) for name, pairs in asked.items()},
    }


def _figures(asked: Sequence[tuple[Strange, Answer]]) -> dict[str, float]:
    scored = metrics.refusal(
        [is_refusal(answer) for _, answer in asked], [one.is_answerable for one, _ in asked]
    )
    ranks = [
        metrics.first_rank([_tells(one, answer, place) for place in range(len(answer.sentences))])
        for one, answer in asked
        if one.is_answerable
    ]
    right = {f"sentence@{k}": metrics.mean([metrics.within(rank, k) for rank in ranks]) for k in SENTENCES}
    figures = {"answered": scored.answered, "refusal_recall": scored.recall, "refusal_j": scored.youden_j}
    return {name: round(value, 4) for name, value in (right | figures).items()}


def _tells(one: Strange, answer: Answer, place: int) -> bool:
    """Whether a sentence shown is, at least in part, the one that was meant; another article may tell it, too."""
    cited = {citation.marker: citation for citation in answer.citations}
    shown = [cited[marker] for marker in answer.sentences[place].markers]
    return one.place is not None and any(
        citation.article == one.article and citation.start < one.place[1] and one.place[0] < citation.end
        for citation in shown
    )
