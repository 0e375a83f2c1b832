"""A wish for a session in the words of the command line, read into a session.

Whatever cannot be read is refused with the option's name; nothing is guessed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.bounds import LONGEST_SESSION, LONGEST_TITLE, MOST_DAYS, MOST_PEOPLE
from engine.documents.clocktimes import parse_clock, parse_date
from engine.documents.reading import checked_length
from engine.errors import InputError, UnknownThingError
from engine.ids import SessionId, UserId
from engine.model.session import EventSession, SessionConstraints, TimeRange
from engine.model.user import User
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
    duration: str
    days: str | None = None
    between: str | None = None
    not_on: tuple[str, ...] = ()
    within: str | None = None
    """Seven days where it says nothing."""


def session_of(
    options: SessionOptions,
    users: Mapping[UserId, User],
    session_id: SessionId,
    now: Instant,
    expire_after: int,
    known: int,
) -> EventSession:
    """Read a wish; `expire_after`, and how far ahead busy times are `known`, in seconds.

    Raises:
        InputError: an option cannot be read, or somebody is named twice.
        UnknownThingError: somebody is no user.
    """
    host = somebody(options.host, users)
    invitees = tuple(somebody(name, users) for name in options.invitees)
    optional = tuple(somebody(name, users) for name in options.optional)
    _each_once((host, *invitees, *optional))
    if not options.title.strip():
        raise InputError("The title is empty", "Give --title a text")
    checked_length(options.title.strip(), "--title", LONGEST_TITLE)
    if len(invitees) + len(optional) > MOST_PEOPLE:
        raise InputError(f"{len(invitees) + len(optional)} people are named", f"Invite at most {MOST_PEOPLE}")
    minutes = length(options.duration, "--duration") // MINUTE
    if not 1 <= minutes <= LONGEST_SESSION:
        raise InputError(
            f"--duration {options.duration} is no length for a session", "Write it like 60m or 1h30m"
        )
    return EventSession(
        id=session_id,
        host_user_id=host,
        invitee_ids=invitees,
        optional_ids=optional,
        title=options.title.strip(),
        duration=minutes,
        constraints=_constraints(options),
        search_days=7 if options.within is None else _days(options.within, known),
        created_at=now,
        expires_at=now + expire_after,
    )


def somebody(name: str, users: Mapping[UserId, User]) -> UserId:
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


def _each_once(people: Iterable[UserId]) -> None:
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
    )


def _range(between: str) -> TimeRange:
    start, dash, end = between.replace("–", "-").partition("-")
    if not dash or not (start.strip() or end.strip()):
        raise InputError(f"--between {between!r} is not a range", "Write it like 14:00-18:00")
    return TimeRange(
        parse_clock(start.strip(), "--between") if start.strip() else None,
        parse_clock(end.strip(), "--between", end=True) if end.strip() else None,
    )
