"""What figures need of each session, kept by its version: a session is opened once, not at every look."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from engine.ids import SessionId, UserId
from engine.model.session import EventSession, SessionStatus
from engine.ports.sessions import Position
from engine.ports.store import Transaction
from engine.time.span import MINUTE, Instant

PAGE = 500
MOST_SESSIONS = 20_000
"""The newest so many are counted."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What figures need of a session: `shown` holds each time that was ever proposed, and its confidence.

    `minutes` is how long it took until its time was booked, where it is.
    """

    status: SessionStatus
    created_at: Instant
    minutes: float | None
    shown: tuple[tuple[Instant, float], ...]
    taken: Instant | None

    @classmethod
    def of(cls, session: EventSession) -> Self:
        """Take it from a session."""
        final = session.final_time
        chosen = () if final is None else (final,)
        slots = (*session.proposed_times, *session.rejected_slots, *chosen)
        booked = session.status is SessionStatus.SCHEDULED and session.scheduled_at is not None
        return cls(
            session.status,
            session.created_at,
            (session.scheduled_at - session.created_at) / MINUTE if booked and session.scheduled_at else None,
            tuple({slot.start: slot.confidence for slot in slots}.items()),
            None if final is None else final.start,
        )


@dataclass(slots=True)
class Tallies:
    """Those that were taken in this process; whoever asks at the same time waits for who was first."""

    _kept: dict[SessionId, tuple[int, Tally]] = field(default_factory=dict)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def taken(self, tx: Transaction, attendee: UserId | None) -> tuple[list[Tally], int]:
        """Give those of somebody's newest sessions, or of everybody's; and how many do not open."""
        with self._turn:
            found = list[Tally]()
            count = 0
            for page in _pages(tx, attendee):
                self._take(tx, page)
                count += len(page)
                found += [self._kept[one.id][1] for one in page if self._knows(one)]
            self._forget()
        return found, count - len(found)

    def _knows(self, one: Position) -> bool:
        return one.id in self._kept and self._kept[one.id][0] == one.version

    def _take(self, tx: Transaction, page: Sequence[Position]) -> None:
        new = [one.id for one in page if not self._knows(one)]
        if new:
            for session in tx.sessions.some(new, lambda _row, _why: None):
                self._kept.pop(session.id, None)
                self._kept[session.id] = (session.version, Tally.of(session))

    def _forget(self) -> None:
        for old in list(self._kept)[: max(0, len(self._kept) - MOST_SESSIONS)]:
            del self._kept[old]


def _pages(tx: Transaction, attendee: UserId | None) -> Iterator[Sequence[Position]]:
    last: Position | None = None
    for _ in range(MOST_SESSIONS // PAGE):
        page = tx.sessions.page(PAGE, last, None, attendee)
        yield page
        if len(page) < PAGE:
            return
        last = page[-1]
