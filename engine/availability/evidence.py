"""What is known of one person's time, and how well: unknown is never free.

Blocks are computed from stored busy spans each time they are asked for and are never stored (F0).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from engine.ids import CalendarKey, ConnectorName, EventUid, UserId
from engine.model.booking import Hold
from engine.model.calendar import BusyStatus, Calendar, CalendarAccount, ConnectorState, OnStale
from engine.model.calendar_object import BusySpan
from engine.time.span import Instant, Span


class BlockSource(StrEnum):
    """F0's three sources of an AvailabilityBlock."""

    CALENDAR = "calendar"
    PREFERENCE = "preference"
    CONSTRAINT = "constraint"


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityBlock:
    """A stretch of one person's time; `metadata` is for its owner's eyes."""

    user_id: UserId
    start: Instant
    end: Instant
    source: BlockSource
    is_busy: bool
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old a source may be (seconds), and what becomes of an older one."""

    max_age: int
    on_stale: OnStale


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A stretch that counts against somebody; `calendar` is None for a hold."""

    span: Span
    status: BusyStatus
    calendar: CalendarKey | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A source that cannot be believed now, and why; `user_unknown` where it makes its owner unknown."""

    source: str
    why: str
    user_unknown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One person's busy times in a window: None where they are unknown; `until` is where knowledge ends."""

    user: UserId
    taken: tuple[Taken, ...] | None
    until: Instant
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that the store holds of one person's time.

    `expected` names the connectors that are configured to make this person busy, working or not. `ledgered`
    tells where the ledger wants those of gatherly's own events that lie in the calendars: () = nowhere.
    `native` is what gatherly's own calendars take of their time; with a `native_calendar` they are known even
    where nothing is expected.
    """

    user: UserId
    expected: Collection[ConnectorName]
    calendars: Sequence[Calendar]
    accounts: Mapping[ConnectorName, CalendarAccount]
    busy: Sequence[BusySpan]
    holds: Sequence[Hold] = ()
    ledgered: Mapping[EventUid, Collection[Span]] = field(default_factory=dict)
    native: Sequence[Taken] = ()
    native_calendar: bool = False


def known_busy(evidence: Evidence, window: Span, now: Instant, freshness: Freshness) -> Known:
    """Decide what counts as somebody's busy time in a window.

    An event of gatherly's own that lies where the ledger wants it counts through `evidence.holds`, one that
    the ledger wants gone counts no more, any other (moved by its owner, of a lost store) as it lies.
    """
    read = [calendar for calendar in evidence.calendars if calendar.read]
    gaps = _gaps(evidence, read, now, freshness)
    until = min((_reach(calendar, now) for calendar in read), default=window.end)
    if any(gap.user_unknown for gap in gaps):
        return Known(user=evidence.user, taken=None, until=until, gaps=gaps)
    return Known(user=evidence.user, taken=_taken(evidence, window, gaps, freshness), until=until, gaps=gaps)


def _reach(calendar: Calendar, now: Instant) -> Instant:
    return calendar.covers.end if calendar.covers is not None else now


def _gaps(
    evidence: Evidence, read: Sequence[Calendar], now: Instant, freshness: Freshness
) -> tuple[Gap, ...]:
    if not evidence.expected and not evidence.native_calendar:
        return (Gap(source=str(evidence.user), why="no calendar is connected", user_unknown=True),)
    known = {calendar.key.connector for calendar in read}
    never = [
        Gap(source=str(name), why="it has never been read", user_unknown=True)
        for name in evidence.expected
        if name not in known
    ]
    found = (
        _gap(calendar, evidence.accounts.get(calendar.key.connector), now, freshness) for calendar in read
    )
    return (*never, *(gap for gap in found if gap is not None))


def _gap(
    calendar: Calendar, account: CalendarAccount | None, now: Instant, freshness: Freshness
) -> Gap | None:
    source = str(calendar.key)
    if account is not None and account.state is ConnectorState.EXPIRED:
        return Gap(source=source, why="its access has expired", user_unknown=True)
    if calendar.synced_at is None:
        return Gap(source=source, why="it has never been read", user_unknown=True)
    age = now - calendar.synced_at
    if age > freshness.max_age:
        why = f"it was last read {age // 60} minutes ago"
        return Gap(source=source, why=why, user_unknown=freshness.on_stale is OnStale.HOLD)
    return None


def _taken(evidence: Evidence, window: Span, gaps: Sequence[Gap], freshness: Freshness) -> tuple[Taken, ...]:
    taken = [
        Taken(span=entry.span, status=entry.status, calendar=entry.calendar)
        for entry in evidence.busy
        if entry.span.overlaps(window) and not is_left_to_ledger(entry, evidence.ledgered)
    ]
    taken += [one for one in evidence.native if one.span.overlaps(window)]
    taken += [Taken(span=hold.span, status=BusyStatus.BUSY) for hold in evidence.holds]
    if gaps and freshness.on_stale is OnStale.BLOCK:
        taken.append(Taken(span=window, status=BusyStatus.BUSY))
    return tuple(sorted(taken, key=lambda entry: (entry.span, entry.status)))


def is_left_to_ledger(entry: BusySpan, ledgered: Mapping[EventUid, Collection[Span]]) -> bool:
    """Tell whether what a calendar holds is a copy of ours that takes no time but what the ledger says."""
    if not entry.ours or entry.uid not in ledgered:
        return False
    wanted = ledgered[entry.uid]
    return not wanted or entry.span in wanted


def blocks(known: Known, window: Span) -> list[AvailabilityBlock]:
    """Give F0's AvailabilityBlocks of what is busy, clipped to a window; none where nothing is known."""
    return [
        AvailabilityBlock(
            user_id=known.user,
            start=part.start,
            end=part.end,
            source=BlockSource.CALENDAR,
            is_busy=True,
            metadata={"status": entry.status.value, "calendar": str(entry.calendar or "gatherly")},
        )
        for entry in known.taken or ()
        if (part := entry.span.clip(window)) is not None
    ]
