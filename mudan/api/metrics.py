"""How busy is the centre? Figures in the Prometheus text format, in a registry of our own."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from mudan.storage.pool import Database

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class _Pool(Collector):
    """The connection pool's own counters, read when asked."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterator[Metric]:
        gauge = GaugeMetricFamily("mudan_database_pool", "The connection pool's counters", labels=["counter"])
        for name, value in sorted(self._database.stats().items()):
            gauge.add_metric([name], float(value))
        yield gauge


class Metrics:
    """The figures of one app. Other parts register their collectors with `registry`."""

    def __init__(self, database: Database) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "mudan_http_requests", "Requests answered", ["method", "route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "mudan_http_seconds",
            "Time to answer",
            ["route"],
            buckets=_BUCKETS_S,
            registry=self.registry,
        )
        self.registry.register(_Pool(database))

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer; `route` is the template of the path, never the path itself."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """All figures as text."""
        return generate_latest(self.registry)
