"""What is said of a session in plain words, put into the session: who, what, how long, and when.

Days are the host's own; times that are named in another zone are put into the host's, as they are on the
first day that is meant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from engine.bounds import (
    LATEST,
    LONGEST_SESSION,
    LONGEST_TIMEFRAME,
    LONGEST_TITLE,
    MOST_ATTENDEES,
    MOST_DATES,
)
from engine.errors import InputError, UnknownThingError
from engine.ids import SessionId, UserId
from engine.model.guest import Guest
from engine.model.session import EventSession, SessionConstraints, TimeRange
from engine.model.session_metadata import Key
from engine.model.user import User
from engine.sessions.guests import each_guest_once, parted
from engine.sessions.preferred_times import kept
from engine.text.plain_text import one_line
from engine.time.instant import from_datetime, to_datetime
from engine.time.local_time import MINUTES_A_DAY, zone_info
from engine.time.span import DAY, MINUTE, Instant, Span
from engine.time.weekday import Weekday
from engine.understand.document import reading_document
from engine.understand.grammar import understand
from engine.understand.reading import Context, Dates, Intent, Reading, SessionContext

USUAL_MINUTES = 60
_TITLES = ("dr.", "mr.", "mrs.", "ms.", "prof.", "dr", "mr", "mrs", "ms", "prof")


def context_of(session: EventSession, users: Mapping[UserId, User]) -> Context:
    """Give what a message in a session may refer to."""
    there = [users[user] for user in session.attendee_ids if user in users]
    outside = [guest.address for guest in session.guests]
    return Context(
        offered=session.proposed_times,
        session=SessionContext(
            title=session.title,
            status=session.status,
            attendees=(*(word for user in there for word in (user.name, user.email)), *outside),
            duration=session.duration,
            final=None if session.final_time is None else session.final_time.span,
        ),
    )


def request_of(text: str, now: Instant, zone: str) -> Reading:
    """Read a message that is to ask for a session.

    Raises:
        InputError: it is unclear, or asks for no session; its words are the question.
    """
    reading = understand(text, now, zone, Context())
    if reading.intent is not Intent.REQUEST or not reading.sure:
        raise InputError(reading.question or "What shall I find a time for, and with whom?")
    return reading


def requested(
    reading: Reading,
    host: User,
    users: Mapping[UserId, User],
    session_id: SessionId,
    now: Instant,
    expire_after: int,
) -> EventSession:
    """Make the session that a message asks for.

    Raises:
        InputError: somebody of it is not known, or several are meant; its words ask which.
    """
    duration = reading.duration or host.default_preferences.preferred_duration or USUAL_MINUTES
    named, guests = parted(reading.attendees, users, required=True)
    invited = people_named(named, users, host.id)
    bare = EventSession(
        id=session_id,
        host_user_id=host.id,
        invitee_ids=invited,
        guests=each_guest_once(guests),
        title=one_line(reading.title or _untitled(invited, guests, users), LONGEST_TITLE),
        duration=min(duration, LONGEST_SESSION),
        recurrence=reading.recurrence,
        created_at=now,
        expires_at=min(now + expire_after, LATEST - 1),
        metadata={Key.EXTRACTED_ENTITIES.value: _entities(reading)},
    )
    return constrained(bare, reading, host.timezone, now)


def _untitled(invited: Iterable[UserId], guests: Iterable[Guest], users: Mapping[UserId, User]) -> str:
    names = [*(users[user].name for user in invited), *(guest.address for guest in guests)]
    return f"Meeting with {', '.join(names)}" if names else "Time of my own"


def refined(
    session: EventSession, reading: Reading, users: Mapping[UserId, User], now: Instant
) -> EventSession:
    """Give a session with what a message changes of it.

    Raises:
        InputError: somebody who is named is not known, or several are meant.
    """
    host = users[session.host_user_id]
    there = set(session.attendee_ids)
    named, outside = parted(reading.attendees, users, required=True)
    new = tuple(user for user in people_named(named, users, host.id) if user not in there)
    known = {guest.address for guest in session.guests}
    guests = (*session.guests, *(guest for guest in outside if guest.address not in known))
    if len(there) + len(new) + len(guests) > MOST_ATTENDEES:
        raise InputError(f"More than {MOST_ATTENDEES} people would attend", "Invite fewer")
    wider = replace(session, invitee_ids=(*session.invitee_ids, *new), guests=guests)
    return constrained(wider, reading, host.timezone, now)


def constrained(session: EventSession, reading: Reading, zone: str, now: Instant) -> EventSession:
    """Put a message's days, times and length in the place of what the session had of them."""
    longer = reading.duration or session.duration
    before = session.constraints
    days, excluded = _days(before.days_of_week, reading), reading.exclude_dates
    if not _says_days(reading):
        excluded = tuple(dict.fromkeys((*before.exclude_dates, *excluded)))[-MOST_DATES:]
    time_range = _range(reading, longer, zone, now)
    if time_range is None:
        time_range = _stretched(before.time_range, session.duration, longer)
    words = reading.timeframe and {"timeframe": one_line(reading.timeframe, LONGEST_TIMEFRAME)}
    entities = session.metadata.get(Key.EXTRACTED_ENTITIES)
    known = dict(entities) if isinstance(entities, Mapping) else {}
    return replace(
        session,
        duration=longer,
        search=session.search
        if reading.dates is None
        else _window(reading.dates, zone, session.search_days, now),
        constraints=SessionConstraints(
            days_of_week=days,
            time_range=time_range,
            exclude_dates=excluded,
            at_least=before.at_least,
        ),
        metadata={
            **session.metadata,
            **_preferred(reading, longer, zone, now),
            Key.EXTRACTED_ENTITIES.value: {**known, **(words or {})},
        },
    )


