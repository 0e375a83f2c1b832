"""The invariants as `fsck` checks them on a live store and its calendars, and what repairing does."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.app.examine import check, examine
from daemon.app.principal import OPERATOR
from daemon.app.purge import purge as purge_connector
from daemon.app.repair import repair
from daemon.booking.sweep import SweepJob
from daemon.commands.store.fsck import fsck_words
from engine.booking.ids import outbox_id
from engine.ids import EventId, EventUid, Href, SessionId, UserId
from engine.model.booking import (
    AuditEntry,
    BookingState,
    EventDraft,
    Mark,
    OutboxEntry,
    OutboxKind,
    Person,
)
from engine.model.calendar import Calendar
from engine.model.calendar_object import BusySpan, RawObject, SyncPlan
from engine.model.session import SessionStatus
from engine.sessions import state_machine
from store.keys import Keyring
from store.open import open_store
from store.vault import KeyVault
from tests.daemon.booking.test_calendar_changes import Booked
from tests.worlds.book_world import CALENDAR, NOON, SESSION, World, slot

BOB = UserId("bob")


def broken(world: World) -> set[str]:
    return {each.invariant for each in check(world.deps)}


def plant(world: World, epoch: int = 1, session: SessionId = SESSION) -> None:
    """Put an event with our mark into Bob's calendar behind the ledger's back."""
    draft = EventDraft(
        event_id=EventId(f"planted-{session}-{epoch}"),
        mark=Mark(install=world.store.install, session=session, epoch=epoch),
        span=slot(24).span,
        title="",
        stamp=NOON,
        zone="UTC",
        organizer=Person(name="", email=""),
    )
    world.desks[BOB].provider.write(CALENDAR, draft, None)


def second_session_on_top(world: World) -> None:
    world.propose(slot(50), session=SessionId("s2"))
    world.accept(session=SessionId("s2"))
    world.settle(session=SessionId("s2"))
    event = next(each for each in world.desks[BOB].events() if each.span == slot(50).span)
    world.desks[BOB].provider.owner_moves(CALENDAR, event.event_id, slot(24).span)
    booking = world.booking(SessionId("s2"))
    with world.store.writing() as tx:
        tx.ledger.advance(booking, replace(booking, slot=slot(24).span))


def holds_lost(world: World) -> None:
    with world.store.writing() as tx:
        tx.ledger.release(SESSION)


def copy_lost(world: World) -> None:
    world.owner_deletes(BOB) if isinstance(world, Booked) else None


def left_after_cancel(world: World) -> None:
    world.command(lambda session: state_machine.cancel(session, now=world.clock.now()))
    world.settle()
    plant(world)


def unlogged(world: World) -> None:
    booking = world.booking()
    with world.store.writing() as tx:
        tx.ledger.advance(booking, replace(booking, state=BookingState.UNDOING))


def stalled(world: World) -> None:
    world.command(lambda session: state_machine.reschedule(session, now=world.clock.now()))
    world.clock.at += 30 * 3600


def told_too_early(world: World) -> None:
    name = outbox_id(OutboxKind.NOTIFICATION, "s1", "bob", "confirmed", 9)
    payload = {"session": "s1", "user": "bob", "what": "confirmed", "epoch": 9}
    with world.store.writing() as tx:
        tx.outbox.add([OutboxEntry(id=name, kind=OutboxKind.NOTIFICATION, dedupe_key=name, payload=payload)])


def overlaid(world: World) -> None:
    """A sync has stored a foreign event on Bob's booked time, and nobody has looked at what it means."""
    key, there = world.desks[BOB].key, Href("theirs.ics")
    raw = RawObject(href=there, uid=EventUid("theirs"), etag=None, content_hash="theirs", raw=b"theirs")
    busy = BusySpan(calendar=key, href=there, uid=EventUid("theirs"), span=slot(24).span)
    calendar = Calendar(key=key, user_id=BOB, name="Home")
    plan = SyncPlan(calendar=calendar, based_on=0, upserts=(raw,), busy={there: (busy,)})
    with world.store.writing() as tx:
        tx.calendars.apply(plan)


def offered_though_held(world: World) -> None:
    world.propose(slot(24), session=SessionId("s2"))


def overdue(world: World) -> None:
    world.command(lambda session: state_machine.reschedule(session, now=world.clock.now()))
    world.clock.at += 25 * 3600 + 60
    booking = world.booking()
    with world.store.writing() as tx:
        tx.ledger.advance(booking, replace(booking, next_at=world.clock.at))


