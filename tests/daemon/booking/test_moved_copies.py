"""A copy that its owner moved takes their time where it lies: what is offered follows at the next read."""

from pathlib import Path

import pytest

from engine.ids import SessionId
from engine.model.session import EventSession
from engine.time.instant import format_instant
from engine.time.span import Instant, Span
from tests.worlds.folder_world import FolderWorld, Somebody

NOW = "2026-10-05T08:00:00Z"
ANN, BOB = (Somebody(name=name, hours=("09:00", "12:00")) for name in ("ann", "bob"))


def basic(at: Instant) -> str:
    return format_instant(at).replace("-", "").replace(":", "")


def offered(world: FolderWorld, session: SessionId) -> list[Instant]:
    return [one.start for one in stored(world, session).proposed_times]


def stored(world: FolderWorld, session: SessionId) -> EventSession:
    with world.services() as services, services.store.reading() as tx:
        found = tx.sessions.get(session)
    assert found is not None
    return found


def move(world: FolderWorld, to: Span) -> None:
    """Have bob put his copy of what is booked to a time, and say so in it; a while passes."""
    (copy,) = (path for path in world.folder("bob").glob("*.ics") if "X-GATHERLY-SESSION" in path.read_text())
    times = {"DTSTART": to.start, "DTEND": to.end}
    lines = [line for line in copy.read_text().splitlines() if line.partition(":")[0] not in times]
    place = lines.index("END:VEVENT")
    said = [f"{name}:{basic(at)}" for name, at in times.items()]
    world.pass_time(600)
    lines[place:place] = [*said, f"X-MOVED:{world.clock.at}"]
    copy.write_text("\r\n".join([*lines, ""]), newline="")


def woken(world: FolderWorld, session: SessionId) -> bool:
    """Read the calendars, and tell whether a session is to be looked at for what they hold."""
    with world.services() as services:
        for source in services.sources.values():
            services.pull.run(source)
        with services.store.reading() as tx:
            return tx.wakes.is_due(session, services.clock.now())


def violations(world: FolderWorld) -> list[str]:
    with world.services() as services:
        examine = services.access.examine
        assert examine is not None
        return [f"{one.invariant} {one.what}" for one in examine(lambda _: None).violations]


@pytest.fixture
def world(tmp_path: Path) -> FolderWorld:
    return FolderWorld(tmp_path, (ANN, BOB), NOW)


def booked_and_offered(world: FolderWorld) -> tuple[Span, Span, SessionId]:
    """Book one session and have another on offer; gives both times, and the other."""
    first = world.create("ann", "bob")
    world.run_once()
    world.accept(first)
    world.run_once()
    other = world.create("ann", "bob")
    world.run_once()
    booked = stored(world, first).final_time
    assert booked is not None
    return booked.span, stored(world, other).proposed_times[0].span, other


def test_a_time_that_somebody_moved_their_copy_to_is_on_offer_no_more(world: FolderWorld) -> None:
    _, there, other = booked_and_offered(world)
    move(world, there)
    world.run_once()
    assert there.start not in offered(world, other)
    assert len(offered(world, other)) > 0
    assert violations(world) == []


def test_who_waits_is_looked_at_when_a_copy_was_moved_back(world: FolderWorld) -> None:
    booked, there, other = booked_and_offered(world)
    move(world, there)
    world.run_once()
    assert not woken(world, other)
    move(world, booked)
    assert woken(world, other)


def test_a_copy_that_lies_where_it_was_written_wakes_nobody(world: FolderWorld) -> None:
    booked, _, other = booked_and_offered(world)
    move(world, booked)
    assert not woken(world, other)
