"""Who looks at a page: by whose clock times are told, and by which tone and name people are known to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from daemon.app.principal import Principal, Role
from daemon.pages.grid_svg import initials, tone
from daemon.terminal.times import Reader, place
from engine.ids import UserId
from engine.model.user import User
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant
from engine.time.span import Instant, Span

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Somebody signed in; `at` is the page's path, `waiting` counts what waits for them."""

    user: User
    principal: Principal
    reader: Reader
    csrf: str = field(repr=False)
    at: str = "/"
    waiting: int = 0
    theme: str = ""
    """How pages look for them; nothing: as the system does."""
    sunday_first: bool = False
    """Whether their week begins on a Sunday."""
    keeps_contacts: bool = False
    """Whether what meetings tell of people is kept here (`[relations]`)."""

    @property
    def id(self) -> UserId:
        """Who it is."""
        return self.user.id

    @property
    def as_user(self) -> Principal:
        """The same person without an operator's rights."""
        return Principal(Role.USER, self.user.id)

    @property
    def operator(self) -> bool:
        """Whether they may see and steer everything."""
        return self.principal.role is Role.OPERATOR

    @property
    def name(self) -> str:
        """What others call them."""
        return one_line(self.user.name)

    @property
    def initials(self) -> str:
        """What stands for their picture."""
        return initials(self.user.name)

    @property
    def place(self) -> str:
        """Their zone, as people name it."""
        return self.reader.place

    @property
    def clock(self) -> str:
        """What time it is for them."""
        return self.reader.clock(self.reader.now)

    @property
    def self(self) -> str:
        """The address of their own page."""
        return f"/people/{quote(self.user.id, safe='@')}"


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody on a page."""

    id: str
    name: str
    initials: str
    tone: int
    required: bool
    zone: str
    clock: str = ""


class Faces:
    """The people of one session, the reader first in tone, then in the session's order."""

    def __init__(
        self, viewer: Viewer, people: Mapping[UserId, User], attendees: Sequence[str], optional: Iterable[str]
    ) -> None:
        self._viewer = viewer
        self._people = people
        self._optional = frozenset(optional)
        self._order = sorted(dict.fromkeys(attendees), key=lambda user: user != viewer.id)
        self._shift = 0 if viewer.id in self._order else 1

    def of(self, user: str, at: Instant | None = None, span: Span | None = None) -> Face:
        """Give somebody, with their clock at a moment or over a span."""
        known = self._people.get(UserId(user))
        name = user if known is None else one_line(known.name)
        zone = self._viewer.reader.zone if known is None else known.timezone
        place_of = self._order.index(user) + self._shift if user in self._order else 1
        clock = ""
        if span is not None:
            clock = f"{place(zone)}, {times(self.clock_of(zone), span)}"
        elif at is not None:
            clock = self.clock_of(zone).clock(at)
        return Face(
            id=user,
            name="You" if user == self._viewer.id else name.split()[0] if name.strip() else user,
            initials=initials(name),
            tone=tone(place_of),
            required=user not in self._optional,
            zone=zone,
            clock=clock,
        )

    def knows(self, user: str) -> bool:
        """Tell whether somebody is one of them."""
        return user in self._order

    def all(self, span: Span | None = None) -> list[Face]:
        """Give everybody."""
        return [self.of(user, span=span) for user in self._order]

    def others(self, span: Span | None = None) -> list[Face]:
        """Give everybody but the reader."""
        return [self.of(user, span=span) for user in self._order if user != self._viewer.id]

    def clock_of(self, zone: str) -> Reader:
        """Give a clock of another zone that tells times as the reader likes them."""
        mine = self._viewer.reader
        return Reader(zone, mine.now, mine.twelve_hour)

    def beside(self, at: Instant, users: Iterable[str], states: Mapping[str, str] | None = None) -> list[str]:
        """Tell a moment on the others' clocks, and who is busy then: `Bob 16:00`, `Tomás Wed 01:00, busy`."""
        told, mine = [], self._viewer.reader
        for user in users:
            if user == self._viewer.id:
                continue
            face = self.of(user)
            local = self.clock_of(face.zone)
            day = "" if local.day(at) == mine.day(at) else f"{local.day(at).split()[0]} "
            state = _STATES.get((states or {}).get(user, "free"), "")
            told.append(f"{face.name} {day}{local.clock(at)}{state}")
        return told


_STATES = {
    "busy": ", busy",
    "tentative": ", perhaps busy",
    "outside_hours": ", outside hours",
    "unknown": ", calendar unknown",
}


def span_of(slot: Document) -> Span:
    """Read a slot's time."""
    return Span(parse_instant(slot["start"]), parse_instant(slot["end"]))


def times(reader: Reader, span: Span) -> str:
    """Tell a span by the clock, with the day of its end where that is another."""
    end = reader.clock(span.end) if reader.day(span.start) == reader.day(span.end) else reader.when(span.end)
    return f"{reader.clock(span.start)}–{end}"


def local(reader: Reader, at: Instant) -> datetime:
    """Give a moment on a reader's calendar."""
    return datetime.fromisoformat(reader.written(at))


def long_day(reader: Reader, at: Instant) -> str:
    """Tell a day in full: `Tuesday 17 November`."""
    day = local(reader, at)
    year = "" if day.year == local(reader, reader.now).year else f" {day.year}"
    return f"{day:%A} {day.day} {day:%B}{year}"


def counted_words(number: int, one: str, more: str) -> str:
    """Count in words up to twelve."""
    words = [
        "no",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ]
    return f"{words[number] if number < len(words) else number} {one if number == 1 else more}"


def ended(text: str) -> str:
    """Give a line that ends as a sentence."""
    line = one_line(text)
    return line if line.endswith((".", "!", "?")) else f"{line}."


def percent(share: float) -> str:
    """Write a share as pages do: `91 %`, never parted."""
    return f"{share * 100:.0f}\N{NO-BREAK SPACE}%"


def listing(names: Sequence[str]) -> str:
    """Join names: `Bob, Priya and Lena`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
