"""The whole flow on one page: a question and the turns before it -> a cited, checked answer."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from index.filters import Filters
from index.reader import IndexReader, LiveIndex
from qa import extractive
from qa.answer import Answer, Mode, Timings
from qa.evidence import PASSAGES_READ
from qa.followup import standalone
from qa.meaning import Meaning
from qa.query import Query, read_question
from qa.retrieval import Hit, Retrieval, retrieve
from qa.settings import Settings

MAX_QUESTION_CHARS = 4000  # what is read of a question


@dataclass(frozen=True, slots=True)
class Assistant:
    """Answers questions from one live index. Safe to share between threads."""

    live: LiveIndex
    settings: Settings
    today: Callable[[], date] = date.today
    meaning: Meaning = field(default_factory=Meaning)

    def ask(self, question: str, *, turns: Sequence[str] = (), filters: Filters = Filters()) -> Answer:
        """Answer a question; `turns` are the earlier questions of the conversation, oldest first."""
        started = time.perf_counter()
        asked = standalone(_readable(question), [_readable(turn) for turn in turns])
        query = read_question(asked)
        with self.live.reader() as reader:
            retrieval = self._retrieve(query, reader, filters, PASSAGES_READ)
            retrieved = time.perf_counter()
            draft = extractive.answer(
                query,
                retrieval,
                reader,
                self.meaning,
                refuse_below=self.settings.refuse_below,
                max_sentences=self.settings.max_sentences,
            )
        done = time.perf_counter()
        return Answer(
            question=question,
            standalone_question=asked,
            outcome=draft.outcome,
            confidence=draft.confidence,
            reason=draft.reason,
            notes=draft.notes,
            sentences=draft.sentences,
            citations=draft.citations,
            nearest=draft.nearest,
            as_of=filters.as_of,
            mode=Mode.EXTRACTIVE,
            timings=Timings(*(1000 * s for s in (retrieved - started, done - retrieved, done - started))),
        )

    def stream(
        self, question: str, *, turns: Sequence[str] = (), filters: Filters = Filters()
    ) -> Iterator[Answer]:
        """Yield the answer as it grows, a sentence at a time; the last one is the whole answer."""
        whole = self.ask(question, turns=turns, filters=filters)
        for shown in range(1, len(whole.sentences)):
            yield replace(whole, sentences=whole.sentences[:shown])
        yield whole

    def search(self, question: str, *, filters: Filters = Filters(), limit: int = 10) -> tuple[Hit, ...]:
        """Return the passages most likely to answer the question, best first."""
        with self.live.reader() as reader:
            return self._retrieve(read_question(_readable(question)), reader, filters, limit).hits

    def _retrieve(self, query: Query, reader: IndexReader, filters: Filters, limit: int) -> Retrieval:
        return retrieve(query, reader, filters=filters, today=self.today(), limit=limit)


def _readable(question: str) -> str:
    """Cut an overlong question and replace lone surrogates, which crash the embedder."""
    return question[:MAX_QUESTION_CHARS].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
