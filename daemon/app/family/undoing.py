"""What undoes a way out that was taken: the event as it was before, and whether it may be put back so."""

from collections.abc import Mapping
from typing import Any

from engine.errors import InputError
from engine.model.event import CalendarEvent
from engine.model.reservation import Conflict, ConflictStatus
from engine.ports.store import Transaction
from engine.time.span import DAY, Instant

UNDOABLE = DAY
"""Seconds within which a resolution can be undone."""


def as_it_is(tx: Transaction, name: str) -> list[dict[str, Any]]:
    """Give what a way out can change of an event, with its exceptions; nothing of a session."""
    event = tx.repositories.events.get(name)
    if event is None:
        return []
    rows = [event, *tx.repositories.events.exceptions(event.id)]
    people = tx.repositories.participants.of_event(event.id)
    kept = [_row(one) for one in rows]
    kept[0]["people"] = {one.user_id: one.required for one in people}
    reserved = tx.repositories.reservations.of_event(event.id)
    kept[0]["resources"] = sorted(one.resource_id for one in reserved if one.counts)
    return kept


def can_be_undone(conflict: Conflict, now: Instant) -> bool:
    """Whether something was done that can still be taken back."""
    done = conflict.undo or {}
    resolved = conflict.status is ConflictStatus.RESOLVED and bool(done.get("before"))
    return resolved and now - int(done["at"]) <= UNDOABLE


def must_be_undoable(tx: Transaction, done: Mapping[str, Any], now: Instant) -> None:
    """Let nobody undo what was not done, or is too long ago, or what others have changed since.

    Raises:
        InputError: says which of them it is.
    """
    if not done.get("before"):
        raise InputError("Nothing was done that could be undone", "Change the events themselves")
    if now - int(done["at"]) > UNDOABLE:
        raise InputError("It was resolved more than a day ago", "Change the events themselves")
    after = done.get("after")
    if after and as_it_is(tx, str(done["before"][0]["id"])) != after:
        raise InputError("The event was changed since it was resolved", "Change the event itself")


def _row(event: CalendarEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "start": event.start_time,
        "end": event.end_time,
        "status": event.status.value,
        "rule": event.recurrence_rule,
        "original": event.original_start_time,
        "cancelled": event.cancelled_at,
    }
