"""Metrics as Prometheus reads them, written by its official client."""

from collections.abc import Iterable, Iterator

from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector, CollectorRegistry

from engine.operations.metrics import METRICS, Measured, Sample, Shape
from engine.operations.metrics import Metric as Described

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4


def exposed(samples: Iterable[Sample]) -> bytes:
    """Write them; every metric stands there by its name, though nothing was measured yet."""
    registry = CollectorRegistry()
    registry.register(_Collected(list(samples)))
    return generate_latest(registry)


class _Collected(Collector):
    """What was gathered, for one look."""

    def __init__(self, samples: list[Sample]) -> None:
        self._samples = samples

    def collect(self) -> Iterator[Metric]:
        """Give each metric with its samples."""
        for one in METRICS:
            yield _family(one, [sample for sample in self._samples if sample.metric is one])


def _family(described: Described, samples: Iterable[Sample]) -> Metric:
    name, about, labels = described.name, described.about, described.labels
    if described.shape is Shape.HISTOGRAM:
        histogram = HistogramMetricFamily(name, about, labels=labels)
        for sample in samples:
            if isinstance(sample.value, Measured):
                buckets = list(_buckets(described, sample.value))
                histogram.add_metric(sample.labels, buckets, sample.value.total)
        return histogram
    make = CounterMetricFamily if described.shape is Shape.COUNTER else GaugeMetricFamily
    family = make(name, about, labels=labels)
    for sample in samples:
        if not isinstance(sample.value, Measured):
            family.add_metric(sample.labels, sample.value)
    return family


def _buckets(described: Described, measured: Measured) -> Iterator[tuple[str, float]]:
    """Give how many fell below each bound: the client's histograms add up."""
    below = 0
    for bound, within in zip(described.buckets, measured.within, strict=True):
        below += within
        yield str(bound), below
    yield "+Inf", measured.count
