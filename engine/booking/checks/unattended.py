"""A booking that nobody came to for long: while no daemon ran nothing was tried, and no patience went."""

from dataclasses import replace

from engine.booking.snapshot import BookingSnapshot
from engine.booking.timing import UNATTENDED
from engine.booking.transition import Transition
from engine.model.booking import ACTOR, AuditEntry, Booking, BookingState
from engine.skipped import passed
from engine.time.span import Instant

ACTION = "booking.unattended"
SECONDS = "seconds"
_PATIENT = (BookingState.VERIFYING, BookingState.UNDOING, BookingState.QUARANTINE)
"""States that end as stuck once their time is up; the others give a time back, and it is looked for anew."""


def attended_again(snapshot: BookingSnapshot) -> Transition | None:
    """Leave out the time for which a booking was due and nobody came; None where somebody was about.

    When it was accepted stays: people waited from then on. The log keeps how long nobody came, as its
    invariants count by the log alone.
    """
    booking, due = snapshot.booking, max(snapshot.booking.next_at, snapshot.booking.lease_until)
    missed = passed(due, snapshot.now, snapshot.skipped)
    if booking.state not in _PATIENT or missed <= UNATTENDED:
        return None
    entered = {
        state: at if state is BookingState.ACCEPTED else later(at, missed, snapshot.now)
        for state, at in booking.entered.items()
    }
    after = replace(booking, since=later(booking.since, missed, snapshot.now), entered=entered)
    return Transition(before=booking, after=after, audit=(_entry(booking, missed, snapshot.now),))


def later(at: Instant, missed: int, now: Instant) -> Instant:
    """Give a moment as if the time that was missed had not been."""
    return max(at, min(at + missed, now))


def _entry(booking: Booking, missed: int, now: Instant) -> AuditEntry:
    state = str(booking.state)
    return AuditEntry(
        at=now,
        actor=ACTOR,
        action=ACTION,
        object_type="session",
        object_id=booking.session,
        details={"from": state, "to": state, "epoch": booking.epoch, SECONDS: missed},
    )
