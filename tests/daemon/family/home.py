"""A family at home: calendars, a car, and people, wired from a real configuration on a real store."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from daemon.app.family.desks import FamilyDesks
from daemon.app.principal import Principal, Role
from daemon.services import Services
from engine.family.event_change import EventChange
from engine.ids import UserId
from engine.model.event import CalendarEvent, EventPriority, Flexibility
from engine.time.instant import parse_instant
from tests.worlds.folder_world import FolderWorld, Somebody

SETTINGS = """
[calendars.family]
name = "Family"
type = "family"
mirror = "alice-folder"
[resources.car]
name = "Family Car"
type = "vehicle"
[resources.kitchen]
type = "room"
capacity = 3
"""
SUNDAY = "2026-01-11T"


def at_home(root: Path, *people: Somebody, settings: str = SETTINGS) -> FolderWorld:
    known = people or tuple(Somebody(name=name) for name in ("alice", "bob", "carol"))
    return FolderWorld(root, known, "2026-01-08T10:00:00Z", settings)


def emptied(services: Services) -> None:
    """Take away what was put into the family's calendars, as if nobody had been there; the log stays."""
    with services.store.writing() as tx:
        for conflict in tx.repositories.conflicts.all():
            tx.repositories.conflicts.delete(conflict.id)
        for reservation in tx.repositories.reservations.all():
            tx.repositories.reservations.delete(reservation.id)
        for event in tx.repositories.events.changed_since(0):
            tx.repositories.events.delete(event)


class Houses:
    """Worlds that stay open, one for some people and settings; each test finds its own emptied."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._open: dict[tuple[object, ...], Services] = {}
        self._stack = ExitStack()

    def home(self, *people: Somebody, settings: str = SETTINGS) -> Services:
        """Give the services of one."""
        kind = (*people, settings)
        if kind not in self._open:
            root = self._root / str(len(self._open))
            root.mkdir()
            world = at_home(root, *people, settings=settings)
            self._stack.enter_context(world.standing())
            self._open[kind] = self._stack.enter_context(world.services())
        emptied(self._open[kind])
        return self._open[kind]

    def close(self) -> None:
        """Leave all of them."""
        self._stack.close()


def desks(services: Services, who: str = "alice") -> FamilyDesks:
    return services.access.family.asked_by(Principal(Role.USER, UserId(who)))


def add(
    services: Services,
    title: str,
    start: str,
    end: str,
    *,
    who: Sequence[str] = ("carol",),
    priority: EventPriority = EventPriority.MEDIUM,
    flexibility: Flexibility = Flexibility.FIXED,
    confirm: bool = True,
    by: str = "alice",
    into: str = "family",
    **more: Any,
) -> CalendarEvent:
    """Add an event of that Sunday, or of the days that are written out."""
    begin, until = (text if "T" in text else f"{SUNDAY}{text}:00Z" for text in (start, end))
    change = EventChange(
        title=title,
        start=parse_instant(begin),
        end=parse_instant(until),
        required=tuple(map(UserId, who)),
        priority=priority,
        flexibility=flexibility,
        **more,
    )
    return desks(services, by).events.add(change, into, confirm=confirm)
