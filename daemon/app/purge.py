"""Purge: remove everything that gatherly wrote through one connector, by its mark alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from daemon.app.principal import Principal
from daemon.booking.transitions import apply_transition, gather_snapshot
from engine.booking.outcome import Code, refused
from engine.booking.transition import stay
from engine.ids import CalendarKey, ConnectorName, EventId
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


def purge(
    principal: Principal,
    store: Store,
    clock: Clock,
    name: ConnectorName,
    connector: Writer,
    *,
    dry_run: bool,
) -> Iterator[Purged]:
    """Remove event by event, giving each once it is gone.

    It works without a ledger; where there is one, the bookings learn that these copies are not coming back.
    Every installation's events are meant: a lost store took this one's id with it.

    Raises:
        NotAllowedError: somebody else than an operator asks.
        SourceError: a calendar could not be listed, or a deletion was refused; run it again.
    """
    principal.must_be_operator("remove what gatherly wrote")
    for calendar in [each.calendar for each in connector.calendars() if not each.read_only]:
        for event in connector.marked(calendar, None):
            if not dry_run:
                retry_stale(
                    partial(_let_go, store, clock, event.event_id), f"The booking of {event.event_id}"
                )
                connector.withdraw(calendar, event.event_id)
            yield Purged(CalendarKey(name, calendar), event.event_id)


def _let_go(store: Store, clock: Clock, event_id: EventId) -> None:
    """Note on the effect, before the deletion, that the operator removes the copy: nobody declined."""
    with store.writing() as tx:
        effect = tx.ledger.effect_of(event_id)
        if effect is None or effect.want is Want.ABSENT or effect.state is EffectState.REFUSED:
            return
        now = clock.now()
        snapshot = gather_snapshot(tx, effect.session, {}, store.install, now)
        gone = refused(effect, Code.PURGED, "removed by gatherly purge")
        apply_transition(tx, stay(snapshot, (gone,)), now)
