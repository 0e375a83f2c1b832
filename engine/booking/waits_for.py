"""What a booking waits for, in one line: for what, of whom, until when."""

from collections.abc import Sequence

from engine.booking.timing import LIMITS
from engine.model.booking import Booking, BookingState, Delivery, Effect, EffectState, Want
from engine.skipped import after
from engine.time.instant import format_instant
from engine.time.span import Instant, Span

S = BookingState


def waits_for(booking: Booking, effects: Sequence[Effect], skipped: Sequence[Span] = ()) -> str | None:
    """Say it; None where nothing is under way."""
    what = _WHAT.get(booking.state)
    if what is None:
        return None
    held = booking.state in (S.ACCEPTED, S.HELD, S.PREPARED) and booking.reason
    why = f" ({booking.reason})" if held else ""
    return f"{what.format(whom=_whom(booking, effects))}{why}{_until(booking, skipped)}"


_WHAT = {
    S.ACCEPTED: "for the daemon to take it up",
    S.HELD: "for a fresh look at everybody's calendars",
    S.PREPARED: "for a fresh look at everybody's calendars",
    S.WRITING: "for {whom} to take the event",
    S.VERIFYING: "for {whom} to show the event",
    S.UNDOING: "for {whom} to let go of the event",
    S.QUARANTINE: "for writes that may still be under way to {whom}",
    S.RELEASING: "for the daemon to free the time",
    S.STUCK: "for {whom}, or for an operator (gatherly session release)",
}


def _whom(booking: Booking, effects: Sequence[Effect]) -> str:
    """Name the calendars that are waited for, with their people and what they last said."""
    written = [each for each in effects if each.delivery is Delivery.WRITTEN and each.calendar]
    undone = booking.state in (S.UNDOING, S.QUARANTINE)
    gone = [each for each in written if each.want is Want.ABSENT and each.state is not EffectState.GONE]
    mine = [each for each in written if each.epoch == booking.epoch and each.want is Want.PRESENT]
    open_ = [each for each in mine if each.state is not EffectState.WRITTEN or each.last_error]
    left = gone if undone or gone else open_ or mine
    troubled = [each for each in left if each.last_error]
    return ", ".join(_named(each) for each in troubled or left or written) or "the calendars"


def _named(effect: Effect) -> str:
    why = f": {effect.last_error}" if effect.last_error else ""
    return f"{effect.calendar} ({effect.attendee}{why})"


def _until(booking: Booking, skipped: Sequence[Span]) -> str:
    if booking.state is S.STUCK:
        return f", tried again at {format_instant(booking.next_at)}"
    if booking.state is S.QUARANTINE:
        return f", until {format_instant(booking.next_at)}"
    return f", until {format_instant(deadline(booking, skipped) or booking.next_at)}"


def deadline(booking: Booking, skipped: Sequence[Span]) -> Instant | None:
    """Tell until when a booking may be in its state; a pause that somebody asked for is waited out.

    Time that a clock skipped counts for none of it.

    None for one that was stuck on its way: it has outlived its limit, and that was told.
    """
    limit = LIMITS.get(booking.state)
    if limit is None or S.STUCK in booking.entered:
        return None
    paused = booking.next_at if booking.state in (S.HELD, S.PREPARED) else 0
    return max(after(booking.since, limit, skipped), paused)
