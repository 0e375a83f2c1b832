"""What an owner did to the copy of an event in their own calendar: another title, another time, deleted.

What the copy says is compared with the event as it was written; a provider that keeps an all-day event by its
date alone gives it back at UTC's midnight, which is the same day.
"""

from dataclasses import dataclass, replace

from engine.booking.policy import OnMoved
from engine.ids import InstallId
from engine.model.booking import Observed
from engine.model.event import CalendarEvent
from engine.text.plain_text import one_line
from engine.time.local_time import local_time
from engine.time.span import DAY, Span


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
    title = None if one_line(found.title) in ("", one_line(event.title)) else one_line(found.title)
    edit = CopyEdit(title=title, span=_moved_to(event, found.span))
    return None if edit == CopyEdit() else edit


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
    return Span(start, event.end_time + days * DAY if same else start + length)


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
