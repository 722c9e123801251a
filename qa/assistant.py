"""The whole flow on one page: a question and the turns before it -> a cited, checked answer."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from index.filters import Filters
from index.reader import IndexReader, LiveIndex
from qa import extractive
from qa.answer import Answer, Mode, Timings
from qa.evidence import PASSAGES_READ
from qa.followup import MAX_TURNS, Whom, standalone
from qa.joining import AN_ARTICLE, joined
from qa.judgement import Case, Judgement, judge
from qa.judging_process import JudgingProcess
from qa.meaning import Meaning
from qa.persons import person_told
from qa.query import MAX_QUESTION_CHARS, Kind, Query, read_question
from qa.reader import Reader, load_reader
from qa.recent import Recent
from qa.rereading import reread_passages
from qa.retrieval import Hit, Retrieval, distinct, rank, retrieve, spread
from qa.settings import Settings
from qa.signals import Evidence
from qa.typed import as_meant

REMEMBERED_PERSONS = 1000


@dataclass(frozen=True, slots=True)
class Assistant:
    """Answers questions from one live index. Safe to share between threads."""

    live: LiveIndex
    settings: Settings
    today: Callable[[], date] = date.today
    meaning: Meaning = field(default_factory=Meaning)
    # The LLM's, by generation, question and settings.
    answers: Recent[Answer] = field(default_factory=Recent)
    persons: Recent[str] = field(default_factory=Recent)  # by generation, question and filters; "" is none
    judging: JudgingProcess | None = None  # where there is one, what it can do is left to it

    def ask(
        self,
        question: str,
        *,
        turns: Sequence[str] = (),
        filters: Filters = Filters(),
        mode: Mode | None = None,
    ) -> Answer:
        """Answer a question; `turns` are the earlier questions of the conversation, oldest first.

        By default an LLM writes if one is configured, and the articles' own sentences are the answer where it
        fails. Mode.LLM insists on it: raises LLMFailed.
        """
        if self._writes(mode) is Mode.LLM:
            return deque(self.stream(question, turns=turns, filters=filters, mode=mode), maxlen=1).pop()
        with self.live.reader() as reader:
            asked = self.as_standalone(question, turns, filters, reader)
            return self.extract(question, asked, filters, reader, wants_evidence=False)[0]

    def stream(
        self,
        question: str,
        *,
        turns: Sequence[str] = (),
        filters: Filters = Filters(),
        mode: Mode | None = None,
    ) -> Iterator[Answer]:
        """Yield the answer as it grows, a sentence at a time; the last one is the whole answer.

        While an LLM writes, the same answer may be yielded again, at first one without sentences: whoever reads
        gets a turn to stop. Closing the iterator closes the connection to the LLM.
        """
        if self._writes(mode) is Mode.LLM:
            from qa.writing import answers

            yield from answers(self, question, turns, filters, insist=mode is Mode.LLM)
            return
        whole = self.ask(question, turns=turns, filters=filters, mode=mode)
        for shown in range(1, len(whole.sentences)):
            yield replace(whole, sentences=whole.sentences[:shown])
        yield whole

    def search(self, question: str, *, filters: Filters = Filters(), limit: int = 10) -> tuple[Hit, ...]:
        """Return the passages most likely to answer the question, best first, neighbours nearly as good as one hit."""

        def text_of(article_id: str) -> str:
            article = reader.article(article_id)
            assert article is not None  # of the reader's own generation
            return article.text

        with self.live.reader() as reader:
            query = read_question(self.as_meant(question, reader))
            found = rank(query, reader, filters=filters, today=self.today(), limit=limit)
            ranked: Sequence[Hit] = found.hits
            if self.network is not None and query.kind is not Kind.OVERVIEW:  # which asks it nothing
                ranked = reread_passages(query, found, self.meaning, self.network)
            hits = distinct(spread(ranked, an_article=AN_ARTICLE), len(ranked))
            return tuple(islice(joined(hits, ranked, text_of), limit))

    def as_meant(self, question: str, reader: IndexReader) -> str:
        """Return a question as it can be read: with the capitals of names and without slips (`qa/typed.py`)."""
        return as_meant(_readable(question), reader.name_share)

    def as_standalone(
        self, question: str, turns: Sequence[str], filters: Filters, reader: IndexReader
    ) -> str:
        """Return a question as one that needs no earlier turn; `turns` and `filters` as `ask` takes them."""
        meant, *before = [self.as_meant(text, reader) for text in (question, *turns[-MAX_TURNS:])]
        return standalone(meant, before, self.whom(filters, reader))

    def whom(self, filters: Filters, reader: IndexReader) -> Whom:
        """Return what names the person who answers an earlier question, by asking it again."""

        def named(question: str) -> str | None:
            key = (reader.identity, question, filters)
            known = self.persons.get(key)
            if known is None:
                answer, _ = self.extract(question, question, filters, reader, wants_evidence=False)
                known = person_told(answer, self.network) or ""
                self.persons.put(key, known, most=REMEMBERED_PERSONS)
            return known or None

        return named

    def find(self, query: Query, reader: IndexReader, filters: Filters, limit: int) -> Retrieval:
        """Search one generation."""
        return retrieve(query, reader, filters=filters, today=self.today(), limit=limit)

    def extract(
        self,
        question: str,
        asked: str,
        filters: Filters,
        reader: IndexReader,
        *,
        wants_evidence: bool = True,
    ) -> tuple[Answer, tuple[Evidence, ...]]:
        """Answer a standalone question in the articles' own sentences, and return all that were weighed, if wanted."""
        started = time.perf_counter()
        query = read_question(asked)
        retrieval = self.find(query, reader, filters, PASSAGES_READ)
        retrieved = time.perf_counter()
        draft = extractive.answer(
            query,
            retrieval,
            reader,
            self._judge_here if wants_evidence else self._judge,
            today=filters.as_of or self.today(),
            filters=filters,
            refuse_below=self.settings.refuse_below,
            max_sentences=self.settings.max_sentences,
        )
        done = time.perf_counter()
        answer = Answer(
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
            timings=Timings(
                retrieve_ms=1000 * (retrieved - started),
                answer_ms=1000 * (done - retrieved),
                total_ms=1000 * (done - started),
            ),
        )
        return answer, draft.evidence

    def _judge(self, case: Case) -> Judgement:
        elsewhere = self.judging.judge(case) if self.judging is not None else None
        return elsewhere or self._judge_here(case)

    def _judge_here(self, case: Case) -> Judgement:
        return judge(case, self.meaning, self.network)

    @property
    def network(self) -> Reader | None:
        """The reader, if the settings want it and its weights are here."""
        return load_reader() if self.settings.reader else None

    def _writes(self, mode: Mode | None) -> Mode:
        if mode is None:
            return Mode.LLM if self.settings.llm is not None else Mode.EXTRACTIVE
        return mode


def _readable(question: str) -> str:
    """Cut an overlong question and replace lone surrogates, which crash the embedder."""
    return question[:MAX_QUESTION_CHARS].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
