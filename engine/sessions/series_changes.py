"""A booked series changed in some of its occurrences: they are left out, moved, or end from a day on.

The session stays scheduled, and what is not named stays as it is. Days are the host's local dates.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, tzinfo

from engine.errors import InputError
from engine.find.series.rule import session_rule
from engine.ids import UserId
from engine.model.session import EventSession, Occurrence, SessionStatus, TimeSlot
from engine.model.session_record import OwnChange
from engine.time.instant import to_datetime
from engine.time.span import DAY, Instant

CALLED_OFF = "Called off"
RESCHEDULED = "Rescheduled"


def occurrence_on(session: EventSession, day: date, zone: tzinfo, now: Instant) -> Occurrence:
    """Give the occurrence of a booked series that takes place on a day.

    Raises:
        InputError: the session is no booked series, none takes place then, or it has begun.
    """
    there = [one for one in _booked(session).occurrences if _day(one, zone) == day]
    if not there:
        ahead = [str(_day(one, zone)) for one in _booked(session).occurrences if _is_ahead(one, now)]
        named = f"The next are on {', '.join(ahead[:3])}" if ahead else "None is left"
        raise InputError(f"Session {session.id} does not take place on {day}", named)
    if not _is_ahead(there[0], now):
        raise InputError(f"What took place on {day} has begun", "Name a day to come")
    return there[0]


def occurrences_within(
    session: EventSession, first: date, last: date | None, zone: tzinfo, now: Instant
) -> tuple[Occurrence, ...]:
    """Give what of a booked series takes place on some days, both included; without a last all to its end.

    Raises:
        InputError: the session is no booked series, the days are none, or nothing to come takes place then.
    """
    if last is not None and last < first:
        raise InputError(f"{last} lies before {first}", "Name the first day first")
    ahead = [one for one in _booked(session).occurrences if _is_ahead(one, now)]
    there = tuple(one for one in ahead if _is_within(_day(one, zone), first, last))
    if not there:
        days = f"from {first} on" if last is None else f"between {first} and {last}"
        named = f"The next are on {', '.join(str(_day(one, zone)) for one in ahead[:3])}"
        raise InputError(
            f"Session {session.id} does not take place {days}", named if ahead else "None is left"
        )
    return there


def _is_within(day: date | None, first: date, last: date | None) -> bool:
    return day is not None and first <= day and (last is None or day <= last)


def neighbours(session: EventSession, one: Occurrence) -> tuple[Instant, Instant]:
    """Give when what comes before an occurrence is over, and when what comes after it begins."""
    slot = _booked(session)
    length, at = slot.end - slot.start, one.takes_place or one.start
    places = [each.takes_place for each in slot.occurrences if each != one and each.takes_place is not None]
    before = max((place + length for place in places if place < at), default=0)
    after = min((place for place in places if place > at), default=at + 365 * DAY)
    return before, after


def without(session: EventSession, one: Occurrence, why: str) -> EventSession:
    """Leave one occurrence out."""
    return _with(session, {one.start: replace(one, available=False, conflicts=(why,), moved_to=None)})


def moved(session: EventSession, one: Occurrence, there: Instant) -> EventSession:
    """Let one occurrence take place at another time."""
    if there == one.start:
        return _with(session, {one.start: Occurrence(start=one.start)})
    return _with(
        session, {one.start: replace(one, available=False, conflicts=(RESCHEDULED,), moved_to=there)}
    )


def without_notes(session: EventSession, starts: Collection[Instant]) -> EventSession:
    """Forget what people did to occurrences that change for everybody; who has left stays away."""
    left = session.record.left
    kept = tuple(
        one
        for one in session.record.own_changes
        if one.occurrence not in starts or left.get(one.user, one.occurrence + 1) <= one.occurrence
    )
    return replace(session, record=replace(session.record, own_changes=kept))


def stays_away(session: EventSession, user: UserId, starts: Collection[Instant]) -> EventSession:
    """Let somebody stay away from some occurrences, by their starts by the rule: the others still meet."""
    kept = (one for one in session.record.own_changes if one.user != user or one.occurrence not in starts)
    away = (OwnChange(user, at, None) for at in sorted(starts))
    return replace(session, record=replace(session.record, own_changes=(*kept, *away)))


def leaves(session: EventSession, user: UserId, starts: Collection[Instant]) -> EventSession:
    """Let somebody leave a series with these, all that are told of from one on: they come no more."""
    away, before = stays_away(session, user, starts), session.record.left
    begins = min(before.get(user, min(starts)), min(starts))
    return replace(away, record=replace(away.record, left={**before, user: begins}))


def attended_by(session: EventSession, user: UserId, starts: Collection[Instant]) -> frozenset[Instant]:
    """Give those of some occurrences that somebody comes to, as far as is known."""
    return frozenset(starts) - session.record.stays_away(user)


def ended_before(session: EventSession, day: date, zone: tzinfo, now: Instant) -> EventSession | None:
    """End a series before a day; None where nothing of it would be left that ever took place.

    Raises:
        InputError: it is no booked series, nothing of it takes place from then on, or that has begun.
    """
    slot = _booked(session)
    kept = tuple(one for one in slot.occurrences if _nominal_day(one, zone) < day)
    places = [one.takes_place for one in slot.occurrences[len(kept) :] if one.takes_place is not None]
    if not places and not session.is_endless:
        raise InputError(f"Session {session.id} does not take place from {day} on", "Name an earlier day")
    if any(at <= now for at in places):
        raise InputError(f"What took place on {day} or later has begun", "Name a day to come")
    if not any(one.takes_place is not None for one in kept):
        return None
    rule = ended_rule(session, kept[-1].start)
    return replace(session, recurrence=rule, final_time=replace(slot, occurrences=kept))


def ended_rule(session: EventSession, last: Instant) -> str:
    """Give a session's rule so that it ends with an occurrence."""
    return f"{_bare(session)};UNTIL={to_datetime(last).astimezone(UTC):%Y%m%dT%H%M%SZ}"


