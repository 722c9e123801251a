"""The flow through an LLM: what is asked, what is found, what may be asked of it at all, what becomes the answer."""

import time
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from index.filters import Filters
from index.reader import IndexReader
from qa.answer import Answer, LLMCost, Mode, Outcome, Sentence, Timings
from qa.followup import MAX_TURNS
from qa.generative import Task, Written, write
from qa.llm import Line
from qa.llm_client import LLMFailed, warm_up
from qa.query import Kind, read_question
from qa.reader import Reader, Window
from qa.rewriting import Wanted, with_llm, without_llm
from qa.signals import Evidence

if TYPE_CHECKING:
    from qa.assistant import Assistant

Part = tuple[
    Answer, tuple[Evidence, ...]
]  # of a question: its answer without an LLM, and what that was drawn from

OWN_SENTENCES = "these are the articles' own sentences"
SURE = 0.8  # confidence of the evidence from which it outweighs an LLM that finds no answer in it
BEHIND = 1.0  # log-odds by which what an LLM wrote answers clearly worse than the articles' own sentences


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came and as it can be read, the turns before it, and what may answer it."""

    original: str
    question: str
    turns: tuple[str, ...]
    filters: Filters


def answers(
    assistant: "Assistant", question: str, turns: Sequence[str], filters: Filters, *, insist: bool
) -> Iterator[Answer]:
    """Yield the answer as it grows. Where the LLM fails: LLMFailed if `insist`, else the articles' own sentences."""
    config = assistant.settings.llm
    if config is None:
        raise LLMFailed("no LLM is configured; set QA_LLM_URL and QA_LLM_MODEL")
    started = time.perf_counter()
    with assistant.live.reader() as reader:
        meant, *before = [assistant.as_meant(text, reader) for text in (question, *turns[-MAX_TURNS:])]
        asked = Asked(question, meant, tuple(before), filters)
        writing = _Writing(assistant, asked, Line.opened(config), started)
        try:
            warm_up(config)
            writing = replace(writing, line=Line.opened(config))  # what is imported is not the LLM's time
            yield from writing.through_llm(reader)
        except LLMFailed as failed:
            if insist:
                raise
            yield writing.in_own_sentences(reader, f"{failed}; {OWN_SENTENCES}")


@dataclass(frozen=True, slots=True)
class _Writing:
    assistant: "Assistant"
    asked: Asked
    line: Line
    started: float  # time.perf_counter

    def through_llm(self, reader: IndexReader) -> Iterator[Answer]:
        """Yield the answer as the LLM writes it."""
        wanted = self._by_rules(reader)
        waiting = self._waiting(wanted.question)
        key = self._key(reader)
        if kept := self.assistant.answers.get(key):
            yield self._timed(kept, kept.timings.retrieve_ms)
            return
        for heard in with_llm(self.asked.question, self.asked.turns, self.line, wanted):
            wanted = heard or wanted
            yield waiting
        own, found = self.assistant.extract(self.asked.original, wanted.question, self.asked.filters, reader)
        parts = self._parts(wanted, own, found, reader)
        # What the evidence refuses is not asked: that an article says a sentence does not make it an answer.
        if all(part.outcome is Outcome.NOT_IN_CORPUS for part, _ in parts):
            yield self._timed(own, own.timings.retrieve_ms)
            return
        growing = replace(waiting, standalone_question=wanted.question, confidence=own.confidence)
        written = Written()
        for step in write(self._task(wanted, parts), self.line, reader, self.assistant.meaning):
            if step is not None:  # else the very same answer: there is nothing to show
                written = step
                growing = replace(
                    growing, sentences=step.sentences, citations=step.citations, dropped=step.dropped
                )
                growing = self._timed(growing, own.timings.retrieve_ms)
            yield growing
        answer = _composed(own, wanted, parts, written)
        if answer.mode is Mode.LLM and (following := _passed_over(own, answer, self.assistant.network)):
            answer = _followed_by(following, own, answer)
        answer = self._timed(answer, own.timings.retrieve_ms)
        self.assistant.answers.put(key, answer, most=self.assistant.settings.llm_cache)
        yield answer

    def in_own_sentences(self, reader: IndexReader, note: str) -> Answer:
        """Return the answer without an LLM, and why."""
        wanted = self._by_rules(reader)
        own, _ = self.assistant.extract(self.asked.original, wanted.question, self.asked.filters, reader)
        return self._timed(replace(own, notes=(*own.notes, note)), own.timings.retrieve_ms)

    def _by_rules(self, reader: IndexReader) -> Wanted:
        whom = self.assistant.whom(self.asked.filters, reader)
        return without_llm(self.asked.question, self.asked.turns, whom)

    def _parts(
        self, wanted: Wanted, own: Answer, found: tuple[Evidence, ...], reader: IndexReader
    ) -> list[Part]:
        if wanted.parts == (wanted.question,):
            return [(own, found)]
        return [
            self.assistant.extract(self.asked.original, part, self.asked.filters, reader)
            for part in wanted.parts
        ]

    def _task(self, wanted: Wanted, parts: list[Part]) -> Task:
        evidence: dict[tuple[int, int], Evidence] = {}
        for row in zip_longest(*(ranked for _, ranked in parts)):  # the parts take turns
            for item in row:
                if item is not None:
                    evidence.setdefault((item.passage.id, item.span.start), item)
        settings, as_of = self.assistant.settings, self.asked.filters.as_of
        return Task(
            question=wanted.question if len(wanted.parts) == 1 else " ".join(wanted.parts),
            evidence=list(evidence.values()),
            day=as_of or self.assistant.today(),
            is_past=as_of is not None,
            max_sentences=settings.max_sentences * len(wanted.parts),
            strikes=settings.llm_unsupported == "strike",
        )

    def _waiting(self, standalone: str) -> Answer:
        return Answer(
            question=self.asked.original,
            standalone_question=standalone,
            outcome=Outcome.ANSWERED,
            confidence=0.0,
            reason=None,
            notes=(),
            sentences=(),
            citations=(),
            nearest=(),
            as_of=self.asked.filters.as_of,
            mode=Mode.LLM,
            timings=Timings(0.0, 0.0, 0.0),
        )

    def _timed(self, answer: Answer, retrieve_ms: float) -> Answer:
        usage = self.line.usage
        total_ms = 1000 * (time.perf_counter() - self.started)
        cost = LLMCost(1000 * usage.seconds, usage.tokens_in, usage.tokens_out)
        return replace(answer, timings=Timings(retrieve_ms, total_ms - retrieve_ms, total_ms, cost))

    def _key(self, reader: IndexReader) -> Hashable:
        """The generation, the question as asked and in its conversation, the day, and every setting."""
        settings = self.assistant.settings.model_dump_json()  # keys are masked in it
        asked = self.asked
        return (
            reader.identity,
            asked.original,
            asked.turns,
            asked.filters,
            self.assistant.today(),
            settings,
        )


