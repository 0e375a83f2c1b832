"""Purge: remove everything that gatherly wrote through one connector, by its mark alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from daemon.booking.transitions import apply_transition, gather_snapshot
from engine.booking.outcome import Code, refused
from engine.booking.transition import stay
from engine.ids import CalendarKey, ConnectorName, EventId, RemoteCalendarId
from engine.model.booking import EffectState, Want
from engine.ports.connector import Writer
from engine.ports.store import Store
from engine.ports.world import Clock
from engine.stale import retry_stale


@dataclass(frozen=True, slots=True)
class Purged:
    """One event that is gone now, or would be."""

    calendar: CalendarKey
    event_id: EventId


class PurgeJob:
    """Works without a ledger; where there is one, the bookings learn that these copies are not coming back.

    Every installation's events are meant: a lost store took this one's id with it.
    """

    def __init__(self, store: Store, clock: Clock, name: ConnectorName, connector: Writer) -> None:
        self._store = store
        self._clock = clock
        self._name = name
        self._connector = connector

    def run(self, *, dry_run: bool) -> Iterator[Purged]:
        """Remove event by event, giving each once it is gone.

        Raises:
            SourceError: a calendar could not be listed, or a deletion was refused; run it again.
        """
        for remote in self._calendars():
            for event in self._connector.marked(remote, None):
                key = CalendarKey(self._name, remote)
                if not dry_run:
                    self._let_go(event.event_id)
                    self._connector.withdraw(remote, event.event_id)
                yield Purged(key, event.event_id)

    def _calendars(self) -> list[RemoteCalendarId]:
        return [each.calendar for each in self._connector.calendars() if not each.read_only]

    def _let_go(self, event_id: EventId) -> None:
        """Note on the effect, before the deletion, that the operator removes the copy: nobody declined."""
        retry_stale(partial(self._note, event_id), f"The booking of {event_id}")

    def _note(self, event_id: EventId) -> None:
        with self._store.writing() as tx:
            effect = tx.ledger.effect_of(event_id)
            if effect is None or effect.want is Want.ABSENT or effect.state is EffectState.REFUSED:
                return
            now = self._clock.now()
            snapshot = gather_snapshot(tx, effect.session, {}, self._store.install, now)
            apply_transition(
                tx, stay(snapshot, (refused(effect, Code.PURGED, "removed by gatherly purge"),)), now
            )
