"""Folders of a few articles, as people try it first: what is answered, and what only another folder tells, refused.

Six paragraphs of a page of SQuAD 2.0 make a folder. It is asked some of its own questions, with those that were made to
look answerable, and some of the answerable ones of the page's next six paragraphs: of the same matter, and mostly not
told.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby

from benchmarks import metrics
from benchmarks.data import Case, Record, squad2_paragraphs
from benchmarks.measure import ask_all, is_refusal, refusal_figures, sentence_figures
from benchmarks.pipeline import assistant_over
from benchmarks.results import Row, Run, changed_settings
from benchmarks.runs import Options
from qa.answer import Answer

PARAGRAPHS = 6  # a folder
OWN, ANOTHERS = 24, 8  # questions asked of a folder, spread over all there are


@dataclass(frozen=True, slots=True)
class Folder:
    """A few articles, their own questions, and some of another folder's."""

    name: str
    records: tuple[Record, ...]
    own: tuple[Case, ...]
    anothers: tuple[Case, ...] = ()

    def articles(self) -> Iterator[Record]:
        """Yield the articles as lines of a .jsonl."""
        return iter(self.records)


def run_few_articles(options: Options) -> Row:
    """Ask every folder its questions, or the first ones, as many as the limit says; return the row."""
    started = time.perf_counter()
    own: list[tuple[Case, Answer]] = []
    anothers: list[Answer] = []
    count, settings = 0, {}
    for folder in folders(list(squad2_paragraphs(options.data)))[: options.limit]:
        work = options.work / "few_articles" / folder.name
        with assistant_over(folder.articles, work, **options.settings) as assistant:
            own += zip(folder.own, ask_all(assistant, folder.own), strict=True)
            anothers += ask_all(assistant, folder.anothers)
            count, settings = count + 1, changed_settings(assistant.settings)
    cases, answers = [case for case, _ in own], [answer for _, answer in own]
    figures = {
        "folders": count,
        "n": len(own),
        **sentence_figures(cases, answers),
        **refusal_figures(cases, answers),
        "n_anothers": len(anothers),
        "anothers_refused": round(metrics.mean([is_refusal(answer) for answer in anothers]), 4),
    }
    return Run("few_articles", "", options.note, options.limit, settings).row(
        figures, seconds=time.perf_counter() - started
    )


def folders(paragraphs: Sequence[tuple[Record, list[Case]]]) -> list[Folder]:
    """Cut each page into whole folders; each is also asked of the one after it, the page's last one of its first."""
    found: list[Folder] = []
    for title, page in groupby(paragraphs, key=lambda paragraph: paragraph[0]["title"]):
        found += _of_page(title, list(page))
    return found


def _of_page(title: str, page: Sequence[tuple[Record, list[Case]]]) -> Iterator[Folder]:
    cut = [page[i : i + PARAGRAPHS] for i in range(0, len(page) - PARAGRAPHS + 1, PARAGRAPHS)]
    whole = [
        Folder(
            f"{title.replace(' ', '_')}-{number}",
            tuple(record for record, _ in part),
            tuple(chain.from_iterable(cases for _, cases in part)),
        )
        for number, part in enumerate(cut, start=1)
    ]
    for number, folder in enumerate(whole):
        following = whole[(number + 1) % len(whole)]
        told = [case for case in following.own if case.is_answerable] if following is not folder else []
        yield replace(folder, own=_spread(folder.own, OWN), anothers=_spread(told, ANOTHERS))


def _spread(cases: Sequence[Case], most: int) -> tuple[Case, ...]:
    step = max(len(cases) // most, 1)
    return tuple(cases[::step][:most])
