"""A booking that nobody came to for long: while no daemon ran nothing was tried, and little patience went.

Of each such time a part of the state's limit counts all the same, so that a daemon that looks in seldom, too,
ends what goes round: only what was tried several times over the whole of its limit is called stuck.
"""

from collections.abc import Sequence
from dataclasses import replace

from engine.booking.timing import most_unattended
from engine.booking.transition import Transition
from engine.model.booking import ACTOR, AuditEntry, Booking, BookingState
from engine.skipped import passed
from engine.time.span import Instant, Span

ACTION = "booking.unattended"
SECONDS = "seconds"
_PATIENT = (BookingState.VERIFYING, BookingState.UNDOING, BookingState.QUARANTINE)
"""States that end as stuck once their time is up; the others give a time back, and it is looked for anew."""


def attended(transition: Transition, now: Instant, skipped: Sequence[Span]) -> Transition:
    """Leave out what does not count of the time since a booking was due, or its lease ended, and nobody came.

    When it was accepted stays: people waited from then on. The log keeps how much is left out, as its
    invariants count by the log alone.
    """
    before, after = transition.before, transition.after
    if before.state not in _PATIENT:
        return transition
    left_out = passed(max(before.next_at, before.lease_until), now, skipped) - most_unattended(before.state)
    if left_out <= 0:
        return transition
    entered = {
        state: at if state is BookingState.ACCEPTED else later(at, left_out, now)
        for state, at in after.entered.items()
    }
    return replace(
        transition,
        after=replace(after, since=later(after.since, left_out, now), entered=entered),
        audit=(*transition.audit, _entry(after, left_out, now)),
    )


def later(at: Instant, left_out: int, now: Instant) -> Instant:
    """Give a moment as if the time that is left out had not been."""
    return max(at, min(at + left_out, now))


def _entry(booking: Booking, left_out: int, now: Instant) -> AuditEntry:
    state = str(booking.state)
    return AuditEntry(
        at=now,
        actor=ACTOR,
        action=ACTION,
        object_type="session",
        object_id=booking.session,
        details={"from": state, "to": state, "epoch": booking.epoch, SECONDS: left_out},
    )
