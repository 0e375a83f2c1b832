"""The kill loop: towns are built, their daemons killed, until there have been kills enough."""

import random
from dataclasses import dataclass, field

from engine.ids import SessionId
from engine.sessions import state_machine
from tests.chaos.checks import broken
from tests.chaos.story import QUARANTINE, SETTLED_SOON, Story
from tests.chaos.town import PEOPLE, Town, slot

KILLS_OF_A_TOWN = 24
"""How many kills a town sees before it is left to come to rest."""


@dataclass(slots=True)
class Tally:
    """What a run saw; `soon` counts the bookings settled 30 simulated seconds after the last fault.

    Towns whose clock was set back and whose log does not have it, since whoever saw it was killed, are left
    out of both: they have the longer bound of I5 alone. Of what is `late` it is told why.
    """

    seed: int
    kills: int = 0
    sleeps: int = 0
    towns: int = 0
    bookings: int = 0
    soon: int = 0
    slowest: int = 0
    late: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)

    def add(self, story: Story) -> None:
        """Count a town in."""
        self.towns += 1
        self.kills += story.kills
        self.sleeps += story.sleeps
        self.bookings += story.bookings
        self.soon += story.soon
        self.slowest = max(self.slowest, story.rest_after)
        self.late += story.late
        self.violations += story.violations

    def join(self, other: "Tally") -> None:
        """Count another run's towns in."""
        self.towns += other.towns
        self.kills += other.kills
        self.sleeps += other.sleeps
        self.bookings += other.bookings
        self.soon += other.soon
        self.slowest = max(self.slowest, other.slowest)
        self.late += other.late
        self.violations += other.violations

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.kills} kills, {self.sleeps} sleepers, {self.towns} towns, "
            f"{self.bookings} bookings ({self.soon} settled in {SETTLED_SOON} s, all in {self.slowest} s), "
            f"{len(self.violations)} violations {self.violations[:3]}, late {self.late[:3]}"
        )


def kill_loop(seed: int, kills: int, town: Town | None = None) -> Tally:
    """Kill so often, then tell; ends at the first violation."""
    tally = Tally(seed)
    town = town or Town()
    try:
        warm_up(town)
        while tally.kills < kills and not tally.violations:
            town.reset()
            story = Story(town, random.Random(f"{seed}/{tally.towns}"))
            story.run(min(KILLS_OF_A_TOWN, kills - tally.kills))
            tally.add(story)
    finally:
        town.close()
    return tally


def warm_up(town: Town) -> None:
    """Book and cancel once, so that children find every statement compiled."""
    with town.enter() as visit:
        visit.create(SessionId("s"), PEOPLE[:2], PEOPLE[2:3])
        visit.choose(SessionId("s"), slot(0))
        visit.work(sweep=True)
        visit.command(SessionId("s"), lambda session: state_machine.cancel(session, now=town.clock.now()))
        visit.work(sweep=True)
        town.clock.at += QUARANTINE
        visit.work(sweep=True)
        broken(visit, gentle=True)