def remaining_rule(session: EventSession, dropped: Sequence[Occurrence], zone: tzinfo) -> str:
    """Give the rule by which a session goes on with the occurrences that were dropped.

    They may then begin at another hour: the day of the last still counts as a whole.
    """
    rule = session_rule(str(session.recurrence).upper(), zone)
    if rule.count is not None:
        return f"{_bare(session)};COUNT={len(dropped)}"
    if rule.until is not None and dropped:
        end = datetime.combine(_nominal_day(dropped[-1], zone), time(23, 59, 59))
        if rule.until < end:
            return f"{_bare(session)};UNTIL={end:%Y%m%dT%H%M%S}"
    return str(session.recurrence).removeprefix("RRULE:").upper()


def _bare(session: EventSession) -> str:
    parts = str(session.recurrence).removeprefix("RRULE:").upper().split(";")
    return ";".join(part for part in parts if not part.startswith(("COUNT=", "UNTIL=")) and part)


def _booked(session: EventSession) -> TimeSlot:
    slot = session.final_time
    if session.recurrence is None:
        raise InputError(f"Session {session.id} does not recur", "Ask for the whole session")
    if session.status is not SessionStatus.SCHEDULED or slot is None or not slot.occurrences:
        raise InputError(f"Session {session.id} is {session.status}, not booked", "Ask for the whole session")
    return slot


def _with(session: EventSession, changed: dict[Instant, Occurrence]) -> EventSession:
    slot = _booked(session)
    told = tuple(changed.get(one.start, one) for one in slot.occurrences)
    return without_notes(replace(session, final_time=replace(slot, occurrences=told)), changed)


def _is_ahead(one: Occurrence, now: Instant) -> bool:
    return one.takes_place is not None and one.takes_place > now


def _day(one: Occurrence, zone: tzinfo) -> date | None:
    at = one.takes_place
    return None if at is None else to_datetime(at).astimezone(zone).date()


def _nominal_day(one: Occurrence, zone: tzinfo) -> date:
    return to_datetime(one.start).astimezone(zone).date()
