"""The objects of a calendar: as they were read, what they mean, and what one read of them changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.ids import CalendarKey, EventUid, Href
from engine.model.calendar import BusyStatus, Calendar, Quarantined
from engine.time.span import Instant, Span

SHARED = " shared:"
"""Begins the href and UID of what events of one calendar share; no event's own begins with a blank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawObject:
    """One calendar object as its provider sent it: a series with its overrides, or a single event.

    `content_hash` ignores what exporters renew at each fetch (DTSTAMP); `etag` is None where there is none.
    One that is `shared` is no event: it holds what others of its calendar need to be read, kept once.
    """

    href: Href
    uid: EventUid
    etag: str | None
    content_hash: str
    raw: bytes = field(repr=False)

    @property
    def shared(self) -> bool:
        """Whether it is what events of its calendar share, such as a zone."""
        return self.href.startswith(SHARED)


@dataclass(frozen=True, slots=True)
class Digest:
    """What is remembered of a stored object to tell whether it changed."""

    uid: EventUid
    etag: str | None
    content_hash: str

    @property
    def shared(self) -> bool:
        """Whether it is of what events of its calendar share, such as a zone."""
        return self.uid.startswith(SHARED)


@dataclass(frozen=True, slots=True)
class Unread:
    """An object that is there and could not be had, and why; what was last read of it counts."""

    href: Href
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What one read of a calendar brought.

    `whole` says that `objects` is all there is, so what is missing is gone; otherwise only `gone` is gone.
    `unread` is every object that could not be had as of this read; the next one tries them again.
    `unchanged` says that the provider's own mark has not moved. `token` is opaque to all but its connector.
    `anew` says that what was stored before was interpreted by another reading: it is to be interpreted again.
    `begins`: a whole read tells nothing of what was over by then, which is not lost for that.
    """

    objects: tuple[RawObject, ...] = ()
    gone: tuple[Href, ...] = ()
    unread: tuple[Unread, ...] = ()
    whole: bool
    unchanged: bool = False
    token: str | None = None
    zone: str | None = None
    poll_floor: int | None = None
    anew: bool = False
    begins: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One busy stretch that an object gives its owner; `title` is never stored outside the sealed raw.

    `ours` marks what this installation wrote itself, told by its install id; `uid` is then its event id.
    """

    span: Span
    uid: EventUid
    status: BusyStatus = BusyStatus.BUSY
    title: str = field(default="", repr=False)
    all_day: bool = False
    ours: bool = False


class Judgement(StrEnum):
    """What became of an event."""

    COUNTED = "counted"
    FREE = "free"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one event, and by which rule; `start` is None where that could not be read."""

    uid: str
    start: Instant | None
    verdict: Judgement
    rule: str


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What raw objects mean inside a window: occurrences sorted by start, and what could not be read.

    `why` has a verdict for each event where it was asked for.
    """

    occurrences: tuple[Occurrence, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    why: tuple[Verdict, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BusySpan:
    """One stored busy stretch: derived, and rebuilt from the raw object at will."""

    calendar: CalendarKey
    href: Href
    uid: EventUid
    span: Span
    status: BusyStatus = BusyStatus.BUSY
    ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncPlan:
    """What one read changes in the store, decided before anything is written.

    `calendar` is the row as it is to stand; `based_on` the version of the row that the plan was made from.
    `busy` replaces the busy spans of each object it names, `more_busy` adds to what is there; busy spans that
    end at or before `calendar.covers.start` may be dropped.
    """

    calendar: Calendar
    based_on: int
    upserts: tuple[RawObject, ...] = ()
    deletes: tuple[Href, ...] = ()
    gone: tuple[EventUid, ...] = ()
    """The UIDs of what is deleted."""
    busy: Mapping[Href, tuple[BusySpan, ...]] = field(default_factory=dict)
    more_busy: tuple[BusySpan, ...] = ()

    @property
    def changed(self) -> int:
        """How many stored events it touches."""
        events = sum(1 for one in self.upserts if not one.shared)
        return events + sum(1 for href in self.deletes if not href.startswith(SHARED))
