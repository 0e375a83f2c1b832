"""What this process counts and times of itself, from its start on; see `engine.operations.metrics`."""

import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus

from daemon.runtime.traces import NO_TRACES, Traces
from engine.operations.metrics import (
    BOOKING_SECONDS,
    CHILD_RESTARTS,
    REQUESTS,
    STORE_SECONDS,
    Measured,
    Metric,
    Sample,
)
from engine.ports.world import Clock
from engine.trouble import Trouble, attempt

_STATUSES = frozenset(status.value for status in HTTPStatus)


@dataclass(slots=True)
class _Histogram:
    within: list[int]
    count: int = 0
    total: float = 0.0


@dataclass(slots=True)
class _Values:
    counts: dict[tuple[Metric, tuple[str, ...]], float] = field(default_factory=dict)
    sorted_in: dict[tuple[Metric, tuple[str, ...]], _Histogram] = field(default_factory=dict)
    gauges: dict[Metric, Callable[[], float]] = field(default_factory=dict)


class Meters:
    """Counters, histograms and what is asked for when somebody looks; safe to use from any thread."""

    def __init__(self, clock: Clock, traces: Traces = NO_TRACES) -> None:
        self._clock = clock
        self.traces = traces
        self._lock = threading.Lock()
        self._values = _Values()

    def count(self, metric: Metric, *labels: str) -> None:
        """Count one more."""
        key = (metric, labels)
        with self._lock:
            self._values.counts[key] = self._values.counts.get(key, 0) + 1

    def observe(self, metric: Metric, seconds: float, *labels: str) -> None:
        """Sort in how long something took."""
        key = (metric, labels)
        with self._lock:
            sorted_in = self._values.sorted_in.get(key)
            if sorted_in is None:
                sorted_in = self._values.sorted_in[key] = _Histogram([0] * len(metric.buckets))
            place = bisect_left(metric.buckets, seconds)
            if place < len(metric.buckets):
                sorted_in.within[place] += 1
            sorted_in.count += 1
            sorted_in.total += seconds

    def watch(self, metric: Metric, value: Callable[[], float]) -> None:
        """Have a value be asked for whenever somebody looks."""
        with self._lock:
            self._values.gauges[metric] = value

    @contextmanager
    def timed(self, metric: Metric, *labels: str) -> Iterator[None]:
        """Sort in how long a block took, however it ends."""
        began = self._clock.monotonic()
        try:
            yield
        finally:
            self.observe(metric, max(0.0, self._clock.monotonic() - began), *labels)

    @contextmanager
    def transaction(self, kind: str) -> Iterator[None]:
        """Time a transaction on the store."""
        with self.timed(STORE_SECONDS, kind):
            yield

    def answered(self, provider: str, status: int | None) -> None:
        """Count a request; a status that HTTP has no name for is `other`, whatever a server makes up."""
        told = "none" if status is None else str(status) if status in _STATUSES else "other"
        self.count(REQUESTS, provider, told)

    def restarted(self) -> None:
        """Count a child that had to be ended."""
        self.count(CHILD_RESTARTS)

    def samples(self) -> Iterator[Sample]:
        """Give everything as it is now; what cannot be told is left out."""
        with self._lock:
            counts = dict(self._values.counts)
            measured = {
                key: Measured(tuple(one.within), one.count, one.total)
                for key, one in self._values.sorted_in.items()
            }
            gauges = dict(self._values.gauges)
        counts.setdefault((CHILD_RESTARTS, ()), 0)
        measured.setdefault((BOOKING_SECONDS, ()), Measured((0,) * len(BOOKING_SECONDS.buckets), 0, 0.0))
        for (metric, labels), count in counts.items():
            yield Sample(metric, labels, count)
        for (metric, labels), one in measured.items():
            yield Sample(metric, labels, one)
        for metric, value in gauges.items():
            told = attempt(value)
            if not isinstance(told, Trouble):
                yield Sample(metric, (), told)
