"""What an owner did to the copy of an event in their own calendar: another title, another time, deleted.

What the copy says is compared with the event as it was written; a provider that keeps an all-day event by its
date alone gives it back at UTC's midnight, which is the same day. Instances of a series that its owner has
changed lie beside it; those that differ of our own accord are left out of it, and have copies of their own.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from hashlib import sha256

from engine.booking.policy import OnMoved
from engine.family.event_range import starts_of
from engine.ids import InstallId
from engine.model.booking import Observed, ObservedInstance
from engine.model.event import CalendarEvent
from engine.text.plain_text import one_line
from engine.time.local_time import local_time
from engine.time.span import DAY, Instant, Span


@dataclass(frozen=True, slots=True)
class CopyEdit:
    """What differs; `title` and `span` are None where they stand as they were."""

    deleted: bool = False
    title: str | None = None
    span: Span | None = None

    @property
    def words(self) -> str:
        """Say what was done, as a part of a sentence."""
        if self.deleted:
            return "deleted"
        done = [word for word, what in (("moved", self.span), ("renamed", self.title)) if what is not None]
        return " and ".join(done)


def edit_of(event: CalendarEvent, found: Observed | None, install: InstallId) -> CopyEdit | None:
    """Tell what its owner did to a copy; None where it says what the event says.

    An event without our mark is no copy any more: what it says is its owner's own.
    """
    if found is None or not found.live or found.span is None:
        return CopyEdit(deleted=True)
    if found.mark is None or found.mark.install != install:
        return CopyEdit(deleted=True)
    return _differing(event, found.title, found.span)


def _differing(event: CalendarEvent, title: str, span: Span) -> CopyEdit | None:
    said = one_line(title)
    edit = CopyEdit(title=None if said in ("", one_line(event.title)) else said, span=_moved_to(event, span))
    return None if edit == CopyEdit() else edit


@dataclass(frozen=True, slots=True)
class InstanceEdit:
    """What its owner did to one instance of a series, by the start that it has in the series."""

    original: Instant
    edit: CopyEdit

    @property
    def name(self) -> str:
        """Tell one from every other, without a word of it."""
        span = self.edit.span
        about = (self.original, self.edit.deleted, self.edit.title, span and (span.start, span.end))
        return sha256(repr(about).encode()).hexdigest()[:16]


def instance_edits(
    series: CalendarEvent, found: Iterable[ObservedInstance], left_out: Collection[Instant]
) -> list[InstanceEdit]:
    """Tell what its owner did to single instances of a series' copy, by start.

    `left_out` are the starts of those that differ of our own accord. What stands for no instance is none.
    """
    edits: dict[Instant, InstanceEdit] = {}
    for one in found:
        if one.original in left_out:
            continue
        start = _start_of(series, one.original)
        if start is None or start in left_out:
            continue
        edit: CopyEdit | None = CopyEdit(deleted=True)
        if one.span is not None:
            instance = replace(series, start_time=start, end_time=start + series.end_time - series.start_time)
            edit = _differing(instance, one.title, one.span)
        if edit is not None:
            edits.setdefault(start, InstanceEdit(start, edit))
    return [edits[start] for start in sorted(edits)]


def _start_of(series: CalendarEvent, original: Instant) -> Instant | None:
    """Find the instance that is meant: by its start, or by its day where that is all that is told."""
    zone = series.zone or "UTC"
    around = Span(max(original - 2 * DAY, 0), original + 2 * DAY)
    starts = starts_of(series, around, zone)
    if original in starts:
        return original
    local = local_time(zone, around)
    if series.all_day:
        return next((at for at in starts if round((original - local.clock(at)) / DAY) == 0), None)
    if local.clock(original) % DAY:
        return None
    return next((at for at in starts if local.day(at) == local.day(original)), None)


def _moved_to(event: CalendarEvent, found: Span) -> Span | None:
    if not event.all_day:
        return None if found == event.span else found
    offset = local_time(event.zone or "UTC", event.span).era_at(event.start_time).offset
    by_date = Span(*(round((at + offset) / DAY) * DAY for at in (event.start_time, event.end_time)))
    if found in (event.span, by_date):
        return None
    days = round((found.start - by_date.start) / DAY)
    length = max(round(found.seconds / DAY), 1) * DAY
    same = length == by_date.seconds
    start = event.start_time + days * DAY
    moved = Span(start, event.end_time + days * DAY if same else start + length)
    return None if moved == event.span else moved


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What becomes of the event: called off, proposed anew, with another title or time; or nothing."""

    cancel: bool = False
    propose: bool = False
    title: str | None = None
    span: Span | None = None


def taken_back(edit: CopyEdit, policy: OnMoved) -> TakenBack | None:
    """Decide by `[booking] on_moved`: None = the event stands, and everybody is told what was done."""
    if policy is OnMoved.FLAG:
        return None
    if edit.deleted:
        return TakenBack(cancel=policy is OnMoved.FOLLOW, propose=policy is OnMoved.REOPEN)
    done = TakenBack(title=edit.title, span=edit.span)
    reopened = policy is OnMoved.REOPEN and edit.span is not None
    return replace(done, propose=reopened)
