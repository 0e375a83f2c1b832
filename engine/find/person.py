"""One person of a search: busy times, hours, rules and clock."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from engine.find.busy_intervals import BusyIntervals
from engine.ids import UserId
from engine.model.constraint import Constraint
from engine.model.user import TentativeAs, User
from engine.time.intervals import Stretch
from engine.time.local_time import LocalTime
from engine.time.span import Instant


@dataclass(frozen=True, slots=True, eq=False)
class Person:
    """What a search knows of one attendee.

    `firm` and `tentative` are busy times; `blocking` is what keeps them from coming; `events` are single and
    sorted. `hours` are united, None = any time. `known_until` is where knowledge ends, None where nothing is
    known. Buffer in seconds. `memo` keeps what back ends derive from all this, under keys of plain values,
    which a collector of garbage does not visit again.
    """

    user: User
    local: LocalTime
    buffer: int
    firm: BusyIntervals
    tentative: BusyIntervals
    blocking: BusyIntervals
    events: list[Stretch]
    hours: tuple[Stretch, ...] | None
    known_until: Instant | None
    hard: tuple[Constraint, ...]
    soft: tuple[Constraint, ...]
    memo: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @property
    def id(self) -> UserId:
        """Who it is."""
        return self.user.id

    @property
    def tentative_as(self) -> TentativeAs:
        """What their tentative events do to their time."""
        return self.user.default_preferences.tentative_as


People: TypeAlias = dict[UserId, Person]
"""Everybody of one search."""
