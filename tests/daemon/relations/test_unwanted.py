"""Whoever says that they want no contacts has none, though their events are being looked at just then."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.app.accounts.settings import change_settings
from daemon.app.principal import Principal, Role
from daemon.app.relations.contacts import Contacts
from daemon.app.relations.desk import Desk, SwitchedOffError
from daemon.relations.deriving import Deriving
from engine.ids import UserId
from engine.model.set_aside import SetAside, Work
from engine.time.span import HOUR
from tests.conftest import NOTHING_SERVED
from tests.daemon.http.asking import PEOPLE, Asked, served
from tests.daemon.http.conftest import NOW
from tests.daemon.relations.acquainted import AT, ON, known, lay
from tests.standins.busy_store import BusyStore
from tests.worlds.folder_world import FolderWorld

ALICE = UserId("alice")
HERSELF = Principal(Role.USER, ALICE)


@pytest.fixture
def unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """A world whose calendars nobody has looked at for whom people meet."""
    monkeypatch.delenv(NOTHING_SERVED, raising=False)
    world = FolderWorld(tmp_path, PEOPLE, NOW, ON)
    lay(world)
    with served(world) as asked:
        yield asked


def want(api: Asked, contacts: bool) -> None:
    change_settings(api.services.access, HERSELF, ALICE, {"privacySettings": {"relations": contacts}})


def deriving_of(api: Asked) -> Deriving:
    deriving = api.services.relating.deriving
    assert deriving is not None
    return deriving


def assert_nothing_is_kept(api: Asked) -> None:
    with api.services.store.reading() as tx:
        repositories = tx.repositories
        assert repositories.contacts.of_user(ALICE) == []
        assert repositories.encounters.met_by(ALICE) == {}
        assert repositories.meeting_sources.of_user(ALICE) == []
        assert repositories.set_aside.all() == []


@pytest.mark.parametrize("looks", [1, 2])
def test_nobody_becomes_a_contact_of_whoever_wants_none(unread: Asked, looks: int) -> None:
    """She says so after what is due was listed, or once her events were read and before it is written."""
    deriving = deriving_of(unread)
    want(unread, contacts=False)
    unread.work()
    want(unread, contacts=True)
    busy = BusyStore(unread.services.store, lambda: want(unread, contacts=False), looks)
    replace(deriving, deciding=replace(deriving.deciding, store=busy)).run()
    assert_nothing_is_kept(unread)
    for _ in range(2):
        unread.world.pass_time(86400)
        unread.work()
    assert_nothing_is_kept(unread)


@pytest.mark.parametrize("contacts", [False, True])
def test_what_a_start_catches_up_with_is_what_she_wants_by_then(unread: Asked, contacts: bool) -> None:
    """Whether she wants contacts is asked when something is written, not when all are listed."""
    unread.work()
    want(unread, contacts=not contacts)
    busy = BusyStore(unread.services.store, lambda: want(unread, contacts=contacts))
    replace(deriving_of(unread), store=busy).catch_up()
    unread.work()
    if contacts:
        assert "zoe" in known(unread)
    else:
        assert_nothing_is_kept(unread)


def test_what_could_not_be_derived_is_not_set_aside_for_whoever_wants_none(unread: Asked) -> None:
    unread.work()
    with unread.services.store.writing() as tx:
        event = tx.repositories.meeting_sources.of_user(ALICE)[0].id
        aside = SetAside(
            id="one",
            user_id=ALICE,
            step=Work.RELATE,
            name=f"event/{event}",
            reason="It broke",
            mark="",
            since=AT,
            next_at=AT + HOUR,
        )
        tx.repositories.set_aside.put(aside)
    want(unread, contacts=False)
    assert_nothing_is_kept(unread)


def test_nothing_is_entered_for_whoever_wants_no_contacts_by_then(unread: Asked) -> None:
    busy = BusyStore(unread.services.store, lambda: want(unread, contacts=False))
    access = replace(unread.services.access, store=busy)  # type: ignore[type-var] # a StoreAccess
    desk = Desk.of(access, HERSELF)
    with pytest.raises(SwitchedOffError):
        Contacts(desk).add({"full_name": "Ana"})
    assert_nothing_is_kept(unread)
