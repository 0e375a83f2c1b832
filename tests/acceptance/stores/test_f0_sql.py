"""F0's part in SQL, on each store: blocks that are never kept, profiles and ends of sessions that are."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from daemon.knowledge import availability_blocks
from engine.availability.evidence import AvailabilityBlock
from engine.documents.sessions import parse_session
from engine.errors import InputError, StoreError
from engine.ids import SessionId, UserId
from engine.model.booking import OutboxKind, OutboxState
from engine.model.history import Outcome, PreferenceProfile, SchedulingEvent, Tally
from engine.time.instant import parse_instant
from engine.time.span import MINUTE, Span
from tests.acceptance.stores.conftest import MakeWorld, url_of
from tests.acceptance.stores.f0 import PROFILE, SESSION
from tests.worlds.command_line import Line
from tests.worlds.folder_world import FolderWorld, Somebody, event

MILAN = UserId("user_abc123")
SATURDAY = Span(parse_instant("2025-11-15T00:00:00Z"), parse_instant("2025-11-16T00:00:00Z"))
AFTERNOONS = (
    'rules = [{ name = "Afternoons", constraint_level = "soft",'
    ' rule = { type = "preferred_window", start = "14:00", end = "17:00" } }]'
)
TWO = (
    Somebody(name="user_a", hours=("14:00", "17:00")),
    Somebody(name="user_b", hours=("15:00", "18:00")),
)


@contextmanager
def behind(world: FolderWorld) -> Iterator[sa.Connection]:
    """Look at a world's store past gatherly."""
    with world.services():
        pass
    engine = sa.create_engine(url_of(world))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def lecture(world: FolderWorld) -> None:
    """Put F0's busy hour into Milan's folder."""
    text = event("cs", "2025-11-15T09:00:00Z", "2025-11-15T10:00:00Z", "CS lecture")
    (world.folder(MILAN) / "cs.ics").write_text(text, newline="")
    world.run_once()


def blocks_of(world: FolderWorld) -> list[AvailabilityBlock]:
    with world.services() as services, services.store.reading() as tx:
        return availability_blocks(tx, services.knowledge_policy, MILAN, SATURDAY, services.clock.now())


def rows(world: FolderWorld) -> dict[str, int]:
    """Count the rows of every table."""
    with behind(world) as connection:
        return {
            table: int(connection.execute(sa.text(f'SELECT count(*) FROM "{table}"')).scalar_one())  # noqa: S608 # from the catalogue
            for table in sa.inspect(connection).get_table_names()
        }


def test_acceptance_31_blocks_are_computed_and_never_stored(sql: MakeWorld) -> None:
    world = sql([Somebody(name=MILAN, extra=AFTERNOONS)])
    lecture(world)
    before = rows(world)
    assert not [table for table in before if "block" in table]
    first = blocks_of(world)
    assert {type(block) for block in first} == {AvailabilityBlock}
    assert blocks_of(world) == first
    assert rows(world) == before


def test_acceptance_32_the_documents_blocks(sql: MakeWorld, capsys: pytest.CaptureFixture[str]) -> None:
    world = sql([Somebody(name=MILAN, extra=AFTERNOONS)])
    lecture(world)
    told = [
        (block.user_id, block.start, block.end, block.source.value, block.is_busy)
        for block in blocks_of(world)
    ]
    nine, two = SATURDAY.start + 9 * 3600, SATURDAY.start + 14 * 3600
    assert told == [
        (MILAN, nine, nine + 3600, "calendar", True),
        (MILAN, two, two + 3 * 3600, "preference", False),
    ]
    assert blocks_of(world)[1].metadata == {"preferredTime": True}
    gatherly = Line(capsys)
    why = gatherly.asked("explain", "-c", world.file, "--user", MILAN, "--at", "2025-11-15T09:30:00Z")
    assert "CS lecture (busy)" in [cause["text"] for cause in why["causes"]]


