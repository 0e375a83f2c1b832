"""Copies that others moved or deleted, and foreign events: followed, flagged or undone by policy, told once.

A removed copy is never put back; a moved one is never copied to the others unless the policy says so, and
then by withdrawing and booking anew, at most `FOLLOWS` times, so that two calendars that answer one another
come to rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from engine.booking.outcome import Code, refused
from engine.booking.policy import OnDeleted, OnForeign, OnMoved
from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps.undo_steps import withdrawn
from engine.booking.transition import Transition, stay
from engine.ids import UserId
from engine.model.booking import BookingState, Effect, EffectState, Mark, Observed, Want, Why
from engine.model.session import EventSession, TimeSlot
from engine.sessions import state_machine
from engine.time.instant import format_instant
from engine.time.span import Span

FOLLOWED = "followed"
FOLLOWS = 3


class Change(StrEnum):
    """What an owner did to a copy."""

    DELETED = "deleted"
    DECLINED = "declined"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class CopyLookup:
    """One copy as it lies in its calendar now; None where the provider says that there is none."""

    effect: Effect
    found: Observed | None

    def change(self, slot: Span, mark: Mark) -> Change | None:
        """Tell what its owner did to it, if anything."""
        if self.found is None or not self.found.live or self.found.mark != mark:
            return Change.DELETED
        if self.found.declined:
            return Change.DECLINED
        return None if self.found.span == slot else Change.MOVED

    @property
    def moved_to(self) -> Span | None:
        """Where the copy lies now, if it lives."""
        return self.found.span if self.found is not None else None


@dataclass(frozen=True, slots=True)
class Unseen:
    """A copy that could not be looked at, and why: it tells nothing."""

    effect: Effect
    why: str


def answer(
    snapshot: BookingSnapshot,
    lookups: Sequence[CopyLookup],
    conflicts: Sequence[str] | None,
    unseen: Sequence[Unseen] = (),
) -> Transition | None:
    """Decide what changes from outside mean; None where nothing is new.

    What could not be looked at is remembered on its effect. `conflicts` names foreign events on the slot,
    None where that is not known now.
    """
    session, slot = snapshot.session, snapshot.booking.slot
    if session is None or slot is None or snapshot.booking.state is not BookingState.CONFIRMED:
        return None
    seen = [(each, each.change(slot, snapshot.mark)) for each in lookups if is_watched(each.effect)]
    return (
        _reopening(snapshot, session, seen)
        or _following(snapshot, session, seen)
        or _aborting(snapshot, session, conflicts)
        or _flagging(snapshot, session, seen, conflicts, unseen)
    )


def unreadable(snapshot: BookingSnapshot, unseen: Sequence[Unseen]) -> Transition | None:
    """Remember of copies that nobody could look at them, and nothing else; None where that is known."""
    changed = [after for each in unseen if (after := _in_the_dark(each)) != each.effect]
    return stay(snapshot, changed) if changed else None


def _in_the_dark(unseen: Unseen) -> Effect:
    """Keep what is known of an owner's change: that is not unknown because the calendar is away now."""
    effect = unseen.effect
    if not is_watched(effect) or effect.last_code in (Code.MOVED, Code.DECLINED):
        return effect
    return replace(effect, last_code=Code.UNREAD, last_error=unseen.why)


def is_watched(effect: Effect) -> bool:
    """Tell whether a copy is one that should be there: what its owner removed before is left alone."""
    return effect.state is EffectState.WRITTEN and effect.want is Want.PRESENT


_Seen = Sequence[tuple[CopyLookup, Change | None]]


def _reopening(snapshot: BookingSnapshot, session: EventSession, seen: _Seen) -> Transition | None:
    """Reopen the session where a required person's change amounts to a no."""
    policy = snapshot.policy
    noes = {Change.DECLINED}
    noes |= {Change.DELETED} if policy.on_deleted is OnDeleted.REOPEN else set()
    noes |= {Change.MOVED} if policy.on_moved is OnMoved.REOPEN else set()
    decliners = [each.effect.attendee for each, change in seen if each.effect.required and change in noes]
    if not decliners:
        return None
    after = session
    for user in decliners:
        after = state_machine.decline(after, user, now=snapshot.now)
    return _withdrawing(snapshot, Why.DECLINED, after)


def _following(snapshot: BookingSnapshot, session: EventSession, seen: _Seen) -> Transition | None:
    """Book anew where a required person moved their copy to, if the policy is to follow."""
    if snapshot.policy.on_moved is not OnMoved.FOLLOW or snapshot.booking.followed >= FOLLOWS:
        return None
    if session.recurrence is not None:
        return None
    moved = next((each for each, change in seen if each.effect.required and change is Change.MOVED), None)
    span = moved.moved_to if moved is not None else None
    if moved is None or span is None or span.start <= snapshot.now:
        return None
    there = TimeSlot(start=span.start, end=span.end)
    again = state_machine.reopened(session, FOLLOWED, now=snapshot.now)
    after = replace(again, proposed_times=(there,), final_time=there)
    counted = replace(snapshot, booking=replace(snapshot.booking, followed=snapshot.booking.followed + 1))
    transition = _withdrawing(counted, Why.MOVED, after)
    return None if transition is None else replace(transition, before=snapshot.booking)


