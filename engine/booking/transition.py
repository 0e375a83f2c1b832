"""One transition of a booking with everything that is written in its transaction, or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.booking.snapshot import BookingSnapshot
from engine.model.booking import (
    ACTOR,
    AuditEntry,
    Booking,
    BookingState,
    Effect,
    Hold,
    OutboxEntry,
)
from engine.model.session import EventSession
from engine.time.span import Instant

S = BookingState
EDGES = {
    S.DRAFT: {S.PROPOSED, S.ACCEPTED, S.CANCELLED, S.FAILED},
    S.PROPOSED: {S.ACCEPTED, S.CANCELLED, S.FAILED},
    S.ACCEPTED: {S.HELD, S.PROPOSED, S.CANCELLED, S.FAILED},
    S.HELD: {S.PREPARED, S.RELEASING},
    S.PREPARED: {S.WRITING, S.RELEASING},
    S.WRITING: {S.VERIFYING, S.UNDOING},
    S.VERIFYING: {S.CONFIRMED, S.WRITING, S.UNDOING, S.STUCK},
    S.CONFIRMED: {S.UNDOING},
    S.UNDOING: {S.QUARANTINE, S.STUCK},
    S.QUARANTINE: {S.PROPOSED, S.FAILED, S.CANCELLED, S.UNDOING},
    S.RELEASING: {S.PROPOSED, S.FAILED, S.CANCELLED},
    S.STUCK: {S.QUARANTINE, S.CONFIRMED, S.UNDOING, S.PROPOSED, S.FAILED, S.CANCELLED},
    S.FAILED: set[BookingState](),
    S.CANCELLED: set[BookingState](),
}
"""Where each state leads (docs/ledger.md section 5).

VERIFYING goes back to WRITING where an acknowledged copy is not there, to UNDOING only at somebody's word,
and to STUCK where nothing can be read back for too long: from there it is confirmed as soon as it can be.
STUCK leads straight to its end when an operator releases it.
"""


ROUND_BEGINS = frozenset({S.PROPOSED, S.ACCEPTED, S.CONFIRMED, S.FAILED, S.CANCELLED})
"""Entering one of these, a booking forgets when it entered the others: what follows is another way."""


@dataclass(frozen=True, slots=True)
class Said:
    """A message of role system; `not_booked` where it tells that an accepted time was not booked."""

    words: str
    not_booked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """What one transaction changes: compare-and-swap on `before`, and all the rest with it.

    `session` is the session as it is to stand, None where it stays; `release` frees the holds before new ones
    are taken; `says` is told in the session's messages; `wake` has the session looked at for new times.
    """

    before: Booking
    after: Booking
    planned: tuple[Effect, ...] = ()
    changed: tuple[Effect, ...] = ()
    holds: tuple[Hold, ...] = ()
    release: bool = False
    session: EventSession | None = None
    outbox: tuple[OutboxEntry, ...] = ()
    audit: tuple[AuditEntry, ...] = ()
    says: Said | None = None
    wake: bool = False


def enter(
    before: Booking,
    state: BookingState,
    now: Instant,
    *,
    next_at: Instant | None = None,
    actor: str = ACTOR,
    becoming: Booking | None = None,
) -> Transition:
    """Go to another state, with its line in the audit log; `becoming` carries other fields that change.

    Raises:
        ValueError: no edge leads there.
    """
    if state not in EDGES[before.state]:
        raise ValueError(f"a booking does not go from {before.state} to {state}")
    at = now if next_at is None else next_at
    entered = {} if state in ROUND_BEGINS else {**(before.entered or {before.state: before.since})}
    since = entered.setdefault(state, now)
    after = replace(becoming or before, state=state, since=since, next_at=at, entered=entered)
    return Transition(before=before, after=after, audit=(audit_of(before, after, now, actor),))


def audit_of(before: Booking, after: Booking, now: Instant, actor: str = ACTOR) -> AuditEntry:
    """Write a transition down; each line begins where the session's last one ended."""
    return AuditEntry(
        at=now,
        actor=actor,
        action=f"booking.{after.state}",
        object_type="session",
        object_id=after.session,
        details={
            "from": str(before.state),
            "to": str(after.state),
            "epoch": after.epoch,
            "failed": after.failed,
            "reason": after.reason,
        },
    )


def stay(snapshot: BookingSnapshot, changed: Iterable[Effect]) -> Transition:
    """Record what became of effects; the booking keeps its state, and its version grows all the same."""
    return Transition(before=snapshot.booking, after=snapshot.booking, changed=tuple(changed))
