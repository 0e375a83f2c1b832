"""Rare things at a fixed rate: each town plays the whole deck of scenes, whatever else its lot has in store.

What needs a worker that sleeps with a write in hand, an undo meanwhile, and then the one moment at which only
one rule stands against it, happens by chance once in hundreds of kills. A scene sets the stage; who takes
part, where they sleep, who is killed on the way and what else is going on stay the lot's.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from daemon.booking.worker import BookJob
from engine.booking.checks.sweeping import RESTING
from engine.ids import EventId, RemoteCalendarId, SessionId, UserId
from engine.model.booking import BookingState
from engine.model.session import EventSession, SessionStatus
from engine.sessions import state_machine
from tests.chaos.processes import Child, End, spawn
from tests.chaos.steps import Steps
from tests.chaos.town import HARD, PEOPLE, Town, Visit, slot
from tests.doubles.provider.faults import Fault, Faults, Operation, SeededFaults

LEASE_OVER = 61
QUARANTINE_OVER = 95
LISTED = 3
APART = 40
"""The scenes' slots begin where nobody else chooses any; no two overlap."""
BLIND: Mapping[Operation, Sequence[Fault]] = {
    operation: (Fault.UNAVAILABLE,) for operation in (Operation.READ, Operation.MARKED)
}

Scene = Callable[[], None]


