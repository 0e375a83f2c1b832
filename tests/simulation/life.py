"""The story played: acts, the daemon's work between them, and each simulated hour what must hold."""

import gc
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path

from daemon.commands.run import OBJECTS_A_COLLECTION
from engine.errors import InputError, NotAllowedError, UnknownThingError
from engine.model.booking import UNFINISHED
from engine.time.span import DAY, HOUR, Instant
from tests.chaos.processes import End
from tests.simulation.acts import Act, Kind
from tests.simulation.daemon import SOON, Running, killed, running
from tests.simulation.known_sessions import KnownSessions
from tests.simulation.mishaps import Mishaps
from tests.simulation.people import People
from tests.simulation.town import BEGIN, Simulated, simulated
from tests.simulation.watching import Watching

MOST_STEPS = 12
"""A daemon that is killed dies at one of so many changes of its store."""
LAST_ACTS = (Kind.ACCEPT, Kind.ASK, Kind.ACCEPT, Kind.CANCEL, Kind.RESCHEDULE)
"""What a daemon that is killed was asked for last."""


@dataclass
class Life:
    """What came of a story; `violations` are what did not hold, the first first."""

    days: int
    violations: list[str] = field(default_factory=list)
    hours: int = 0
    kills: int = 0
    booked: int = 0
    mails: int = 0
    digest: str = ""


def lived(
    root: Path, story: Sequence[Act], days: int, *, until_broken: bool = True, closely: bool = False
) -> Life:
    """Play a story in a new town; `closely` looks whenever something has changed, not each hour alone."""
    life = Life(days)
    with _collecting_as_a_daemon(), simulated(root) as town:
        with running(town) as first, first.services.store.writing() as tx:
            tx.repositories.grants.put(town.grant())
        _Stage(town, life, until_broken=until_broken, closely=closely).play(story)
        life.mails = len(town.room.letters)
    return life


@contextmanager
def _collecting_as_a_daemon() -> Iterator[None]:
    """Look for garbage as seldom as the program does, and not through what the tests keep."""
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS_A_COLLECTION)
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


class _Stage:
    def __init__(self, town: Simulated, life: Life, *, until_broken: bool, closely: bool) -> None:
        known = KnownSessions()
        self._town = town
        self._life = life
        self._until_broken = until_broken
        self._people = People(town, known)
        self._mishaps = Mishaps(town)
        self._watching = Watching(town, self._people, self._mishaps, known, closely=closely)
        self._acts = {**self._people.acts(), **self._mishaps.acts()}
        self._pulse: object = None
        self._going_on = list[Instant]()

    def play(self, story: Sequence[Act]) -> None:
        """Play it to its end, a peaceful day after it included, or until something is broken."""
        acts, end = list(story), BEGIN + (self._life.days + 1) * DAY
        while not self._over(end):
            act = self._a_life(acts, end)
            if act is None:
                return
            gc.collect()  # nothing of a process outlives it
            if act.kind is Kind.KILL:
                letters = len(self._town.room.letters)
                end_of_it = killed(self._town, 1 + act.lot % MOST_STEPS, partial(self._last_act, act.lot))
                self._life.kills += end_of_it is End.KILLED
                if end_of_it is End.KILLED:
                    self._watching.holding.killed(self._town, letters)
                if end_of_it is End.BROKEN:
                    self._life.violations.append("a daemon that was to be killed broke")

    def _a_life(self, acts: list[Act], end: Instant) -> Act | None:
        """Give what ended a life of the daemon; None where the story is over."""
        with running(self._town) as one, self._watching.at_each_commit():
            act = self._until_restart(one, acts, end)
            self._note(one)
            if act is None:
                self._finish(one)
        return act

    def _last_act(self, lot: int, one: Running) -> None:
        """Do what somebody asked of a daemon just before it was killed."""
        self._do(one, Act(0, LAST_ACTS[lot // MOST_STEPS % len(LAST_ACTS)], lot))

    def _over(self, end: Instant) -> bool:
        return self._town.time.at >= end or (self._until_broken and bool(self._life.violations))

    def _until_restart(self, one: Running, acts: list[Act], end: Instant) -> Act | None:
        """Live until an act ends the daemon's life; None where the story is over."""
        one.work()
        while not self._over(end):
            self._sleep(one, acts, end)
            self._mishaps.come_due(one)
            while acts and BEGIN + acts[0].at <= self._town.time.at:
                act = acts.pop(0)
                if act.kind in (Kind.RESTART, Kind.KILL):
                    return act
                self._do(one, act)
                self._life.violations += self._watching.before_work(one)
            one.work()
            self._life.violations += self._watching.at_rest(one)
            self._note(one)
        return None

    def _sleep(self, one: Running, acts: Sequence[Act], end: Instant) -> None:
        """Let time go by until something happens, the next full hour at the latest."""
        now = self._town.time.at
        hour = (now // HOUR + 1) * HOUR
        coming = [
            hour,
            float(end),
            *(BEGIN + each.at for each in acts[:1]),
            *(at for at, _ in self._mishaps.later),
        ]
        coming += [at if at > now else now + SOON for at in self._bookings_go_on(one)]
        self._town.time.at = max(now, min(coming))

    def _bookings_go_on(self, one: Running) -> list[Instant]:
        """Tell when each booking that is under way is tried again."""
        pulse = (one, one.services.store.pulse())
        if pulse != self._pulse:
            with one.services.store.reading() as tx:
                known = tx.ledger.bookings(tx.ledger.in_state(tuple(UNFINISHED)))
            self._pulse, self._going_on = pulse, [each.next_at for each in known.values()]
        return self._going_on

    def _note(self, one: Running) -> None:
        self._life.hours = self._watching.hours
        self._life.violations += one.troubles
        one.troubles.clear()

    def _finish(self, one: Running) -> None:
        """Look at the end of all: everything has come to rest, and tell what happened."""
        if self._life.violations:
            return
        self._life.violations += self._watching.examined(one)
        with one.services.store.reading() as tx:
            left = tx.ledger.in_state(tuple(UNFINISHED))
            lines = [f"{each.at} {each.action} {each.object_id}" for each in tx.audit.listed()]
        if left:
            self._life.violations.append(f"still under way at the end: {', '.join(left)}")
        self._life.booked = sum(" session.booked " in line for line in lines)
        self._life.digest = sha256("\n".join(lines).encode()).hexdigest()

    def _do(self, one: Running, act: Act) -> None:
        """Do what somebody does; that gatherly says no is no trouble."""
        chance = random.Random(act.lot)
        with suppress(InputError, UnknownThingError, NotAllowedError):
            self._acts[act.kind](one, chance)
