"""How long things are kept (docs/acceptance.md, section 3), told as moments before which they may go."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.bounds import LEAST_AUDIT
from engine.errors import InputError
from engine.ids import UserId
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
