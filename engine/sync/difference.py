"""What a read of a calendar brings that is not stored, and whether it is to be believed.

A read that was not whole deletes only what the provider names as gone. A whole read that would empty a
calendar, or take most of its events, is held back until somebody accepts it (notes on sync, IC7 and EN3).
"""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.ids import EventUid, Href
from engine.model.calendar import Calendar, CalendarState
from engine.model.calendar_object import Changes, Digest, RawObject
from engine.sync.coverage import coverage
from engine.sync.reading import Reading, reading
from engine.time.span import Instant

LOSS_HELD_BACK = 0.9
"""A whole read that loses more than this share of the events is not believed at once."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is new or other than stored, what is gone, and what of it the connector has to interpret.

    `suspicion` says in words why it is not believed; then nothing is to be interpreted.
    """

    upserts: tuple[RawObject, ...]
    deletes: tuple[Href, ...]
    suspicion: str | None
    to_interpret: Reading


def difference(
    calendar: Calendar,
    stored: Mapping[Href, Digest],
    changes: Changes,
    *,
    now: Instant,
    horizon: int,
    owner_zone: str,
    is_ours: Callable[[EventUid], bool],
    lasting: Collection[Href] | None = None,
) -> Difference:
    """Compare a read with what is stored: equal content is no change, whatever its etag.

    `horizon` is in seconds from now; `is_ours` tells the events that gatherly wrote. `lasting` is what takes
    time within the window that was read: nothing else can be missing from it (None: there is no window).
    """
    upserts = tuple(item for item in changes.objects if _differs(stored.get(item.href), item))
    deletes = _deletes(stored, changes)
    why = suspicion(_expected(stored, lasting), changes, deletes, is_ours)
    if why is not None and fingerprint(changes) == calendar.accepted:
        why = None
    wanted: list[RawObject] = []
    if why is None and not is_doubted(calendar, changes):
        wanted = [item for item in changes.objects if item.shared]
        wanted += [item for item in upserts if not item.shared]
    window = calendar.covers or coverage(now, horizon)
    return Difference(upserts, deletes, why, reading(calendar, wanted, window, owner_zone))


def is_doubted(calendar: Calendar, changes: Changes) -> bool:
    """Whether a calendar that is not believed has not changed since: then it is read whole once more."""
    return changes.unchanged and calendar.state is CalendarState.DEGRADED


def _deletes(stored: Mapping[Href, Digest], changes: Changes) -> tuple[Href, ...]:
    if not changes.whole:
        return tuple(href for href in changes.gone if href in stored)
    present = {item.href for item in changes.objects} | {one.href for one in changes.unread}
    return tuple(href for href in stored if href not in present)


def _differs(known: Digest | None, item: RawObject) -> bool:
    return known is None or known.content_hash != item.content_hash or known.etag != item.etag


def _expected(stored: Mapping[Href, Digest], lasting: Collection[Href] | None) -> Mapping[Href, Digest]:
    if lasting is None:
        return stored
    return {href: digest for href, digest in stored.items() if href in lasting}


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
