"""The log of ended sessions as the daemon learns from it: read once, and then only what ended since."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from engine.ids import UserId
from engine.learning.installation import SoFar, Teaching, nothing_so_far, with_ends
from engine.learning.showing import Ended, logged_of
from engine.model.history import SchedulingEvent
from engine.model.user import User
from engine.ports.store import Transaction

MOST_EVENTS = 100_000
"""The newest ends that are learned from; what is older weighs next to nothing."""
_BATCH = 500
"""Ends that are read at once: what was shown is large, and what it teaches small."""

Mark = tuple[str, int]
"""An end's id and version."""


class LearningLog(NamedTuple):
    """What was read of the log: its marks, whose ends and sessions, and what it has taught so far.

    `ended` are the ids of each session's first end, oldest first, where it says what was shown.
    """

    marks: Sequence[Mark]
    users: Mapping[UserId, User]
    teaching: Teaching
    ended: tuple[str, ...]
    sessions: frozenset[str]
    so_far: SoFar

    def basis(self, count: int) -> str:
        """Name by a digest its first so many ended sessions, the people, and what they teach."""
        silent, forgot = sorted(self.teaching.silent), self.teaching.forgot
        said = (self.ended[:count], sorted(self.users.items()), self.teaching.zones, silent, forgot)
        return sha256(repr(said).encode("utf-8", "backslashreplace")).hexdigest()

    def hardly_says_more_than(self, count: int, basis: str, share: float) -> bool:
        """Whether it goes on from so many sessions, of the same people, by less than a share of them."""
        return 0 < count <= len(self.ended) < count * (1 + share) and self.basis(count) == basis

    def newest(self, tx: Transaction, most: int) -> list[Ended]:
        """Read the newest ended sessions anew, oldest first."""
        return _ends(_read(tx, self.ended[-most:]))


def read_on(
    tx: Transaction, before: LearningLog | None, users: Mapping[UserId, User], teaching: Teaching
) -> LearningLog:
    """Read what ended since; the whole log where anything else of it is not as it was.

    Whoever moved, was erased or had something forgotten changes what every answer of theirs teaches.
    """
    marks = tx.repositories.analytics.marks(MOST_EVENTS)
    if before is not None and before.marks == marks and (before.users, before.teaching) == (users, teaching):
        return before
    found = before if before is not None and _goes_on(before, marks, teaching) else _begun(users, teaching)
    names = [name for name, _ in marks[len(found.marks) :]]
    for first in range(0, len(names), _BATCH):
        found = _with(found, _read(tx, names[first : first + _BATCH]))
    return found._replace(marks=marks, users=users)


def _begun(users: Mapping[UserId, User], teaching: Teaching) -> LearningLog:
    return LearningLog([], users, teaching, (), frozenset(), nothing_so_far())


def _goes_on(before: LearningLog, marks: Sequence[Mark], teaching: Teaching) -> bool:
    return before.teaching == teaching and before.marks == marks[: len(before.marks)]


def _read(tx: Transaction, names: Sequence[str]) -> list[SchedulingEvent]:
    found = {event.id: event for event in tx.repositories.analytics.some(names)}
    return [found[name] for name in names if name in found]


def _with(before: LearningLog, events: Sequence[SchedulingEvent]) -> LearningLog:
    """Add ends; what came of a session after its first end teaches nothing of what was shown."""
    first: dict[str, SchedulingEvent] = {}
    for event in events:
        if event.session_id not in before.sessions:
            first.setdefault(event.session_id, event)
    ends = _ends([*first.values()])
    return before._replace(
        ended=(*before.ended, *(one.event.id for one in ends)),
        sessions=before.sessions | first.keys(),
        so_far=with_ends(before.so_far, ends, before.teaching),
    )


def _ends(events: Sequence[SchedulingEvent]) -> list[Ended]:
    told = ((event, logged_of(event)) for event in events)
    return [Ended(event, logged) for event, logged in told if logged is not None]
