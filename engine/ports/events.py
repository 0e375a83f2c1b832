"""The store's ports for gatherly's own events, who takes part in them and who is reminded."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from engine.ids import CalendarKey, EventId, UserId
from engine.ports.repository import Repository
from engine.time.span import Instant, Span

if TYPE_CHECKING:
    from engine.model.event import CalendarEvent, EventParticipant, Reminder


class Events(Repository["CalendarEvent"], Protocol):
    """Events that gatherly keeps itself; what belongs to one follows its status and goes with it."""

    def some(self, names: Collection[str]) -> Sequence[CalendarEvent]:
        """Give those of these ids that there are, by id: one question for all."""

    def candidates(self, calendar: CalendarKey, window: Span) -> Sequence[CalendarEvent]:
        """Give what can take place in a window, by start: `engine.family.event_range` says what does.

        That is: events that overlap it, series that begin before its end, and those series' exceptions.
        """

    def candidates_with(self, user: UserId, window: Span) -> Sequence[CalendarEvent]:
        """Give the same for the events that somebody takes part in, whatever their calendar."""

    def candidates_with_any(self, users: Collection[UserId], window: Span) -> Sequence[CalendarEvent]:
        """Give the same for the events in which one of several takes part: one question for all."""

    def changed_since(self, since: Instant) -> Sequence[str]:
        """Name the events, and series, of which anything or anybody has changed since then, by id."""

    def exceptions(self, series: str) -> Sequence[CalendarEvent]:
        """Give the instances of a series that differ, by start, cancelled ones too."""

    def exceptions_of(self, series: Collection[str]) -> Sequence[CalendarEvent]:
        """Give the same for several series: one question for all."""

    def mirror_due(self, now: Instant, limit: int = 100) -> Sequence[tuple[str, Instant]]:
        """Name those whose copy is to be brought in step by now, and since when, the longest due first."""

    def mirrored_as(self, names: Collection[EventId]) -> Mapping[EventId, str]:
        """Tell which ids are those of copies, and of which events."""


class Participants(Repository["EventParticipant"], Protocol):
    """Who takes part: once an event and user."""

    def of_event(self, event: str) -> Sequence[EventParticipant]:
        """Give an event's participants, by user."""

    def of_events(self, events: Collection[str]) -> Sequence[EventParticipant]:
        """Give the participants of several events, by event and user."""


class Reminders(Repository["Reminder"], Protocol):
    """What reminds of events."""

    def of_event(self, event: str) -> Sequence[Reminder]:
        """Give an event's reminders, the earliest first."""

    def of_events(self, events: Collection[str]) -> Sequence[Reminder]:
        """Give the reminders of several events, the earliest first."""

    def due(self, now: Instant, limit: int = 100) -> Sequence[Reminder]:
        """Give pending ones whose time has come, the longest due first."""
