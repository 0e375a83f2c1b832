"""How the family's commands ask: as whom, in whose zone, and what their words mean."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from daemon.app.family.conflicts import Conflicts
from daemon.app.family.desks import FamilyDesks
from daemon.app.principal import OPERATOR, Principal, Role
from daemon.store_access import StoreAccess, open_store_only
from daemon.terminal.times import Reader, machine_zone
from engine.documents.clocktimes import parse_date
from engine.errors import InputError, UnknownThingError
from engine.family.event_change import EARLIEST_REMINDER, MOST_REMINDERS, Remind
from engine.ids import UserId
from engine.model.event import ReminderType
from engine.model.user import User
from engine.sessions.session_options import length, user_named
from engine.time.instant import local_instant
from engine.time.span import Instant, Span

As = Annotated[str | None, typer.Option("--as", metavar="USER", help="Who asks; times are theirs.")]
From = Annotated[str, typer.Option("--from", metavar="T", help="The beginning.")]
To = Annotated[str, typer.Option("--to", metavar="T", help="The end.")]
_REMIND = re.compile(r"(\d{1,6})(?::(email|push|both))?\Z", re.ASCII)
_MOST_MINUTES = EARLIEST_REMINDER


@dataclass(frozen=True, slots=True)
class Asking:
    """The use cases, asked by one person or by whoever has the shell."""

    access: StoreAccess
    user: User | None
    people: dict[UserId, User]

    @property
    def principal(self) -> Principal:
        """As what they ask."""
        return OPERATOR if self.user is None else Principal(Role.USER, self.user.id)

    @property
    def desks(self) -> FamilyDesks:
        """Who takes what is asked."""
        return self.access.family.asked_by(self.principal)

    @property
    def reader(self) -> Reader:
        """Whose clock times are told by."""
        now = self.access.clock.now()
        if self.user is None:
            return Reader(machine_zone(), now)
        clock = self.access.configuration.settings.keys_of(self.user.id).clock
        return Reader(self.user.timezone, now, clock == "12h")

    @property
    def conflicts(self) -> Conflicts:
        """What collides, told on the clock of whoever asks."""
        return self.desks.conflicts.told_on(self.reader.zone, twelve_hour=self.reader.twelve_hour)

    def instant(self, text: str) -> Instant:
        """Read a time, on the clock of whoever asks where it carries no offset."""
        return local_instant(text, ZoneInfo(self.reader.zone))

    def span(self, start: str, end: str) -> Span:
        """Read a stretch of time.

        Raises:
            InputError: it ends before it starts.
        """
        since, until = self.instant(start), self.instant(end)
        if until < since:
            raise InputError(f"{end} is before {start}", "Give the earlier time first")
        return Span(since, until)

    def named(self, names: list[str] | None) -> tuple[UserId, ...]:
        """Find people by id, address or name."""
        return tuple(dict.fromkeys(user_named(one, self.people) for one in names or ()))

    def invited(self, names: list[str] | None) -> tuple[tuple[UserId, ...], tuple[str, ...]]:
        """Tell users from addresses of people without an account."""
        users: list[UserId] = []
        addresses: list[str] = []
        for name in names or ():
            try:
                users.append(user_named(name, self.people))
            except UnknownThingError:
                if "@" not in name:
                    raise
                addresses.append(name)
        return tuple(dict.fromkeys(users)), tuple(dict.fromkeys(addresses))


@contextmanager
def asking(config: Path, user: str | None) -> Iterator[Asking]:
    """Open the store, and know who asks.

    Raises:
        UnknownThingError: nobody is called so.
    """
    with open_store_only(config) as access:
        with access.store.reading() as tx:
            people = {one.id: one for one in tx.users.all()}
        who = None if user is None else people[user_named(user, people)]
        yield Asking(access, who, people)


def day(text: str | None, option: str) -> date | None:
    """Read a local date."""
    return None if text is None else parse_date(text, option)


def end_of(asked: Asking, start: Instant | None, end: str | None, duration: str | None) -> Instant | None:
    """Read when something ends, by its end or by how long it lasts.

    Raises:
        InputError: both are given, or a length of nothing's.
    """
    if end is not None and duration is not None:
        raise InputError("--end and --duration say it twice", "Leave one of them out")
    if end is not None:
        return asked.instant(end)
    if duration is None or start is None:
        return None
    return start + length(duration, "--duration")


def reminders(text: str | None) -> tuple[Remind, ...] | None:
    """Read `60:email,15:push`.

    Raises:
        InputError: it is written otherwise, or too much.
    """
    if text is None:
        return None
    found = []
    for part in filter(None, (one.strip() for one in text.split(","))):
        read = _REMIND.match(part)
        if read is None or int(read[1]) > _MOST_MINUTES:
            raise InputError(f"--remind {part!r} cannot be read", "Write minutes, like 60:email,15:push")
        found.append(Remind(int(read[1]), ReminderType(read[2] or "email")))
    if len(found) > MOST_REMINDERS:
        raise InputError(f"--remind names {len(found)} times", f"Write at most {MOST_REMINDERS}")
    return tuple(found)


def attributes(text: str | None) -> dict[str, Any] | None:
    """Read a JSON object.

    Raises:
        InputError: it is none.
    """
    import json

    if text is None:
        return None
    try:
        found = json.loads(text)
    except ValueError as error:
        raise InputError(f"This is not JSON: {error}", "Write an object, like '{\"seats\": 5}'") from error
    if not isinstance(found, dict):
        raise InputError("This is no JSON object", "Write one, like '{\"seats\": 5}'")
    return found