def _preferred(reading: Reading, duration: int, zone: str, now: Instant) -> dict[str, Any]:
    """Give what would be liked, its times in the host's zone; nothing where nothing is said of it."""
    wish = reading.preferred
    if wish is None:
        return {}
    ranged, at = wish.time_range, wish.at
    if ranged is not None:
        ranged = _shifted(reading, ranged.start or 0, ranged.end or MINUTES_A_DAY, zone, now)
    if at is not None:
        at = _shifted(reading, at, at + duration, zone, now).start or 0
    return kept(replace(wish, time_range=ranged, at=at))


def _says_days(reading: Reading) -> bool:
    return reading.dates is not None or bool(reading.days_of_week)


def _days(before: tuple[Weekday, ...] | None, reading: Reading) -> tuple[Weekday, ...] | None:
    kept = (reading.days_of_week or None) if _says_days(reading) else before
    return _without(kept, reading.exclude_days)


def _without(days: tuple[Weekday, ...] | None, excluded: tuple[Weekday, ...]) -> tuple[Weekday, ...] | None:
    if not excluded:
        return days
    return tuple(day for day in (days or tuple(Weekday)) if day not in excluded)


def _window(dates: Dates, zone: str, days: int, now: Instant) -> Span:
    info = zone_info(zone)
    last = dates.last or max(dates.first, to_datetime(now).astimezone(info).date()) + timedelta(days=days)
    start = max(_midnight(dates.first, zone), now)
    end = _midnight(last + timedelta(days=1), zone)
    return Span(start, max(start, min(end, start + 366 * DAY)))


def _midnight(day: date, zone: str) -> Instant:
    return from_datetime(datetime(day.year, day.month, day.day, tzinfo=zone_info(zone)))


def _range(reading: Reading, duration: int, zone: str, now: Instant) -> TimeRange | None:
    if reading.at is not None:
        return _shifted(reading, reading.at, reading.at + duration, zone, now)
    wanted = reading.time_range
    if wanted is None:
        return None
    return _shifted(
        reading, wanted.start or 0, MINUTES_A_DAY if wanted.end is None else wanted.end, zone, now
    )


def _shifted(reading: Reading, start: int, end: int, zone: str, now: Instant) -> TimeRange:
    """Put a range into the host's zone; one that lies around midnight then runs past it."""
    if reading.zone is not None and reading.zone != zone:
        day = reading.dates.first if reading.dates else to_datetime(now).date()
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=zone_info(reading.zone))
        theirs, ours = noon.utcoffset(), noon.astimezone(zone_info(zone)).utcoffset()
        if theirs is not None and ours is not None:
            by = int((ours - theirs).total_seconds()) // MINUTE
            whole = start == 0 or end == MINUTES_A_DAY
            start, end = (start + by) % MINUTES_A_DAY, (end + by) % MINUTES_A_DAY
            return TimeRange(start, end or MINUTES_A_DAY) if not whole else TimeRange(start, end)
    if end > MINUTES_A_DAY:
        end -= MINUTES_A_DAY
    return TimeRange(start or None, None if end == MINUTES_A_DAY else end)


def _stretched(time_range: TimeRange | None, before: int, after: int) -> TimeRange | None:
    """Let a range that held just the session hold it as it is now."""
    if time_range is None or before == after or time_range.start is None or time_range.end is None:
        return time_range
    if time_range.end - time_range.start != before:
        return time_range
    end = time_range.start + after
    return TimeRange(time_range.start, end if end <= MINUTES_A_DAY else end - MINUTES_A_DAY)


def _entities(reading: Reading) -> dict[str, Any]:
    """Give F0's extracted entities, in the message's own words."""
    words = {
        "attendees": list(reading.attendees),
        "timeframe": reading.timeframe and one_line(reading.timeframe, LONGEST_TIMEFRAME),
        "preference": reading.preference and one_line(reading.preference, LONGEST_TIMEFRAME),
    }
    return {key: value for key, value in words.items() if value}


def message_metadata(reading: Reading) -> dict[str, Any]:
    """Give what a message's metadata keeps of its reading."""
    return {Key.EXTRACTED_ENTITIES.value: {**_entities(reading), "reading": reading_document(reading)}}


def people_named(names: Iterable[str], users: Mapping[UserId, User], host: UserId) -> tuple[UserId, ...]:
    """Look people up by id, address, name or first name; the host is of it anyway.

    Raises:
        UnknownThingError: nobody is called so, or several are; its words are the question.
    """
    found = dict.fromkeys(_named(name, users) for name in names)
    found.pop(host, None)
    return tuple(found)


def _named(name: str, users: Mapping[UserId, User]) -> UserId:
    if name in users:
        return UserId(name)
    words = name.casefold().split()
    wanted = " ".join(words[1:] if words[0] in _TITLES and len(words) > 1 else words)
    titled = wanted != name.casefold()
    for matches in (
        [user.id for user in users.values() if wanted in (user.email.casefold(), user.name.casefold())],
        [user.id for user in users.values() if user.name.casefold().split()[:1] == [wanted]],
        [user.id for user in users.values() if titled and user.name.casefold().split()[-1:] == [wanted]],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise UnknownThingError(f"Which {name} do you mean: {', '.join(sorted(matches))}?")
    raise UnknownThingError(f"Who is {name}? I know nobody of that name.")
