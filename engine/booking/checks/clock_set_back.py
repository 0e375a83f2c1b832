"""A clock that was set back: what was due in a minute is not to wait until the old time comes again."""

from collections.abc import Sequence
from dataclasses import replace

from engine.booking.snapshot import BookingSnapshot
from engine.booking.timing import LONG_PAUSE, QUARANTINE, SKEW
from engine.model.booking import Booking, BookingState, Effect
from engine.time.span import Instant


def righted(snapshot: BookingSnapshot) -> BookingSnapshot:
    """Give a booking that tells of a time that is yet to come as if that were now.

    Its state may have been entered then, or an earlier one, or a copy written. What was left of each wait
    stays: a quarantine is neither cut short nor prolonged. How long the state had lasted when the clock was
    set is not known, so no wait that seems longer than a short one is kept: a calendar is asked once more.
    """
    booking, now = snapshot.booking, snapshot.now
    entered = booking.entered or {}
    written = (each.at for each in snapshot.effects if each.at is not None)
    ahead = max((booking.since, *entered.values(), *written)) - now
    if booking.version == 0 or ahead <= SKEW:
        return snapshot
    was_before = booking.since - now > SKEW
    ahead = booking.since - now if was_before else ahead
    right = replace(
        booking,
        since=min(booking.since, now),
        entered={state: min(at, now) for state, at in entered.items()},
        next_at=_left(booking.next_at, now, ahead)
        if was_before or _is_stale(booking, now)
        else booking.next_at,
        lease_owner=None,
        lease_until=0,
    )
    return replace(
        snapshot, booking=right, effects=tuple(_righted(each, now, ahead) for each in snapshot.effects)
    )


def _is_stale(booking: Booking, now: Instant) -> bool:
    """Tell whether a wait that lies ahead may be from before the clock was set; a quarantine began since."""
    return booking.next_at > now and booking.state is not BookingState.QUARANTINE


def _righted(effect: Effect, now: Instant, ahead: int) -> Effect:
    next_at = _left(effect.next_at, now, ahead) if effect.next_at > now else effect.next_at
    at = effect.at if effect.at is None else min(effect.at, now)
    return effect if (next_at, at) == (effect.next_at, effect.at) else replace(effect, next_at=next_at, at=at)


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