def test_acceptance_33_the_columns_of_a_profile_and_their_defaults(sql: MakeWorld) -> None:
    with behind(sql()) as connection:
        connection.execute(
            sa.text(
                "INSERT INTO preference_profiles (user_id, day_of_week_patterns, time_of_day_patterns,"
                " duration_preferences, counts, version) VALUES ('u', '{}', '{}', '{}', '{}', 1)"
            )
        )
        row = (
            connection.execute(
                sa.text("SELECT * FROM preference_profiles, (SELECT CURRENT_TIMESTAMP AS now) AS present")
            )
            .mappings()
            .one()
        )
        assert (row["acceptance_rate"], row["avg_response_time"], row["sample_size"]) == (0, 0, 0)
        for column in ("last_updated", "created_at"):
            assert str(row[column])[:16] == str(row["now"])[:16]
        look = sa.inspect(connection)
        rate = next(
            each for each in look.get_columns("preference_profiles") if each["name"] == "acceptance_rate"
        )
        assert str(rate["type"]) == "NUMERIC(5, 2)"
        assert look.get_pk_constraint("preference_profiles")["constrained_columns"] == ["user_id"]
        indexes = {each["name"]: each["column_names"] for each in look.get_indexes("preference_profiles")}
        assert indexes["idx_user_id"] == ["user_id"]
        assert indexes["idx_last_updated"] == ["last_updated"]


def test_acceptance_33_a_rate_is_a_percentage(sql: MakeWorld) -> None:
    bare = PreferenceProfile(user_id=MILAN, last_updated=0, created_at=0)
    with sql().services() as services:
        for rate in (-0.01, 100.01):
            with pytest.raises(StoreError), services.store.writing() as tx:
                tx.repositories.profiles.put(replace(bare, acceptance_rate=rate))
        for rate in (0, 78.55, 100):
            with services.store.writing() as tx:
                tx.repositories.profiles.delete(MILAN)
                tx.repositories.profiles.put(replace(bare, acceptance_rate=rate))
            with services.store.reading() as tx:
                found = tx.repositories.profiles.get(MILAN)
            assert found is not None
            assert found.acceptance_rate == rate


def test_acceptance_34_the_documents_profile_round_trips(sql: MakeWorld) -> None:
    at = parse_instant("2025-11-12T10:00:00Z")
    with sql().services() as services:
        with services.store.writing() as tx:
            tx.repositories.profiles.put(PreferenceProfile(**PROFILE, last_updated=at, created_at=at))
        with services.store.reading() as tx:
            found = tx.repositories.profiles.get(MILAN)
            assert found is not None
            assert {key: getattr(found, key) for key in PROFILE} == PROFILE
            assert [each.user_id for each in tx.repositories.profiles.for_training()] == [MILAN]


def test_acceptance_36_how_sessions_end_is_one_of_three_and_found_by_four_indexes(sql: MakeWorld) -> None:
    world = sql()
    bare = SchedulingEvent(
        id="x",
        session_id=SessionId("s"),
        host_user_id=MILAN,
        num_invitees=2,
        outcome=Outcome.FAILED,
        created_at=0,
    )
    with world.services() as services:
        for outcome in Outcome:
            with services.store.writing() as tx:
                tx.repositories.analytics.put(replace(bare, id=outcome.value, outcome=outcome))
        with services.store.reading() as tx:
            kept = {each.id: each for each in tx.repositories.analytics.of_session(SessionId("s"))}
        assert {name: each.outcome.value for name, each in kept.items()} == {
            name: name for name in ("scheduled", "cancelled", "failed")
        }
        assert {each.num_messages for each in kept.values()} == {0}
    with behind(world) as connection:
        indexes = {
            each["name"]: each["column_names"]
            for each in sa.inspect(connection).get_indexes("scheduling_events")
        }
        assert indexes == {
            "idx_session_id": ["session_id"],
            "idx_host_user_id": ["host_user_id"],
            "idx_outcome": ["outcome"],
            "idx_created_at": ["created_at"],
        }
        with pytest.raises(sa.exc.IntegrityError):
            connection.execute(sa.text("UPDATE scheduling_events SET outcome = 'expired'"))


