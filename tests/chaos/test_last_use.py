"""Two want the last of something at the same moment: one gets it, and both are told the truth."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from daemon.app.outsiders.visits import Taking
from engine.model.invitation import HELD_FOR, Visit
from engine.sessions.invitations import TakenError, WaitsError
from engine.time.span import Instant
from tests.chaos.strangers import Crowd, written
from tests.chaos.test_strangers import database
from tests.daemon.outside.outsiders import Outsiders, outside

pytestmark = [pytest.mark.chaos, pytest.mark.long, pytest.mark.upload]
ROUNDS = 8
PATIENCE = 120
"""Seconds after which whoever waits for another that does not come is wrong here."""
CONFIRMS, CHANGES = "INSERT INTO event_sessions", "UPDATE invitations"
"""How what confirms, and what takes or revokes, begins to write."""
__all__ = ["database"]


@pytest.fixture(params=["sqlite", "postgresql"])
def crowd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Crowd]:
    settings = request.getfixturevalue("database") if request.param == "postgresql" else ""
    with outside(tmp_path, settings) as at:
        yield Crowd(at, 27)


@contextmanager
def meeting(at: Outsiders) -> Iterator[None]:
    """Have two threads begin to write together, each having read what stood before; SQLite lets none."""
    barrier, met = threading.Barrier(2, timeout=PATIENCE), threading.local()

    def note(connection: sa.Connection, _cursor: object, statement: str, *_more: object) -> None:
        if connection.dialect.name == "sqlite" or getattr(met, "before", False):
            return
        if statement.startswith((CONFIRMS, CHANGES)):
            met.before = True
            barrier.wait()

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def at_once(at: Outsiders, *works: Callable[[], str]) -> Sequence[str]:
    """Do both at the same moment; gives what each was told."""
    with meeting(at), ThreadPoolExecutor(len(works)) as pool:
        return [one.result() for one in [pool.submit(work) for work in works]]


def taken(crowd: Crowd, token: str, id_: str, who: str, start: Instant) -> Visit:
    """Have somebody take a start; gives what they hold."""
    assert take(crowd, token, who, start) == "held"
    with crowd.at.services.store.reading() as tx:
        return next(one for one in tx.repositories.visits.of_invitation(id_) if one.start == start)


def take(crowd: Crowd, token: str, who: str, start: Instant) -> str:
    """Take a start from a place of one's own."""
    taking = Taking(start=start, name="Somebody", address=who, zone="UTC", client=f"{who} {start}")
    try:
        crowd.desk.take(token, taking)
    except TakenError:
        return "taken"
    except WaitsError:
        return "waits"
    return "held"


def test_of_two_who_confirm_the_last_use_of_a_link_one_is_booked(crowd: Crowd) -> None:
    """Each has a time of their own; the link is good for one of them."""
    at = crowd.at
    for number in range(ROUNDS):
        link, id_ = at.invite(uses=1)
        token = link.removeprefix("/i/")
        *_, first, second = at.invitations.show(token).starts[: 2 * ROUNDS]
        one, other = (
            taken(crowd, token, id_, f"{who}{number}@visitor.test", start)
            for who, start in (("ann", first), ("ben", second))
        )
        said = at_once(at, lambda: crowd.click(one), lambda: crowd.click(other))  # noqa: B023 # at once
        assert sorted(said) == ["booked", "dead"]
        assert [row["used"] for row in at.invitations.listed()][-1] == 1
        assert at.client.get(link).status_code == 410
    at.world.run_once()
    assert len(list(written(at))) == ROUNDS
    at.world.pass_time(HELD_FOR)
    at.world.run_once()
    assert at.holds() == ROUNDS


def test_of_two_holds_of_one_mailbox_at_two_links_one_is_let_be(crowd: Crowd) -> None:
    """One unconfirmed hold an address, by whatever links it is tried at once."""
    at = crowd.at
    for number in range(ROUNDS):
        tokens = [at.invite(uses=9)[0].removeprefix("/i/") for _ in range(2)]
        first, *_, last = at.invitations.show(tokens[0]).starts
        who = f"ann{number}@visitor.test"
        said = at_once(
            at,
            lambda: take(crowd, tokens[0], who, first),  # noqa: B023 # at once
            lambda: take(crowd, tokens[1], who.upper(), last),  # noqa: B023 # at once
        )
        assert sorted(said) == ["held", "waits"]
        at.world.run_once()
        assert len(at.mails(who, "confirm")) == 1
        at.world.pass_time(HELD_FOR)
        at.world.run_once()


def test_who_confirms_while_the_link_is_revoked_is_booked_just_if_they_are_told_so(crowd: Crowd) -> None:
    """Revoking ends a link for whoever comes later; what was booked stands."""
    at, booked = crowd.at, 0
    for number in range(ROUNDS):
        link, id_ = at.invite(uses=9)
        token = link.removeprefix("/i/")
        start = at.invitations.show(token).starts[number]
        visit = taken(crowd, token, id_, f"ann{number}@visitor.test", start)

        def revoke(id_: str = id_) -> str:
            at.invitations.revoke(id_)
            return "revoked"

        said = at_once(at, lambda: crowd.click(visit), revoke)  # noqa: B023 # at once
        assert said[0] in ("booked", "dead")
        booked += said[0] == "booked"
        (row,) = [row for row in at.invitations.listed() if row["id"] == id_]
        assert (row["used"], "revoked" in row) == (int(said[0] == "booked"), True)
        assert crowd.click(visit) == "dead"
    at.world.pass_time(HELD_FOR)
    at.world.run_once()
    assert at.holds() == len(list(written(at))) == booked
