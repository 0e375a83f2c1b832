"""What is to be written to the store: a value, made of a difference and what it was interpreted as."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from engine.ids import Href
from engine.model.calendar import Calendar, CalendarState, Quarantined
from engine.model.calendar_object import (
    BusySpan,
    Changes,
    Digest,
    Interpretation,
    RawObject,
    SyncPlan,
    Unread,
)
from engine.sync.coverage import coverage
from engine.sync.difference import Difference, fingerprint, is_doubted
from engine.sync.reading import Reading, derived
from engine.time.span import Instant, Span


def plan(
    calendar: Calendar,
    stored: Mapping[Href, Digest],
    changes: Changes,
    found: Difference,
    answers: Sequence[Interpretation],
    now: Instant,
) -> SyncPlan:
    """Decide what one successful read changes; `answers` are the connector's to `found.to_interpret`.

    The plan's calendar row carries the new token, the time of the read and the stretch covered; a held-back
    read changes nothing but the suspicion.
    """
    if found.suspicion is not None:
        return _held_back(calendar, changes, found.suspicion)
    if is_doubted(calendar, changes):
        return SyncPlan(calendar=replace(calendar, token=None), based_on=calendar.version)
    read = derived(found.to_interpret, answers)
    row = replace(
        calendar,
        state=CalendarState.OK,
        token=changes.token if changes.token is not None else calendar.token,
        synced_at=now,
        covers=found.to_interpret.window,
        suspicion=None,
        suspect=None,
        accepted=None,
        quarantined=_quarantine(calendar, stored, found, changes, read.bad, now),
    )
    return SyncPlan(
        calendar=row,
        based_on=calendar.version,
        upserts=found.upserts,
        deletes=found.deletes,
        gone=tuple(dict.fromkeys(stored[href].uid for href in found.deletes if href in stored)),
        busy=_without_held(read.busy, stored, found.upserts, read.bad),
    )


def _held_back(calendar: Calendar, changes: Changes, why: str) -> SyncPlan:
    """Keep the last good state, and say why."""
    held = replace(calendar, state=CalendarState.DEGRADED, suspicion=why, suspect=fingerprint(changes))
    return SyncPlan(calendar=held, based_on=calendar.version)


def _without_held(
    busy: Mapping[Href, tuple[BusySpan, ...]],
    stored: Mapping[Href, Digest],
    fresh: Iterable[RawObject],
    bad: Sequence[Quarantined],
) -> Mapping[Href, tuple[BusySpan, ...]]:
    """Leave out what could not be read now but was read before: its last good busy times stay."""
    unread = {entry.uid for entry in bad if not entry.counts}
    held = {item.href for item in fresh if item.uid in unread and item.href in stored}
    return {href: spans for href, spans in busy.items() if href not in held}


def _quarantine(
    calendar: Calendar,
    stored: Mapping[Href, Digest],
    found: Difference,
    changes: Changes,
    bad: Sequence[Quarantined],
    now: Instant,
) -> tuple[Quarantined, ...]:
    touched = {str(item.uid) for item in found.upserts} | {str(stored[href].uid) for href in found.deletes}
    kept = (entry for entry in calendar.quarantined if entry.uid not in touched and entry.unread is None)
    return (*kept, *_dated(calendar, (*bad, *(_held(one, stored) for one in changes.unread)), now))


def _dated(calendar: Calendar, bad: Iterable[Quarantined], now: Instant) -> Iterable[Quarantined]:
    """Say since when each is set aside: what was so before is so since then."""
    since = {entry.uid: entry.since for entry in calendar.quarantined}
    return (replace(entry, since=since.get(entry.uid) or now) for entry in bad)


def _held(one: Unread, stored: Mapping[Href, Digest]) -> Quarantined:
    known = stored.get(one.href)
    return Quarantined(str(known.uid if known else one.href), one.reason, one.href)


def read_anew(
    calendar: Calendar, asked: Reading, answers: Sequence[Interpretation], now: Instant
) -> SyncPlan:
    """Decide what it changes that stored objects were read anew, such as those that were set aside."""
    read = derived(asked, answers)
    objects = [item for batch in asked.batches for item in batch if not item.shared]
    stored = {item.href: Digest(item.uid, item.etag, item.content_hash) for item in objects}
    touched = {str(item.uid) for item in objects}
    others = (entry for entry in calendar.quarantined if entry.uid not in touched)
    row = replace(calendar, quarantined=(*others, *_dated(calendar, read.bad, now)))
    busy = _without_held(read.busy, stored, objects, read.bad)
    return SyncPlan(calendar=row, based_on=calendar.version, busy=busy)


def extend(
    calendar: Calendar, asked: Reading, answers: Sequence[Interpretation], now: Instant, horizon: int
) -> SyncPlan:
    """Decide how a window that has moved on is covered again: only its `uncovered` part was interpreted."""
    wanted = coverage(now, horizon)
    covered = calendar.covers or Span(wanted.start, wanted.start)
    busy = derived(asked, answers).busy
    return SyncPlan(
        calendar=replace(calendar, covers=Span(wanted.start, max(wanted.end, covered.end))),
        based_on=calendar.version,
        more_busy=tuple(
            span for spans in busy.values() for span in spans if span.span.start >= asked.window.start
        ),
    )


def concerns_sessions(before: Calendar, plan: SyncPlan) -> bool:
    """Tell whether what was read may change somebody's free time; our own, as they were written, do not."""
    if before.synced_at is None or before.state is not plan.calendar.state:
        return True
    foreign = any(not span.ours for spans in plan.busy.values() for span in spans)
    return foreign or bool(plan.deletes) or any(not spans for spans in plan.busy.values())
