"""What a series takes beside its people's time, and what it gives back: rooms, leavers, collisions."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from daemon.app.requests import series
from engine.errors import InputError, UnknownThingError
from engine.ids import SessionId, UserId
from engine.model.reservation import ResourceReservation
from engine.model.resource import Resource, ResourceType
from engine.time.instant import format_instant, parse_instant
from engine.time.span import DAY, HOUR, Span
from tests.daemon.series.test_booked_series import ALICE, BOB, TUESDAYS, booked, settle, stands, status
from tests.daemon.series.test_series_goes_on import later, others, soon, told
from tests.worlds.folder_world import FolderWorld, Somebody

CAROL = Somebody(name="carol", zone="America/New_York")
NOW = parse_instant("2026-10-19T12:00:00Z")


def made(root: Path, settings: str) -> FolderWorld:
    return FolderWorld(root, (ALICE, BOB, CAROL), format_instant(NOW), settings)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[FolderWorld]:
    one = made(tmp_path, '[sync]\nhorizon = "90d"')
    with one.standing():
        yield one


def room(world: FolderWorld, *taken: str) -> None:
    """Put up a room for one, which is kept for an hour at some times."""
    with world.services() as services, services.store.writing() as tx:
        resource = Resource(
            id="room", name="Room", type=ResourceType.ROOM, capacity=1, created_at=NOW, updated_at=NOW
        )
        tx.repositories.resources.put(resource)
        for at in map(parse_instant, taken):
            kept = ResourceReservation(
                id=f"r{at}",
                resource_id="room",
                reserved_by=UserId("carol"),
                start_time=at,
                end_time=at + HOUR,
                created_at=NOW,
                updated_at=NOW,
            )
            tx.repositories.reservations.put(kept)


def kept(world: FolderWorld, session: SessionId) -> list[str]:
    """Give when the room is kept for a session."""
    with world.services() as services, services.store.reading() as tx:
        rows = tx.repositories.reservations.of_session(session)
        return sorted(format_instant(one.start_time) for one in rows if one.counts)


def held(world: FolderWorld, session: SessionId, user: str) -> list[str]:
    with world.services() as services, services.store.reading() as tx:
        span = Span(NOW, NOW + 400 * DAY)
        rows = [one for one in tx.ledger.holds(UserId(user), span) if one.session == session]
        return sorted(format_instant(one.span.start) for one in rows)


def places(world: FolderWorld, session: SessionId) -> list[str]:
    slot = world.view(session)["finalTime"]
    told = [(one["start"], one["movedTo"], one["available"]) for one in slot["occurrences"]]
    return sorted(
        moved if available is False else start
        for start, moved, available in told
        if moved or available is not False
    )


def test_a_room_is_kept_for_every_occurrence_and_freed_with_it(world: FolderWorld) -> None:
    room(world, "2026-11-03T15:00:00Z")
    session = booked(world, needs=("room",), at_least=4, between="10:00-12:00")
    there = places(world, session)
    assert len(there) == 5
    assert "2026-11-03T15:00:00Z" not in there
    assert kept(world, session) == there
    other = world.create("carol", days="tuesday", between="10:00-11:00", within="30d", needs=("room",))
    world.run_once()
    offered = {one["start"] for one in world.view(other)["proposedTimes"]}
    assert not offered & {*there, "2026-11-03T15:00:00Z"}
    with world.services() as services:
        series.leave_out(services.desk, session, date(2026, 11, 10))
        series.move_one(services.desk, session, date(2026, 11, 17), to=15 * 60)
    settle(world)
    after = kept(world, session)
    assert after == places(world, session)
    assert "2026-11-17T20:00:00Z" in after
    assert not any(one.startswith("2026-11-10") for one in after)
    with world.services() as services:
        following = series.propose_anew(services.desk, session, date(2026, 11, 17))
        assert following.resource_ids == ("room",)
        (new,) = (
            one
            for one in services.desk.listed()
            if one["title"] == "Sync"
            and one["id"] != session
            and one["status"] == "pending"
            and one["id"] != other
        )
        assert new["resourceIds"] == ["room"]
        services.desk.cancel(session)
    soon(world)
    soon(world)
    assert kept(world, session) == []


@pytest.mark.long
@pytest.mark.upload
def test_a_room_that_is_full_beyond_the_horizon_is_told_of_and_not_taken_twice(tmp_path: Path) -> None:
    world = made(tmp_path, '[sync]\nhorizon = "30d"')
    with world.standing():
        room(world)
        session = booked(world, needs=("room",), rule="FREQ=WEEKLY;COUNT=9")
        far = "2026-12-08T15:00:00Z"
        assert far not in kept(world, session)
        with world.services() as services, services.store.writing() as tx:
            at = parse_instant(far)
            late = ResourceReservation(
                id="late",
                resource_id="room",
                reserved_by=UserId("carol"),
                start_time=at,
                end_time=at + HOUR,
                created_at=NOW,
                updated_at=NOW,
            )
            tx.repositories.reservations.put(late)
        later(world, 25 * DAY)
        assert far not in kept(world, session)
        assert "2026-12-15T15:00:00Z" in kept(world, session)
        assert [at for at, _ in told(world, session)] == [far]


@pytest.mark.long
@pytest.mark.upload
def test_who_leaves_gets_their_time_back_and_an_endless_series_does_not_take_it_again(
    world: FolderWorld,
) -> None:
    session = booked(world, rule="FREQ=WEEKLY")
    with world.services() as services:
        with pytest.raises(InputError, match="is the host"):
            series.stay_away(services.desk, session, date(2026, 11, 3), None, "alice")
        with pytest.raises(UnknownThingError):
            series.stay_away(services.desk, session, date(2026, 11, 3), None, "carol")
        series.stay_away(services.desk, session, date(2026, 10, 27), date(2026, 10, 27), "bob")
        series.stay_away(services.desk, session, date(2026, 11, 10), None, "bob")
    settle(world)
    mine = [f"{at}:00Z" for at in (TUESDAYS[0], TUESDAYS[2])]
    assert held(world, session, "bob") == mine
    assert len(held(world, session, "alice")) > 8
    (text,) = (one for one in world.events("bob") if "SUMMARY:Sync" in one)
    assert "UNTIL=20261103T150000Z" in text
    (host,) = (one for one in world.events("alice") if "SUMMARY:Sync" in one)
    assert "UNTIL" not in host
    later(world, 40 * DAY)
    assert held(world, session, "bob") == mine
    assert status(world, session) == ("scheduled", "all")
    assert "UNTIL=20261103T150000Z" in next(one for one in world.events("bob") if "SUMMARY:Sync" in one)
    assert told(world, session)
    with world.services() as services:
        series.propose_anew(services.desk, session, date(2026, 12, 15))
        (rest,) = (one for one in services.desk.listed() if one["id"] != session)
    assert rest["inviteeIds"] == []


@pytest.mark.long
@pytest.mark.upload
def test_what_collides_is_taken_out_where_that_is_the_policy_and_looked_for_alone(tmp_path: Path) -> None:
    world = made(tmp_path, '[sync]\nhorizon = "90d"\n[booking]\non_foreign = "abort"')
    with world.standing():
        session = booked(world, between="10:00-13:00")
        first = places(world, session)
        world.busy("bob", (first[2], format_instant(parse_instant(first[2]) + HOUR)))
        settle(world)
        settle(world)
        assert status(world, session) == ("scheduled", "all")
        assert places(world, session) == [*first[:2], *first[3:]]
        (alone,) = others(world, session)
        assert alone["status"] == "pending"
        starts = [one["start"] for one in alone["proposedTimes"]]  # type: ignore[attr-defined]
        assert starts
        assert first[2] not in starts
        assert all(first[1] < one < first[3] for one in starts)
        settle(world)
        assert len(others(world, session)) == 1

        for at in places(world, session):
            world.busy("bob", (at, format_instant(parse_instant(at) + HOUR)))
        later(world)
        later(world)
        assert world.view(session)["status"] == "cancelled"
        assert len(others(world, session)) == 5
        later(world, 3600)
        assert stands(world) == []
