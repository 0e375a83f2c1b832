"""What one read of a calendar changes in the store: decided as a value, before anything is written.

A read that was not whole deletes only what the provider names as gone. A whole read that would empty a
calendar, or take most of its events, is held back until somebody accepts it (notes on sync, IC7 and EN3).
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.ids import CalendarKey, EventUid, Href
from engine.model.calendar import (
    BusySpan,
    Calendar,
    CalendarState,
    Changes,
    Digest,
    Interpretation,
    Occurrence,
    Quarantined,
    RawObject,
    SyncPlan,
    Unread,
)
from engine.timespan import DAY, Instant, Span

LOSS_HELD_BACK = 0.9
"""A whole read that loses more than this share of the events is not believed at once."""

PAST_KEPT = DAY
"""How far before the present busy spans are derived: buffers and yesterday's questions need them."""

AHEAD = 7 * DAY
"""How far beyond the horizon busy spans are derived, so that a sliding window seldom costs work."""

Interpret = Callable[[Iterable[RawObject], Span, str], Interpretation]


@dataclass(frozen=True, slots=True)
class Difference:
    """What is new or other than stored, and what is gone."""

    upserts: tuple[RawObject, ...] = ()
    deletes: tuple[Href, ...] = ()


def difference(stored: Mapping[Href, Digest], changes: Changes) -> Difference:
    """Compare a read with what is stored: equal content is no change, whatever its etag."""
    upserts = tuple(item for item in changes.objects if _differs(stored.get(item.href), item))
    if changes.whole:
        present = {item.href for item in changes.objects} | {one.href for one in changes.unread}
        return Difference(upserts, tuple(href for href in stored if href not in present))
    return Difference(upserts, tuple(href for href in changes.gone if href in stored))


def _differs(known: Digest | None, item: RawObject) -> bool:
    return known is None or known.content_hash != item.content_hash or known.etag != item.etag


def suspicion(
    stored: Mapping[Href, Digest],
    changes: Changes,
    deletes: Sequence[Href],
    is_ours: Callable[[EventUid], bool],
) -> str | None:
    """Say in words why a whole read is too sudden to be believed, or None where it is not.

    Events that gatherly wrote and took back itself do not count.
    """
    if not changes.whole:
        return None
    foreign = {href for href, digest in stored.items() if not (digest.shared or is_ours(digest.uid))}
    before, lost = len(foreign), sum(1 for href in deletes if href in foreign)
    if before == 0 or lost == 0:
        return None
    if lost == before and not any(not (item.shared or is_ours(item.uid)) for item in changes.objects):
        return f"the calendar is suddenly empty (it held {before} event{'s' if before != 1 else ''})"
    if lost > LOSS_HELD_BACK * before:
        return f"{lost} of {before} events are suddenly gone"
    return None


def fingerprint(changes: Changes) -> str:
    """Name the content of a read, so that accepting it accepts just that."""
    lines = sorted(f"{item.href}\0{item.content_hash}" for item in changes.objects)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def coverage(now: Instant, horizon: int) -> Span:
    """Give the stretch for which busy spans are derived at this moment."""
    return Span(now - PAST_KEPT, now + horizon + AHEAD)


def outgrown(calendar: Calendar, now: Instant, horizon: int) -> bool:
    """Tell whether what is derived no longer reaches the horizon."""
    return calendar.covers is not None and calendar.covers.end < now + horizon


def hold_back(calendar: Calendar, changes: Changes, why: str) -> SyncPlan:
    """Keep the last good state, and say why."""
    held = replace(calendar, state=CalendarState.DEGRADED, suspicion=why, suspect=fingerprint(changes))
    return SyncPlan(calendar=held, based_on=calendar.version)


def plan(
    calendar: Calendar,
    stored: Mapping[Href, Digest],
    changes: Changes,
    interpret: Interpret,
    *,
    now: Instant,
    horizon: int,
    owner_zone: str,
    is_ours: Callable[[EventUid], bool],
) -> SyncPlan:
    """Decide what one successful read changes; `horizon` is in seconds from now.

    `interpret` is the connector's pure reading of raw objects. The plan's calendar row carries the new token,
    the time of the read and the stretch covered; a held-back read changes nothing but the suspicion.
    """
    found = difference(stored, changes)
    why = suspicion(stored, changes, found.deletes, is_ours)
    if why is not None and fingerprint(changes) != calendar.accepted:
        return hold_back(calendar, changes, why)
    if changes.unchanged and calendar.state is CalendarState.DEGRADED:
        return SyncPlan(calendar=replace(calendar, token=None), based_on=calendar.version)
    covers = calendar.covers or coverage(now, horizon)
    shared = [item for item in changes.objects if item.shared]
    fresh = [item for item in found.upserts if not item.shared]
    busy, bad = derive(calendar, [*shared, *fresh], interpret, covers, owner_zone)
    row = replace(
        calendar,
        state=CalendarState.OK,
        token=changes.token if changes.token is not None else calendar.token,
        synced_at=now,
        covers=covers,
        suspicion=None,
        suspect=None,
        accepted=None,
        quarantined=_quarantine(calendar, stored, found, changes, bad, now),
    )
    return SyncPlan(
        calendar=row,
        based_on=calendar.version,
        upserts=found.upserts,
        deletes=found.deletes,
        busy=_without_held(busy, stored, found, bad),
    )