def _aborting(
    snapshot: BookingSnapshot, session: EventSession, conflicts: Sequence[str] | None
) -> Transition | None:
    if snapshot.policy.on_foreign is not OnForeign.ABORT or not conflicts or session.recurrence is not None:
        return None
    after = state_machine.reopened(session, Why.FOREIGN, now=snapshot.now)
    return _withdrawing(snapshot, Why.FOREIGN, after)


def _withdrawing(snapshot: BookingSnapshot, why: Why, after: EventSession) -> Transition | None:
    transition = withdrawn(snapshot, why, BookingState.PROPOSED)
    if transition is None:
        return None
    return replace(transition, session=after, wake=True)


def _flagging(
    snapshot: BookingSnapshot,
    session: EventSession,
    seen: _Seen,
    conflicts: Sequence[str] | None,
    unseen: Sequence[Unseen],
) -> Transition | None:
    """Let the event stand and say what is new: who removed or moved their copy, what lies on the time."""
    after = session
    changed = [dark for each in unseen if (dark := _in_the_dark(each)) != each.effect]
    for lookup, change in seen:
        effect = _marked(lookup, change)
        if effect == lookup.effect:
            continue
        changed.append(effect)
        if change is not None:
            after = _noted(after, snapshot, lookup, change)
    known = snapshot.booking.conflicts if conflicts is None else tuple(conflicts)
    after = _with_conflicts(snapshot, after, known)
    booking = replace(snapshot.booking, conflicts=known)
    if not changed and after == session and booking == snapshot.booking:
        return None
    stands = after if after != session else None
    return Transition(before=snapshot.booking, after=booking, changed=tuple(changed), session=stands)


def _marked(lookup: CopyLookup, change: Change | None) -> Effect:
    """Remember on the effect what was seen, so that the same change is no news."""
    effect, span = lookup.effect, lookup.moved_to
    if change is None:
        known = effect.last_code in (Code.MOVED, Code.DECLINED, Code.UNREAD)
        return replace(effect, last_code=None, last_error=None) if known else effect
    if change is Change.MOVED and span is not None:
        return replace(effect, last_code=Code.MOVED, last_error=f"moved to {_words(span)}")
    return refused(effect, Code.DECLINED, f"{change} by its owner")


def _noted(
    session: EventSession, snapshot: BookingSnapshot, lookup: CopyLookup, change: Change
) -> EventSession:
    user = lookup.effect.attendee
    noted = state_machine.note_decline(session, user, now=snapshot.now)
    span = lookup.moved_to
    if change is not Change.MOVED or span is None:
        return noted
    requests = {**noted.record.change_requests, user: span}
    return replace(noted, record=replace(noted.record, change_requests=requests))


def _with_conflicts(
    snapshot: BookingSnapshot, session: EventSession, conflicts: tuple[str, ...]
) -> EventSession:
    """Show in the session what the ledger remembers."""
    if conflicts == snapshot.booking.conflicts:
        return session
    return replace(session, record=replace(session.record, conflicts=conflicts))


def foreign_on(
    busy: Mapping[UserId, Sequence[Span]], taken: Sequence[Span], *, series: bool = False
) -> tuple[str, ...]:
    """Name what lies on what a booking takes, from the foreign busy times of the required people.

    Of a series each is told with the start of its occurrence before it.
    """
    return tuple(
        f"{told_of(slot) if series else ''}{user}: {_words(span)}"
        for slot in taken
        for user, spans in sorted(busy.items())
        for span in sorted(set(spans))
        if span.overlaps(slot)
    )


OF_THE_SERIES = " of the series, "
"""Stands between the start of an occurrence and what lies on it."""


def told_of(slot: Span) -> str:
    """Begin the words of a conflict with the occurrence that it concerns."""
    return f"{format_instant(slot.start)}{OF_THE_SERIES}"


def still_true(conflicts: Sequence[str], taken: Sequence[Span]) -> tuple[str, ...]:
    """Keep the conflicts of those occurrences that a series still has at their time."""
    there = {told_of(span) for span in taken}
    of = ((one, *one.partition(OF_THE_SERIES)) for one in conflicts)
    return tuple(one for one, start, told, _ in of if not told or f"{start}{told}" in there)


def occurrence_conflicts(conflicts: Sequence[str]) -> list[dict[str, str]]:
    """Give the conflicts of a series' occurrences: of which it is, and what lies there."""
    parted = (one.partition(OF_THE_SERIES) for one in conflicts)
    return [{"occurrence": start, "what": what} for start, told, what in parted if told]


def _words(span: Span) -> str:
    return f"{format_instant(span.start)}/{format_instant(span.end)}"
