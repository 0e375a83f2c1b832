"""Resources of a session, kept, confirmed and freed with its people's time, in the same transaction."""

from dataclasses import replace

from daemon.resource_uses import uses
from engine.booking.ids import outbox_id
from engine.booking.transition import Transition
from engine.errors import HoldRefusedError
from engine.family.resource_availability import peak_use
from engine.model.booking import BookingState
from engine.model.event import EventStatus
from engine.model.resource import ResourceReservation
from engine.model.session import EventSession
from engine.ports.store import Transaction
from engine.time.span import Instant, Span


def follow(tx: Transaction, transition: Transition, session: EventSession | None, now: Instant) -> None:
    """Let the reservations of a session follow its booking.

    Raises:
        HoldRefusedError: a resource has no room at that time.
        StaleVersionError: somebody else has just reserved it.
    """
    if transition.release:
        _set(tx, transition, EventStatus.CANCELLED, now)
    if transition.holds and session is not None:
        for resource in session.resource_ids:
            _keep(tx, session, resource, transition.holds[0].span, now)
    if transition.after.state is BookingState.CONFIRMED:
        _set(tx, transition, EventStatus.CONFIRMED, now)


def _set(tx: Transaction, transition: Transition, status: EventStatus, now: Instant) -> None:
    for one in tx.repositories.reservations.of_session(transition.after.session):
        if one.status is not status and one.counts:
            tx.repositories.reservations.put(replace(one, status=status, updated_at=now))


def _keep(tx: Transaction, session: EventSession, name: str, slot: Span, now: Instant) -> None:
    """Keep a resource; its row is written anew, so that of two who ask at once one looks again."""
    resource = tx.repositories.resources.get(name)
    if resource is None or not resource.active:
        raise HoldRefusedError(f"{name} is no longer in use")
    mine = tx.repositories.reservations.of_session(session.id)
    known = next((one for one in mine if one.resource_id == name), None)
    if known is not None and known.counts and known.span == slot:
        return
    others = (one.span for one in uses(tx, name, slot) if one.id != session.id)
    if peak_use(others, slot) >= resource.capacity:
        raise HoldRefusedError(f"{resource.name} has no room at that time")
    tx.repositories.resources.put(resource)
    fresh = ResourceReservation(
        id=outbox_id("reservation", session.id, name),
        resource_id=name,
        session_id=session.id,
        reserved_by=session.host_user_id,
        start_time=slot.start,
        end_time=slot.end,
        created_at=now,
        updated_at=now,
    )
    tx.repositories.reservations.put(
        fresh if known is None else replace(fresh, version=known.version, created_at=known.created_at)
    )
