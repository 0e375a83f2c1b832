"""Title, description and place are updated in place; whatever else changes is withdrawn and booked anew.

Each copy is replaced at just the version that is known, with its SEQUENCE raised. A copy that its owner
removed or moved meanwhile is not put back: that is theirs, and answered by
`engine.booking.checks.calendar_changes`.
"""

from dataclasses import replace

from engine.booking.outbox.outbox_entries import REQUEST, is_untried, mail
from engine.booking.outcome import Code, after_write, later, removed_by_owner, settled
from engine.booking.snapshot import BookingSnapshot
from engine.booking.transition import Transition
from engine.errors import HeldBackError, SourceError
from engine.ids import UserId
from engine.model.booking import (
    BookingState,
    Delivery,
    Effect,
    EffectState,
    Mark,
    Observed,
    Want,
    Written,
)
from engine.model.session import EventSession, Occurrence, SessionStatus, TimeSlot
from engine.time.span import Instant, Span

TRIES = 5
"""An update that fails this often is left, and shown; the event itself stands."""

AGAIN = 3600
TRIES_OF_SERIES = 24 * 7
"""Seconds after which a series that a calendar refused is written again, and how often: for a week."""


def is_edit(before: EventSession, after: EventSession) -> bool:
    """Tell whether only the words of an event change, or single occurrences of a series."""
    if is_series_edit(before, after):
        return True
    return _words(before) != _words(after) and before.final_time == after.final_time


def is_series_edit(before: EventSession, after: EventSession) -> bool:
    """Tell whether occurrences of a booked series are left out or moved, or it ends sooner.

    Which of them are known by now changes nothing of what stands in calendars.
    """
    was, final = before.final_time, after.final_time
    if was is None or final is None or was.span != final.span or after.status is not SessionStatus.SCHEDULED:
        return False
    changed = (_otherwise(was), before.recurrence) != (_otherwise(final), after.recurrence)
    return changed or _away(before) != _away(after) or before.record.left != after.record.left


def _away(session: EventSession) -> set[tuple[UserId, Instant]]:
    """Give who stays away from what: their copies follow."""
    return {(one.user, one.occurrence) for one in session.record.own_changes if one.at is None}


def _otherwise(slot: TimeSlot) -> list[Occurrence]:
    """Give the occurrences that do not take place as the rule says."""
    return [one for one in slot.occurrences if one.takes_place != one.start]


def _words(session: EventSession) -> tuple[str, str | None, str | None]:
    return session.title, session.description, session.location


def updated(snapshot: BookingSnapshot) -> Transition | None:
    """Plan the update of every copy of a confirmed booking; None where there is none to update."""
    if snapshot.booking.state is not BookingState.CONFIRMED:
        return None
    changed = tuple(_raised(each, snapshot.now) for each in snapshot.current if _stands(each))
    mails = (mail(snapshot, each, REQUEST) for each in changed if each.delivery is Delivery.INVITED)
    return Transition(before=snapshot.booking, after=snapshot.booking, changed=changed, outbox=tuple(mails))


def _stands(effect: Effect) -> bool:
    gone = effect.state in (EffectState.REFUSED, EffectState.GONE)
    waits = effect.delivery is Delivery.INVITED and is_untried(effect)  # it goes out in the words of then
    return effect.delivery is not Delivery.NOTIFIED and effect.want is Want.PRESENT and not (gone or waits)


def _raised(effect: Effect, now: Instant) -> Effect:
    raised = replace(effect, sequence=effect.sequence + 1, attempts=0, next_at=now)
    return replace(raised, state=EffectState.PLANNED)


def after_update(
    effect: Effect, answer: Written | SourceError, now: Instant, waited: int, *, of_series: bool = False
) -> Effect:
    """Read the answer to an update; a refusal leaves the copy as it was.

    A series would then take place otherwise in one calendar than in the others: that is tried again, and
    what was acknowledged is read back.
    """
    result = after_write(effect, answer, now, waited)
    if of_series and isinstance(answer, Written):
        return replace(result, state=EffectState.AMBIGUOUS, next_at=now)
    if of_series and result.state is EffectState.REFUSED and effect.attempts < TRIES_OF_SERIES:
        return replace(result, state=EffectState.PLANNED, next_at=now + AGAIN)
    if result.state is EffectState.REFUSED or (_undecided(result) and effect.attempts >= TRIES):
        return replace(result, state=EffectState.WRITTEN)
    return result


def after_update_look(
    effect: Effect, found: Observed | SourceError | None, slot: Span, mark: Mark, now: Instant, waited: int
) -> Effect:
    """Read what lies in the calendar after an update whose outcome nobody knows."""
    if isinstance(found, SourceError):
        if isinstance(found, HeldBackError):
            return later(effect, found, now, waited)
        counted = replace(effect, attempts=effect.attempts + 1)
        given_up = replace(counted, state=EffectState.WRITTEN, last_error=str(found))
        return given_up if counted.attempts >= TRIES else later(counted, found, now, waited)
    changed = _changed_by_owner(found, slot, mark)
    if changed is not None or found is None:
        return replace(effect, state=EffectState.WRITTEN, last_code=changed, last_error=None)
    if found.whole and (found.sequence >= effect.sequence or effect.attempts >= TRIES):
        return settled(effect, found.etag)
    return replace(effect, state=EffectState.PLANNED, etag=found.etag, next_at=now)


def _changed_by_owner(found: Observed | None, slot: Span, mark: Mark) -> Code | None:
    if found is None or not found.live or found.mark != mark:
        return Code.DECLINED
    return removed_by_owner(found, slot)


def _undecided(effect: Effect) -> bool:
    return effect.state is EffectState.AMBIGUOUS
