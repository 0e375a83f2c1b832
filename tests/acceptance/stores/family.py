"""F2's family: who they are, what they share, and the calendar that gatherly keeps for them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from engine.ids import CalendarKey, RemoteCalendarId, UserId
from engine.model.calendar import NATIVE, Calendar, CalendarType
from engine.model.calendar_object import SyncPlan
from engine.model.event import CalendarEvent, EventParticipant, EventStatus
from engine.model.reservation import ResourceReservation
from engine.model.resource import Resource, ResourceType
from engine.ports.repository import Repository
from engine.ports.store import Store
from engine.time.instant import format_instant, parse_instant
from engine.time.span import MINUTE, Span
from tests.acceptance.stores.conftest import MakeWorld
from tests.worlds.folder_world import Somebody

PARENT, CHILD = UserId("parent_1"), UserId("child_1")
MEMBERS = (Somebody(name=PARENT), Somebody(name=CHILD))
CALENDAR = CalendarKey(NATIVE, RemoteCalendarId("family"))
MADE = parse_instant("2026-01-01T08:00:00Z")


@contextmanager
def at_home(sql: MakeWorld) -> Iterator[Store]:
    """Open the family's store, with its calendar and its things in it."""
    calendar = Calendar(
        key=CALENDAR, user_id=PARENT, name="Family", type=CalendarType.FAMILY, read=False, read_only=False
    )
    things = (("car", "Family Car", ResourceType.VEHICLE), ("laptop", "Laptop", ResourceType.EQUIPMENT))
    with sql(MEMBERS, "2026-01-01T08:00:00Z").services() as services:
        with services.store.writing() as tx:
            tx.calendars.apply(SyncPlan(calendar=calendar, based_on=0))
            for name, words, kind in things:
                tx.repositories.resources.put(
                    Resource(id=name, name=words, type=kind, created_at=MADE, updated_at=MADE)
                )
            kitchen = Resource(
                id="kitchen",
                name="Kitchen",
                type=ResourceType.ROOM,
                capacity=3,
                created_at=MADE,
                updated_at=MADE,
            )
            tx.repositories.resources.put(kitchen)
        yield services.store


def event(name: str, start: str, minutes: int = 60, **more: Any) -> CalendarEvent:
    """Give a confirmed event of the family's calendar."""
    begins = parse_instant(start)
    plain = CalendarEvent(
        id=name,
        calendar=CALENDAR,
        title=name.replace("_", " ").title(),
        start_time=begins,
        end_time=begins + minutes * MINUTE,
        status=EventStatus.CONFIRMED,
        proposed_at=MADE,
        created_by=PARENT,
        created_at=MADE,
        updated_at=MADE,
    )
    return replace(plain, **more)


def taking_part(event_id: str, user: UserId, **more: Any) -> EventParticipant:
    """Let somebody take part in an event."""
    return EventParticipant(
        id=f"{event_id}/{user}", event_id=event_id, user_id=user, created_at=MADE, updated_at=MADE, **more
    )


def kept(name: str, resource: str, start: str, end: str, **more: Any) -> ResourceReservation:
    """Keep a resource for a parent."""
    span = window(start, end)
    plain = ResourceReservation(
        id=name,
        resource_id=resource,
        reserved_by=PARENT,
        start_time=span.start,
        end_time=span.end,
        status=EventStatus.CONFIRMED,
        created_at=MADE,
        updated_at=MADE,
    )
    return replace(plain, **more)


def put(store: Store, *entities: Any) -> None:
    """Put events, participants and reservations where they belong."""
    with store.writing() as tx:
        repositories: dict[type, Repository[Any]] = {
            CalendarEvent: tx.repositories.events,
            EventParticipant: tx.repositories.participants,
            ResourceReservation: tx.repositories.reservations,
        }
        for entity in entities:
            repositories[type(entity)].put(entity)


def window(start: str, end: str) -> Span:
    """Give a stretch of time."""
    return Span(parse_instant(start), parse_instant(end))


def starts(events: Any) -> list[str]:
    """Give when events begin."""
    return [format_instant(each.start_time) for each in events]