def untold(world: World) -> None:
    details = {"from": "writing", "to": "undoing", "epoch": 1, "reason": "refused", "failed": 1}
    entry = AuditEntry(
        at=NOON, actor="x", action="booking.undoing", object_type="session", object_id="s1", details=details
    )
    with world.store.writing() as tx:
        tx.audit.add(entry)


@pytest.mark.parametrize(
    ("invariant", "harm"),
    [
        ("I1", second_session_on_top),
        ("I1", holds_lost),
        ("I2", copy_lost),
        ("I3", left_after_cancel),
        ("I4", plant),
        ("I5", stalled),
        ("I6", overlaid),
        ("I7", told_too_early),
        ("I8", plant),
        ("I9", unlogged),
        ("I11", offered_though_held),
        ("I12", overdue),
        ("I13", untold),
    ],
)
def test_each_invariant_is_seen_broken(invariant: str, harm: Callable[[World], None]) -> None:
    world = Booked()
    assert broken(world) == set()
    harm(world)
    assert invariant in broken(world)
    told = fsck_words(examine(world.deps))
    assert not re.search(r"\bI\d|epoch|ledger|invariant|transition|: undoing|quarantine", told)
    assert told.splitlines()[0][:8] in ("Session ", "The log ")
    assert told.endswith("gatherly fsck --apply repairs what can be repaired.")


def test_a_calendar_that_cannot_be_read_is_no_violation_and_no_proof() -> None:
    world = Booked()
    del world.desks[BOB].provider
    world.deps = replace(
        world.deps,
        connectors={name: each for name, each in world.deps.connectors.items() if name != "bob-home"},
    )
    assert broken(world) == set()


def test_a_store_whose_secrets_cannot_be_opened_is_no_sound_one(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    store = open_store(url, KeyVault(Keyring(bytes(32))))
    world = Booked(store=store)
    overlaid(world)
    assert broken(world) == {"I6"}
    with closing(sqlite3.connect(tmp_path / "store.db")) as file, file:
        file.execute("UPDATE calendar_objects SET href = 'elsewhere.ics'")
    assert broken(world) == {"I6", "I10"}
    store.close()


@pytest.mark.parametrize(
    "harm",
    [left_after_cancel, plant, copy_lost, overlaid, stalled, offered_though_held, overdue],
)
def test_repairing_leaves_no_violation(harm: Callable[[World], None]) -> None:
    world = Booked()
    harm(world)
    repair(OPERATOR, world.deps, check(world.deps))
    world.settle()
    assert broken(world) == set()


def test_an_event_that_no_ledger_knows_is_deleted_only_by_a_repair() -> None:
    world = Booked()
    plant(world, session=SessionId("lost"))
    world.sweep.run()
    assert broken(world) == {"I8"}
    repair(OPERATOR, world.deps, check(world.deps))
    assert broken(world) == set()


def purge(world: World, *, dry_run: bool = False) -> list[str]:
    desk = world.desks[BOB]
    name = desk.key.connector
    gone = purge_connector(OPERATOR, world.store, world.clock, name, desk.connector, dry_run=dry_run)
    return [purged.event_id for purged in gone]


def test_purge_removes_what_was_written_through_one_connector_and_names_it() -> None:
    world = Booked()
    event = world.event(BOB)
    assert purge(world, dry_run=True) == [event]
    assert world.copies()["bob"] == 1
    assert purge(world) == [event]
    assert world.copies() == {"ann": 1, "bob": 0, "cy": 1, "opal": 1}
    world.sweep.run()
    assert world.session().status is SessionStatus.SCHEDULED
    assert broken(world) == set()


def test_purge_works_when_the_store_is_lost_and_leaves_foreign_events_alone() -> None:
    old = Booked()
    event = old.event(BOB)
    world = World()
    world.desks = old.desks
    world.block("bob", slot(3).span)
    assert purge(world) == [event]
    assert [each.mark for each in world.desks[BOB].provider.live(CALENDAR)] == [None]


def test_after_a_restore_events_are_listed_and_not_deleted() -> None:
    old = Booked()
    world = World()
    world.desks = old.desks
    world.deps = replace(old.deps, store=world.store)
    swept = SweepJob(world.deps, old.job, old.watch).run()
    assert len(swept.orphans) == 4
    assert swept.deleted == ()
    assert sum(old.copies().values()) == 4
