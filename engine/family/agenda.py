"""What takes the time of people and of what they share: entries of one shape, whatever they come from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from engine.ids import UserId
from engine.model.calendar import NOBODY
from engine.model.constraint import Constraint
from engine.model.event import CalendarEvent, EventPriority, Flexibility
from engine.model.resource import Resource
from engine.model.user import User
from engine.time.span import Span


class Source(StrEnum):
    """Where an entry comes from: gatherly moves events and sessions, and asks the owner of the rest."""

    EVENT = "event"
    SESSION = "session"
    BUSY = "busy"
    RESERVATION = "reservation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that takes the time of its required people, and uses resources.

    `id` names what is stored: an event, also of each instance of a series, which `series` names then; a
    session; or an event of a calendar that is read.
    """

    id: str
    title: str = field(repr=False)
    span: Span
    required: frozenset[UserId] = frozenset()
    resources: frozenset[str] = frozenset()
    source: Source = Source.EVENT
    priority: EventPriority = EventPriority.MEDIUM
    flexibility: Flexibility = Flexibility.FIXED
    series: str | None = None
    zone: str = "UTC"
    owner: UserId = NOBODY

    @property
    def place(self) -> tuple[str, int]:
        """Tell one entry from every other."""
        return self.id, self.span.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """All that one change can collide with.

    `rules` are those of the people, of the resources (as `resource:ID`) and of everybody.
    """

    entries: Sequence[Entry]
    people: Mapping[UserId, User]
    rules: Sequence[Constraint] = ()
    resources: Mapping[str, Resource] = field(default_factory=dict)

    def of_person(self, user: UserId) -> list[Entry]:
        """Give what takes somebody's time."""
        return [one for one in self.entries if user in one.required]

    def of_resource(self, resource: str) -> list[Entry]:
        """Give what uses a resource."""
        return [one for one in self.entries if resource in one.resources]

    def without(self, places: Iterable[tuple[str, int]]) -> "Agenda":
        """Leave some entries out."""
        gone = set(places)
        kept = [one for one in self.entries if one.place not in gone]
        return Agenda(entries=kept, people=self.people, rules=self.rules, resources=self.resources)

    def with_entries(self, more: Iterable[Entry]) -> "Agenda":
        """Put some entries in."""
        entries = [*self.entries, *more]
        return Agenda(entries=entries, people=self.people, rules=self.rules, resources=self.resources)


def entry_of(
    instance: CalendarEvent, required: Iterable[UserId], resources: Iterable[str], zone: str
) -> Entry:
    """Give an event, or the instance of a series, as an entry."""
    virtual = instance.original_start_time is not None and instance.recurrence_parent_id in (
        instance.id.partition("/")[0],
        instance.id,
    )
    return Entry(
        id=str(instance.recurrence_parent_id) if virtual else instance.id,
        title=instance.title,
        span=instance.span,
        required=frozenset(required),
        resources=frozenset(resources),
        priority=instance.priority,
        flexibility=instance.flexibility,
        series=instance.recurrence_parent_id,
        zone=instance.zone or zone,
        owner=instance.created_by,
    )


def resource_subject(resource: str) -> UserId:
    """Name a resource as whom a rule concerns."""
    return UserId(f"resource:{resource}")
