"""`Reception`: the one place where a question from the network is admitted, answered, counted and logged."""

import logging
import time
from asyncio import CancelledError
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

from corpus.article import Article
from index.filters import Filters
from index.generations import IndexUnusable
from index.reader import LiveIndex
from qa.answer import Answer
from qa.assistant import Assistant
from qa.retrieval import Hit
from qa.web.asker import Asker, Door
from qa.web.limits import LimitReached, Limits, QuestionRefused, check_question
from qa.web.metrics import Metrics

logger = logging.getLogger(__name__)


class Reception:
    """Answers questions within limits; safe to share between threads."""

    def __init__(
        self, assistant: Assistant, *, limits: Limits, metrics: Metrics, logs_questions: bool
    ) -> None:
        self.assistant, self.metrics = assistant, metrics
        self._limits, self._logs_questions = limits, logs_questions

    @property
    def live(self) -> LiveIndex:
        """The index that questions are asked of."""
        return self.assistant.live

    def at(self, door: Door, asker: Asker) -> "Visit":
        """Return the reception as one asker at one door uses it."""
        return Visit(self, door, asker)

    @contextmanager
    def serving(self, door: Door, asker: Asker, question: str) -> Iterator["_Served"]:
        """Admit a question; count and log how it ends. Raises QuestionRefused or LimitReached."""
        served, started = _Served(), time.perf_counter()
        try:
            check_question(question)
            with self.held(asker), self.metrics.open.track_inprogress():
                yield served
        except (GeneratorExit, CancelledError):
            served.outcome = "stopped"
            raise
        except LimitReached:
            served.outcome = "limited"
            raise
        except QuestionRefused:
            served.outcome = "refused"
            raise
        except IndexUnusable:
            served.outcome = "unusable"
            raise
        finally:
            self._record(door, asker, question, served.outcome, time.perf_counter() - started)

    def held(self, asker: Asker) -> AbstractContextManager[None]:
        """Count what is no question, such as a rating, as one against the asker's limits. Raises LimitReached."""
        return self._limits.held(asker)

    def _record(self, door: Door, asker: Asker, question: str, outcome: str, seconds: float) -> None:
        self.metrics.questions.labels(door.value, outcome).inc()
        self.metrics.seconds.labels(door.value).observe(seconds)
        text = f" {question!r}" if self._logs_questions else ""
        logger.info(
            "%s %s question from %s: %s, %.0f ms%s",
            asker.request_id, door.value, asker.name, outcome, 1000 * seconds, text,
        )  # fmt: skip


@dataclass(slots=True)
class _Served:
    """How a question has ended; failed, until told better."""

    outcome: str = "failed"


@dataclass(frozen=True, slots=True)
class Visit:
    """The reception for one asker at one door; in place of an `Assistant` where one is only asked."""

    reception: Reception
    door: Door
    asker: Asker

    @property
    def live(self) -> LiveIndex:
        """The index that questions are asked of."""
        return self.reception.live

    def ask(self, question: str, *, turns: Sequence[str] = (), filters: Filters = Filters()) -> Answer:
        """Answer a question as `Assistant.ask` does."""
        *_, whole = self.stream(question, turns=turns, filters=filters)
        return whole

    def stream(
        self, question: str, *, turns: Sequence[str] = (), filters: Filters = Filters()
    ) -> Iterator[Answer]:
        """Yield the answer as it grows, as `Assistant.stream` does."""
        with self.reception.serving(self.door, self.asker, question) as served:
            for answer in self.reception.assistant.stream(question, turns=turns, filters=filters):
                yield answer
            served.outcome = answer.outcome.value

    def search(self, question: str, *, filters: Filters = Filters(), limit: int = 10) -> tuple[Hit, ...]:
        """Return the passages most likely to answer, as `Assistant.search` does."""
        with self.reception.serving(self.door, self.asker, question) as served:
            hits = self.reception.assistant.search(question, filters=filters, limit=limit)
            served.outcome = "searched"
            return hits

    def show(self, article: str) -> Article | None:
        """Return an article as indexed. Raises LimitReached."""
        with self.reception.held(self.asker), self.live.reader() as reader:
            return reader.article(article.encode("utf-8", "replace").decode())  # lone surrogates are in no id
