"""One look at everything that moves: connectors and their reads, bookings under way, what just happened."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from config.configuration import Configuration
from daemon.app.insight.sync_jobs import under_way
from daemon.app.log import LogFilter, Told, happened
from daemon.app.session_views import SessionViews
from daemon.app.status import UNFINISHED, gather
from engine.ids import ConnectorName, UserId
from engine.model.booking import BookingState
from engine.model.operations import SyncJob
from engine.model.user import User
from engine.operations.health import Health
from engine.ports.store import Store, Transaction
from engine.time.span import HOUR, Instant

LOOKED_BACK = 2 * HOUR
"""Seconds of the log that are told."""
MOST_ROWS = 50
"""More rows of a kind than a screen has."""
_READS = 5
"""So many reads of a connector are looked back over for one that changed something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveLook:
    """What was seen at one moment; reads by connector, sessions as documents, those being booked apart."""

    at: Instant
    health: Health
    reading: Mapping[ConnectorName, SyncJob]
    changes: Mapping[ConnectorName, SyncJob]
    booking: Sequence[Mapping[str, Any]]
    sessions: Sequence[Mapping[str, Any]]
    told: Told
    people: Mapping[UserId, User]


def look(store: Store, configuration: Configuration, views: SessionViews, now: Instant) -> LiveLook:
    """Look once."""
    with store.reading() as tx:
        health = gather(tx, configuration, now)
        reading = {one.connector: one for one in under_way(tx, health.daemon.cluster)}
        changes = dict(_changes(tx, health))
        told = happened(tx, LogFilter(since=now - LOOKED_BACK))
        people = {one.id: one for one in tx.users.all()}
        open_bookings = tx.ledger.in_state((*UNFINISHED, BookingState.STUCK))
        booking = views.some(tx, open_bookings[:MOST_ROWS])
        sessions = views.page_in(tx, None, None, MOST_ROWS)
    return LiveLook(
        at=now,
        health=health,
        reading=reading,
        changes=changes,
        booking=booking,
        sessions=sessions,
        told=told,
        people=people,
    )


def _changes(tx: Transaction, health: Health) -> Iterator[tuple[ConnectorName, SyncJob]]:
    for one in health.connectors[:MOST_ROWS]:
        lately = tx.repositories.sync_jobs.of_connector(one.name, _READS)
        changed = next((job for job in lately if job.items_processed and job.completed_at is not None), None)
        if changed is not None:
            yield one.name, changed
