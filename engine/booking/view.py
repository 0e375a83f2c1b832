"""What is shown of a booking: never one boolean."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from engine.booking.outcome import Code
from engine.booking.waits_for import waits_for
from engine.model.booking import (
    CALLED_OFF,
    RELEASED,
    UNFINISHED,
    UNREAD,
    AllOrNone,
    Booking,
    BookingState,
    Delivery,
    Effect,
    EffectState,
    Want,
)
from engine.model.session import SessionStatus
from engine.time.instant import format_instant
from engine.time.span import Span

_NONE = (BookingState.FAILED, BookingState.CANCELLED)
_UNDOING = (BookingState.UNDOING, BookingState.QUARANTINE)


def all_or_none(booking: Booking, effects: Sequence[Effect]) -> AllOrNone:
    """Say what holds of all calendars together; a mail counts once the relay has accepted it."""
    if booking.state is BookingState.STUCK:
        return AllOrNone.STUCK
    if booking.state in _NONE:
        return AllOrNone.NONE
    if booking.state in _UNDOING:
        return AllOrNone.UNDOING
    if booking.state is not BookingState.CONFIRMED:
        return AllOrNone.PENDING
    mails = (each for each in effects if each.epoch == booking.epoch and each.is_invitation)
    sent = all(each.state is EffectState.WRITTEN for each in mails)
    return AllOrNone.ALL if sent else AllOrNone.PENDING


def status_of(booking: Booking) -> SessionStatus:
    """Project a booking onto its session's status (docs/ledger.md section 5)."""
    if booking.state is BookingState.CONFIRMED:
        return SessionStatus.SCHEDULED
    if booking.state is BookingState.FAILED:
        return SessionStatus.FAILED
    called_off = booking.reason in CALLED_OFF and booking.after is BookingState.CANCELLED
    over = booking.state is BookingState.CANCELLED
    return SessionStatus.CANCELLED if over or called_off else SessionStatus.PENDING


class Outcome(StrEnum):
    """What became of one attendee's copy, so far."""

    WAITING = "waiting"
    WRITTEN = "written"
    INVITED = "invited"
    TOLD = "told"
    REMOVED = "removed"
    FAILED = "failed"


AGAIN = (Code.LATER, Code.AMBIGUOUS, Code.HELD, Code.MISSING, Code.UNREAD)
"""Codes of a copy that is asked about again by itself, whatever is known of it."""


def outcome_of(booking: Booking, effect: Effect) -> Outcome:
    """Say what became of one attendee's copy; who is only notified is told once the booking stands.

    Taking out one that an operator let be has failed for good.
    """
    if effect.state is EffectState.GONE:
        return Outcome.REMOVED
    if effect.state is EffectState.REFUSED or effect.last_code == RELEASED:
        return Outcome.FAILED
    if effect.delivery is Delivery.NOTIFIED:
        return Outcome.TOLD if booking.state is BookingState.CONFIRMED else Outcome.WAITING
    if effect.state is not EffectState.WRITTEN or effect.want is not Want.PRESENT:
        return Outcome.WAITING
    return Outcome.INVITED if effect.delivery is Delivery.INVITED else Outcome.WRITTEN


def booking_view(
    booking: Booking | None, effects: Sequence[Effect], skipped: Sequence[Span] = ()
) -> dict[str, Any]:
    """Give a booking as the API shows it: every calendar that has, or should have, a copy.

    `outcomes` says how the event reaches each attendee, also those who are only notified.
    """
    if booking is None:
        empty: dict[str, Any] = {"perCalendar": [], "outcomes": []}
        return {"state": str(BookingState.DRAFT), "allOrNone": str(AllOrNone.PENDING), **empty}
    shown = [each for each in effects if each.epoch == booking.epoch]
    conflicts = _of_occurrences(booking.conflicts)
    waits = waits_for(booking, effects, skipped)
    under_way = {"since": format_instant(booking.since), "waitsFor": waits} if waits else {}
    return {
        "state": str(booking.state),
        "allOrNone": str(all_or_none(booking, effects)),
        **under_way,
        **({"conflicts": conflicts} if conflicts else {}),
        "perCalendar": [_calendar(booking, each) for each in shown],
        "outcomes": [{"user": each.attendee, "outcome": str(each.delivery)} for each in shown],
    }


def _of_occurrences(conflicts: Sequence[str]) -> list[dict[str, str]]:
    if not conflicts:
        return []
    from engine.booking.checks.calendar_changes import occurrence_conflicts  # a look at peace decides nothing

    return occurrence_conflicts(conflicts)


def _calendar(booking: Booking, effect: Effect) -> dict[str, Any]:
    outcome = outcome_of(booking, effect)
    at = booking.since if outcome is Outcome.TOLD else effect.at
    is_tried = booking.state in UNFINISHED or booking.state is BookingState.CONFIRMED
    again = is_tried and effect.next_at and (outcome is Outcome.WAITING or effect.last_code in AGAIN)
    return {
        "user": effect.attendee,
        "calendar": str(effect.calendar) if effect.calendar else None,
        "desired": str(effect.want),
        "observed": _observed(effect),
        "attempts": effect.attempts,
        "lastError": effect.last_error,
        "outcome": str(outcome),
        "at": None if at is None or outcome is Outcome.WAITING else format_instant(at),
        "nextTry": format_instant(max(effect.next_at, booking.next_at)) if again else None,
    }


def is_let_be(copy: Mapping[str, Any]) -> bool:
    """Tell of one of `perCalendar` whether it may still be there, though it is to go and nobody tries."""
    failed = bool(copy["outcome"] == Outcome.FAILED and copy["desired"] == Want.ABSENT)
    return failed and bool(copy["observed"] != Want.ABSENT)


def _observed(effect: Effect) -> str:
    if effect.last_code == UNREAD or effect.delivery is Delivery.NOTIFIED:
        return "unknown"
    if effect.state is EffectState.WRITTEN:
        return str(Want.PRESENT)
    known = effect.state in (EffectState.REFUSED, EffectState.GONE, EffectState.PLANNED)
    return str(Want.ABSENT) if known else "unknown"
