"""What is counted of the questions asked, and the index as it is, in Prometheus' text format."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from index.generations import IndexUnusable

if TYPE_CHECKING:
    from index.reader import LiveIndex

SECONDS = (0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.0, 6.0, 12.0, 30.0)


class Metrics:
    """One server's figures, in a registry of their own; safe to share between threads."""

    def __init__(self, live: "LiveIndex") -> None:
        self._registry = CollectorRegistry()
        self.questions = Counter(
            "qa_questions", "Questions by door and outcome.", ["door", "outcome"], registry=self._registry
        )
        self.seconds = Histogram(
            "qa_question_seconds",
            "Time from a question's admission to its whole answer.",
            ["door"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self.open = Gauge("qa_questions_open", "Questions being answered.", registry=self._registry)
        self.failed_logins = Counter(
            "qa_failed_logins", "Requests with a wrong name or password.", registry=self._registry
        )
        self._registry.register(_Index(live))
        ProcessCollector(registry=self._registry)

    def text(self) -> bytes:
        """Return all figures in Prometheus' text format."""
        return generate_latest(self._registry)


class _Index(Collector):
    """Reads the live index when asked, so that its figures are never older than the scrape."""

    def __init__(self, live: "LiveIndex") -> None:
        self._live = live

    def collect(self) -> Iterable[Metric]:
        """Yield the index's figures; only `qa_index_usable 0` where it cannot be read."""
        try:
            with self._live.reader() as reader:
                stats = reader.stats()
        except IndexUnusable:
            yield GaugeMetricFamily("qa_index_usable", "Whether questions can be answered.", 0)
            return
        yield GaugeMetricFamily("qa_index_usable", "Whether questions can be answered.", 1)
        yield GaugeMetricFamily(
            "qa_index_generation", "Number of the live generation.", int(stats.generation[1:])
        )
        yield GaugeMetricFamily("qa_index_articles", "Articles in the index.", stats.articles)
        yield GaugeMetricFamily("qa_index_passages", "Passages in the index.", stats.passages)
        yield GaugeMetricFamily("qa_index_refused", "Files and records refused.", stats.refused)
        yield GaugeMetricFamily(
            "qa_index_timestamp_seconds", "When the last sync wrote.", stats.indexed_at.timestamp()
        )
