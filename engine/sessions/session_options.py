"""What is asked for of a session, in the words of the command line, read into a session.

Whatever cannot be read is refused with the option's name; nothing is guessed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.bounds import (
    LONGEST_BUFFER,
    LONGEST_DESCRIPTION,
    LONGEST_LOCATION,
    LONGEST_NOTICE,
    LONGEST_RULE,
    LONGEST_SESSION,
    LONGEST_TITLE,
    MOST_ATTENDEES,
    MOST_DAYS,
    MOST_OCCURRENCES,
)
from engine.documents.clocktimes import parse_clock, parse_date
from engine.documents.reading import checked_length
from engine.errors import InputError, UnknownThingError
from engine.ids import SessionId, UserId
from engine.model.session import EventSession, Group, SessionConstraints, TimeRange
from engine.model.session_record import SessionRecord
from engine.model.user import User
from engine.sessions.guests import each_guest_once, parted
from engine.time.span import DAY, MINUTE, Instant
from engine.time.weekday import Weekday

_LENGTH = re.compile(r"(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m?)?\Z", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOptions:
    """Who, what, how long and when, as typed; people by id, address or name."""

    host: str
    invitees: tuple[str, ...]
    optional: tuple[str, ...] = ()
    title: str
    duration: str | None = None
    """What the host prefers where it says nothing, else an hour."""
    description: str | None = None
    location: str | None = None
    any_of: tuple[str, ...] = ()
    """Each `A,B,C:2`: two of these three."""
    buffer: str | None = None
    notice: str | None = None
    days: str | None = None
    between: str | None = None
    not_on: tuple[str, ...] = ()
    fresh: bool = False
    """Nobody's habits count for it."""
    within: str | None = None
    """Seven days where it says nothing."""
    needs: tuple[str, ...] = ()
    """Resources that are kept with everybody's time."""
    repeat: str | None = None
    """An RRULE: it is held by this rule."""
    at_least: int | None = None
    """So many occurrences must suit; all of them where it says nothing."""


def session_of(
    options: SessionOptions,
    users: Mapping[UserId, User],
    session_id: SessionId,
    now: Instant,
    expire_after: int,
    known: int,
) -> EventSession:
    """Read what is asked for; `expire_after`, and how far ahead busy times are `known`, in seconds.

    Raises:
        InputError: an option cannot be read, or somebody is named twice.
        UnknownThingError: somebody is no user.
    """
    host = user_named(options.host, users)
    named, must = parted(options.invitees, users, required=True)
    maybe, may = parted(options.optional, users, required=False)
    invitees = tuple(user_named(name, users) for name in named)
    optional = tuple(user_named(name, users) for name in maybe)
    guests = each_guest_once((*must, *may))
    groups = tuple(_group(words, users) for words in options.any_of)
    people = (host, *invitees, *optional, *(one for group in groups for one in group.any_of))
    each_once(people)
    count = len(people) - 1 + len(guests)
    if count > MOST_ATTENDEES:
        raise InputError(f"{count} people are named", f"Invite at most {MOST_ATTENDEES}")
    return EventSession(
        id=session_id,
        host_user_id=host,
        invitee_ids=invitees,
        optional_ids=optional,
        groups=groups,
        guests=guests,
        title=title_of(options.title),
        description=_words(options.description, "--description", LONGEST_DESCRIPTION),
        resource_ids=tuple(dict.fromkeys(options.needs)),
        location=_words(options.location, "--location", LONGEST_LOCATION),
        duration=_duration(options, users[host]),
        constraints=_constraints(options),
        search_days=7 if options.within is None else _days(options.within, known),
        minimum_notice=_minutes(options.notice, "--notice", LONGEST_NOTICE),
        record=SessionRecord(fresh=options.fresh),
        recurrence=None if options.repeat is None else _rule(options.repeat),
        buffer_time=_minutes(options.buffer, "--buffer", LONGEST_BUFFER),
        created_at=now,
        expires_at=now + expire_after,
    )


def title_of(text: str) -> str:
    """Read a title.

    Raises:
        InputError: it is empty, or too long.
    """
    if not text.strip():
        raise InputError("The title is empty", "Give --title a text")
    return checked_length(text.strip(), "--title", LONGEST_TITLE)


def _words(text: str | None, option: str, longest: int) -> str | None:
    return None if text is None else checked_length(text, option, longest)


def _duration(options: SessionOptions, host: User) -> int:
    if options.duration is None:
        return host.default_preferences.preferred_duration or host.preferences.default_duration or 60
    minutes = length(options.duration, "--duration") // MINUTE
    if not 1 <= minutes <= LONGEST_SESSION:
        raise InputError(
            f"--duration {options.duration} is no length for a session", "Write it like 60m or 1h30m"
        )
    return minutes


