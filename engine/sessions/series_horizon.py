"""A booked series as what is known of people's time reaches further: more of its occurrences can be held."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, time, tzinfo

from engine.bounds import MOST_OCCURRENCES
from engine.errors import InputError
from engine.find.series.rule import LONGEST_SERIES, days_from, session_rule
from engine.model.session import EventSession, Occurrence
from engine.sessions.series_changes import stays_away
from engine.time.instant import to_datetime
from engine.time.span import DAY, Instant
from engine.time.wall_clock import WallClock

HELD_ELSEWHERE = "Another session holds somebody's time"


def known_up_to(session: EventSession, reach: Instant, zone: tzinfo) -> EventSession:
    """Give a booked series with every occurrence known that is over by then; an endless one goes on.

    An occurrence that was not yet known takes place as the rule says: it stands in everybody's calendar.
    """
    slot = session.final_time
    if slot is None or not slot.occurrences:
        return session
    length = slot.end - slot.start
    told = [
        Occurrence(start=one.start) if one.available is None and one.start + length <= reach else one
        for one in slot.occurrences
    ]
    if session.is_endless:
        told += _further(session, reach - length, zone)
    occurrences = tuple(told)
    if occurrences == slot.occurrences:
        return session
    return _without_those_who_left(_with(session, occurrences), told[len(slot.occurrences) :])


def told_up_to(session: EventSession, day: date, zone: tzinfo) -> EventSession:
    """Give a booked series with each of its occurrences up to a day of its host's, known or not.

    An endless one is told of up to the horizon only, and somebody may speak of what lies beyond.

    Raises:
        InputError: it lies years ahead.
    """
    slot = session.final_time
    if slot is None or not slot.occurrences or not session.is_endless:
        return session
    known = to_datetime(slot.occurrences[-1].start).astimezone(zone).date()
    if (day - known).days > LONGEST_SERIES:
        raise InputError(f"{day} lies too far ahead", "Name an earlier day")
    end = int(datetime.combine(day, time(23, 59, 59), zone).timestamp())
    new = [replace(one, available=None) for one in _further(session, end, zone)]
    if len(slot.occurrences) + len(new) > MOST_OCCURRENCES:
        raise InputError(f"{day} lies too far ahead", "Name an earlier day")
    return _without_those_who_left(_with(session, (*slot.occurrences, *new)), new) if new else session


def _without_those_who_left(session: EventSession, new: Collection[Occurrence]) -> EventSession:
    """Keep those who have left away from what is told of since."""
    after = session
    for user, begins in session.record.left.items():
        starts = {one.start for one in new if one.start >= begins}
        after = stays_away(after, user, starts) if starts else after
    return after


def _further(session: EventSession, last: Instant, zone: tzinfo) -> list[Occurrence]:
    """Give the occurrences of an endless series after those that are told of."""
    slot = session.final_time
    if slot is None:
        return []
    clock, known = WallClock(zone), slot.occurrences[-1].start
    wall = clock.wall(slot.start)
    first, end = wall // DAY, clock.wall(max(last, known)) // DAY
    days = days_from(session_rule(str(session.recurrence), zone), first, end)
    starts = (clock.instant(day * DAY + wall % DAY) for day in days)
    return [Occurrence(start=at) for at in starts if known < at <= last]


def unheld(session: EventSession, places: Collection[Instant]) -> EventSession:
    """Say of occurrences that they cannot be held, by when they take place: they stay not yet known."""
    slot = session.final_time
    if slot is None or not places:
        return session
    refused = Occurrence(start=0, available=None, conflicts=(HELD_ELSEWHERE,))
    told = (replace(refused, start=one.start) if one.start in places else one for one in slot.occurrences)
    return _with(session, tuple(told))


def _with(session: EventSession, occurrences: tuple[Occurrence, ...]) -> EventSession:
    slot = session.final_time
    return session if slot is None else replace(session, final_time=replace(slot, occurrences=occurrences))
