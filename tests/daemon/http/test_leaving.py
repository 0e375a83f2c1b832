"""Whoever asks to be forgotten is forgotten, whatever others do with them meanwhile."""

from dataclasses import replace

import pytest

from daemon.app.accounts.people import forget_who_is_leaving, leave
from daemon.app.erase import forget_if_nothing_is_left
from daemon.app.principal import Principal, Role
from engine.ids import UserId
from tests.daemon.http.asking import Asked
from tests.standins.busy_store import BusyStore

BOB = UserId("bob")
HIMSELF = Principal(Role.USER, BOB)
SURPRISE = {"title": "Surprise", "inviteeIds": ["bob"], "duration": 30}


def book(api: Asked) -> int:
    """Have Alice book something with Bob, as far as he may still be asked; gives what she was answered."""
    made = api("alice", "POST", "/v1/sessions", SURPRISE)
    if made.is_success:
        api.work()
        api("alice", "POST", f"/v1/sessions/{made.json()['id']}/accept", {"slot": 1})
        api.work()
    return made.status_code


def is_known(api: Asked) -> bool:
    with api.services.store.reading() as tx:
        return tx.users.get(BOB) is not None


def copies(api: Asked) -> list[str]:
    return [one for one in api.world.events("bob") if "Surprise" in one]


def test_nobody_is_forgotten_while_a_copy_of_theirs_is_written(api: Asked) -> None:
    """Nothing is left, says one look; a copy is written; then they would be forgotten."""
    access = api.services.access
    busy = BusyStore(access.store, lambda: book(api))
    left = forget_if_nothing_is_left(busy, access.custody, BOB, access.clock.now())
    assert len(copies(api)) == 1
    assert left
    assert is_known(api)


@pytest.mark.parametrize("asked", ["before", "amid 1", "amid 2", "amid 3", "amid 5", "after"])
def test_whoever_leaves_is_forgotten_though_they_are_asked_meanwhile(api: Asked, asked: str) -> None:
    """Once asked before they leave; amid it, after so many looks; and while their copies are withdrawn."""
    access = api.services.access
    assert book(api) == 201
    looks = int(asked.removeprefix("amid ")) if "amid" in asked else 99
    busy = BusyStore(access.store, lambda: book(api), looks)
    desk = replace(access.desk, store=busy)
    theirs = replace(access, store=busy, make_desk=lambda: desk)  # type: ignore[type-var] # a StoreAccess
    assert leave(theirs, HIMSELF, BOB), "a copy is to be withdrawn first"
    if asked == "after":
        assert book(api) == 422
    for _ in range(3):
        api.world.pass_time(86400)
        api.work()
        api.services.sweep.run()
        forget_who_is_leaving(access)
    assert not is_known(api)
    assert copies(api) == []


def test_nobody_asks_or_adds_whoever_is_leaving(api: Asked) -> None:
    """Neither to something new, nor to what the others have, nor may they ask for anything themselves."""
    session = api.session(inviteeIds=["carol"])
    assert book(api) == 201
    assert leave(api.services.access, HIMSELF, BOB)
    assert api("alice", "POST", "/v1/sessions", SURPRISE).status_code == 422
    assert api("bob", "POST", "/v1/sessions", {**SURPRISE, "inviteeIds": ["carol"]}).status_code == 422
    added = {"inviteeIds": ["bob", "carol"]}
    assert api("alice", "PATCH", f"/v1/sessions/{session}", added).status_code == 422
