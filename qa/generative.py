"""The answerer that an LLM writes for: each of its sentences is shown only once an article carries it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from index.analysis import stems
from index.reader import IndexReader
from qa.agreement import source_of
from qa.answer import Citation, Sentence
from qa.excerpts import Excerpt, choose
from qa.facts import read_sentence
from qa.llm import Line
from qa.llm_client import LLMFailed, estimated_tokens, where
from qa.meaning import Meaning
from qa.prompt import answering, fixed_tokens, passage_text, visible
from qa.query import STOP_WORDS
from qa.sentence_stream import Claim, Missing, SentenceStream
from qa.signals import Evidence
from qa.verify import Support, quote_stands, support_of, supported_clauses

GROUNDED = 0.6  # of the words of what is missing, that the question must have for it to be repeated


@dataclass(frozen=True, slots=True)
class Task:
    """What an answer is written from."""

    question: str  # standalone
    evidence: Sequence[Evidence]  # best first
    day: date  # that the question is asked on
    is_past: bool
    max_sentences: int
    strikes: bool  # unsupported sentences are shown struck instead of left out


@dataclass(frozen=True, slots=True)
class Written:
    """An LLM's answer as far as it has been checked. A sentence that is not verified is shown as such or not at all."""

    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    dropped: int = 0  # sentences that no passage carries
    missing: tuple[
        str, ...
    ] = ()  # parts of the question that the LLM found no answer to; "" is one not to be named
    followed_form: bool = False  # some sentence had a marker
    was_cut: bool = False

    @property
    def is_supported(self) -> bool:
        """Whether anything is left to show as fact."""
        return any(sentence.verified for sentence in self.sentences)


def write(task: Task, line: Line, reader: IndexReader, meaning: Meaning) -> Iterator[Written | None]:
    """Yield the answer as its sentences pass the check, and None while waiting; the last one is the whole.

    Raises LLMFailed. Closing the iterator closes the connection.
    """
    config = line.config
    budget = (
        config.context_tokens
        - config.max_tokens
        - fixed_tokens(task.question, max_sentences=task.max_sentences)
    )
    excerpts = choose(task.evidence, budget_tokens=budget, cost=lambda e: estimated_tokens(passage_text(e)))
    if not excerpts:
        raise LLMFailed(f"{where(config)} cannot be shown any passage; raise QA_LLM_CONTEXT_TOKENS")
    prompt = answering(
        task.question, excerpts, day=task.day, is_past=task.is_past, max_sentences=task.max_sentences
    )
    check = _Check(excerpts, reader, meaning, strikes=task.strikes, question=task.question)
    stream = SentenceStream()
    with line.asking(prompt, max_tokens=config.max_tokens) as answer:
        check.prepare()
        for piece in answer:
            if piece is None:
                yield None
                continue
            for said in stream.feed(visible(piece)):
                if check.take(said):
                    yield check.written
    for said in stream.finish(was_cut=line.usage.was_cut):
        check.take(said)
    written = replace(check.written, was_cut=line.usage.was_cut)
    if not written.is_supported and not written.followed_form and not written.missing:
        raise LLMFailed(
            f"{where(config)} ignored the form that answers must have, so that nothing of it can be checked"
        )
    yield written


@dataclass(slots=True)
class _Check:
    """Takes what the LLM says, sentence by sentence, and keeps what the passages carry."""

    excerpts: Sequence[Excerpt]
    reader: IndexReader
    meaning: Meaning
    strikes: bool
    question: str
    written: Written = field(default_factory=Written)
    judged: set[str] = field(default_factory=set)

    def prepare(self) -> None:
        """Read the passages, while the LLM does."""
        for excerpt in self.excerpts:
            for place in range(len(excerpt.passage.sentences)):
                source_of(excerpt.passage, place)

    def take(self, said: Claim | Missing) -> bool:
        """Check one sentence; tell whether there is more to show than before."""
        if isinstance(said, Missing):
            self.written = replace(self.written, missing=(*self.written.missing, self._named(said.text)))
            return False
        if said.markers:
            self.written = replace(self.written, followed_form=True)
        if said.text in self.judged:
            return False  # weak models repeat themselves
        self.judged.add(said.text)
        citations = self._cited(said)
        if not citations:
            struck = (Sentence(said.text, (), verified=False),) if self.strikes else ()
            self.written = replace(
                self.written,
                sentences=self.written.sentences + struck,
                dropped=self.written.dropped + 1,
            )
            return bool(struck)
        self._show(said.text, citations)
        return True

    def _cited(self, claim: Claim) -> list[Citation]:
        """Return the quotes that carry a claim: of the passages it names, else of the only other one that does."""
        named = [e for e in self.excerpts if e.number in claim.markers]
        found = [support_of(claim.text, excerpt.passage, self.meaning) for excerpt in named]
        supports: list[Support] = [support for support in found if support is not None]
        if not supports:
            supports = self._clauses(claim, named)
        if not supports:
            others = [e for e in self.excerpts if e.number not in claim.markers]
            carried = [
                s for e in others if (s := support_of(claim.text, e.passage, self.meaning)) is not None
            ]
            supports = carried if len(carried) == 1 else []
        return [citation for support in supports if (citation := self._citation(support)) is not None]

    def _clauses(self, claim: Claim, named: Sequence[Excerpt]) -> list[Support]:
        by_number = {excerpt.number: excerpt.passage for excerpt in named}
        parts = [
            (text, [by_number[m] for m in (markers or claim.markers) if m in by_number])
            for text, markers in claim.clauses
        ]
        return supported_clauses(claim.text, parts, self.meaning) or []

    def _citation(self, support: Support) -> Citation | None:
        citation = Citation.of(support.passage, *support.span)
        article = self.reader.article(citation.article)
        return citation if article is not None and quote_stands(citation, article.text) else None

    def _show(self, text: str, cited: Sequence[Citation]) -> None:
        known = list(self.written.citations)
        markers: list[int] = []
        for citation in cited:
            same = next((c for c in known if replace(c, marker=0) == citation), None)
            if same is None:
                same = replace(citation, marker=len(known) + 1)
                known.append(same)
            markers.append(same.marker)
        sentence = Sentence(text, tuple(dict.fromkeys(markers)), verified=True)
        self.written = replace(
            self.written, sentences=(*self.written.sentences, sentence), citations=tuple(known)
        )

    def _named(self, missing: str) -> str:
        """Return what is missing if it is in the question's words; anything else is the LLM's and not repeated."""
        asked = set(stems(self.question))
        words = [stem for stem in stems(missing) if stem not in STOP_WORDS]
        grounded = sum(stem in asked for stem in words)
        reading = read_sentence(missing)
        known = all(word.stem in asked for run in reading.names for word in run) and not reading.addresses
        return (
            " ".join(missing.split()).rstrip(".?!")
            if words and known and grounded >= GROUNDED * len(words)
            else ""
        )
