"""Two changes of the same moment, on a database that shows nobody what is not committed yet.

The first is done but for its commit; the second runs until it is done too, or waits for the first. The later
one sees both: what they collide in is told then, or refused, and does not wait for the next change.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import make_url

from daemon.app.family.desks import FamilyDesks
from daemon.app.principal import Principal, Role
from daemon.services import Services
from engine.errors import GatherlyError
from engine.family.event_change import EventChange
from engine.ids import SessionId, UserId
from engine.model.constraint import ConstraintLevel
from engine.model.event import Flexibility
from engine.model.reservation import ConflictStatus
from engine.model.session import EventSession, TimeSlot
from engine.ports.store import Store, Transaction
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR, Instant, Span
from tests.daemon.family.home import at_home
from tests.store.servers import administrator
from tests.worlds.folder_world import Somebody

pytestmark = [pytest.mark.server, pytest.mark.long, pytest.mark.upload]
ALICE = Principal(Role.USER, UserId("alice"))
FIRST = parse_instant("2026-01-11T10:00:00Z")
CALENDAR = """
[calendars.family]
type = "family"
[sessions]
confirm = "host"
"""
OF_A_CASE = """
[users.u{number}]
email = "u{number}@example.com"
[users.v{number}]
email = "v{number}@example.com"
[resources.car{number}]
type = "vehicle"
[resources.room{number}]
type = "room"
capacity = 2
"""
QUIET = {"type": "blocked_window", "start": "09:30", "end": "12:00"}


class Held:
    """A store whose changes are done, and not committed before they are let go."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.done, self.go = Event(), Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        with self._store.writing() as tx:
            yield tx
            self.done.set()
            self.go.wait()


class Door:
    """What people can do at one time: `number` is the case's, with people and things of its own."""

    def __init__(self, services: Services, number: int, store: Any = None) -> None:
        kept = store or services.store
        family = services.access.family.asked_by(ALICE)
        parts = {one.name: replace(getattr(family, one.name), store=kept) for one in fields(FamilyDesks)}
        self.family = FamilyDesks(**parts)
        self.sessions = replace(services.desk, store=kept)
        self.number, self.start = number, FIRST + number * DAY
        self.one, self.other = UserId(f"u{number}"), UserId(f"v{number}")
        self.car, self.room = f"car{number}", f"room{number}"

    def _add(self, title: str, who: UserId, start: Instant | None = None, **more: Any) -> None:
        begin = self.start if start is None else start
        change = EventChange(title=title, start=begin, end=begin + HOUR, required=(who,), **more)
        self.family.events.add(change, "family", confirm=True)

    def add(self) -> None:
        self._add("Soccer", self.one)

    def add_far(self) -> None:
        self._add("Dentist", self.one, self.start + 4 * HOUR)

    def add_anothers(self) -> None:
        self._add("Walk", self.other)

    def add_series(self) -> None:
        self._add("Piano", self.one, self.start - 7 * DAY, rule="FREQ=WEEKLY;COUNT=9")

    def drive(self) -> None:
        self._add("Trip", self.one, resources=(self.car,))

    def drive_too(self) -> None:
        self._add("Fetch", self.other, resources=(self.car,))

    def meet(self) -> None:
        self._add("Meeting", self.one, resources=(self.room,))

    def meet_too(self) -> None:
        self._add("Other meeting", self.other, resources=(self.room,))

    def move_near(self) -> None:
        self.family.events.move(self._known("Dentist"), self.start)

    def join(self) -> None:
        self.family.events.edit(self._known("Walk"), EventChange(required=(self.one, self.other)))

    def rule(self) -> None:
        self.family.rules.asked_by(Principal(Role.OPERATOR)).add(
            self.one, "Quiet", ConstraintLevel.HARD, QUIET
        )

    def rule_of_the_car(self) -> None:
        rules = self.family.rules.asked_by(Principal(Role.OPERATOR))
        rules.add(f"resource:{self.car}", "Garage", ConstraintLevel.HARD, QUIET)

    def reserve(self) -> None:
        self.family.resources.reserve(self.car, Span(self.start, self.start + HOUR), None, None)

    def lower(self) -> None:
        self.family.resources.edit(self.room, capacity=1)

    def accept(self) -> None:
        self.sessions.accept(SessionId(f"s{self.number}"), 1)

    def collide(self) -> None:
        """Have soccer, which may move, collide so that it would go to an hour later."""
        self._add("Soccer", self.one, self.start - HOUR, flexibility=Flexibility.PREFERRED)
        self._add("Dentist", self.one, self.start - HOUR)
        self._add("Breakfast", self.one, self.start - 2 * HOUR)

    def resolve(self) -> None:
        (one,) = self.mine()
        self.family.conflicts.resolve(one, 1)

    def mine(self) -> set[str]:
        """Name the case's open conflicts."""
        names = set(self._names())
        with self.family.events.store.reading() as tx:
            found = tx.repositories.conflicts.with_status(ConflictStatus.DETECTED)
        return {one.id for one in found if names.intersection(one.involved_events)}

    def _names(self) -> Iterator[str]:
        for one in self._listed():
            yield str(one["id"]).partition("/")[0]

    def _known(self, title: str) -> str:
        return next(str(one["id"]) for one in self._listed() if one["title"] == title)

    def _listed(self) -> list[dict[str, Any]]:
        return self.family.events.listed(Span(self.start - 9 * HOUR, self.start + 9 * HOUR))


