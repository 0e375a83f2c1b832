"""A daemon is killed between any two steps of a stranger's way: each time is booked once, or free again."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from connectors.ical.mail.relay import Relay
from daemon import wire
from daemon.app.examine import check
from daemon.app.links import DeadLinkError
from daemon.app.outsiders.invitations import InvitationDesk
from daemon.app.outsiders.visits import Taking, VisitDesk
from daemon.jobs.single_pass import run_once
from daemon.services import Services
from engine.booking.outbox.mailing import CLAIM
from engine.ids import UserId
from engine.model.invitation import HELD_FOR, Visit
from engine.notices.links import token_of
from engine.notices.visit_links import confirming_id
from engine.sessions.invitations import InvitationOptions, TakenError, WaitsError
from engine.time.span import Instant, Span
from store.sql.store import SqlStore
from tests.chaos.processes import End, spawn
from tests.chaos.strangers import written
from tests.chaos.test_strangers import database
from tests.chaos.town import Tokens
from tests.daemon.outside.outsiders import Outsiders
from tests.worlds.notice_world import ALICE, NoticeWorld, noticing

pytestmark = [pytest.mark.chaos, pytest.mark.long]
PATIENCE = 120
"""Seconds of computing after which a daemon never comes to an end."""
CLAIMS = 3
"""So many claims pass until a copy that a dead daemon had begun is looked at, and finished or taken back."""
__all__ = ["database"]


def dying_at(step: int) -> Callable[[], None]:
    """Give what counts steps, and kills this process at one of them."""
    left = [step]

    def count() -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return count


def counted(count: Callable[[], None]) -> None:
    """Count each transaction that writes, before and after it, and each letter; in this process alone."""
    writing, send = SqlStore.writing, Relay.send

    def counted_writing(store: SqlStore) -> AbstractContextManager[Any]:
        return steps(writing, store)

    @contextmanager
    def steps(begin: Any, store: SqlStore) -> Iterator[Any]:
        count()
        with begin(store) as tx:
            yield tx
        count()

    def counted_send(relay: Relay, *letter: Any) -> None:
        count()
        send(relay, *letter)
        count()

    SqlStore.writing = counted_writing  # type: ignore[method-assign, assignment] # a forked process that ends at once
    Relay.send = counted_send  # type: ignore[method-assign, assignment] # likewise


class Way:
    """One stranger a death: their way is begun by a process that dies, and looked after by another."""

    def __init__(self, world: NoticeWorld) -> None:
        self.world = world
        with self.opened() as services:
            run_once(services, _quiet)
            options = InvitationOptions(user="alice", title="Office hour", duration="30m", uses=900)
            made = InvitationDesk(services.access).create(options)
            self.token = str(made["url"]).rpartition("/")[2]
            self.starts = list(InvitationDesk(services.access).show(self.token).starts)[48:]
        self.booked: list[Instant] = []

    def opened(self) -> AbstractContextManager[Services]:
        tokens = Tokens(int.from_bytes(os.urandom(6), "big"))
        return wire.open_daemon(self.world.file, clock=self.world.clock, randomness=tokens)

    def go(self, who: str, start: Instant, count: Callable[[], None]) -> None:
        """Be the daemon of somebody who takes a time, opens the mail and confirms; a child's whole life."""
        counted(count)
        with self.opened() as services:
            desk = VisitDesk(services.access)
            desk.take(self.token, _taking(who, start))
            run_once(services, _quiet)
            visit = self._visit(services, start)
            assert visit is not None
            desk.confirm(_confirming(services, visit))
            run_once(services, _quiet)

    def _visit(self, services: Services, start: Instant) -> Visit | None:
        with services.store.reading() as tx:
            link = next(iter(tx.repositories.invitations.all()))
            found = [one for one in tx.repositories.visits.of_invitation(link.id) if one.start == start]
        return found[-1] if found else None

    def go_on(self, who: str, start: Instant) -> None:
        """Press again whatever there is to press, once another daemon lives.

        A letter that the dead one had in hand goes once its claim has run out, long before the hold does.
        """
        with self.opened() as services:
            desk = VisitDesk(services.access)
            with suppress(WaitsError, TakenError):
                desk.take(self.token, _taking(who, start))
            self._come_round(services)
            visit = self._visit(services, start)
            assert visit is not None
            assert self._mails(who), "held, and no mail asked to confirm it"
            with suppress(DeadLinkError):
                desk.confirm(_confirming(services, visit))
            self._come_round(services)
            self.booked.append(start)

    def _come_round(self, services: Services) -> None:
        """Go on until what the dead daemon had in hand is nobody's any more, and done or taken back."""
        run_once(services, _quiet)
        for _ in range(CLAIMS):
            self.world.pass_time(CLAIM)
            run_once(services, _quiet)

    def let_be(self, who: str, start: Instant) -> None:
        """Do nothing more: a time that was not confirmed is free again after a quarter of an hour.

        One that was, and whose copies nobody finished for so long, is taken back, and its stranger told.
        """
        self.world.pass_time(HELD_FOR)
        with self.opened() as services:
            run_once(services, _quiet)
            visit = self._visit(services, start)
            if visit is not None and visit.confirmed_at is not None:
                self.booked.append(start)
                return
            with services.store.reading() as tx:
                given_back = visit is not None and tx.sessions.get(visit.session_id) is not None
            if given_back:
                self._come_round(services)
            assert start in InvitationDesk(services.access).show(self.token).starts
            assert bool(self._mails(who, "no_longer")) is given_back

    def _mails(self, who: str, kind: str = "confirm") -> set[str]:
        mails = zip(self.world.room.recipients, self.world.room.messages(), strict=True)
        asking = [mail for to, mail in mails if to == who and mail["X-Gatherly-Kind"] == kind]
        return {str(mail["Message-ID"]) for mail in asking}

    def all_is_so(self) -> None:
        """Each confirmed start is held, booked and written once, and nothing else is."""
        with self.opened() as services:
            run_once(services, _quiet)
            at = Outsiders(self.world, services)
            with services.store.reading() as tx:
                held = [hold.span.start for hold in tx.ledger.holds(UserId("alice"), Span(0, 10**10))]
                assert tx.repositories.visits.lapsed(10**10) == []
            assert sorted(held) == sorted(written(at)) == sorted(self.booked)
            assert check(services.book_deps) == []


