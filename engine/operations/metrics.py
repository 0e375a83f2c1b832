"""What gatherly measures of itself: every metric by its name, and its values as the store tells them.

No label grows with users: connectors are counted by their kind, requests by who keeps the calendars.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.model.booking import BookingState
from engine.model.calendar import ConnectorState

if TYPE_CHECKING:
    from engine.operations.health import ConnectorHealth, Health


class Shape(StrEnum):
    """How a metric behaves: it goes up and down, it only goes up, or it sorts what was measured."""

    GAUGE = "gauge"
    COUNTER = "counter"
    HISTOGRAM = "histogram"


SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
SHORT = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)
LONG = (1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric; `buckets` are the upper bounds of a histogram, in seconds."""

    name: str
    shape: Shape
    about: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


def _gauge(name: str, about: str, *labels: str) -> Metric:
    return Metric(name=name, shape=Shape.GAUGE, about=about, labels=labels)


def _counter(name: str, about: str, *labels: str) -> Metric:
    return Metric(name=name, shape=Shape.COUNTER, about=about, labels=labels)


def _histogram(name: str, about: str, buckets: tuple[float, ...], *labels: str) -> Metric:
    return Metric(name=name, shape=Shape.HISTOGRAM, about=about, labels=labels, buckets=buckets)


CONNECTOR_AGE = _gauge(
    "gatherly_connector_age_seconds", "How old the oldest whole read of a kind of connector is.", "kind"
)
CONNECTOR_STATE = _gauge(
    "gatherly_connector_state", "How many connectors of a kind are in a state.", "kind", "state"
)
PULL_SECONDS = _histogram(
    "gatherly_pull_seconds", "How long reads of connectors took, by their kind.", SECONDS, "kind"
)
REQUESTS = _counter(
    "gatherly_requests_total",
    "Requests to who keeps calendars, by the status that came back; none where no answer came.",
    "provider",
    "status",
)
THROTTLED = _gauge(
    "gatherly_throttled_accounts",
    "How many accounts their provider refuses as asking too often, and has not served since.",
    "kind",
)
QUOTA_SHARE = _gauge(
    "gatherly_quota_share", "Which share of a daily budget of requests reading takes, of the fullest budget."
)
SESSIONS = _gauge("gatherly_sessions", "How many sessions are in a status.", "status")
BOOKINGS = _gauge("gatherly_bookings", "How many bookings are in a state of the ledger.", "state")
BOOKING_SECONDS = _histogram(
    "gatherly_booking_seconds", "From an accepted time to its confirmed booking, as this daemon did it.", LONG
)
WRITES_STUCK = _gauge("gatherly_writes_stuck", "Bookings that still hold a copy which is to go.")
OUTBOX_OLDEST = _gauge(
    "gatherly_outbox_oldest_seconds", "For how long the oldest mail or notice has waited to be told."
)
SET_ASIDE = _gauge("gatherly_set_aside", "Items that were set aside, and wait for somebody or for a change.")
TICK_LAG = _gauge("gatherly_tick_lag_seconds", "For how long a tick of this daemon has been missing.")
STORE_SECONDS = _histogram(
    "gatherly_store_seconds",
    "How long transactions on the store were open, by read and write.",
    SHORT,
    "kind",
)
STORE_UP = _gauge("gatherly_store_up", "Whether the store answers: 1, else 0.")
STORE_SILENT = _gauge(
    "gatherly_store_silent_seconds", "For how long the store has taken no sign of life from this daemon."
)
CONFIGURATION_CURRENT = _gauge(
    "gatherly_configuration_current", "Whether the daemon works with the files as they are: 1, else 0."
)
CHILD_RESTARTS = _counter(
    "gatherly_child_restarts_total", "Children that read what strangers wrote, and had to be ended."
)

METRICS = (
    CONNECTOR_AGE,
    CONNECTOR_STATE,
    PULL_SECONDS,
    REQUESTS,
    THROTTLED,
    QUOTA_SHARE,
    SESSIONS,
    BOOKINGS,
    BOOKING_SECONDS,
    WRITES_STUCK,
    OUTBOX_OLDEST,
    SET_ASIDE,
    TICK_LAG,
    STORE_SECONDS,
    STORE_UP,
    STORE_SILENT,
    CONFIGURATION_CURRENT,
    CHILD_RESTARTS,
)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a histogram has sorted: how many fell within each bound, and the sum of all, in seconds."""

    within: tuple[int, ...]
    count: int
    total: float


@dataclass(frozen=True, slots=True)
class Sample:
    """One value of a metric, for these values of its labels."""

    metric: Metric
    labels: tuple[str, ...]
    value: float | Measured


def of_store(
    health: "Health", bookings: Mapping[BookingState, int], outbox_oldest: int, throttled: Mapping[str, int]
) -> Iterator[Sample]:
    """Give what the store tells; `throttled` counts accounts by the kind of their connectors."""
    yield from _of_connectors(health.connectors)
    for kind in sorted({one.kind for one in health.connectors}):
        yield Sample(THROTTLED, (kind,), throttled.get(kind, 0))
    for status, count in health.sessions.items():
        yield Sample(SESSIONS, (status.value,), count)
    for state in BookingState:
        yield Sample(BOOKINGS, (state.value,), bookings.get(state, 0))
    yield Sample(WRITES_STUCK, (), health.writes_stuck)
    yield Sample(OUTBOX_OLDEST, (), outbox_oldest)
    yield Sample(SET_ASIDE, (), len(health.set_aside))
    yield Sample(QUOTA_SHARE, (), max((one.share for one in health.quotas), default=0.0))
    life = health.daemon.life
    is_current = health.daemon.is_current and (life is None or life.refused is None)
    yield Sample(CONFIGURATION_CURRENT, (), int(is_current))


def _of_connectors(connectors: "Iterable[ConnectorHealth]") -> Iterator[Sample]:
    by_kind: dict[str, list[ConnectorHealth]] = {}
    for one in connectors:
        by_kind.setdefault(one.kind, []).append(one)
    for kind, alike in sorted(by_kind.items()):
        ages = [one.age_seconds for one in alike if one.age_seconds is not None]
        if ages:
            yield Sample(CONNECTOR_AGE, (kind,), max(ages))
        for state in ConnectorState:
            yield Sample(CONNECTOR_STATE, (kind, state.value), sum(one.state is state for one in alike))
