"""What another embedder would bring and cost: the vector arm alone and the whole, on RealTimeQA 2022.

The index stays as it is; the vector arm is replaced by an exact search among the other embedder's rows, kept below
the work folder. Costs are counted in seconds of processor time, which a busy machine does not blur; those of a
remote service in seconds of waiting.
"""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np

from benchmarks.data import Case, load, within
from benchmarks.measure import counted, search_all
from benchmarks.pipeline import assistant_over
from benchmarks.results import Row, Run
from benchmarks.runs import Options, article_ids, work_folder
from benchmarks.systems import DEPTH, Found, Ours
from index.embedding import Embedder, OpenAIEmbedder, Vectors, load_embedder
from index.filters import Filters
from index.lexical import Scored
from index.reader import IndexReader, LiveIndex
from index.records import StoredPassage
from qa.assistant import Assistant

YEAR = "2022"
EMBEDDERS = ("wordllama:64", "wordllama:128", "wordllama:256")  # beside the one that --set may name
BATCH = 512  # passages embedded at once
TIMED = 2048  # passages whose embedding is timed
MEGABYTE = 1e6


@dataclass(frozen=True, slots=True)
class Passages:
    """All passages of an index, in one order: ids, articles, days as ordinals (0: undated), what is embedded."""

    ids: Vectors
    articles: tuple[str, ...]
    days: Vectors
    texts: tuple[str, ...]


def run_embedders(options: Options) -> Row:
    """Return the row of all embedders on the same questions."""
    task = load("realtimeqa", options.data, options.choice.of_year(YEAR))
    named = options.settings.get("embedder")
    given = (*EMBEDDERS, *([named] if named and named not in EMBEDDERS else []))
    plain = replace(
        options, settings={k: v for k, v in options.settings.items() if not k.startswith("embedder")}
    )
    started = time.perf_counter()
    with assistant_over(task.records, work_folder(task, plain), **plain.settings) as assistant:
        cases = within(task.cases[: options.limit], article_ids(assistant))
        passages = read_passages(assistant)
        figures: dict[str, Row] = {}
        for name in given:
            config = assistant.settings.model_copy(update={**options.settings, "embedder": name}).index_config
            folder = work_folder(task, plain) / "embedders"
            figures[name] = measure(assistant, load_embedder(config), passages, cases, _file(folder, name))
    counts = {"n": len(cases), "articles": len(set(passages.articles)), "passages": len(passages.texts)}
    return Run("embedders", YEAR, options.note, options.limit).row(
        counts | {"embedders": figures}, seconds=time.perf_counter() - started
    )


def read_passages(assistant: Assistant) -> Passages:
    """Read every passage of the index as it is embedded."""
    found: list[StoredPassage] = []
    with assistant.live.reader() as reader:
        for record in reader.articles():
            found += reader.article_passages(record.id)
    days = [p.article.published.toordinal() if p.article.published else 0 for p in found]
    return Passages(
        ids=np.array([p.id for p in found]),
        articles=tuple(p.article.id for p in found),
        days=np.array(days),
        texts=tuple(f"{p.article.title}\n{p.text}" for p in found),  # as index.build embeds them
    )


def measure(
    assistant: Assistant, embedder: Embedder, passages: Passages, cases: Sequence[Case], kept: Path
) -> Row:
    """Return an embedder's Hits@k, alone and in the whole, its passages a second of processor time, and its size."""
    rows = _rows(embedder, passages, kept)
    arm = ExactArm(embedder, rows, passages)
    alone = search_all(arm, cases).figures
    whole = search_all(
        Ours(replace(assistant, live=cast("LiveIndex", WithArm(assistant.live, arm)))), cases
    ).figures
    return {
        "dim": embedder.dim,
        "mb": round(rows.nbytes / MEGABYTE, 1),
        "passages_per_cpu_s": round(_rate(embedder, passages.texts[:TIMED])),
        "alone": {name: value for name, value in alone.items() if not name.endswith("_ms")},
        "whole": {name: value for name, value in whole.items() if not name.endswith("_ms")},
    }


class ExactArm:
    """The vector arm as an exact search among all rows; also a system of its own."""

    name = "vectors"

    def __init__(self, embedder: Embedder, rows: Vectors, passages: Passages) -> None:
        self._embedder, self._rows, self._passages = embedder, rows, passages
        self._place = {int(passage): place for place, passage in enumerate(passages.ids)}

    def search(self, question: str, as_of: Any) -> list[Found]:
        """Return the nearest passages that are old enough."""
        hits = self.nearest(question, Filters(as_of=as_of), DEPTH)
        return [Found(self._passages.articles[self._place[hit.passage]], "") for hit in hits]

    def nearest(self, text: str, filters: Filters, limit: int) -> list[Scored]:
        """Return passages by cosine, best first, ties by passage id."""
        cosines = self._rows @ self._embedder.embed_queries([text])[0]
        if filters.as_of is not None:
            cosines = np.where(self._passages.days <= filters.as_of.toordinal(), cosines, -np.inf)
        best = np.lexsort((self._passages.ids, -cosines))[:limit]
        return [
            Scored(int(self._passages.ids[i]), float(cosines[i])) for i in best if np.isfinite(cosines[i])
        ]


class WithArm:
    """A live index whose readers search another vector arm."""

    def __init__(self, live: LiveIndex, arm: ExactArm) -> None:
        self._live, self._arm = live, arm

    @contextmanager
    def reader(self) -> Iterator[IndexReader]:
        """Give the live generation with the arm replaced."""
        with self._live.reader() as reader:
            yield cast("IndexReader", ReaderWithArm(reader, self._arm))


class ReaderWithArm:
    """A reader in all but its vectors."""

    def __init__(self, reader: IndexReader, arm: ExactArm) -> None:
        self._reader, self._arm = reader, arm

    def __getattr__(self, name: str) -> Any:  # Any: whatever the reader has
        return getattr(self._reader, name)

    def search_vectors(self, text: str, *, filters: Filters, limit: int) -> list[Scored]:
        """Search the other arm."""
        return self._arm.nearest(text, filters, limit)


def _rows(embedder: Embedder, passages: Passages, kept: Path) -> Vectors:
    """Embed all passages, or read their rows from a run before."""
    if kept.is_file():
        rows: Vectors = np.load(kept)
        if rows.shape == (len(passages.texts), embedder.dim):
            return rows
    batches = range(0, len(passages.texts), BATCH)
    rows = np.vstack(
        [
            embedder.embed_documents(passages.texts[i : i + BATCH])
            for i in counted(batches, "batches embedded")
        ]
    )
    kept.parent.mkdir(parents=True, exist_ok=True)
    np.save(kept, rows)
    return rows


def _rate(embedder: Embedder, texts: Sequence[str]) -> float:
    clock = time.perf_counter if isinstance(embedder, OpenAIEmbedder) else time.process_time
    started = clock()
    embedder.embed_documents(texts)
    return len(texts) / max(clock() - started, 1e-9)


def _file(folder: Path, name: str) -> Path:
    return folder / f"{re.sub(r'[^A-Za-z0-9.-]+', '-', name)}.npy"