def _taking(who: str, start: Instant) -> Taking:
    return Taking(start=start, name="Somebody", address=who, zone="UTC", client=who)


def _confirming(services: Services, visit: Visit) -> str:
    identifier = services.access.custody.identifier
    with services.store.reading() as tx:
        link = tx.repositories.links.get(confirming_id(identifier, visit))
    assert link is not None
    return token_of(identifier, link)


def _quiet(_line: str) -> None:
    pass


def die_everywhere(root: Path, stride: int, settings: str = "") -> int:
    """Die at every step there is, or every so many; gives how many steps the whole way has."""
    with noticing(root, ALICE, settings=settings) as world:
        way, step, end = Way(world), 1, End.KILLED
        while end is End.KILLED:
            who, start = f"s{step}@visitor.test", way.starts.pop(0)
            end = spawn(partial(way.go, who, start, dying_at(step)), PATIENCE).wait()
            assert end is not End.BROKEN, step
            if (step // stride) % 3 == 0 and end is End.KILLED:
                way.let_be(who, start)
            else:
                way.go_on(who, start)
            assert len(way._mails(who)) <= 1
            step += stride
        way.all_is_so()
    return step


def test_a_kill_between_any_two_steps(tmp_path: Path) -> None:
    assert die_everywhere(tmp_path, 1) > 20


@pytest.mark.upload
def test_a_kill_between_some_steps(tmp_path: Path) -> None:
    assert die_everywhere(tmp_path, 9) > 20


def test_a_kill_between_any_two_steps_on_postgresql(tmp_path: Path, database: str) -> None:
    assert die_everywhere(tmp_path, 1, database) > 20
