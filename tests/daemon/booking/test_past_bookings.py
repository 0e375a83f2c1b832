"""What is past is its owners' past: a sweep that runs for years asks no more for it."""

from dataclasses import replace
from pathlib import Path

from daemon.booking.ledger_snapshot import read_ledger_snapshot
from daemon.booking.sweep import Swept
from daemon.booking.watched import TOGETHER, all_watched
from daemon.jobs.single_pass import pull
from engine.booking.checks.sweeping import Watched
from engine.ids import EventId, SessionId, UserId
from engine.model.booking import BookingState
from engine.ports.store import Store
from engine.sessions.session_options import SessionOptions
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR, Instant, Span
from tests.store.questions import questions
from tests.worlds.folder_world import FolderWorld, Somebody

PEOPLE = tuple(Somebody(name=name) for name in ("alice", "bob"))
MANY = TOGETHER + 10
ALICE = UserId("alice")
AT = parse_instant("2025-11-12T09:58:00Z")
WEEK = Span(AT, AT + 7 * DAY)
SHARES = 4
"""Questions that a second share of what is listed takes: bookings and effects, each with a key at most."""

OF_ONE = 2
"""Questions for one session's messages: whose they are, and what they say."""


def booked(world: FolderWorld) -> SessionId:
    """Have the two meet once."""
    session = world.create("alice", "bob")
    world.run_once()
    world.accept(session)
    world.run_once()
    return session


def repeated(world: FolderWorld, store: Store, session: SessionId, count: int, later: Instant) -> None:
    """Have a booked session take place many times more, so much later or, below zero, earlier.

    Each has its copy in each calendar, with the time that the first has: who sweeps sees its mark alone.
    """
    with store.writing() as tx:
        one, booking = tx.sessions.get(session), tx.ledger.booking(session)
        assert one is not None
        assert booking is not None
        slot, effects = one.final_time, tx.ledger.effects(session)
        assert slot is not None
        moved = replace(slot, start=slot.start + later, end=slot.end + later)
        for number in range(count):
            name = SessionId(f"{session}-{later}-{number}")
            tx.sessions.put(replace(one, id=name, final_time=moved, version=0))
            begun = replace(booking, session=name, slot=moved.span, state=BookingState.DRAFT, version=0)
            opened = tx.ledger.open(begun)
            tx.ledger.advance(opened, replace(opened, state=BookingState.CONFIRMED))
            for effect in effects:
                was = str(effect.event_id)
                event = f"{number:04}{later % 10**6:06}{was[10:]}"
                tx.ledger.plan([replace(effect, session=name, event_id=EventId(event))])
                folder = world.folder(effect.attendee)
                text = (folder / f"{was}.ics").read_text().replace(f"UID:{was[:10]}", f"UID:{event[:10]}")
                text = text.replace(f"X-GATHERLY-SESSION:{session}", f"X-GATHERLY-SESSION:{name}")
                (folder / f"{event}.ics").write_text(text, newline="")


def test_a_sweep_asks_no_more_for_what_is_past_and_little_for_what_is_to_come(tmp_path: Path) -> None:
    world = FolderWorld(tmp_path, PEOPLE, "2025-11-12T09:58:00Z")
    with world.standing():
        session = booked(world)
        with world.services() as services:
            store, sweep = services.store, services.sweep
            sweep.run()
            with questions() as before:
                sweep.run()
            repeated(world, store, session, MANY, -30 * DAY)
            swept = sweep.run()
            assert swept == Swept()
            with questions() as after:
                sweep.run()
            assert len(after) <= len(before) + SHARES
            repeated(world, store, session, MANY, DAY)
            with questions() as many, store.reading() as tx:
                found = list(all_watched(tx, world.clock.now()))
    assert len(found) == MANY + 1
    assert all(isinstance(one, Watched) for _, one in found)
    assert len(many) < MANY / 10


def test_an_examination_reads_many_bookings_at_once(tmp_path: Path) -> None:
    """Of each alone it reads the messages: whether each opens is a part of what it looks at."""
    world = FolderWorld(tmp_path, PEOPLE, "2025-11-12T09:58:00Z")
    with world.standing():
        session = booked(world)
        with world.services() as services:
            deps = services.sweep._deps
            with questions() as before:
                read_ledger_snapshot(deps)
            repeated(world, services.store, session, MANY, -30 * DAY)
            with questions() as after:
                ledger = read_ledger_snapshot(deps)
    assert len(ledger.accounts) == MANY + 1
    assert len(after) <= len(before) + OF_ONE * MANY + SHARES


def test_a_search_among_many_bookings_asks_no_more_than_among_few(tmp_path: Path) -> None:
    """Whoever has many copies of bookings ahead: each takes what the ledger says, looked up together."""
    world = FolderWorld(tmp_path, PEOPLE, "2025-11-12T09:58:00Z")
    with world.standing():
        session = booked(world)
        with world.services() as services:
            store = services.store
            asked = dict[int, int]()
            for count in (3, 30):
                repeated(world, store, session, count, count * HOUR)
                pull(services, services.sources.values(), print)
                other = services.desk.create(SessionOptions(host="alice", invitees=("bob",), title="Next"))
                with questions() as made:
                    services.propose.run()
                asked[count] = len(made)
                with store.reading() as tx:
                    copies = [one for one in tx.calendars.busy(ALICE, WEEK) if one.ours]
                    assert len(copies) > count
                services.desk.cancel(other.id)
    assert asked[30] <= asked[3] + SHARES
