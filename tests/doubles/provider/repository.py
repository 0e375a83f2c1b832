"""Where the in-memory provider keeps its events; another repository may outlive the process."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from engine.ids import EventId, RemoteCalendarId
from engine.model.booking import Mark
from engine.time.span import Instant, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One event as the provider keeps it; `mark` is None on an event that gatherly did not write.

    `live` is false once it was deleted: its id stays taken where the provider keeps ids. `changed` counts the
    calendar's changes, `listed_from` is when lists begin to show it. `series` is how it recurs: its
    rule, what of it is left out, and what takes place at another time.
    """

    event_id: EventId
    span: Span
    title: str = field(default="", repr=False)
    description: str = field(default="", repr=False)
    location: str = ""
    mark: Mark | None = None
    sequence: int = 0
    live: bool = True
    declined: bool = False
    changed: int = 0
    listed_from: Instant = 0
    series: tuple[object, ...] = ()

    @property
    def etag(self) -> str:
        """Names this version."""
        return f'"{self.changed}"'


class Repository(Protocol):
    """Keeps events by calendar and id; each method is atomic."""

    def get(self, calendar: RemoteCalendarId, event_id: EventId) -> Stored | None:
        """Look an event up, deleted ones too."""

    def put(self, calendar: RemoteCalendarId, event: Stored) -> None:
        """Keep an event in the place of the one with its id."""

    def drop(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Forget an event altogether."""

    def all(self, calendar: RemoteCalendarId) -> Sequence[Stored]:
        """Give everything, deleted ones too, in no order."""

    def next_change(self, calendar: RemoteCalendarId) -> int:
        """Count a change of the calendar, from 1."""

    def alone(self) -> AbstractContextManager[None]:
        """Keep everybody else out for several of the above."""


class MemoryRepository:
    """A `Repository` in this process."""

    def __init__(self) -> None:
        self._events: dict[tuple[RemoteCalendarId, EventId], Stored] = {}
        self._changes: dict[RemoteCalendarId, int] = {}
        self._lock = threading.RLock()

    def get(self, calendar: RemoteCalendarId, event_id: EventId) -> Stored | None:
        """Look an event up, deleted ones too."""
        return self._events.get((calendar, event_id))

    def put(self, calendar: RemoteCalendarId, event: Stored) -> None:
        """Keep an event in the place of the one with its id."""
        with self._lock:
            self._events[calendar, event.event_id] = event

    def drop(self, calendar: RemoteCalendarId, event_id: EventId) -> None:
        """Forget an event altogether."""
        with self._lock:
            self._events.pop((calendar, event_id), None)

    def all(self, calendar: RemoteCalendarId) -> Sequence[Stored]:
        """Give everything, deleted ones too, in no order."""
        with self._lock:
            return [event for (place, _), event in self._events.items() if place == calendar]

    def next_change(self, calendar: RemoteCalendarId) -> int:
        """Count a change of the calendar, from 1."""
        with self._lock:
            self._changes[calendar] = self._changes.get(calendar, 0) + 1
            return self._changes[calendar]

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep everybody else out for several of the above."""
        with self._lock:
            yield
