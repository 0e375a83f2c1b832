"""What an owner did to the copy of an event in their own calendar: another title, time or rule, deleted.

What the copy says is compared with the event as it was written; a provider that keeps an all-day event by its
date alone gives it back at UTC's midnight, which is the same day. Instances of a series that its owner has
changed lie beside it; those that differ of our own accord are left out of it, and have copies of their own.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256

from engine.booking.policy import OnMoved
from engine.bounds import LATEST
from engine.errors import InputError
from engine.family.event_range import starts_of
from engine.family.series import moved
from engine.ids import InstallId
from engine.model.booking import Observed, ObservedInstance
from engine.model.event import CalendarEvent
from engine.text.plain_text import one_line
from engine.time.local_time import local_time
from engine.time.span import DAY, Instant, Span


@dataclass(frozen=True, slots=True)
class CopyEdit:
    """What differs; `title`, `span` and `rule` are None where they stand as they were.

    An empty `rule` is that of a series which no longer repeats.
    """

    deleted: bool = False
    title: str | None = None
    span: Span | None = None
    rule: str | None = None

    @property
    def words(self) -> str:
        """Say what was done, as a part of a sentence."""
        if self.deleted:
            return "deleted"
        each = (("moved", self.span), ("rescheduled", self.rule), ("renamed", self.title))
        return " and ".join(word for word, what in each if what is not None)


def edit_of(event: CalendarEvent, found: Observed | None, install: InstallId) -> CopyEdit | None:
    """Tell what its owner did to a copy; None where it says what the event says.

    An event without our mark is no copy any more: what it says is its owner's own.
    """
    if found is None or not found.live or found.span is None:
        return CopyEdit(deleted=True)
    if found.mark is None or found.mark.install != install:
        return CopyEdit(deleted=True)
    edit = _differing(event, found.title, found.span)
    edit = replace(edit, rule=_other_rule(event, edit.span or event.span, found.rule))
    return None if edit == CopyEdit() else edit


def said_of(event: CalendarEvent) -> str:
    """Note what a copy says as it is written, without a word of it."""
    title = sha256(one_line(event.title).encode()).hexdigest()[:16]
    rule = (event.recurrence_rule or "").removeprefix("RRULE:")
    return f"{event.start_time} {event.end_time} {int(event.all_day)} {title} {rule}"


def edit_since(
    event: CalendarEvent, said: str, found: Observed | None, install: InstallId
) -> CopyEdit | None:
    """Tell what its owner did to a copy that `said` so, whatever the event itself says by now."""
    start, end, all_day, title, rule = said.split(" ", 4)
    then = replace(
        event,
        start_time=int(start),
        end_time=int(end),
        all_day=all_day == "1",
        recurrence_rule=rule or None,
    )
    if found is not None and said_of(replace(event, title=found.title)).split(" ")[3] == title:
        then = replace(then, title=found.title)
    return edit_of(then, found, install)


def _differing(event: CalendarEvent, title: str, span: Span) -> CopyEdit:
    said = one_line(title)
    return CopyEdit(title=None if said in ("", one_line(event.title)) else said, span=_moved_to(event, span))


LOOKED_AT = 10 * 366 * DAY
"""How far two rules are compared: calendars write the same rule each in their own way."""


def _other_rule(event: CalendarEvent, span: Span, rule: str | None) -> str | None:
    """Give the rule of a copy where it names other times than the event's own, moved to where the copy is."""
    own = (event.recurrence_rule or "").removeprefix("RRULE:")
    if rule is None or rule.upper() == own.upper():
        return None
    if rule and own:
        with suppress(InputError):
            expected = moved(event, (), span.start, span.end, event.zone or "UTC", event.updated_at).put[0]
            written = replace(expected, recurrence_rule=rule)
            if _times_of(expected) == _times_of(written):
                return None
    return rule


def _times_of(series: CalendarEvent) -> tuple[bool, list[Instant]]:
    """Give when a series takes place, and whether it ends at all."""
    text = str(series.recurrence_rule).upper()
    window = Span(series.start_time, min(series.start_time + LOOKED_AT, LATEST))
    return "COUNT=" in text or "UNTIL=" in text, starts_of(series, window, series.zone or "UTC")


@dataclass(frozen=True, slots=True)
class InstanceEdit:
    """What its owner did to one instance of a series, by the start that it has in the series.

    `from_then_on` says that they did it to all after it too.
    """

    original: Instant
    edit: CopyEdit
    from_then_on: bool = False

    @property
    def name(self) -> str:
        """Tell one from every other, without a word of it."""
        span = self.edit.span
        about: tuple[object, ...] = (self.original, self.edit.deleted, self.edit.title)
        about = (*about, span and (span.start, span.end), *(("on",) if self.from_then_on else ()))
        return sha256(repr(about).encode()).hexdigest()[:16]


def instance_edits(
    series: CalendarEvent, found: Iterable[ObservedInstance], left_out: Collection[Instant]
) -> list[InstanceEdit]:
    """Tell what its owner did to single instances of a series' copy, by start; to all after one at last.

    `left_out` are the starts of those that differ of our own accord. What stands for no instance is none.
    """
    edits: dict[Instant, InstanceEdit] = {}
    for one in found:
        if one.original in left_out:
            continue
        start = _start_of(series, one.original)
        if start is None or start in left_out:
            continue
        edit = CopyEdit(deleted=True)
        if one.span is not None:
            instance = replace(series, start_time=start, end_time=start + series.end_time - series.start_time)
            edit = _differing(instance, one.title, one.span)
        if edit != CopyEdit():
            edits.setdefault(start, InstanceEdit(start, edit, one.from_then_on))
    return sorted(edits.values(), key=lambda one: (one.from_then_on, one.original))


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
    rule: str | None = None


def taken_back(edit: CopyEdit, policy: OnMoved) -> TakenBack | None:
    """Decide by `[booking] on_moved`: None = the event stands, and everybody is told what was done."""
    if policy is OnMoved.FLAG:
        return None
    if edit.deleted:
        return TakenBack(cancel=policy is OnMoved.FOLLOW, propose=policy is OnMoved.REOPEN)
    done = TakenBack(title=edit.title, span=edit.span, rule=edit.rule)
    reopened = policy is OnMoved.REOPEN and (edit.span, edit.rule) != (None, None)
    return replace(done, propose=reopened)
