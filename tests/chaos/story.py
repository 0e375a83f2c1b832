"""One town's life: daemons killed at any step while people do what they like, then peace.

Everything that happens is drawn from one lot, kills are counted in steps, and two daemons that work at once
take turns: the same seed tells the same story.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.ids import SessionId, UserId
from engine.model.booking import Booking, BookingState
from engine.skipped import CLOCK, jumps_in
from engine.time.span import HOUR
from tests.chaos.checks import broken
from tests.chaos.crowd import Crowd
from tests.chaos.processes import End, Turn, nobody_else, spawn, take_turns
from tests.chaos.scenes import Scenes
from tests.chaos.steps import Steps
from tests.chaos.town import PEOPLE, Town
from tests.doubles.provider.faults import KINDS, Fault, Faults, Operation, SeededFaults

FAULTY = 0.3
"""The share of calls that fail."""
SCENE_EVERY = 3
"""Of so many cycles one is a scene of the deck."""
SETTLED_SOON = 30
SETTLED = 300
QUARANTINE = 100
LIST_LAG = 3
OUTAGE = 30 * HOUR
OUTAGES = 0.3
"""The share of towns that see one."""
FORWARD, BACK = HOUR // 2, -HOUR
"""By so much a town's clock is set, at most once either way."""
SET_AT = 0.02
"""How likely it is set where it can be."""
FINAL = frozenset(
    {
        BookingState.CONFIRMED,
        BookingState.PROPOSED,
        BookingState.FAILED,
        BookingState.CANCELLED,
        BookingState.STUCK,
    }
)
GENTLE: Mapping[Operation, Sequence[Fault]] = {
    **KINDS,
    Operation.WRITE: (
        Fault.DROP_BEFORE,
        Fault.DROP_AFTER,
        Fault.ERROR_AFTER,
        Fault.RATE_LIMIT,
        *[Fault.DUPLICATE] * 3,
        *[Fault.LOSE] * 3,
    ),
}
"""Nobody refuses; what only one rule stands against comes more often."""
HARSH: Mapping[Operation, Sequence[Fault]] = {
    **KINDS,
    Operation.WRITE: (*GENTLE[Operation.WRITE], *[Fault.REFUSE] * 2, Fault.CONFLICT, Fault.UNAVAILABLE),
}


