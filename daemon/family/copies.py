"""Where the copy of an event stands in a provider's calendar, and how the event is to lie there."""

import json
from dataclasses import dataclass, replace
from typing import Any

from daemon.native_events import participants_of
from engine.ids import ConnectorName, EventId, InstallId, RemoteCalendarId
from engine.model.booking import EventDraft, Mark, Person, native_session
from engine.model.event import CalendarEvent, EventStatus
from engine.ports.store import Transaction
from engine.time.span import Instant

NOTE = ".mirror"
"""The key among an event's external ids that holds where its copy stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Where an event's copy stands; `epoch` grows with each copy after one that was taken away.

    One that is `removed` was deleted by its owner while the policy is to say so: it is not put back. `told`
    names what of its instances was told already, with blanks between. `said` is what was last written, and it
    is `unsure` while a write of ours has no answer.
    """

    connector: ConnectorName
    calendar: RemoteCalendarId
    etag: str | None = None
    epoch: int = 0
    sequence: int = 0
    removed: bool = False
    told: str = ""
    said: str = ""
    unsure: bool = False


def copy_of(event: CalendarEvent) -> Copy | None:
    """Read where an event's copy stands."""
    note = event.external_ids.get(NOTE)
    if note is None:
        return None
    kept: dict[str, Any] = json.loads(note)
    return Copy(**{name: kept[name] for name in Copy.__dataclass_fields__ if name in kept})


def with_copy(event: CalendarEvent, copy: Copy | None) -> CalendarEvent:
    """Note where an event's copy stands, and by which id its provider knows it."""
    others = {key: value for key, value in event.external_ids.items() if key != NOTE}
    if copy is None:
        return replace(event, external_ids=others)
    note = json.dumps({name: getattr(copy, name) for name in Copy.__dataclass_fields__})
    return replace(event, external_ids={**others, NOTE: note})


def plan_copy(tx: Transaction, event: CalendarEvent, now: Instant) -> None:
    """Note, in the transaction of a change, that copies have to follow: of a series and its instances too."""
    others = () if event.recurrence_rule is None else tx.repositories.events.exceptions(event.id)
    for name in dict.fromkeys((event.recurrence_parent_id, event.id, *(one.id for one in others))):
        stored = None if name is None else tx.repositories.events.get(name)
        if stored is None:
            continue
        calendar = tx.calendars.get(stored.calendar)
        mirrored = calendar is not None and calendar.mirror is not None
        wanted = mirrored and stored.status is EventStatus.CONFIRMED
        if wanted or stored.mirror_id is not None:
            tx.repositories.events.put(replace(stored, mirror_due=now))


def draft_of(
    tx: Transaction, event: CalendarEvent, remote: EventId, install: InstallId, copy: Copy
) -> EventDraft:
    """Give an event as it is to stand there: instances that differ have copies of their own."""
    creator = tx.users.get(event.created_by)
    taking_part = (tx.users.get(one.user_id) for one in participants_of(tx, [event])[event.id])
    people = [Person(name=one.name, email=one.email) for one in taking_part if one is not None]
    exceptions = () if event.recurrence_rule is None else tx.repositories.events.exceptions(event.id)
    removed = [one.original_start_time for one in exceptions if one.original_start_time is not None]
    email = event.created_by if creator is None else creator.email
    return EventDraft(
        event_id=remote,
        mark=Mark(install=install, session=native_session(event.id), epoch=copy.epoch),
        span=event.span,
        title=event.title,
        description=event.description or "",
        location=event.location or "",
        sequence=copy.sequence,
        stamp=event.updated_at,
        zone=event.zone or "UTC",
        organizer=Person(name=email if creator is None else creator.name, email=email),
        attendees=tuple(people),
        recurrence=None if event.recurrence_rule is None else event.recurrence_rule.removeprefix("RRULE:"),
        removed=tuple(sorted(removed)),
        all_day=event.all_day,
    )
