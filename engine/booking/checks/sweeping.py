"""What a calendar holds against what the ledger knows (docs/ledger.md R7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from engine.booking.taken import over_at
from engine.booking.timing import CALL_DEADLINE
from engine.ids import CalendarKey, EventId
from engine.model.booking import (
    UNREAD,
    Booking,
    BookingState,
    Delivery,
    Effect,
    EffectState,
    Observed,
    Want,
)
from engine.model.session import EventSession
from engine.time.span import DAY, HOUR, Instant

if TYPE_CHECKING:
    from engine.booking.snapshot import BookingSnapshot


EVERY = 300
"""Seconds between two sweeps."""
LONG_OVER = 30 * DAY
"""After so many seconds what is over is past: no write comes as late, and it is in nobody's way."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A booking that still matters to somebody, with its session and every effect ever planned."""

    booking: Booking
    session: EventSession | None
    effects: tuple[Effect, ...]

    @property
    def copies(self) -> list[Effect]:
        """The copies of this epoch that gatherly writes itself and that are to be there."""
        mine = (each for each in self.effects if each.epoch == self.booking.epoch)
        return [each for each in mine if each.delivery is Delivery.WRITTEN and each.want is Want.PRESENT]


class Verdict(StrEnum):
    """What becomes of an event of ours."""

    KEEP = "keep"
    DELETE = "delete"
    ORPHAN = "orphan"


RESTING = frozenset(
    {
        BookingState.DRAFT,
        BookingState.PROPOSED,
        BookingState.CONFIRMED,
        BookingState.FAILED,
        BookingState.CANCELLED,
    }
)
"""States in which no worker is at it: what must not be there is removed by whoever finds it."""


Listed: TypeAlias = Mapping[EventId, Observed]
"""The events of ours in one calendar."""


def verdict(found: Observed, booking: Booking | None, effects: Iterable[Effect]) -> Verdict:
    """Judge one live event with our mark.

    An event of a session or an epoch that the ledger does not know means that the ledger is older than the
    calendar, as after a restore: it is listed, and deleted only at an operator's word.
    """
    if booking is None or found.mark is None or found.mark.epoch > booking.epoch:
        return Verdict.ORPHAN
    effect = next((each for each in effects if each.event_id == found.event_id), None)
    if effect is not None and effect.want is Want.PRESENT:
        return Verdict.KEEP
    return Verdict.DELETE if booking.state in RESTING else Verdict.KEEP


def is_long_over(found: Observed, now: Instant) -> bool:
    """Tell whether an event of ours is past for so long that no sweep looks at it: years of them would grow.

    What repeats, or may, is never past.
    """
    return found.rule == "" and found.span is not None and found.span.end + LONG_OVER <= now


def strays(listed: Iterable[Observed], effect: Effect, snapshot: BookingSnapshot) -> list[Observed]:
    """Give a session's live events in an effect's calendar that are nobody's copy: a repeated write's.

    An event of a later epoch is none of them: whoever sees one has slept while the session was booked anew.
    """
    own = {each.event_id for each in snapshot.effects if each.want is Want.PRESENT} | {effect.event_id}
    return [
        each for each in listed if each.live and each.event_id not in own and _is_of(each, snapshot.booking)
    ]


def _is_of(found: Observed, booking: Booking) -> bool:
    mark = found.mark
    return mark is not None and mark.session == booking.session and mark.epoch <= booking.epoch


def by_event(listed: Iterable[Observed]) -> Listed:
    """Put what lies in a calendar under its ids, once for all who ask for theirs."""
    return {each.event_id: each for each in listed}


def looks_changed(effects: Sequence[Effect], listed: Listed, booking: Booking) -> bool:
    """Tell whether a list gives reason to look a confirmed booking's copies up one by one.

    A list may lag behind, so it is never a proof: it only raises the question.
    """
    written = (each for each in effects if each.state is EffectState.WRITTEN and each.event_id)
    if any(each.last_code == UNREAD for each in effects):
        return True
    return any(_differs(listed.get(each.event_id), booking) for each in written if each.event_id)


def looks_other(listed: Mapping[CalendarKey, Listed], one: Watched) -> bool:
    """Tell whether a booking's copies look other than they were written, in the calendars listed."""
    there = ((each, listed.get(each.calendar)) for each in one.copies if each.calendar)
    return any(events is not None and looks_changed((each,), events, one.booking) for each, events in there)


def is_unfinished(one: Watched) -> bool:
    """Tell whether a booking's update in place was never finished."""
    under_way = (EffectState.PLANNED, EffectState.SENT, EffectState.AMBIGUOUS)
    return any(each.state in under_way for each in one.copies)


def time_may_change(now: Instant, one: Watched) -> bool:
    """Tell whether time alone may change something of a booked series.

    It has something unheld, or was written too lately to be judged by what was read since.
    """
    session = one.session
    if session is None or session.recurrence is None or session.final_time is None:
        return False
    waits = any(each.available is None for each in session.final_time.occurrences)
    lately = (each.at for each in one.effects if each.at is not None)
    return waits or session.is_endless or any(now - at < HOUR for at in lately)


def _differs(found: Observed | None, booking: Booking) -> bool:
    return found is None or not found.live or found.span != booking.slot or found.declined


def is_watched(booking: Booking, session: EventSession | None, now: Instant) -> bool:
    """Tell whether a booking still matters to anybody: once it is over, its copies are their owners' past."""
    over = booking.slot is None or over_at(session, booking.slot) + CALL_DEADLINE < now
    return booking.state is BookingState.CONFIRMED and not over
