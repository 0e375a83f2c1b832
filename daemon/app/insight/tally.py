"""What figures need of a session: when and how it ended, and what was offered; no words and no names."""

import json
from dataclasses import dataclass
from typing import Self

from engine.model.session import EventSession, SessionStatus
from engine.time.span import MINUTE, Instant


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

    @property
    def line(self) -> bytes:
        """Write it as one line of JSON, as it is kept and handed on."""
        return json.dumps([self.status, self.created_at, self.minutes, self.shown, self.taken]).encode()

    @classmethod
    def of_line(cls, line: bytes) -> Self:
        """Read it from its line."""
        status, created_at, minutes, shown, taken = json.loads(line)
        return cls(SessionStatus(status), created_at, minutes, tuple(map(tuple, shown)), taken)

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
