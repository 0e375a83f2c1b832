"""Fifty sessions want one car at the same time, and so do people by hand, through several processes at once.

No more than fit have it, whoever they are: when all have asked, and again after who had it gave it back.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from daemon import wire
from daemon.app.offers import OfferJudge
from daemon.services import Services
from engine.booking.offers import SlotTakenError
from engine.errors import InputError, StoreUnavailableError
from engine.family.resource_availability import peak_use
from engine.ids import SessionId, UserId
from engine.model.reservation import ResourceReservation
from engine.model.session import EventSession, SessionStatus, TimeSlot
from engine.ports.store import Store
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR, Instant, Span
from tests.chaos.processes import End, spawn
from tests.chaos.town import Tokens
from tests.daemon.family.home import desks
from tests.standins.time import StillClock
from tests.worlds.folder_world import FolderWorld, Somebody

pytestmark = pytest.mark.chaos
DAEMONS = 4
NOW = "2026-01-08T10:00:00Z"
FIRST = parse_instant("2026-01-10T10:00:00Z")
COMPUTING = 3600
AGAIN = 10
"""In each so-manyth round it is raced for once more after it was given back."""
SETTINGS = """
{store}
[sessions]
confirm = "host"
[calendars.family]
type = "family"
[resources.car]
name = "Family Car"
type = "vehicle"
"""
USER = """
[users.p{number}]
email = "p{number}@example.com"
timezone = "UTC"
"""


class Brief(OfferJudge):
    """Refuses without naming other times: whoever lost is at it again the sooner."""

    def advised(
        self, store: Store, session_id: SessionId, refusal: SlotTakenError, now: Instant
    ) -> SlotTakenError:
        return refusal


@dataclass(frozen=True, slots=True)
class Race:
    """So many people who want the car, each with a session of their own, in each of so many rounds."""

    world: FolderWorld
    racers: int
    rounds: int

    def opened(self, seed: int) -> Any:
        clock = StillClock(parse_instant(NOW))
        return wire.open_daemon(self.world.file, lock=False, clock=clock, randomness=Tokens(seed))

    def slot(self, number: int, racer: int) -> TimeSlot:
        """Give what one wants: all of a round's overlap."""
        start = FIRST + number * 3 * HOUR + racer % 3 * HOUR // 4
        return TimeSlot(start=start, end=start + HOUR)

    def time_of(self, number: int) -> Span:
        return Span(FIRST + number * 3 * HOUR, FIRST + (number + 1) * 3 * HOUR)

    def lay_out(self, services: Services, number: int) -> None:
        """Have everybody want the car in a round; who did not get it before no longer does."""
        with services.store.writing() as tx:
            for racer in range(self.racers if number else 0):
                before = tx.sessions.get(SessionId(f"s{number - 1}-{racer}"))
                if before is not None and before.status is SessionStatus.PENDING and not before.final_time:
                    tx.sessions.put(replace(before, status=SessionStatus.CANCELLED))
            for racer in range(self.racers):
                tx.sessions.put(
                    EventSession(
                        id=SessionId(f"s{number}-{racer}"),
                        host_user_id=UserId(f"p{racer}"),
                        invitee_ids=(UserId(f"p{(racer + 1) % self.racers}"),),
                        title="Trip",
                        duration=60,
                        proposed_times=(self.slot(number, racer),),
                        resource_ids=("car",),
                        created_at=services.clock.now(),
                        expires_at=services.clock.now() + 7 * DAY,
                    )
                )

    def run(self, share: int, start: Any) -> None:
        """Be one of the daemons; one that breaks keeps the others from waiting for it."""
        try:
            self._race(share, start)
        except BaseException:
            start.abort()
            raise

    def _race(self, share: int, start: Any) -> None:
        with self.opened(share) as services:
            for number in range(self.rounds):
                if share == 0:
                    self.lay_out(services, number)
                    print(f"round {number}", flush=True)
                for _heat in range(2 if number % AGAIN == 0 else 1):
                    start.wait(COMPUTING)
                    self._ask(services, number, share)
                    start.wait(COMPUTING)
                    if share == 0:
                        self._give_back(services, number)

    def _ask(self, services: Services, number: int, share: int) -> None:
        for racer in range(share, self.racers, DAEMONS):
            while not self._asked(services, number, racer):
                pass

    def _asked(self, services: Services, number: int, racer: int) -> bool:
        """Ask once; a store that was locked for too long is asked again, as whoever sees that does."""
        try:
            with suppress(InputError):
                if racer % 10 == 9:
                    wanted = self.slot(number, racer).span
                    desks(services, f"p{racer}").resources.reserve("car", wanted, None, None)
                else:
                    brief = Brief(lambda: services.knowledge_policy)
                    replace(services.desk, offers=brief).accept(SessionId(f"s{number}-{racer}"), 1)
        except StoreUnavailableError:
            return False
        return True

    def _give_back(self, services: Services, number: int) -> None:
        """See that there is one, and take the car from it."""
        (one,) = self.having(services, number)
        if one.session_id is not None:
            services.desk.cancel(one.session_id)
        else:
            desks(services, one.reserved_by).resources.release(one.id)
        assert self.having(services, number) == []

    def having(self, services: Services, number: int) -> Sequence[ResourceReservation]:
        with services.store.reading() as tx:
            found = tx.repositories.reservations.overlapping("car", self.time_of(number))
        counted = [one for one in found if one.counts]
        assert peak_use([one.span for one in counted], self.time_of(number)) <= 1
        return counted


def race(root: Path, racers: int, rounds: int, store: str = "") -> None:
    people = "".join(USER.format(number=number) for number in range(racers))
    world = FolderWorld(root, [Somebody(name="alice")], NOW, SETTINGS.format(store=store) + people)
    one = Race(world, racers, rounds)
    with one.opened(99):
        pass  # the store is made before all ask it
    start = get_context("fork").Barrier(DAEMONS)
    children = [spawn(partial(one.run, share, start), COMPUTING) for share in range(DAEMONS)]
    assert [child.wait() for child in children] == [End.DONE] * DAEMONS


def test_one_of_eight_has_the_car(tmp_path: Path) -> None:
    race(tmp_path, 8, 1)


ROUNDS = [5, 200]


@pytest.mark.long
@pytest.mark.parametrize("rounds", ROUNDS)
def test_one_of_fifty_has_the_car(rounds: int, tmp_path: Path) -> None:
    race(tmp_path, 50, rounds)


@pytest.mark.long
@pytest.mark.server
@pytest.mark.parametrize("rounds", ROUNDS)
def test_one_of_fifty_has_the_car_on_postgresql(rounds: int, tmp_path: Path, postgres: str) -> None:
    race(tmp_path, 50, rounds, f'[store]\nurl = "{postgres}"')