def test_acceptance_47_rejected_times_are_stored_with_the_session_and_with_its_end(sql: MakeWorld) -> None:
    world = sql(TWO)
    session = world.create("user_a", "user_b")
    world.run_once()
    first = world.view(session)["proposedTimes"]
    with world.services() as services:
        services.desk.reject(session)
    world.run_once()
    world.accept(session)
    world.run_once()
    with world.services() as services, services.store.reading() as tx:
        stored = tx.sessions.get(session)
        (row,) = tx.repositories.analytics.of_session(session)
    assert stored is not None
    rejected = [slot["start"] for slot in first]
    assert [parse_instant(start) for start in rejected] == [slot.start for slot in stored.rejected_slots]
    assert [slot["start"] for slot in row.rejected_slots] == rejected


def test_acceptance_48_a_session_may_repeat_by_a_rule(sql: MakeWorld) -> None:
    rule = "FREQ=WEEKLY;BYDAY=MO;COUNT=10"
    with sql().services() as services:
        for name, document in {"plain": SESSION, "series": SESSION | {"recurrence": rule}}.items():
            with services.store.writing() as tx:
                tx.sessions.put(parse_session(document | {"id": name}))
        with services.store.reading() as tx:
            found = {name: tx.sessions.get(SessionId(name)) for name in ("plain", "series")}
        kept = {name: each.recurrence for name, each in found.items() if each is not None}
        assert kept == {"plain": None, "series": rule}
        with pytest.raises(InputError, match=r"session\.recurrence"):
            parse_session(SESSION | {"recurrence": "every now and then"})


def test_acceptance_49_rows_and_profiles_follow_how_a_session_ends(sql: MakeWorld) -> None:
    world = sql(TWO)
    session, called_off = (world.create("user_a", "user_b") for _ in range(2))
    world.run_once()
    world.pass_time(5 * MINUTE)
    world.accept(session)
    with world.services() as services:
        services.desk.cancel(called_off)
    world.run_once()
    tell_again(world)
    world.run_once()
    shown = [parse_instant(slot["start"]) for slot in world.view(session)["proposedTimes"]]
    with world.services() as services, services.store.reading() as tx:
        ends = {each: tx.repositories.analytics.of_session(each) for each in (session, called_off)}
        profiles = [tx.repositories.profiles.get(UserId(person.name)) for person in TWO]
    assert [[row.outcome for row in found] for found in ends.values()] == [
        [Outcome.SCHEDULED],
        [Outcome.CANCELLED],
    ]
    host, guest = (told(profile) for profile in profiles)
    assert (host["sample_size"], host["acceptance_rate"], host["avg_response_time"]) == (2, 50.0, 5)
    assert (guest["sample_size"], guest["acceptance_rate"], guest["avg_response_time"]) == (2, 50.0, 0)
    assert host["duration_preferences"] == guest["duration_preferences"] == {"30": 1.0}
    day = parse_instant("2025-11-12T00:00:00Z")
    assert shown[0] - day < 86400
    assert host["counts"]["day"]["wednesday"] == Tally(1, 2)
    assert host["day_of_week_patterns"]["wednesday"] == 0.5
    assert host["time_of_day_patterns"]["15"] == 1 / 6


def tell_again(world: FolderWorld) -> None:
    """Have told once more what was told of ends of sessions, as after a crash before it was noted."""
    with world.services() as services, services.store.writing() as tx:
        for entry in tx.outbox.listed():
            if entry.kind is OutboxKind.ANALYTICS:
                tx.outbox.record(replace(entry, state=OutboxState.PENDING, next_at=world.clock.now()))


def told(profile: PreferenceProfile | None) -> Mapping[str, Any]:
    assert profile is not None
    return {name: getattr(profile, name) for name in PreferenceProfile.__slots__}