def _minutes(text: str | None, option: str, longest: int) -> int:
    minutes = 0 if text is None else length(text, option) // MINUTE
    if minutes > longest:
        raise InputError(f"{option} {text} is too long", f"Write at most {longest}m")
    return minutes


def _group(words: str, users: Mapping[UserId, User]) -> Group:
    names, colon, count = words.rpartition(":")
    people = tuple(user_named(name.strip(), users) for name in (names if colon else words).split(","))
    wanted = (count.strip() if colon else "1") or "1"
    if not wanted.isascii() or not wanted.isdecimal() or not 1 <= int(wanted[:4]) <= len(people):
        raise InputError(
            f"--any-of {words!r} cannot be read", f"Write A,B,C:2, with a number from 1 to {len(people)}"
        )
    return Group(people, int(wanted))


def user_named(name: str, users: Mapping[UserId, User]) -> UserId:
    """Find a user by id, else by address, else by name.

    Raises:
        UnknownThingError: nobody is called so, or several are.
    """
    if name in users:
        return UserId(name)
    wanted = name.casefold()
    for found in (
        [user.id for user in users.values() if user.email.casefold() == wanted],
        [user.id for user in users.values() if user.name.casefold() == wanted],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownThingError(f"{name!r} is the name of {len(found)} users", "Name the one by id")
    known = ", ".join(sorted(users)) or "there are none"
    raise UnknownThingError(f"{name!r} is not a user", f"The configuration's users: {known}")


def length(text: str, option: str) -> int:
    """Read `60m`, `1h30m`, `7d` or a plain number of minutes to seconds.

    Raises:
        InputError: it is written otherwise.
    """
    found = _LENGTH.match(text.strip().lower())
    if found is None or not any(found.groups()):
        raise InputError(f"{option} {text!r} is not a length of time", "Write it like 60m, 1h30m or 7d")
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return days * DAY + hours * 3600 + minutes * MINUTE


def _days(within: str, known: int) -> int:
    seconds = length(within, "--within")
    if not DAY <= seconds <= MOST_DAYS * DAY or seconds % DAY:
        raise InputError(
            f"--within {within} is no number of days", f"Write it like 7d, from 1d to {MOST_DAYS}d"
        )
    if seconds > known:
        raise InputError(
            f"--within {within} looks beyond the {known // DAY} days of which busy times are read",
            f"Write at most {known // DAY}d, or raise horizon under [sync]",
        )
    return seconds // DAY


def each_once(people: Iterable[UserId]) -> None:
    """Refuse people of whom somebody has two roles.

    Raises:
        InputError: names them.
    """
    seen: set[UserId] = set()
    for person in people:
        if person in seen:
            raise InputError(f"{person} is named twice", "Everybody has one role: host, invited or optional")
        seen.add(person)


def _constraints(options: SessionOptions) -> SessionConstraints:
    days = options.days.split(",") if options.days is not None else None
    return SessionConstraints(
        days_of_week=None
        if days is None
        else tuple(dict.fromkeys(Weekday.from_word(day.strip()) for day in days)),
        time_range=None if options.between is None else _range(options.between),
        exclude_dates=tuple(parse_date(day, "--not-on") for day in options.not_on),
        at_least=_at_least(options),
    )


def _rule(text: str) -> str:
    """Read a rule; what a session cannot recur by is refused once its host's clock is known."""
    rule = checked_length(text.strip(), "--repeat", LONGEST_RULE)
    if not rule:
        raise InputError("--repeat is empty", "Write it like FREQ=WEEKLY;COUNT=10")
    return rule


def _at_least(options: SessionOptions) -> int | None:
    if options.at_least is not None and not 1 <= options.at_least <= MOST_OCCURRENCES:
        raise InputError(
            f"--at-least {options.at_least} is no number of occurrences", "Write a whole number from 1 on"
        )
    return options.at_least


def _range(between: str) -> TimeRange:
    start, dash, end = between.replace("–", "-").partition("-")
    if not dash or not (start.strip() or end.strip()):
        raise InputError(f"--between {between!r} is not a range", "Write it like 14:00-18:00")
    return TimeRange(
        parse_clock(start.strip(), "--between") if start.strip() else None,
        parse_clock(end.strip(), "--between", end=True) if end.strip() else None,
    )


def asked_words(session: EventSession) -> str:
    """Give what was asked for as the first message of its session."""
    outside = (guest.address for guest in session.guests)
    people = ", ".join((*session.invitee_ids, *session.optional_ids, *outside)) or "nobody else"
    return f"{session.title}: {session.duration} minutes with {people}"