class Scenes:
    """The deck of one town; `daemon` makes one that meets faults and may die, `count` takes how it ended.

    `woken` is told whenever a sleeper may have written something late.
    """

    def __init__(
        self,
        town: Town,
        chance: random.Random,
        names: list[SessionId],
        daemon: Callable[[], Callable[[], None]],
        count: Callable[[End], None],
        woken: Callable[[], None],
    ) -> None:
        self._town = town
        self._chance = chance
        self._names = names
        self._daemon = daemon
        self._count = count
        self._woken = woken
        self.sleeps = 0
        self._played = 0
        self._deck: list[Scene] = []

    def play(self) -> None:
        """Play the next one; when all have been played, they are shuffled anew."""
        self._deck = self._deck or self._shuffled()
        self._deck.pop()()
        self._played += 1

    def _shuffled(self) -> list[Scene]:
        scenes: list[Scene] = [
            partial(self._lands_in_quarantine, dies=True, blind=False),
            partial(self._lands_in_quarantine, dies=True, blind=True),
            partial(self._lands_in_quarantine, dies=False, blind=True),
            self._lands_after_quarantine,
            self._owners_delete,
            self._lands_after_its_owner_deleted,
        ]
        return self._chance.sample(scenes, len(scenes))

    def _lands_in_quarantine(self, *, dies: bool, blind: bool) -> None:
        """Let a write land between an undo and its last look; its writer may die before it tidies up.

        Where all are `blind`, nobody can look into a calendar when that last look is due.
        """
        session = self._accepted(self._any())
        child = self._asleep_in_a_write(session, dies=dies)
        if child is None:
            return
        self._called_off(session)
        self._pass(self._chance.randrange(61))
        self._wake(child)
        self._pass(QUARANTINE_OVER)
        if blind:
            self._work(faults={user: SeededFaults(0, 1.0, BLIND) for user in PEOPLE})
            self._pass(5)
        self._work()

    def _lands_after_quarantine(self) -> None:
        """Let a write land when nobody waits for one any more; its writer lives, and a sweep follows."""
        session = self._accepted(self._any())
        child = self._asleep_in_a_write(session)
        if child is None:
            return
        self._called_off(session)
        self._pass(QUARANTINE_OVER)
        self._work(sweep=self._chance.random() < 0.5)
        self._wake(child)
        self._pass(LISTED)
        self._work(sweep=True)

    def _owners_delete(self) -> None:
        """Let one owner of a confirmed event's copies delete theirs, or all, and a sweep see it."""
        session = self._accepted(self._any())
        self._settle()
        copies = self._copies(session)
        self._delete(copies if self._chance.random() < 0.5 else copies[-1:])
        self._pass(LISTED)
        self._count(spawn(self._daemon()).wait())
        self._pass(LEASE_OVER)
        self._work(sweep=True)
        self._settle()

    def _lands_after_its_owner_deleted(self) -> None:
        """Let a write land again that another worker had done as well, and whose copy its owner deleted.

        They need not come: their copy is the first, and the event stands without it. No id is kept of it.
        """
        (owner,) = HARD
        others = [user for user in PEOPLE if user != owner]
        with self._town.enter() as visit:
            session = self._new(visit, self._chance.sample(others, 2), owner)
        child = self._asleep_in_a_write(self._accepted(session), write=1)
        if child is None:
            return
        self._pass(LEASE_OVER)
        self._settle()
        self._delete([each for each in self._copies(session) if each[0] == owner])
        self._pass(LISTED)
        self._work(sweep=True)
        self._wake(child)
        self._pass(LISTED)
        self._work(sweep=True)

    def _asleep_in_a_write(
        self, session: SessionId, *, write: int | None = None, dies: bool = False
    ) -> Child | None:
        """Start a worker that sleeps with a write in hand; with `dies` it does that write and no more."""
        number = write or self._chance.randint(1, 2)
        steps = Steps(sleep_at=number, only=Operation.WRITE, dies_after_waking=int(dies))

        def work() -> None:
            BookJob(self._town.enter(steps).deps).run(session)

        child = spawn(work)
        end = child.wait()
        if end is not End.ASLEEP:
            self._count(end)
            return None
        self.sleeps += 1
        return child

    def _called_off(self, session: SessionId) -> None:
        """Have the session called off or rescheduled and the booking undone, by whoever lives."""
        now = self._town.clock.now()
        commands: Sequence[Callable[[EventSession], EventSession]] = (
            partial(state_machine.cancel, now=now),
            partial(state_machine.reschedule, now=now),
        )
        with self._town.enter() as visit:
            visit.command(session, self._chance.choice(commands))
        self._pass(LEASE_OVER)
        self._count(spawn(self._daemon()).wait())
        self._pass(LEASE_OVER)
        self._work()

    def _accepted(self, session: SessionId) -> SessionId:
        """Let a session's host accept a time that nobody else wants."""
        with self._town.enter() as visit:
            visit.choose(session, slot(APART + 2 * self._played))
        return session

    def _any(self) -> SessionId:
        """Give a session that waits for somebody to accept; a new one where there is none."""
        with self._town.enter() as visit:
            resting = [each.id for each in visit.sessions(self._names) if _is_at_rest(visit, each)]
            if resting:
                return self._chance.choice(resting)
            *required, optional = self._chance.sample(PEOPLE, 3)
            return self._new(visit, required, self._chance.choice((None, optional)))

    def _new(self, visit: Visit, required: Sequence[UserId], optional: UserId | None) -> SessionId:
        session = SessionId(f"scene{self._played}")
        visit.create(session, required, () if optional is None else (optional,))
        self._names.append(session)
        return session

    def _copies(self, session: SessionId) -> list[tuple[UserId, EventId]]:
        with self._town.enter() as visit:
            ours = [(user, each) for user in PEOPLE for each in visit.ours(user)]
        return [(user, each.event_id) for user, each in ours if each.mark and each.mark.session == session]

    def _delete(self, copies: Sequence[tuple[UserId, EventId]]) -> None:
        with self._town.enter() as visit:
            for user, event in copies:
                visit.providers[user].owner_deletes(RemoteCalendarId(user), event)
                self._town.removed.add(event)

    def _settle(self) -> None:
        for _ in range(3):
            self._work()
            self._pass(5)

    def _wake(self, child: Child) -> None:
        child.wake()
        self._count(child.wait())
        self._woken()

    def _work(self, *, sweep: bool = False, faults: Mapping[UserId, Faults] | None = None) -> None:
        self._count(spawn(self._town.works(sweep=sweep, faults=faults)).wait())

    def _pass(self, seconds: int) -> None:
        self._town.clock.at += seconds


def _is_at_rest(visit: Visit, session: EventSession) -> bool:
    """Tell whether a session waits for somebody to accept, with nothing of an earlier booking left to do."""
    if session.status is not SessionStatus.PENDING or session.final_time is not None:
        return False
    with visit.store.reading() as tx:
        booking = tx.ledger.booking(session.id)
    return booking is None or booking.state in RESTING - {BookingState.CONFIRMED}