def _without_held(
    busy: Mapping[Href, tuple[BusySpan, ...]],
    stored: Mapping[Href, Digest],
    found: Difference,
    bad: Sequence[Quarantined],
) -> Mapping[Href, tuple[BusySpan, ...]]:
    """Leave out what could not be read now but was read before: its last good busy times stay."""
    unread = {entry.uid for entry in bad if not entry.counts}
    held = {item.href for item in found.upserts if item.uid in unread and item.href in stored}
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
    calendar: Calendar, objects: Sequence[RawObject], interpret: Interpret, now: Instant, owner_zone: str
) -> SyncPlan:
    """Decide what it changes that stored objects are read anew, such as those that were set aside."""
    window = calendar.covers or Span(now, now)
    busy, bad = derive(calendar, objects, interpret, window, owner_zone)
    stored = {item.href: Digest(item.uid, item.etag, item.content_hash) for item in objects}
    found = Difference(upserts=tuple(item for item in objects if not item.shared))
    touched = {str(item.uid) for item in found.upserts}
    others = (entry for entry in calendar.quarantined if entry.uid not in touched)
    row = replace(calendar, quarantined=(*others, *_dated(calendar, bad, now)))
    return SyncPlan(calendar=row, based_on=calendar.version, busy=_without_held(busy, stored, found, bad))


Derived = tuple[dict[Href, tuple[BusySpan, ...]], tuple[Quarantined, ...]]


def derive(
    calendar: Calendar, objects: Sequence[RawObject], interpret: Interpret, window: Span, owner_zone: str
) -> Derived:
    """Derive the busy spans of each object, and what could not be read.

    Objects of one UID (two files with the same event) are read apart, so that each keeps its own spans; what
    they share is read with each.
    """
    shared = [item for item in objects if item.shared]
    events = [item for item in objects if not item.shared]
    spans: dict[Href, list[BusySpan]] = {item.href: [] for item in events}
    bad: list[Quarantined] = []
    for batch in _without_namesakes(events):
        homes = {item.uid: item.href for item in batch}
        read = interpret([*shared, *batch], window, calendar.zone or owner_zone)
        bad.extend(read.quarantined)
        for occurrence in read.occurrences:
            href = homes[occurrence.uid]
            spans[href].append(busy_span(calendar.key, href, occurrence))
    return {href: tuple(found) for href, found in spans.items()}, tuple(bad)


def _without_namesakes(objects: Sequence[RawObject]) -> list[list[RawObject]]:
    batches: list[list[RawObject]] = []
    seen: Counter[EventUid] = Counter()
    for item in objects:
        if seen[item.uid] == len(batches):
            batches.append([])
        batches[seen[item.uid]].append(item)
        seen[item.uid] += 1
    return batches


def busy_span(key: CalendarKey, href: Href, occurrence: Occurrence) -> BusySpan:
    """Give what is stored of an occurrence: when, and of what kind; never its title."""
    return BusySpan(
        calendar=key,
        href=href,
        uid=occurrence.uid,
        span=occurrence.span,
        status=occurrence.status,
        ours=occurrence.ours,
    )


def extend(
    calendar: Calendar,
    objects: Sequence[RawObject],
    interpret: Interpret,
    *,
    now: Instant,
    horizon: int,
    owner_zone: str,
) -> SyncPlan:
    """Decide how a window that has moved on is covered again: only its new part is expanded."""
    wanted = coverage(now, horizon)
    covered = calendar.covers or Span(wanted.start, wanted.start)
    fresh = Span(min(covered.end, wanted.end), wanted.end)
    busy, _ = derive(calendar, objects, interpret, fresh, owner_zone)
    return SyncPlan(
        calendar=replace(calendar, covers=Span(wanted.start, max(wanted.end, covered.end))),
        based_on=calendar.version,
        more_busy=tuple(span for spans in busy.values() for span in spans if span.span.start >= fresh.start),
    )
