"""Time that never passed: what a clock skipped when it was set forward.

A jump is written into the audit log, so that a daemon that is started anew knows of it. Whoever measures how
long something was tried leaves it out. A process that was not running did wait, and that counts, but for what
would be called stuck (`engine.booking.checks.unattended`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.model.booking import AuditEntry
from engine.time.intervals import merge, subtract
from engine.time.span import DAY, Instant, Span

CLOCK = "clock"
"""What the audit log's lines on jumps are about."""
ACTION = "clock.set"
LEAST = 10
"""Seconds by which a clock must part from the monotonic one to count as set, not as drifting."""
_STOOD = DAY
"""Seconds for which a clock that was set forward must have shown its time to be believed."""
_FAR = 1 << 40


@dataclass(frozen=True, slots=True)
class Jump:
    """A clock that was set while somebody looked: what it should have shown, and what it showed."""

    due: Instant
    shown: Instant


def jump(due: Instant, shown: Instant) -> Jump | None:
    """Tell whether a clock was set; None for what a clock may drift, or two machines differ."""
    return Jump(due, shown) if abs(shown - due) > LEAST else None


def skipped(jumps: Iterable[Jump]) -> tuple[Span, ...]:
    """Give the time that was skipped, by start; what a clock that was set back will show anew does pass.

    Several daemons that note the same jump of one clock a little apart make it no longer than their parting.
    """
    spans: list[Span] = []
    for one in jumps:
        if one.shown > one.due:
            spans = merge([*spans, Span(one.due, one.shown)])
        else:
            spans = subtract(spans, [Span(one.shown, _FAR)])
    return tuple(spans)


def passed(since: Instant, now: Instant, left_out: Sequence[Span]) -> int:
    """Tell how many seconds passed; below zero where `since` is yet to come."""
    if now <= since:
        return now - since
    window = Span(since, now)
    inside = (one.clip(window) for one in left_out)
    return window.seconds - sum(one.seconds for one in inside if one is not None)


def after(since: Instant, seconds: int, left_out: Sequence[Span]) -> Instant:
    """Tell when so many seconds will have passed."""
    until = since + seconds
    for one in left_out:
        if since < one.end and one.start < until:
            until += one.end - max(one.start, since)
    return until


def before(now: Instant, seconds: int, left_out: Sequence[Span]) -> Instant:
    """Tell since when so many seconds have passed by now."""
    since = now - seconds
    for one in reversed(left_out):
        if one.start < now and since < one.end:
            since -= min(one.end, now) - one.start
    return since


def believed(now: Instant, left_out: Sequence[Span]) -> Instant:
    """Give the time to go by where what is done cannot be taken back: without what was skipped just now.

    A clock that was set ahead by mistake is set right by somebody; what it has shown for a day is right.
    """
    return now - sum(
        one.seconds for one in left_out if one.end <= now and passed(one.end, now, left_out) < _STOOD
    )


def entry_of(one: Jump) -> AuditEntry:
    """Write a jump down."""
    return AuditEntry(
        at=one.shown,
        actor="gatherly",
        action=ACTION,
        object_type=CLOCK,
        object_id=CLOCK,
        details={"due": one.due, "shown": one.shown},
    )


def jumps_in(audit: Iterable[AuditEntry]) -> list[Jump]:
    """Read the jumps that a log tells of, oldest first."""
    return [Jump(row.details["due"], row.details["shown"]) for row in audit if row.action == ACTION]
