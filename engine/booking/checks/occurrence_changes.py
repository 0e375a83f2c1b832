"""What people did to single occurrences of a series in their own calendars, and what that means for it.

One occurrence that was removed or moved concerns it alone: the series stays, and what is looked for anew is
looked for as a session of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.booking.checks.calendar_changes import occurrence_conflicts
from engine.booking.policy import OnDeleted, OnForeign, OnMoved, Policy
from engine.ids import UserId
from engine.model.session import EventSession, Occurrence, TimeSlot
from engine.model.session_record import OwnChange
from engine.sessions import series_changes, state_machine
from engine.time.instant import format_instant
from engine.time.span import Instant, Span

Difference = Mapping[Instant, Instant | None]
"""Occurrences, by their starts by the rule, that lie elsewhere in a copy; None = nowhere."""


def lies_otherwise(
    slot: TimeSlot, there: Iterable[Span], known: Span, *, endless: bool = False
) -> Difference | None:
    """Compare where a copy lies with where the series takes place, inside of what is known of a calendar.

    None where nothing of the copy is to be seen at all: it may be marked free as a whole, which tells nothing
    of a single occurrence. What lies where nothing was meant to is taken as the nearest that is missing; past
    the last that is told of, an `endless` series goes on by itself.
    """
    lies = {span.start for span in there if known.start <= span.start < known.end}
    meant = {one.start: one.takes_place for one in slot.occurrences}
    expected = {start: at for start, at in meant.items() if at is not None and known.start <= at < known.end}
    missing = sorted(start for start, at in expected.items() if at not in lies)
    if not missing:
        return {}
    last, longest = max(expected.values()), 0 if endless else _LONGEST_MOVE
    strange = sorted(lies - set(meant.values()) - {at for at in lies if at > last + longest})
    if len(missing) == len(expected) and not strange:
        return None
    found = dict[Instant, Instant | None].fromkeys(missing)
    for at in strange:
        free = [start for start, there_now in found.items() if there_now is None]
        if free:
            found[min(free, key=lambda start: (abs(expected[start] - at), start))] = at
    return found


_LONGEST_MOVE = 7 * 24 * 3600
"""Seconds past the last occurrence within which something is taken for one of them, moved."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The session as it is to stand, and the occurrences for which other times are looked for."""

    session: EventSession
    anew: tuple[Occurrence, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """How one person's copy differs in a stretch of time; `required` is whether they must come."""

    user: UserId
    required: bool
    difference: Difference
    known: Span


def decided(session: EventSession, seen: Sequence[Seen], policy: Policy, now: Instant) -> Decision:
    """Decide what people's changes of single occurrences mean; what was seen before is no news."""
    after, anew = session, list[Occurrence]()
    for one in seen:
        after = _without_undone(after, one)
        for occurrence in _news(after, one, now):
            at = one.difference[occurrence.start]
            if one.required and _looks_anew(policy, at):
                after = series_changes.without(after, occurrence, _why(one.user, at))
                anew.append(occurrence)
            elif one.required and _follows(after, occurrence, policy, at, now) and at is not None:
                after = series_changes.moved(after, occurrence, at)
            else:
                after = _noted(after, OwnChange(one.user, occurrence.start, at))
    return Decision(after, tuple(anew))


def cleared(decision: Decision, conflicts: Sequence[str], policy: Policy, now: Instant) -> Decision:
    """Take occurrences back on which something else lies, where that is the policy, and look for others.

    A series of which nothing is left to take place is off.
    """
    after, anew = decision.session, list(decision.anew)
    told = {one["occurrence"]: one["what"] for one in occurrence_conflicts(conflicts)}
    if policy.on_foreign is OnForeign.ABORT and after.final_time is not None:
        for one in after.final_time.occurrences:
            at = one.takes_place
            what = None if at is None or at <= now else told.get(format_instant(at))
            if what is not None:
                after = series_changes.without(
                    after, one, f"{what.partition(': ')[0]}: Something else lies then"
                )
                anew.append(one)
    final = after.final_time
    is_empty = final is not None and not after.is_endless and not final.takes_place
    if is_empty and anew:
        after = state_machine.cancel(after, NOTHING_LEFT, now=now)
    return Decision(after, tuple(anew))


NOTHING_LEFT = "Nothing of the series is left"


def _news(session: EventSession, seen: Seen, now: Instant) -> list[Occurrence]:
    known = {(one.user, one.occurrence): one.at for one in session.record.own_changes}
    slot = session.final_time
    return [
        one
        for one in (slot.occurrences if slot is not None else ())
        if one.start in seen.difference
        and one.takes_place is not None
        and one.takes_place > now
        and known.get((seen.user, one.start), now) != seen.difference[one.start]
    ]


def _without_undone(session: EventSession, seen: Seen) -> EventSession:
    """Forget what somebody has put back."""
    kept = tuple(
        one
        for one in session.record.own_changes
        if one.user != seen.user or one.occurrence in seen.difference or not _is_inside(session, one, seen)
    )
    return replace(session, record=replace(session.record, own_changes=kept))


def _is_inside(session: EventSession, change: OwnChange, seen: Seen) -> bool:
    occurrences = session.final_time.occurrences if session.final_time else ()
    places = [one.takes_place for one in occurrences if one.start == change.occurrence]
    return all(at is None or seen.known.start <= at < seen.known.end for at in places)


def _looks_anew(policy: Policy, at: Instant | None) -> bool:
    if at is None:
        return policy.on_deleted is OnDeleted.REOPEN
    return policy.on_moved is OnMoved.REOPEN


def _follows(
    session: EventSession, one: Occurrence, policy: Policy, at: Instant | None, now: Instant
) -> bool:
    """Tell whether the series goes where somebody moved an occurrence: never over its neighbours."""
    slot = session.final_time
    if policy.on_moved is not OnMoved.FOLLOW or at is None or slot is None or at <= now:
        return False
    before, following = series_changes.neighbours(session, one)
    return before <= at and at + slot.end - slot.start <= following


def _why(user: UserId, at: Instant | None) -> str:
    return f"{user}: Removed from the calendar" if at is None else f"{user}: Moved in the calendar"


def _noted(session: EventSession, change: OwnChange) -> EventSession:
    others = (
        one
        for one in session.record.own_changes
        if (one.user, one.occurrence) != (change.user, change.occurrence)
    )
    return replace(session, record=replace(session.record, own_changes=(*others, change)))


def told_conflicts(session: EventSession) -> list[dict[str, str]]:
    """Give what people did to occurrences, and what could not be held, as conflicts are shown."""
    slot = session.final_time
    changed = [
        {
            "occurrence": format_instant(one.occurrence),
            "what": f"{one.user}: removed it"
            if one.at is None
            else f"{one.user}: moved it to {format_instant(one.at)}",
        }
        for one in session.record.own_changes
    ]
    unheld = [
        {"occurrence": format_instant(one.start), "what": why}
        for one in (slot.occurrences if slot is not None else ())
        if one.available is None
        for why in one.conflicts
    ]
    return [*changed, *unheld]
