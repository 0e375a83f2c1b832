"""What figures need of a session: when and how it ended, and what was offered; no words and no names."""

import json
from dataclasses import dataclass
from typing import Self

from engine.model.session import EventSession, SessionStatus
from engine.time.span import MINUTE, Instant


@dataclass(frozen=True, slots=True)
class Tally:
    """What figures need of a session: `shown` holds each time that was ever proposed, and its confidence.

    `minutes` is how long it took until its time was booked, where it is. `answered` once it has ended by an
    answer: one of the times was booked, or some were rejected and it was called off.
    """

    status: SessionStatus
    created_at: Instant
    minutes: float | None
    shown: tuple[tuple[Instant, float], ...]
    taken: Instant | None
    answered: bool = False

    @property
    def line(self) -> bytes:
        """Write it as one line of JSON, as it is kept and handed on."""
        fields = (self.status, self.created_at, self.minutes, self.shown, self.taken, self.answered)
        return json.dumps(fields).encode()

    @classmethod
    def of_line(cls, line: bytes) -> Self:
        """Read it from its line."""
        status, created_at, minutes, shown, taken, answered = json.loads(line)
        return cls(SessionStatus(status), created_at, minutes, tuple(map(tuple, shown)), taken, answered)

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
            _answered(session),
        )


def _answered(session: EventSession) -> bool:
    """Whether its end says how it was answered: the same ends count as where learning is told of."""
    if session.status is SessionStatus.PENDING:
        return False
    refused = session.status is SessionStatus.CANCELLED and bool(session.rejected_slots)
    return refused or (session.final_time is not None and session.scheduled_at is not None)
