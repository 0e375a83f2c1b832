"""Daemons on one PostgreSQL under load, one of them killed every few seconds: nothing lost or doubled."""

import random
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from daemon.store_access import StoreAccess, open_store_only
from engine.errors import InputError
from engine.ids import SessionId
from engine.model.booking import UNFINISHED, BookingState
from engine.model.session import SessionStatus
from engine.sessions.session_options import SessionOptions
from tests.chaos.started import Started, queue_dropped, started
from tests.worlds.command_line import PATIENCE, asked
from tests.worlds.folder_world import FolderWorld, Somebody

pytestmark = [pytest.mark.long, pytest.mark.chaos]
PEOPLE = tuple(Somebody(name=f"p{number:02d}") for number in range(24))
KILLED_EVERY = 5.0
PAUSE = 0.15
SETTLED_WITHIN = 120
"""Seconds: a lease, and what is done once it has ended."""
SESSIONS_AT_ONCE = 30
MARK = re.compile(r"X-GATHERLY-SESSION:(\S+)")


@dataclass
class Drill:
    """The load, the daemons and whoever kills them."""

    world: FolderWorld
    access: StoreAccess
    count: int
    lots: random.Random
    daemons: list[Started] = field(default_factory=list)
    kills: int = 0
    accepted: set[SessionId] = field(default_factory=set)
    asked: int = 0

    def start(self) -> None:
        """Start one daemon more."""
        log = self.world.root / f"daemon-{self.kills}-{len(self.daemons)}.log"
        self.daemons.append(started(self.world.file, log))

    def load(self, kills: int) -> None:
        """Ask and accept from the first yes on, while one daemon that is at work after the other is killed.

        Where daemons take long to start, the kills lie further apart: one that does nothing loses nothing.
        """
        pause = threading.Event()
        while not self.accepted:
            with suppress(InputError):
                self._act()
            pause.wait(PAUSE)
        kill_at = time.monotonic() + KILLED_EVERY
        while self.kills < kills:
            if time.monotonic() >= kill_at and self.kill():
                kill_at = time.monotonic() + KILLED_EVERY
            with suppress(InputError):
                self._act()
            pause.wait(PAUSE)
        while not all(one.is_ready for one in self.daemons):
            pause.wait(PAUSE)

    def kill(self) -> bool:
        """Kill one that is at work, and start another in its place; False where none is."""
        ready = [one for one in self.daemons if one.is_ready]
        if not ready:
            return False
        victim = self.lots.choice(ready)
        self.daemons.remove(victim)
        victim.kill()
        self.kills += 1
        self.start()
        return True

    def _act(self) -> None:
        with self.access.store.reading() as tx:
            sessions = [one for one in tx.sessions.listed() if one.id not in self.accepted]
        offered = [one for one in sessions if one.proposed_times]
        if len(sessions) < SESSIONS_AT_ONCE:
            host, *others = (one.name for one in self.lots.sample(PEOPLE, 3))
            wish = SessionOptions(
                host=host, invitees=tuple(others), title="Load", duration="30m", notice="3h"
            )
            self.access.desk.create(wish)
            self.asked += 1
        elif offered:
            one = self.lots.choice(offered)
            self.access.desk.accept(one.id, self.lots.randint(1, len(one.proposed_times)))
            self.accepted.add(one.id)

    def settled(self) -> bool:
        """Wait until nothing is under way any more; tell whether that came in time."""
        pause, until = threading.Event(), time.monotonic() + SETTLED_WITHIN
        while time.monotonic() < until:
            with self.access.store.reading() as tx:
                if not tx.ledger.in_state(tuple(UNFINISHED)):
                    return True
            pause.wait(1)
        return False

    def copies(self) -> Counter[tuple[str, str]]:
        """Count the copies of each session with each person, in the calendars themselves."""
        return Counter(
            (one.name, found[1])
            for one in PEOPLE
            for text in self.world.events(one.name)
            if (found := MARK.search(text.replace("\r\n ", "")))
        )

    def end(self) -> None:
        for one in self.daemons:
            one.process.terminate()
        for one in self.daemons:
            assert one.process.wait(PATIENCE) == 0


@contextmanager
def drill(folder: Path, postgres: str, count: int) -> Iterator[Drill]:
    settings = f'[store]\nurl = "{postgres}"\n[cluster]\nengine = "procrastinate"\n[sync]\nevery = "20s"\n'
    world = FolderWorld(folder, PEOPLE, "2026-11-16T08:00:00Z", settings)
    with open_store_only(world.file) as access:
        made = Drill(world, access, count, random.Random(count))
        try:
            for _ in range(count):
                made.start()
            yield made
            made.end()
        finally:
            for one in made.daemons:
                one.kill()


@pytest.fixture
def database(postgres: str, server: Path) -> Iterator[str]:
    with queue_dropped(postgres, server) as url:
        yield url


@pytest.mark.parametrize(
    ("count", "kills"), [pytest.param(2, 4, marks=pytest.mark.upload), (4, 24)], ids=["two", "four"]
)
def test_daemons_that_are_killed_lose_and_double_nothing(
    tmp_path: Path, database: str, count: int, kills: int
) -> None:
    """One every five seconds: for 20 seconds, and for two minutes.

    Where all of them were too slow for a booking, it is given back and offers times anew: that is not lost.
    """
    with drill(tmp_path, database, count) as made:
        made.load(kills)
        assert made.settled(), "something is still under way"
        with made.access.store.reading() as tx:
            states = {name: tx.ledger.booking(name) for name in made.accepted}
            sessions = {one.id: one for one in tx.sessions.some(list(made.accepted))}
        copies = made.copies()
        wrong = []
        for name, booking in states.items():
            assert booking is not None
            expected = int(booking.state is BookingState.CONFIRMED)
            people = sessions[name].attendee_ids
            wrong += [(name, who, copies[who, name]) for who in people if copies[who, name] != expected]
        assert wrong == []
        assert max(copies.values(), default=0) <= 1
        booked = sum(one is not None and one.state is BookingState.CONFIRMED for one in states.values())
        sys.stderr.write(f"{made.kills} kills, {made.asked} asked, {booked} of {len(states)} booked\n")
        given_back = [name for name, one in states.items() if one and one.state is BookingState.PROPOSED]
        assert booked + len(given_back) == len(states)
        assert all(sessions[name].status is SessionStatus.PENDING for name in given_back)
        assert booked >= kills // 4
        assert asked("fsck", "-c", made.world.file)["ok"]
