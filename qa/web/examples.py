"""Example questions made from the articles' sentences, each kept only if it is answered from there."""

import re
import threading
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, zip_longest

from index.filters import Filters
from index.reader import IndexReader, LiveIndex
from index.records import ArticleRecord
from qa.answer import Answer, Mode, Outcome
from qa.assistant import Assistant
from qa.web.names import frequent_names

WHATS_NEW = "What's new?"  # which any articles answer
SHOWN = 4
NAMES_SHOWN = 10
ARTICLES_READ = 60  # the newest ones, and as many spread over the rest
TRIED = 40  # questions asked, at most: a tenth of a second each on a large index
SENTENCE_CHARS = range(30, 200)
LONGEST_QUESTION = 80

_WORD = r"(?!(?:The|An?|This|That|These|Those|Some|Many|Several|It|He|She|They|We)\b)[A-Z][\w’'-]+"
_NAME = rf"(?:(?:The|the) )?(?:{_WORD})(?: (?:{_WORD}|of|de|al|bin|von|van)){{0,5}}"
_ASIDE = r"(?:, [^,]{3,60},)?"  # "Charles Michel, the president of the European Council, mediated …"
_PAST = (
    r"(?:[a-z]{2,}ed|met|won|lost|led|held|took|gave|sent|built|left|began|became|chose|struck|sold|bought|"
    r"fought|beat|broke|drew|flew|found|made|paid|put|ran|saw|set|shot|spoke|told|wrote)"
)
_REST = r"(?!(?:by|and|or|as|because|when|while|that|than)\b)[^,;:()“”\"]+?"  # "a move praised by", "met and"
_END = r"(?:[,;:] .*)?\."
# The subject goes, "Who" comes: the rest of an English clause stays as it is.
_WHO = re.compile(rf"{_NAME}{_ASIDE}(?: and {_NAME}{_ASIDE})? ({_PAST} {_REST}){_END}")
# "About 6,000 people gathered in …" -> "How many people gathered in …?"
_HOW_MANY = re.compile(
    r"(?:[Aa]bout |[Aa]round |[Ss]ome |[Nn]early |[Aa]lmost |[Aa]t least |[Mm]ore than |[Oo]ver |Several )?"
    rf"(?:\d[\d,]*|[A-Z][a-z]+|thousand)(?: thousand| million| hundred)? (people|[a-z]{{3,}}s) "
    rf"({_PAST} {_REST}){_END}"
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_WHEN = re.compile(rf",? [Oo]n {_DAY}(?:, {_MONTH} \d{{1,2}}(?:, \d{{4}})?,?)?|^On {_DAY},? ")
_DANGLING = re.compile(
    r"\b(?:it|its|he|his|him|she|her|they|their|them|this|that|these|those|there|such|also|so|then|both|"
    r"said|according|who|which|one|same|other|ago|last|next|earlier|recently|yesterday|today|tomorrow|"
    rf"week|month|year|was|were|had|has|{_DAY[3:-1]})\b"
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question, and the place of the sentence that it was made from."""

    question: str
    article: str
    start: int
    end: int


class Examples:
    """Example questions and frequent names of whatever generation is live; safe to share between threads."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._lock = threading.Lock()
        self._identity: Hashable = None
        self._questions: tuple[str, ...] = ()
        self._names: tuple[str, ...] = ()

    def questions(self) -> tuple[str, ...]:
        """Return up to four questions that the articles answer; takes about a second after each sync.

        Raises IndexUnusable, as `names` does.
        """
        self._refresh()
        return self._questions

    def names(self) -> tuple[str, ...]:
        """Return the names that the articles mention most."""
        self._refresh()
        return self._names

    def _refresh(self) -> None:
        with self._lock:
            identity = _identity(self._assistant.live)
            if identity != self._identity:
                self._questions = tuple(islice(_answered(self._assistant), SHOWN))
                with self._assistant.live.reader() as reader:
                    self._names = frequent_names(reader, limit=NAMES_SHOWN)
                self._identity = identity


def question_of(sentence: str) -> str | None:
    """Turn a sentence into a question that it answers; None where no simple transformation is sure."""
    if len(sentence) not in SENTENCE_CHARS:
        return None
    clause = _WHEN.sub("", sentence)
    if match := _HOW_MANY.fullmatch(clause):
        question = f"How many {match[1]} {match[2]}?"
    elif match := _WHO.fullmatch(clause):
        question = f"Who {match[1]}?"
    else:
        return None
    rest = question.split(" ", 1)[1]
    names = re.search(r"[A-Z]", rest)  # without one the question would fit any article
    return question if names and len(question) <= LONGEST_QUESTION and not _DANGLING.search(rest) else None


def _identity(live: LiveIndex) -> Hashable:
    with live.reader() as reader:
        return reader.identity


def _answered(assistant: Assistant) -> Iterator[str]:
    """Yield questions that are answered, first one an article, then the others."""
    with assistant.live.reader() as reader:
        candidates = list(islice(_candidates(reader), TRIED))
    taken: set[str] = set()
    seconds: list[Candidate] = []
    for candidate in candidates:
        if candidate.article in taken:
            seconds.append(candidate)
        elif _stands(assistant, candidate):
            taken.add(candidate.article)
            yield candidate.question
    for candidate in seconds:
        if _stands(assistant, candidate):
            yield candidate.question


def _stands(assistant: Assistant, candidate: Candidate) -> bool:
    answer = assistant.ask(candidate.question, filters=Filters(), mode=Mode.EXTRACTIVE)
    return _rests_on(answer, candidate)


def _rests_on(answer: Answer, candidate: Candidate) -> bool:
    """Whether the first sentence shown is the one that the question was made from."""
    if answer.outcome is not Outcome.ANSWERED or not answer.sentences:
        return False
    first = set(answer.sentences[0].markers)
    return any(
        citation.marker in first
        and citation.article == candidate.article
        and citation.start < candidate.end
        and candidate.start < citation.end
        for citation in answer.citations
    )


def _candidates(reader: IndexReader) -> Iterator[Candidate]:
    """Yield questions, the articles taking turns, so that the first few come from different ones."""
    per_article = [list(_of_article(record.id, reader)) for record in _read(list(reader.articles()))]
    for round_ in zip_longest(*per_article):
        yield from (candidate for candidate in round_ if candidate is not None)


def _read(records: list[ArticleRecord]) -> Iterable[ArticleRecord]:
    newest = sorted(records, key=lambda record: -record.published.toordinal() if record.published else 0)
    rest = newest[ARTICLES_READ:]
    return newest[:ARTICLES_READ] + rest[:: max(1, len(rest) // ARTICLES_READ)]


def _of_article(article_id: str, reader: IndexReader) -> Iterator[Candidate]:
    for passage in reader.article_passages(article_id):
        for sentence in passage.sentences:
            question = question_of(" ".join(passage.text_at(sentence).split()))
            if question is not None:
                yield Candidate(question, article_id, sentence.start, sentence.end)
