"""Who asks, and as what: a user for themselves and of what they attend, an operator of everything."""

from collections.abc import Callable
from typing import Any

import pytest

from daemon.app.check import check, check_offline
from daemon.app.erase import erase, what_goes
from daemon.app.export import export_user
from daemon.app.principal import OPERATOR, Principal, Role
from daemon.app.purge import purge
from daemon.app.repair import repair
from daemon.app.sessions import SessionDesk
from daemon.app.sync_plan import plan
from daemon.app.upkeep.backup import backup
from daemon.app.upkeep.restore import check_backup, restore
from daemon.app.upkeep.rotate_key import rotate_key
from engine.errors import NotAllowedError, UnknownThingError
from engine.ids import SessionId, UserId
from engine.model.session import SessionStatus
from engine.sessions.session_options import SessionOptions
from tests.daemon.app.test_offers import BOB, ONE, Town

ANN_ASKS = Principal(Role.USER, UserId("ann"))
BOB_ASKS = Principal(Role.USER, BOB)
STRANGER = Principal(Role.USER, UserId("zoe"))
Verb = Callable[[SessionDesk], object]

HOSTS: dict[str, Verb] = {
    "reject": lambda desk: desk.reject(ONE),
    "reschedule": lambda desk: desk.reschedule(ONE),
    "cancel": lambda desk: desk.cancel(ONE),
}
ANYBODYS: dict[str, Verb] = {
    "accept": lambda desk: desk.accept(ONE, 1),
    "decline": lambda desk: desk.decline(ONE),
    "view": lambda desk: desk.view(ONE),
    "named": lambda desk: desk.named(ONE),
}


@pytest.mark.parametrize("verb", HOSTS.values(), ids=HOSTS)
def test_what_is_the_hosts_is_refused_to_who_is_invited_and_done_for_the_host(verb: Verb) -> None:
    town = Town()
    before = town.session(ONE)
    with pytest.raises(NotAllowedError, match="Only the host"):
        verb(town.desk.asked_by(BOB_ASKS))
    assert town.session(ONE) == before
    verb(town.desk.asked_by(ANN_ASKS))
    assert town.session(ONE) != before


@pytest.mark.parametrize("verb", [*HOSTS.values(), *ANYBODYS.values()], ids=[*HOSTS, *ANYBODYS])
def test_a_session_is_not_there_for_who_does_not_attend_it(verb: Verb) -> None:
    with pytest.raises(UnknownThingError, match="There is no session"):
        verb(Town().desk.asked_by(STRANGER))


def test_a_user_answers_for_themselves_without_naming_anybody() -> None:
    town = Town()
    town.desk.asked_by(BOB_ASKS).decline(ONE)
    with town.store.reading() as tx:
        assert [each.content for each in tx.messages.of(ONE)][-1:] == ["I cannot come."]
    assert town.session(ONE).status is not SessionStatus.SCHEDULED


def test_a_user_speaks_for_nobody_else() -> None:
    town = Town()
    with pytest.raises(NotAllowedError, match="speak for bob"):
        town.desk.asked_by(ANN_ASKS).decline(ONE, "bob")
    town.desk.asked_by(OPERATOR).decline(ONE, "bob")


def test_a_user_asks_for_sessions_of_their_own_and_lists_what_they_attend() -> None:
    town = Town()
    wish = SessionOptions(host="ann", invitees=("cy",), title="Walk", duration="30m")
    with pytest.raises(NotAllowedError, match="Only the host"):
        town.desk.asked_by(BOB_ASKS).create(wish)
    made = town.desk.asked_by(ANN_ASKS).create(wish)
    listed = {
        who.user: {SessionId(one["id"]) for one in town.desk.asked_by(who).listed()}
        for who in (ANN_ASKS, BOB_ASKS, STRANGER)
    }
    assert made.id in listed[UserId("ann")]
    assert made.id not in listed[BOB]
    assert ONE in listed[BOB]
    assert listed[UserId("zoe")] == set()


def test_only_an_operator_ends_a_stuck_booking() -> None:
    with pytest.raises(NotAllowedError, match="Only an operator"):
        Town().desk.asked_by(ANN_ASKS).release(ONE)


NOTHING: Any = None
"""What a door that is closed never comes to touch."""
OPERATORS: dict[str, Callable[[Principal], object]] = {
    "check": lambda who: check(who, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
    "check --offline": lambda who: check_offline(who, NOTHING, NOTHING),
    "plan": lambda who: plan(who, NOTHING, NOTHING, NOTHING),
    "purge": lambda who: next(purge(who, NOTHING, NOTHING, NOTHING, NOTHING, dry_run=False)),
    "fsck --apply": lambda who: repair(who, NOTHING, NOTHING),
    "erase, told": lambda who: what_goes(who, NOTHING, NOTHING, NOTHING, 0),
    "erase": lambda who: erase(who, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING),
    "export": lambda who: export_user(who, NOTHING, NOTHING, NOTHING, NOTHING),
    "backup": lambda who: next(backup(who, NOTHING, NOTHING, NOTHING, NOTHING, NOTHING, force=True)),
    "restore": lambda who: restore(who, NOTHING, NOTHING, NOTHING, NOTHING),
    "restore --check": lambda who: check_backup(who, NOTHING, NOTHING, NOTHING),
    "keys rotate": lambda who: rotate_key(who, NOTHING, NOTHING, NOTHING),
}


@pytest.mark.parametrize("who", [ANN_ASKS, Principal(Role.APP)], ids=["a user", "an app"])
@pytest.mark.parametrize("door", OPERATORS.values(), ids=OPERATORS)
def test_what_is_the_operators_is_closed_to_everybody_else_before_anything_is_touched(
    door: Callable[[Principal], object], who: Principal
) -> None:
    with pytest.raises(NotAllowedError, match="Only an operator may"):
        door(who)