Act = Callable[[Door], None]
CASES: dict[str, tuple[tuple[Act, ...], Act, Act]] = {
    "two events": ((), Door.add, Door.add),
    "a series and an event": ((), Door.add_series, Door.add),
    "moved there, and added": ((Door.add_far,), Door.move_near, Door.add),
    "added, and moved there": ((Door.add_far,), Door.add, Door.move_near),
    "somebody joins, and is asked elsewhere": ((Door.add_anothers,), Door.join, Door.add),
    "a rule, and what breaks it": ((), Door.rule, Door.add),
    "what breaks a rule, and the rule": ((), Door.add, Door.rule),
    "two trips of others with one car": ((), Door.drive, Door.drive_too),
    "a trip, and the car by hand": ((), Door.drive, Door.reserve),
    "the car by hand, and a trip": ((), Door.reserve, Door.drive),
    "the car by hand, twice": ((), Door.reserve, Door.reserve),
    "a rule of the car, and a trip": ((), Door.rule_of_the_car, Door.drive),
    "a trip, and a rule of the car": ((), Door.drive, Door.rule_of_the_car),
    "a smaller room, and a second meeting": ((Door.meet,), Door.lower, Door.meet_too),
    "a second meeting, and a smaller room": ((Door.meet,), Door.meet_too, Door.lower),
    "a session, and an event of its host": ((), Door.accept, Door.add),
    "an event of the host, and a session": ((), Door.add, Door.accept),
    "a session with the car, and a trip": ((), Door.accept, Door.drive_too),
    "a trip, and a session with the car": ((), Door.drive_too, Door.accept),
    "the car by hand, and a session with it": ((), Door.reserve, Door.accept),
    "a way out, and an event just there": ((Door.collide,), Door.resolve, Door.add),
}


def test_of_two_changes_at_once_the_later_one_sees_both(tmp_path: Path, server: Path, postgres: str) -> None:
    people = "".join(OF_A_CASE.format(number=number) for number in range(len(CASES)))
    settings = f'{CALENDAR}{people}\n[store]\nurl = "{postgres}"\n'
    world = at_home(tmp_path, Somebody(name="alice"), settings=settings)
    with world.standing(), world.services() as services:
        waits = partial(_waits_in, server, str(make_url(postgres).database))
        unseen = [
            name
            for number, (name, case) in enumerate(CASES.items())
            if not _is_told(services, number, case, waits)
        ]
    assert unseen == []


def _is_told(
    services: Services, number: int, case: tuple[tuple[Act, ...], Act, Act], waits: Callable[[], bool]
) -> bool:
    before, first, second = case
    door = Door(services, number)
    _propose(services, door)
    for act in before:
        act(door)
    known = door.mine()
    held = Held(services.store)
    refused: list[GatherlyError] = []
    earlier = Thread(target=_try, args=(first, Door(services, number, held), refused, held))
    later = Thread(target=_try, args=(second, door, refused))
    earlier.start()
    held.done.wait()
    later.start()
    while later.is_alive() and not waits():
        later.join(0.01)
    held.go.set()
    earlier.join()
    later.join()
    return bool(refused) or bool(door.mine() - known)


def _try(act: Act, door: Door, refused: list[GatherlyError], held: Held | None = None) -> None:
    try:
        act(door)
    except GatherlyError as refusal:
        refused.append(refusal)
    finally:
        if held is not None:
            held.done.set()


def _propose(services: Services, door: Door) -> None:
    """Have a session of the case's people, with its car, which only waits for a yes."""
    now = services.clock.now()
    session = EventSession(
        id=SessionId(f"s{door.number}"),
        host_user_id=door.one,
        invitee_ids=(),
        title="Session",
        duration=60,
        proposed_times=(TimeSlot(start=door.start, end=door.start + HOUR),),
        resource_ids=(door.car,),
        created_at=now,
        expires_at=now + 90 * DAY,
    )
    with services.store.writing() as tx:
        tx.sessions.put(session)


def _waits_in(server: Path, database: str) -> bool:
    """Whether somebody waits for another's transaction there."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
    with administrator(server, database) as connection:
        (found,) = connection.execute(asked, (database,)).fetchone() or (0,)
    return bool(found)