def _composed(own: Answer, wanted: Wanted, parts: list[Part], written: Written) -> Answer:
    """Return the whole answer: the LLM's sentences, or, where none is carried, the articles' own."""
    notes = [*own.notes, *_notes(written)]
    if not written.is_supported:
        return _without_support(own, written, notes)
    unsupported = [part for part, _ in parts if part.outcome is Outcome.NOT_IN_CORPUS]
    notes += [f'the articles do not say: "{part.standalone_question}": {part.reason}' for part in unsupported]
    return replace(
        own,
        outcome=Outcome.PARTIAL if written.missing or unsupported else Outcome.ANSWERED,
        confidence=max(part.confidence for part, _ in parts),
        reason=None,
        notes=tuple(notes),
        sentences=written.sentences,
        citations=written.citations,
        nearest=(),
        mode=Mode.LLM,
        dropped=written.dropped,
    )


def _without_support(own: Answer, written: Written, notes: list[str]) -> Answer:
    if written.dropped == 0 and own.outcome is not Outcome.NOT_IN_CORPUS and own.confidence < SURE:
        return replace(
            own,
            outcome=Outcome.NOT_IN_CORPUS,
            reason="the LLM found no answer in the passages nearest to the question",
            notes=tuple(own.notes),
            sentences=(),
            citations=(),
            nearest=own.citations,
            mode=Mode.LLM,
        )
    why = (
        "no passage carries what the LLM wrote"
        if written.dropped
        else "the LLM found no answer in the passages that it was shown"
    )
    return replace(own, notes=(*notes, f"{why}; {OWN_SENTENCES}"), dropped=written.dropped)


def _passed_over(own: Answer, answer: Answer, network: Reader | None) -> list[Sentence]:
    """Return the articles' own sentences that answer better than what an LLM wrote, if their best is not cited.

    What is true may be beside the question.
    """
    said = [sentence.text for sentence in answer.sentences if sentence.verified]
    cited = _places(answer)
    if network is None or not said or not own.sentences or own.citations[0].place in cited:
        return []
    if read_question(own.standalone_question).kind is Kind.OVERVIEW:  # of which no sentence answers best
        return []
    told = [
        s for s, citation in zip(own.sentences, own.citations, strict=True) if citation.place not in cited
    ]
    texts = [*said, *(sentence.text for sentence in told)]
    odds = [row[0] for row in network.read(own.standalone_question, [Window("", (text,)) for text in texts])]
    best = max(odds[: len(said)])
    better = [sentence for sentence, value in zip(told, odds[len(said) :], strict=True) if value > best]
    return better if max(odds) > best + BEHIND else []


def _followed_by(following: Sequence[Sentence], own: Answer, answer: Answer) -> Answer:
    """Let sentences of the articles' own answer follow on what the LLM wrote."""
    count = max(citation.marker for citation in answer.citations)
    citations = {citation.marker: citation for citation in own.citations}
    sentences, added = [], []
    for marker, sentence in enumerate(following, start=count + 1):
        sentences.append(replace(sentence, markers=(marker,)))
        added.append(replace(citations[sentence.markers[0]], marker=marker))
    return replace(
        answer,
        sentences=(*answer.sentences, *sentences),
        citations=(*answer.citations, *added),
        notes=(*answer.notes, "the LLM passes over what answers best; the articles' own sentences follow"),
    )


def _places(answer: Answer) -> set[tuple[str, int, int]]:
    return {citation.place for citation in answer.citations}


def _notes(written: Written) -> list[str]:
    notes = []
    if written.dropped and written.is_supported:
        sentences = "sentence" if written.dropped == 1 else "sentences"
        treated = "struck" if any(not s.verified for s in written.sentences) else "left out"
        notes.append(f"{written.dropped} {sentences} of the LLM's {treated}: not found in the articles")
    if written.is_supported:
        notes += [
            f'the LLM found nothing on "{part}"'
            if part
            else "the LLM found nothing on a part of the question"
            for part in dict.fromkeys(written.missing)
        ]
    if written.was_cut:
        notes.append("the LLM's answer was cut at its limit (QA_LLM_MAX_TOKENS)")
    return notes
