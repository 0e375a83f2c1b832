"""Resources of a session, kept, confirmed and freed with its people's time, in the same transaction."""

from collections.abc import Iterable
from dataclasses import replace

from daemon.resource_uses import uses
from engine.booking.ids import outbox_id
from engine.booking.transition import Transition
from engine.errors import HoldRefusedError
from engine.family.agenda import resource_subject
from engine.family.resource_availability import peak_use
from engine.model.booking import BookingState
from engine.model.event import EventStatus
from engine.model.reservation import ResourceReservation
from engine.model.resource import Resource
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
    if transition.holds and session is not None and session.resource_ids:
        tx.ledger.take_turns(sorted(map(resource_subject, session.resource_ids)))
        for span in sorted({hold.span for hold in transition.holds}):
            for resource in session.resource_ids:
                _keep(tx, session, resource, span, now)
    if transition.after.state is BookingState.CONFIRMED:
        _set(tx, transition, EventStatus.CONFIRMED, now)


def _set(tx: Transaction, transition: Transition, status: EventStatus, now: Instant) -> None:
    for one in tx.repositories.reservations.of_session(transition.after.session):
        if one.status is not status and one.counts:
            tx.repositories.reservations.put(replace(one, status=status, updated_at=now))


def _keep(tx: Transaction, session: EventSession, name: str, slot: Span, now: Instant) -> None:
    """Keep a resource; its row is written anew, so that whoever read it before looks again."""
    resource = tx.repositories.resources.get(name)
    if resource is None or not resource.active:
        raise HoldRefusedError(f"{name} is no longer in use")
    reservation = _id(session, name, slot)
    mine = tx.repositories.reservations.of_session(session.id)
    known = next((one for one in mine if one.id == reservation), None)
    if known is not None and known.counts and known.span == slot:
        return
    if not _has_room(tx, session, resource, slot):
        raise HoldRefusedError(f"{resource.name} has no room at that time")
    tx.repositories.resources.put(resource)
    fresh = ResourceReservation(
        id=reservation,
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


def _id(session: EventSession, name: str, slot: Span) -> str:
    """Name a reservation: a session that is held once has one, a series one for each occurrence."""
    each = () if session.recurrence is None else (slot.start,)
    return outbox_id("reservation", session.id, name, *each)


def _has_room(tx: Transaction, session: EventSession, resource: Resource, slot: Span) -> bool:
    others = (one.span for one in uses(tx, resource.id, slot) if one.id != session.id)
    return peak_use(others, slot) < resource.capacity


def full_at(tx: Transaction, session: EventSession, spans: Iterable[Span]) -> frozenset[Span]:
    """Give those of some times at which something that a session needs has no room."""
    needed = [tx.repositories.resources.get(name) for name in session.resource_ids]
    return frozenset(
        span
        for span in spans
        if any(one is None or not one.active or not _has_room(tx, session, one, span) for one in needed)
    )
