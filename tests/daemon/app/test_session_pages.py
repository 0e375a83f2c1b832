"""Looking at sessions asks the store as often for many as for one, and for a page at a time."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.app.session_views import PAGE
from daemon.services import Services
from engine.errors import UnknownThingError
from engine.ids import SessionId, UserId
from engine.model.booking import BookingState
from engine.model.session import SessionStatus
from engine.model.set_aside import SetAside, Work
from tests.contracts.stores.samples import NOON, booking, effect, session
from tests.store.questions import questions
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody

NAMES = ("ann", "bea", "cem", "dov", "eva", "fay")


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    return FolderWorld(tmp_path, tuple(Somebody(name=name) for name in NAMES), "2026-11-12T10:00:00Z")


def fill(services: Services, numbers: Sequence[int]) -> None:
    """Put sessions of all people: each is being booked, and has something set aside."""
    with services.store.writing() as tx:
        for number in numbers:
            host, name = UserId(NAMES[number % len(NAMES)]), f"s{number:04}"
            tx.sessions.put(replace(session(name, created_at=NOON - number, host=host), invitee_ids=()))
            opened = tx.ledger.open(booking(name))
            tx.ledger.advance(opened, replace(opened, state=BookingState.WRITING))
            tx.ledger.plan([effect(host, name=name)])
            tx.repositories.set_aside.put(
                SetAside(
                    id=f"a{number}",
                    user_id=host,
                    step=Work.PROPOSE,
                    name=name,
                    session_id=SessionId(name),
                    reason="It did not open",
                    mark="1",
                    since=NOON,
                    attempts=1,
                    next_at=NOON,
                )
            )


def test_a_page_of_sessions_costs_as_many_questions_as_one_session(world: FolderWorld) -> None:
    with world.services() as services:
        fill(services, range(1))
        with questions() as for_one:
            (alone,) = services.desk.listed()
        fill(services, range(1, PAGE - 1))
        with questions() as for_many:
            found = list(services.desk.listed())
    assert len(found) == PAGE - 1
    assert found[0] == alone
    assert all(each["booking"]["state"] == BookingState.WRITING and each["setAside"] for each in found)
    assert [each["id"] for each in found] == [each["setAside"][0]["name"] for each in found]
    assert len(for_many) == len(for_one)


def test_who_looks_at_the_first_ones_reads_no_more(world: FolderWorld) -> None:
    with world.services() as services:
        fill(services, range(PAGE))
        with questions() as of_a_page:
            next(services.desk.listed())
        fill(services, range(PAGE, 3 * PAGE))
        with questions() as of_three:
            next(services.desk.listed())
        assert len(of_three) == len(of_a_page)
        ids = [each["id"] for each in services.desk.listed()]
        assert ids == [f"s{number:04}" for number in range(3 * PAGE)]


def test_a_session_costs_as_many_questions_among_many_as_alone(world: FolderWorld) -> None:
    with world.services() as services:
        fill(services, range(1))
        with questions() as alone:
            services.desk.view(services.desk.named("s0000"))
        fill(services, range(1, 2 * PAGE))
        with questions() as among_many:
            services.desk.view(services.desk.named("s0000"))
    assert len(among_many) == len(alone)


def test_a_list_goes_on_after_any_of_its_sessions(world: FolderWorld) -> None:
    with world.services() as services:
        fill(services, range(5))
        desk = services.desk
        assert [each["id"] for each in desk.listed(after=desk.named("s0002"))] == ["s0003", "s0004"]
        assert list(desk.listed(after=desk.named("s0004"))) == []
        assert list(desk.listed(SessionStatus.FAILED, desk.named("s0002"))) == []
        with pytest.raises(UnknownThingError, match="no session none"):
            next(desk.listed(after=SessionId("none")))


def test_a_screen_names_the_way_to_older_sessions_and_json_leaves_none_out(
    world: FolderWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    with world.services() as services:
        fill(services, range(PAGE + 2))
    gatherly, file = Line(capsys), str(world.file)
    first = gatherly("session", "list", "-c", file).stdout
    assert first.count("Coffee") == 50
    assert "gatherly session list --after s0049" in first
    second = gatherly("session", "list", "--after", "s0049", "-c", file).stdout
    assert second.count("Coffee") == 2
    assert "older" not in second
    assert len(gatherly.asked("session", "list", "-c", file)) == PAGE + 2
    some = gatherly.asked("session", "list", "--limit", "3", "-c", file)
    assert [each["id"] for each in some] == ["s0000", "s0001", "s0002"]
    assert gatherly("session", "list", "--limit", "0", "-c", file).returncode == 2
