"""A clock that was set back: what was due in a minute is not to wait until the old time comes again."""

from collections.abc import Sequence
from dataclasses import replace

from engine.booking.snapshot import BookingSnapshot
from engine.booking.timing import LONG_PAUSE, QUARANTINE, SKEW
from engine.model.booking import Booking, BookingState, Effect
from engine.time.span import Instant


def righted(snapshot: BookingSnapshot) -> BookingSnapshot:
    """Give a booking whose state was entered at a time that is yet to come as if that were now.

    What was left of each wait stays: a quarantine is neither cut short nor prolonged. How long the state had
    lasted when the clock was set is not known, so no wait that seems longer than a short one is kept: a
    calendar is asked once more.
    """
    ahead = snapshot.booking.since - snapshot.now
    if snapshot.booking.version == 0 or ahead <= SKEW:
        return snapshot
    booking = replace(
        snapshot.booking,
        since=snapshot.now,
        next_at=_left(snapshot.booking.next_at, snapshot.now, ahead),
        lease_owner=None,
        lease_until=0,
    )
    effects = tuple(
        replace(each, next_at=_left(each.next_at, snapshot.now, ahead))
        if each.next_at > snapshot.now
        else each
        for each in snapshot.effects
    )
    return replace(snapshot, booking=booking, effects=effects)


def _left(next_at: Instant, now: Instant, ahead: int) -> Instant:
    return min(next_at - ahead, now + LONG_PAUSE)


def turned_back(
    booking: Booking, effects: Sequence[Effect], now: Instant, by: int
) -> tuple[Booking, list[Effect]]:
    """Give a booking, and its changed effects, as they stand after a clock was just set back so many seconds.

    What lies ahead is so much nearer, at most now. Should somebody have set a wait since, it ends early,
    which asks a calendar once more; a quarantine that began since is left alone.
    """

    def nearer(at: Instant) -> Instant:
        return at if at <= now else max(now, at - by)

    begun_since = booking.state is BookingState.QUARANTINE and booking.next_at - QUARANTINE <= now
    after = replace(
        booking,
        since=nearer(booking.since),
        entered={state: nearer(at) for state, at in booking.entered.items()},
        next_at=booking.next_at if begun_since else nearer(booking.next_at),
        lease_until=nearer(booking.lease_until),
    )
    return after, [replace(each, next_at=nearer(each.next_at)) for each in effects if each.next_at > now]
