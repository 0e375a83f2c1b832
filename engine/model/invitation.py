"""Invitation links: what somebody offers to whoever has the address, and the times taken by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.ids import SessionId, UserId
from engine.model.session import SessionConstraints
from engine.time.span import Instant, Span

HELD_FOR = 15 * 60
"""Seconds for which a time is held for a stranger who has not confirmed yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A link by which strangers book `user_id`; `duration` in minutes, rules as a session's.

    `id` is the hex of the 128 bits in its address. Over once revoked, expired, or booked `uses` times.
    """

    id: str
    user_id: UserId
    title: str
    duration: int
    search_days: int
    constraints: SessionConstraints
    uses: int = 1
    expires_at: Instant
    revoked_at: Instant | None = None
    created_at: Instant
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A time that a stranger took by an invitation: held until `expires_at`, booked once they confirm it.

    `session_id` is the session that it becomes, and whose hold keeps it until then; `person` has their
    `address`, `name` and `zone`. The marks are keyed hashes, by which no more than one unconfirmed hold an
    address and a client is let be; `over_at` is when it was confirmed or given back.
    """

    id: str
    invitation_id: str
    user_id: UserId
    session_id: SessionId
    start: Instant
    end: Instant
    person: Mapping[str, Any] = field(repr=False)
    address_mark: str
    client_mark: str
    expires_at: Instant
    confirmed_at: Instant | None = None
    over_at: Instant | None = None
    created_at: Instant
    version: int = 0

    @property
    def span(self) -> Span:
        """The time that is held."""
        return Span(self.start, self.end)