class Story:
    """One town's life: so many kills, then peace."""

    def __init__(self, town: Town, chance: random.Random) -> None:
        self.kills = 0
        self.sleeps = 0
        self.bookings = 0
        self.soon = 0
        self.late: list[str] = []
        self.rest_after = 0
        self.violations: list[str] = []
        self._town = town
        self._chance = chance
        self._gentle = chance.random() < 0.6
        self._kinds = GENTLE if self._gentle else HARSH
        self.settings = chance.choice(([FORWARD], [BACK], [FORWARD, BACK], [BACK, FORWARD]))
        """What is still to be done to the clock, the last one first."""
        self.has_outage = chance.random() < OUTAGES
        self._was_set_back = False
        """Whoever saw it may have been killed before it said so: then bookings wait a little longer."""
        self._names = [SessionId(f"s{number}") for number in range(6)]
        self._crowd = Crowd(town, chance, self._names, self.violations)
        self._scenes = Scenes(town, chance, self._names, self._clumsy, self._count, self._excuse_late_writes)

    def run(self, kills: int) -> None:
        """Live through so many kills, and come to rest."""
        with self._town.enter() as visit:
            for user in PEOPLE:
                visit.remember(user)
            for name in self._names:
                required = self._chance.sample(PEOPLE, self._chance.choice((2, 3)))
                rest = [user for user in PEOPLE if user not in required]
                visit.create(name, required, rest[: self._chance.choice((0, 1))])
        cycles = 0
        while self.kills < kills and cycles < 4 * kills and not self.violations:
            cycles += 1
            if cycles % SCENE_EVERY:
                self._cycle()
            else:
                self._scenes.play()
            self._check()
        self.sleeps += self._scenes.sleeps
        if not self.violations and self.has_outage:
            self._outage()
        if not self.violations:
            self._peace()

    def told(self) -> list[str]:
        """Tell what happened: every transition in order, and what lies in the calendars at the end."""
        with self._town.enter() as visit:
            with visit.store.reading() as tx:
                rows = [f"{row.at} {row.action} {row.object_id} {row.details}" for row in tx.audit.listed()]
            copies = [str(each) for user in PEOPLE for each in visit.live(user)]
        return rows + copies

    def _cycle(self) -> None:
        with self._town.enter() as visit:
            self._crowd.act(visit)
        if self._chance.random() < 0.25:
            self._pass_time()
            self._sleeper()
        else:
            for _ in range(self._chance.choice((1, 2, 3))):
                self._pass_time()
                self._two_daemons()

    def _pass_time(self) -> None:
        self._town.clock.at += self._chance.choice((0, 5, 61, 61, 65, 95))

    def _two_daemons(self) -> None:
        before = len(self.settings)
        daemons = [self._daemon(die_at=self._die_at()) for _ in range(2)]
        for end in take_turns(daemons, self._chance, between=self._perhaps_set_the_clock):
            self._count(end)
        if len(self.settings) != before:
            self._excuse_late_writes()

    def _perhaps_set_the_clock(self) -> None:
        if self.settings and self._chance.random() < SET_AT:
            by = self.settings.pop()
            self._was_set_back |= by < 0
            self._town.clock.set(by)

    def _excuse_late_writes(self) -> None:
        """Note that somebody who slept, or whose lease a clock ended, may have written after an undo."""
        with self._town.enter() as visit, visit.store.reading() as tx:
            length = len(tx.audit.listed())
        self._town.woken.update(dict.fromkeys(self._names, length))

    def _daemon(self, *, die_at: int = 0, sleep_at: int = 0, only: Operation | None = None) -> "_Daemon":
        sweep = self._chance.random() < 0.4
        seed = self._chance.getrandbits(32)
        steps = Steps(die_at=die_at, sleep_at=sleep_at, only=only)
        return _Daemon(self._town, seed, steps, self._kinds, sweep)

    def _clumsy(self) -> "_Daemon":
        """Give a daemon that meets faults and may die of it."""
        return self._daemon(die_at=self._chance.choice((0, 12, 25)))

    def _die_at(self) -> int:
        return self._chance.randint(1, self._chance.choice((8, 20, 45)))

    def _sleeper(self) -> None:
        """Let one daemon fall asleep past its lease while another works on, then wake it.

        A long sleeper, which no quarantine waits for, is not killed afterwards: it tidies up behind itself,
        and where its calendar does not let it the next sweep does.
        """
        is_long = self._chance.random() < 0.5
        die_at = 0 if is_long else self._chance.randint(10, 80)
        only = self._chance.choice(
            (Operation.WRITE, Operation.WRITE, Operation.MARKED, Operation.MARKED, None)
        )
        sleep_at = self._chance.randint(1, 5 if only else 25)
        child = spawn(self._daemon(sleep_at=sleep_at, die_at=die_at, only=only))
        end = child.wait()
        if end is not End.ASLEEP:
            self._count(end)
            return
        self.sleeps += 1
        if is_long or BACK in self.settings[-1:]:
            self._perhaps_set_the_clock()
        for _ in range(5 if is_long else 2):
            with self._town.enter() as visit:
                self._crowd.act(visit, restless=0.4)
            self._town.clock.at += self._chance.choice((31, 62, 65))
            self._count(spawn(self._clumsy()).wait())
        child.wake()
        self._count(child.wait())
        self._excuse_late_writes()
        if is_long:
            self._sweep()

    def _sweep(self) -> None:
        """Let a healthy daemon sweep, once lists show what was written last."""
        self._town.clock.at += LIST_LAG
        self._count(spawn(self._town.works(sweep=True)).wait())

    def _count(self, end: End) -> None:
        self.kills += end is End.KILLED
        if end is End.BROKEN:
            self.violations.append("a daemon ended with an error that nobody handles")

    def _check(self) -> None:
        with self._town.enter() as visit:
            self.violations += broken(visit, gentle=self._gentle)

    def _outage(self) -> None:
        """Let one person's calendar be away for more than a day while a daemon looks in every two hours.

        Sometimes only looking up fails, sometimes nothing is answered at all: no state outlives its limit.
        It begins as people accept, so that there is something to write.
        """
        with self._town.enter() as visit:
            self._crowd.act(visit)
        away = self._chance.choice(PEOPLE)
        operations = self._chance.choice(
            ((Operation.READ,), (Operation.READ, Operation.MARKED), tuple(KINDS))
        )
        kinds = {each: (Fault.UNAVAILABLE,) for each in operations}
        until = self._town.clock.at + OUTAGE
        while self._town.clock.at < until and not self.violations:
            self._town.clock.at += OUTAGE // 15
            works = self._town.works(sweep=False, faults={away: SeededFaults(0, 1.0, kinds)})
            self._count(spawn(works).wait())
        self._check()

    def _peace(self) -> None:
        """End the faults and let one healthy daemon work on: everything comes to rest in time."""
        self._town.clock.at += 61
        began = self._town.clock.at
        self._work_until(began + SETTLED_SOON)
        bookings = [] if self._was_set_back and not self._set_back_is_known() else self._bookings()
        self.bookings = len(bookings)
        late = [each for each in bookings if each.state not in FINAL | {BookingState.QUARANTINE}]
        self.soon = len(bookings) - len(late)
        self.late = [self._why_late(each) for each in late]
        while self._unsettled() and self._town.clock.at < began + SETTLED + QUARANTINE:
            self._work_until(self._town.clock.at + QUARANTINE)
        now = self._town.clock.at
        ends = (each.since for each in self._bookings() if each.since <= now)
        self.rest_after = max((since - began for since in ends), default=0)
        after = self._town.clock.at - began
        for each in self._unsettled():
            self.violations.append(f"I5 {each.session}: still {each.state} {after} s after the faults")
        self._check()

    def _set_back_is_known(self) -> bool:
        """Tell whether the log has it: from then on all that waits is brought nearer at once."""
        with self._town.enter() as visit, visit.store.reading() as tx:
            return any(each.shown < each.due for each in jumps_in(tx.audit.listed(CLOCK)))

    def _why_late(self, booking: Booking) -> str:
        now = self._town.clock.at
        with self._town.enter() as visit, visit.store.reading() as tx:
            effects = tx.ledger.effects(booking.session)
        waits = [
            f"{each.attendee} {each.state}, in {each.next_at - now} s ({each.attempts}), {each.last_error}"
            for each in effects
            if each.next_at > now
        ]
        left = f"{booking.state} since {now - booking.since} s, due in {booking.next_at - now} s"
        return f"{booking.session}: {left}, {'; '.join(waits)}"

    def _unsettled(self) -> list[Booking]:
        return [each for each in self._bookings() if each.state not in FINAL]

    def _bookings(self) -> Sequence[Booking]:
        with self._town.enter() as visit, visit.store.reading() as tx:
            every = map(tx.ledger.booking, tx.ledger.in_state(tuple(BookingState)))
            return [booking for booking in every if booking is not None]

    def _work_until(self, until: int) -> None:
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

    def __call__(self, turn: Turn = nobody_else) -> None:
        self.steps.turn = turn
        faults: dict[UserId, Faults] = {
            user: SeededFaults(self.seed + number, FAULTY, self.kinds) for number, user in enumerate(PEOPLE)
        }
        visit = self.town.enter(self.steps, faults)
        visit.work(sweep=self.sweep)
