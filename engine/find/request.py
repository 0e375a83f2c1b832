"""What a search is asked: a session, its people, their busy times, and a window."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

from engine.find.start_grid import Grid, grid_of_days
from engine.ids import UserId
from engine.model.calendar import BusyStatus
from engine.model.constraint import Constraint
from engine.model.session import EventSession
from engine.model.user import User
from engine.time.intervals import Stretch
from engine.time.local_time import LocalTime, local_time
from engine.time.span import DAY, MINUTE, Instant, Span

if TYPE_CHECKING:
    from engine.find.ranking import Ranking

DEFAULT_STEP = 15
"""Minutes between lattice points."""
DEFAULT_LIMIT = 3
"""How many times are proposed at most (acceptance 9)."""
DEFAULT_WINDOW = 7 * DAY
"""Seconds that are searched from now on unless the request says otherwise."""


class BusyEntry(NamedTuple):
    """One busy stretch [start, end) of one person; its label is for its owner's eyes alone."""

    start: Instant
    end: Instant
    label: str = ""
    status: BusyStatus = BusyStatus.BUSY


_ENTRY = partial(tuple.__new__, BusyEntry)
"""Makes an entry of its four parts, as quickly as a tuple is made."""


@dataclass(frozen=True, slots=True)
class BusyColumns:
    """Busy stretches of one person, each `BUSY`, in columns of one length, as many are read at once."""

    starts: Sequence[Instant]
    ends: Sequence[Instant]
    labels: Sequence[str]

    def __iter__(self) -> Iterator[BusyEntry]:
        parts = zip(self.starts, self.ends, self.labels, repeat(BusyStatus.BUSY), strict=False)
        return map(_ENTRY, parts)

    def __len__(self) -> int:
        return len(self.starts)


BusyTimes = tuple[BusyEntry, ...] | BusyColumns | None
"""What is known of one person: entries in any order, or None = unknown, which is never free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindRequest:
    """One question: when can these people come together?

    `users` holds at least everybody whom the session names. `busy` gives each one's entries; None or missing
    is unknown. `known_until` says where the knowledge of somebody's busy times ends: what would reach beyond
    it is unknown as well. `rules` are those of single users and of everybody; `ranking` is in place of the
    back end's own. `step` is in minutes. With `all_starts` the answer carries every candidate. `resources`
    are the stretches, united, in which something that the session needs has no room, `resource_rules` what
    is asked of its times.

    What is derived from a `User`, busy times and rules is kept while they stay equal, so an unchanged person
    costs nothing and a changed one is worked out anew; the very same objects need not even be compared.
    """

    session: EventSession
    users: Mapping[UserId, User]
    busy: Mapping[UserId, BusyTimes]
    now: Instant
    window: Span
    step: int = DEFAULT_STEP
    limit: int = DEFAULT_LIMIT
    all_starts: bool = False
    rules: tuple[Constraint, ...] = ()
    known_until: Mapping[UserId, Instant] = field(default_factory=dict)
    ranking: "Ranking | None" = None
    resources: tuple[Stretch, ...] = ()
    resource_rules: tuple[Constraint, ...] = ()

    @property
    def duration(self) -> int:
        """The session's length in seconds."""
        return self.session.duration * MINUTE

    @property
    def starts_window(self) -> Span:
        """The starts t for which [t, t + duration) lies inside the window; empty where it is too short."""
        latest = self.window.end - self.duration
        return Span(self.window.start, max(self.window.start, latest + 1))

    @property
    def host_clock(self) -> LocalTime:
        """The clock that the lattice follows."""
        window = self.starts_window
        within = Span(min(window.start, self.now), max(window.end, self.now))
        return local_time(self.host.timezone, within)

    @property
    def grid(self) -> Grid | None:
        """The row of the lattice; None where the host's clock gives no single one."""
        first, end = self.window.start // DAY, self.window.end // DAY + 1
        return grid_of_days(self.host.timezone, self.step, first, end)

    @property
    def host(self) -> User:
        """Whose clock the lattice and the session's constraints follow."""
        return self.users[self.session.host_user_id]


def search_window(session: EventSession, now: Instant) -> Span:
    """Give the window that a session asks for: its own, or its days from now."""
    return session.search or Span(now, now + session.search_days * DAY)
