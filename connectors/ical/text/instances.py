"""A series as iCalendar text: one event by the rule, and one for each instance that takes place otherwise.

All of them share the UID, so that they are one object to every server and program (RFC 4791 section 4.1).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from icalendar import Event, vRecur

from engine.model.booking import EventDraft
from engine.time.span import Instant, Span


@dataclass(frozen=True, slots=True)
class Part:
    """One VEVENT of a draft; `stands_for` is the start, by the rule, of the instance that it is."""

    draft: EventDraft
    stands_for: Instant | None = None


def parts(draft: EventDraft) -> Iterator[Part]:
    """Give the event itself, then each moved instance; what an owner did to one themselves stays so."""
    if draft.recurrence is None:
        yield Part(draft)
        return
    gone, places = set(draft.own_removed), dict(draft.own_moved)
    removed = sorted({*draft.removed, *gone})
    yield Part(replace(draft, removed=tuple(removed)))
    length = draft.span.end - draft.span.start
    for start, at in sorted({**dict(draft.moved), **places}.items()):
        if start not in removed:
            single = replace(draft, recurrence=None, removed=(), moved=(), span=Span(at, at + length))
            yield Part(single, start)


def recur(event: Event, part: Part, stamp: Callable[[Instant], date | datetime]) -> None:
    """Write when an event recurs, or which instance it is."""
    draft = part.draft
    if part.stands_for is not None:
        event.add("RECURRENCE-ID", stamp(part.stands_for))
    elif draft.recurrence is not None and not draft.cancelled:
        event.add("RRULE", vRecur.from_ical(draft.recurrence))
        if draft.removed:
            event.add("EXDATE", [stamp(at) for at in draft.removed])
