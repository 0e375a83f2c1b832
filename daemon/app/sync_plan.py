"""`plan`: what the next sync and write-back would do; nothing is done."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from daemon.app.principal import Principal
from daemon.sync.pull import PullJob
from daemon.sync.source import Source
from engine.errors import SourceError
from engine.ids import ConnectorName, RemoteCalendarId
from engine.model.booking import UNFINISHED, Booking, BookingState, Effect, EffectState
from engine.model.calendar_object import SyncPlan
from engine.ports.store import Store
from engine.time.instant import format_instant


@dataclass(frozen=True, slots=True)
class PlannedRead:
    """What reading a calendar would change, or why it cannot be read."""

    connector: ConnectorName
    calendar: RemoteCalendarId | None
    plan: SyncPlan | None = None
    error: str | None = None

    def document(self) -> dict[str, Any]:
        """Give it as `plan --json` writes it."""
        return {
            "connector": self.connector,
            "calendar": self.calendar,
            "store": [str(item.uid) for item in self.plan.upserts] if self.plan else [],
            "remove": [str(href) for href in self.plan.deletes] if self.plan else [],
            "heldBack": self.plan.calendar.suspicion if self.plan else None,
            "error": self.error,
        }


@dataclass(frozen=True, slots=True)
class PlannedWrite:
    """A copy that is to be written or withdrawn."""

    booking: Booking
    effect: Effect

    def document(self) -> dict[str, Any]:
        """Give it as `plan --json` writes it."""
        slot = self.booking.slot
        return {
            "session": self.effect.session,
            "user": self.effect.attendee,
            "calendar": str(self.effect.calendar),
            "want": self.effect.want.value,
            "start": format_instant(slot.start) if slot else None,
        }


@dataclass(frozen=True, slots=True)
class Planned:
    """All of it."""

    reads: tuple[PlannedRead, ...]
    writes: tuple[PlannedWrite, ...]

    @property
    def ok(self) -> bool:
        """Whether every calendar could be read."""
        return not any(one.error for one in self.reads)

    def document(self) -> dict[str, Any]:
        """Give it as `plan --json` writes it."""
        return {
            "sync": [one.document() for one in self.reads],
            "writes": [one.document() for one in self.writes],
        }


def plan(principal: Principal, store: Store, sources: Iterable[Source], pull: PullJob) -> Planned:
    """Read the calendars and decide, and stop there."""
    principal.must_be_operator("see what would be read and written")
    reads = [each for source in sources if source.reads for each in _reads(source, pull)]
    return Planned(tuple(reads), tuple(_writes(store)))


def _reads(source: Source, pull: PullJob) -> Iterator[PlannedRead]:
    try:
        calendars = source.calendars()
    except SourceError as error:
        calendars = ()
        yield PlannedRead(source.name, None, error=str(error))
    for calendar in calendars:
        yield _read(source, calendar, pull)


def _read(source: Source, calendar: RemoteCalendarId, pull: PullJob) -> PlannedRead:
    try:
        return PlannedRead(source.name, calendar, pull.calendar.plan(source, calendar).plan)
    except SourceError as error:
        return PlannedRead(source.name, calendar, error=str(error))


def _writes(store: Store) -> Iterator[PlannedWrite]:
    with store.reading() as tx:
        for session in tx.ledger.in_state(UNFINISHED - {BookingState.STUCK}):
            booking = tx.ledger.booking(session)
            for effect in tx.ledger.effects(session) if booking else ():
                if (
                    booking
                    and effect.calendar
                    and effect.state not in (EffectState.WRITTEN, EffectState.GONE)
                ):
                    yield PlannedWrite(booking, effect)
