"""What an operator asks of a store beside its daily work: keep, hand out, forget, and change its key.

How long things are kept (docs/acceptance.md, section 3) is told as moments before which they may go.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from engine.bounds import LEAST_AUDIT
from engine.errors import InputError
from engine.ids import SessionId, UserId
from engine.ports.store import Transaction
from engine.skipped import before
from engine.time.span import DAY, Instant, Span

SESSIONS = 30 * DAY
CONFLICTS = 90 * DAY
ANALYTICS = 730 * DAY
"""After which scheduling events no longer tell whose they were; they themselves stay for ever."""
TOLD = 30 * DAY
"""How long what was told, or given up, stays in the outbox: longer than anything is told again."""
READS = 30 * DAY
"""How long it is kept how reads went."""
AUDIT = 400 * DAY
"""How long the log is kept unless told otherwise, in seconds."""
NOBODY = UserId("anonymous")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutoffs:
    """Moments: what was over, told, detected, read or logged by then may go."""

    sessions: Instant
    conflicts: Instant
    analytics: Instant
    told: Instant
    reads: Instant
    audit: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many of each went."""

    sessions: int = 0
    conflicts: int = 0
    anonymised: int = 0
    told: int = 0
    holds: int = 0
    reads: int = 0
    audit: int = 0


def cutoffs(now: Instant, audit: int = AUDIT, left_out: Sequence[Span] = ()) -> Cutoffs:
    """Decide what may go at this moment; `left_out` is time that never passed, as a clock was set forward.

    Raises:
        InputError: the audit log would be kept for too short a time.
    """
    if audit < LEAST_AUDIT:
        raise InputError("The audit log cannot be kept for less than 30 days", "Keep it 30d or more")
    return Cutoffs(
        sessions=before(now, SESSIONS, left_out),
        conflicts=before(now, CONFLICTS, left_out),
        analytics=before(now, ANALYTICS, left_out),
        told=before(now, TOLD, left_out),
        reads=before(now, READS, left_out),
        audit=before(now, audit, left_out),
    )


Archive = Mapping[str, Sequence[Mapping[str, Any]]]
"""A person's rows by table, opened and ready for JSON."""

Ties = Callable[[Transaction], Sequence[str]]
"""Gives what still ties somebody to this place, in words, at a transaction's moment."""


class Custody(Protocol):
    """Operations on a whole store."""

    def prune(self, before: Cutoffs, now: Instant) -> Pruned:
        """Remove what has been kept long enough, and make old analytics nobody's."""

    def export(self, user: UserId) -> Archive:
        """Give everything that is a person's."""

    def erase(
        self, user: UserId, now: Instant, left: Sequence[SessionId] = (), ties: Ties | None = None
    ) -> Sequence[str]:
        """Forget a person: rows, data key, traces in others' sessions and in what is still to be told.

        `left` are sessions that they were taken out of just before, and that still speak of them, beside
        those that their own settings note. `ties` is asked in the erasure's own transaction: what it tells
        is given, and nobody is forgotten then.

        Bookings under way are to be undone before; a keyed hash stays, so that nothing brings them back.
        """

    def shred(self) -> None:
        """See that the database's own files hold nothing any more of what was removed.

        Where that fails, `prune` does it again.
        """

    def erased(self, *names: str) -> bool:
        """Tell whether one of these, ids or addresses of a user, is that of somebody who was erased."""

    def identifier(self, text: str) -> bytes:
        """Give the keyed hash by which this installation names things; a new master key changes none."""

    def time(self) -> Instant | None:
        """Tell the store's own clock, by which leases count; None where it is its one machine's.

        Raises:
            StoreUnavailableError: it does not answer.
        """

    def backup(self, to: str) -> None:
        """Write a copy that is whole while others go on writing.

        Raises:
            StoreUnavailableError: it cannot be written there.
            StoreError: the store's kind has its own tools for that.
        """

    def rewrap(self, limit: int = 100) -> int:
        """Wrap some data keys anew under the primary master key; gives how many are left."""
