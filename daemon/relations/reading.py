"""Reads who was at events: what strangers wrote is read in a child with limits, a batch at a time."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from connectors.registry import kind_of
from connectors.sandbox.frames import framed, ordered
from connectors.sandbox.task import Runner, UnfinishedError
from daemon.sync.source import Source
from engine.ids import CalendarKey, ConnectorName, EventUid
from engine.model.calendar import Calendar
from engine.model.calendar_object import RawObject
from engine.relations.gatherings import Gathering, Person, PersonKind
from engine.text.plain_text import one_line
from engine.time.span import Span

BATCH = 250
"""Objects that a child reads at once."""
LONGEST_SUBJECT, LONGEST_NAME = 500, 255
"""Characters that F4 gives a subject and a name."""
CPU = 4.0
"""Seconds of processor for one batch."""
BIRTHDAYS = frozenset({"birthdays", "birthday"})

_LOG = structlog.get_logger("gatherly")


@dataclass(slots=True)
class Told:
    """What the objects of several UIDs tell; `repeats` are those that go on."""

    gatherings: dict[EventUid, list[Gathering]] = field(default_factory=lambda: defaultdict(list))
    repeats: set[EventUid] = field(default_factory=set)
    birthdays: dict[EventUid, tuple[str, str]] = field(default_factory=dict)
    unread: set[EventUid] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class GatheringReader:
    """Reads objects by the kind of their connector, and in its zone where they name none."""

    run: Runner
    sources: Mapping[ConnectorName, Source]

    def read(
        self,
        objects: Iterable[tuple[Calendar, RawObject]],
        shared: Mapping[CalendarKey, Sequence[RawObject]],
        window: Span,
    ) -> Told:
        """Tell when they take place in a window, and who is there; what cannot be read is told as unread."""
        by_calendar: defaultdict[CalendarKey, list[RawObject]] = defaultdict(list)
        calendars: dict[CalendarKey, Calendar] = {}
        for calendar, one in objects:
            calendars[calendar.key] = calendar
            by_calendar[calendar.key].append(one)
        told = Told()
        for key, found in by_calendar.items():
            source = self.sources.get(key.connector)
            task = kind_of(source.kind).gatherings if source is not None else ""
            if source is None or not task:
                told.unread |= {one.uid for one in found}
                continue
            zone = calendars[key].zone or source.zone
            for at in range(0, len(found), BATCH):
                batch = found[at : at + BATCH]
                self._batch(told, task, [window.start, window.end, zone], batch, shared[key], calendars[key])
        return told

    def _batch(
        self,
        told: Told,
        task: str,
        order: list[Any],
        batch: Sequence[RawObject],
        shared: Sequence[RawObject],
        calendar: Calendar,
    ) -> None:
        try:
            rows = json.loads(self.run(task, ordered(order, framed([*shared, *batch])), cpu=CPU))
        except UnfinishedError as error:
            if len(batch) == 1:
                told.unread.add(batch[0].uid)
                _LOG.warning("relations.unread", calendar=str(calendar.key), error=str(error))
                return
            half = len(batch) // 2
            self._batch(told, task, order, batch[:half], shared, calendar)
            self._batch(told, task, order, batch[half:], shared, calendar)
            return
        for one, (repeats, found, birthday) in zip(batch, rows, strict=True):
            told.gatherings[one.uid] += [_gathering(one.uid, row) for row in found]
            if repeats:
                told.repeats.add(one.uid)
            if birthday is not None and (birthday[2] or _is_for_birthdays(calendar)):
                told.birthdays[one.uid] = (birthday[0], birthday[1])


def _gathering(uid: EventUid, row: Sequence[Any]) -> Gathering:
    start, end, title, people = row
    return Gathering(
        uid=uid,
        start=start,
        end=end,
        title=one_line(title, LONGEST_SUBJECT),
        people=tuple(
            Person(address, one_line(name, LONGEST_NAME), PersonKind(kind), declined, is_self)
            for address, name, kind, declined, is_self in people
        ),
    )


def _is_for_birthdays(calendar: Calendar) -> bool:
    """Whether a calendar is called `Birthdays`, by its name or by the last part of its path."""
    last = str(calendar.key.calendar).rstrip("/").rpartition("/")[2]
    return bool({calendar.name.casefold(), last.casefold().removesuffix(".ics")} & BIRTHDAYS)
