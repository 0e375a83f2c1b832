"""The kill loop: two daemons on one store, killed at any step, while people do what they like."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connectors.memory.faults import KINDS, Fault, Faults, Operation, SeededFaults
from engine import sessions
from engine.errors import InputError
from engine.ids import EventId, RemoteCalendarId, SessionId, UserId
from engine.model.booking import BookingState
from engine.model.session import SessionStatus
from tests.chaos.checks import broken
from tests.chaos.processes import End, spawn
from tests.chaos.steps import Steps
from tests.chaos.town import PEOPLE, Town, Visit, slot

CYCLES = 24
"""How many kills a town sees before it is left to come to rest."""
FAULTY = 0.3
"""The share of calls that fail."""
SETTLED_SOON = 30
SETTLED = 300
QUARANTINE = 100
FINAL = frozenset(
    {
        BookingState.CONFIRMED,
        BookingState.PROPOSED,
        BookingState.FAILED,
        BookingState.CANCELLED,
        BookingState.STUCK,
    }
)
_NO_REFUSAL = {
    Fault.DROP_BEFORE: 1,
    Fault.DROP_AFTER: 1,
    Fault.ERROR_AFTER: 1,
    Fault.RATE_LIMIT: 1,
    Fault.DUPLICATE: 3,
    Fault.LOSE: 3,
}
"""How often a write fails in which way: those that only one rule stands against come more often."""
GENTLE: Mapping[Operation, Sequence[Fault]] = {
    **KINDS,
    Operation.WRITE: tuple(Counter(_NO_REFUSAL).elements()),
}
HARSH: Mapping[Operation, Sequence[Fault]] = {
    **KINDS,
    Operation.WRITE: (
        *GENTLE[Operation.WRITE],
        Fault.REFUSE,
        Fault.REFUSE,
        Fault.CONFLICT,
        Fault.UNAVAILABLE,
    ),
}


@dataclass(slots=True)
class Tally:
    """What a run saw; `soon` counts bookings settled 30 simulated seconds after the last fault."""

    seed: int
    kills: int = 0
    sleeps: int = 0
    towns: int = 0
    bookings: int = 0
    soon: int = 0
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.kills} kills, {self.sleeps} sleepers, {self.towns} towns, "
            f"{self.bookings} bookings ({self.soon} settled in {SETTLED_SOON} s), "
            f"{len(self.violations)} violations {self.violations[:3]}"
        )


def kill_loop(seed: int, kills: int) -> Tally:
    """Kill so often, then tell; ends at the first violation."""
    tally = Tally(seed)
    town = Town()
    try:
        warm_up(town)
        while tally.kills < kills and not tally.violations:
            town.reset()
            story = _Story(town, random.Random(f"{seed}/{tally.towns}"), tally)
            story.run(min(CYCLES, kills - tally.kills))
            tally.towns += 1
    finally:
        town.close()
    return tally


def warm_up(town: Town) -> None:
    """Book and cancel once, so that children find every statement compiled."""
    with town.enter() as visit:
        visit.create(SessionId("s"), PEOPLE[:2], PEOPLE[2:3])
        visit.choose(SessionId("s"), slot(0))
        visit.work(sweep=True)
        visit.command(SessionId("s"), lambda session: sessions.cancel(session, now=town.clock.now()))
        visit.work(sweep=True)
        town.clock.at += QUARANTINE
        visit.work(sweep=True)
        broken(visit, gentle=True)


class _Story:
    """One town's life: so many kills, then peace."""

    def __init__(self, town: Town, chance: random.Random, tally: Tally) -> None:
        self._town = town
        self._chance = chance
        self._tally = tally
        self._gentle = chance.random() < 0.6
        self._kinds = GENTLE if self._gentle else HARSH
        self._names = [SessionId(f"s{number}") for number in range(6)]

    def run(self, kills: int) -> None:
        with self._town.enter() as visit:
            for user in PEOPLE:
                visit.remember(user)
            for name in self._names:
                required = self._chance.sample(PEOPLE, self._chance.choice((2, 3)))
                rest = [user for user in PEOPLE if user not in required]
                visit.create(name, required, rest[: self._chance.choice((0, 1))])
        until, cycles = self._tally.kills + kills, 0
        while self._tally.kills < until and cycles < 4 * kills and not self._tally.violations:
            self._cycle()
            cycles += 1
        if not self._tally.violations:
            self._peace()

    def _cycle(self) -> None:
        with self._town.enter() as visit:
            self._people(visit)
        self._town.clock.at += self._chance.choice((0, 5, 61, 61, 65, 95))
        if self._chance.random() < 0.2:
            self._sleeper()
        else:
            children = [spawn(self._daemon(die_at=self._die_at())) for _ in range(2)]
            for child in children:
                self._count(child.wait())
        self._check()

    def _daemon(self, *, die_at: int = 0, sleep_at: int = 0, writing: bool = False) -> "_Daemon":
        sweep = self._chance.random() < 0.4
        seed = self._chance.getrandbits(32)
        steps = Steps(die_at=die_at, sleep_at=sleep_at, writing=writing)
        return _Daemon(self._town, seed, steps, self._kinds, sweep)

    def _die_at(self) -> int:
        return self._chance.randint(1, self._chance.choice((8, 20, 45)))

    def _sleeper(self) -> None:
        """Let one daemon fall asleep past its lease while another works on, then wake it.

        A long sleeper, which no quarantine waits for, is not killed afterwards: it tidies up behind itself,
        and where its calendar does not let it the next sweep does.
        """
        is_long = self._chance.random() < 0.5
        die_at = 0 if is_long else self._chance.randint(10, 80)
        writing = self._chance.random() < 0.6
        sleep_at = self._chance.randint(1, 5 if writing else 25)
        child = spawn(self._daemon(sleep_at=sleep_at, die_at=die_at, writing=writing))
        end = child.wait()
        if end is not End.ASLEEP:
            self._count(end)
            return
        self._tally.sleeps += 1
        for _ in range(5 if is_long else 2):
            with self._town.enter() as visit:
                self._people(visit, restless=0.4)
            self._town.clock.at += self._chance.choice((31, 62, 65))
            self._count(spawn(self._daemon(die_at=self._chance.choice((0, 0, 15)))).wait())
        self._town.woken.update(dict.fromkeys(self._names, self._town.clock.at))
        child.wake()
        self._count(child.wait())
        if is_long:
            self._sweep()

    def _sweep(self) -> None:
        with self._town.enter() as visit:
            visit.work(sweep=True)

    def _count(self, end: End) -> None:
        self._tally.kills += end is End.KILLED
        if end is End.BROKEN:
            self._tally.violations.append("a daemon ended with an error that nobody handles")

    def _people(self, visit: Visit, restless: float = 0.25) -> None:
        """Let people choose, cancel, reschedule, and do things to their calendars."""
        for name in self._names:
            session = visit.session(name)
            if session.status is SessionStatus.PENDING and session.final_time is None:
                if self._chance.random() < 0.6:
                    visit.choose(name, slot(self._chance.randrange(7)))
            elif session.status is not SessionStatus.CANCELLED and self._chance.random() < restless:
                self._change_of_mind(visit, name)
        if self._chance.random() < 0.3:
            self._owner(visit)
        if self._chance.random() < 0.1:
            user, number = self._chance.choice(PEOPLE), self._chance.randrange(7)
            event = EventId(f"foreign{self._chance.getrandbits(32)}")
            visit.providers[user].add_foreign(RemoteCalendarId(user), event, slot(number).span)
        if self._chance.random() < 0.1:
            self._tidy_up(visit)

    def _change_of_mind(self, visit: Visit, name: SessionId) -> None:
        now = self._town.clock.now()
        commands = [
            lambda session: sessions.reschedule(session, now=now),
            lambda session: sessions.reschedule(session, now=now),
            lambda session: sessions.edit(session, title=f"Planning {now}"),
            lambda session: sessions.cancel(session, now=now),
        ]
        try:
            visit.command(name, self._chance.choice(commands))
        except InputError as refusal:
            self._tally.violations.append(f"a change of mind was refused: {refusal}")

    def _owner(self, visit: Visit) -> None:
        """Let somebody delete, decline or move a copy of theirs."""
        user = self._chance.choice(PEOPLE)
        copies = self._settled_copies(visit, user)
        if not copies:
            return
        event, calendar = self._chance.choice(copies), RemoteCalendarId(user)
        deed = self._chance.choice(("delete", "delete", "decline", "move"))
        if deed == "delete":
            visit.providers[user].owner_deletes(calendar, event)
            self._town.removed.add(event)
        elif deed == "decline":
            visit.providers[user].owner_declines(calendar, event)
        else:
            visit.providers[user].owner_moves(calendar, event, slot(20).span)

    def _settled_copies(self, visit: Visit, user: UserId) -> list[EventId]:
        """Give copies that their owner may touch: of bookings that stand and that nobody works on."""
        settled = []
        with visit.store.reading() as tx:
            for event in visit.ours(user):
                booking = tx.ledger.booking(event.mark.session) if event.mark else None
                stands = booking is not None and booking.state is BookingState.CONFIRMED
                if stands and booking is not None and booking.lease_until <= self._town.clock.now():
                    settled.append(event.event_id)
        return settled

    def _tidy_up(self, visit: Visit) -> None:
        for user in PEOPLE:
            for event in visit.foreign(user):
                visit.providers[user].owner_deletes(RemoteCalendarId(user), event.event_id)

    def _check(self) -> None:
        with self._town.enter() as visit:
            self._tally.violations += broken(visit, gentle=self._gentle)

    def _peace(self) -> None:
        """End the faults and let one healthy daemon work on: everything comes to rest in time."""
        began = self._town.clock.at
        self._town.clock.at += 61
        self._work_for(SETTLED_SOON)
        with self._town.enter() as visit, visit.store.reading() as tx:
            bookings = tx.ledger.in_state(tuple(BookingState))
            self._tally.bookings += len(bookings)
            self._tally.soon += sum(each.state in FINAL | {BookingState.QUARANTINE} for each in bookings)
        self._work_for(SETTLED + QUARANTINE)
        with self._town.enter() as visit:
            with visit.store.reading() as tx:
                waiting = [
                    each for each in tx.ledger.in_state(tuple(BookingState)) if each.state not in FINAL
                ]
            for each in waiting:
                after = self._town.clock.at - began
                self._tally.violations.append(
                    f"I5 {each.session}: still {each.state} {after} s after the faults"
                )
            self._tally.violations += broken(visit, gentle=self._gentle)

    def _work_for(self, seconds: int) -> None:
        until = self._town.clock.at + seconds

        def work() -> None:
            visit = self._town.enter()
            while self._town.clock.at < until:
                visit.work(sweep=False)
                self._town.clock.at += 5
            visit.work(sweep=True)
            visit.work(sweep=False)

        self._count(spawn(work).wait())


@dataclass(frozen=True, slots=True)
class _Daemon:
    """What a child does until it is killed or has nothing left to do."""

    town: Town
    seed: int
    steps: Steps
    kinds: Mapping[Operation, Sequence[Fault]]
    sweep: bool

    def __call__(self) -> None:
        faults: dict[UserId, Faults] = {
            user: SeededFaults(self.seed + number, FAULTY, self.kinds) for number, user in enumerate(PEOPLE)
        }
        visit = self.town.enter(self.steps, faults)
        visit.work(sweep=self.sweep)
