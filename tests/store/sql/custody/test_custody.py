"""What an operator asks of a store: keep as long as decided, hand out, forget, back up, change keys."""

import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import StoreError, StoreUnavailableError, VaultError
from engine.ids import CalendarKey, ConnectorName, MessageId, RemoteCalendarId, SessionId, UserId
from engine.model.booking import OutboxState
from engine.model.session import Message, MessageRole, SessionStatus
from engine.operations.custody import NOBODY, Pruned, cutoffs
from engine.ports.store import Store
from engine.time.span import DAY
from store.keys import Keyring
from store.open import open_store
from store.sql.store import SqlStore
from store.vault import KeyVault
from tests.contracts.stores.documents import SLOT
from tests.contracts.stores.repository import REPOSITORIES, furnish
from tests.contracts.stores.sample_rows import CAR, CONFLICT, ENDED, RULE, SYNC_JOB, event
from tests.contracts.stores.samples import BOB, NOON, booking, hold, line, mail, plan, raw, session, user
from tests.store.contents import contents
from tests.store.servers import KEY

ALICE = UserId("alice@canary.example")
CANARIES = ("alice@canary.example", "Alina Canary", "canary-dentist", "canary-access")


@pytest.fixture(params=["sqlite", "postgres"])
def kept(request: pytest.FixtureRequest, vault: KeyVault) -> Iterator[SqlStore]:
    """A store of either kind, opened as what it is."""
    if request.param == "sqlite":
        found: Store = request.getfixturevalue("store")
    else:
        found = open_store(request.getfixturevalue("postgres"), vault)
    assert isinstance(found, SqlStore)
    yield found
    found.close()


def live_a_life(store: SqlStore) -> None:
    """Let somebody leave traces in every table."""
    own = CalendarKey(ConnectorName("alice-feed"), RemoteCalendarId("work"))
    with store.writing() as work:
        furnish(work)
        work.users.put(user("bob"))
        work.users.put(replace(user(), id=ALICE, email=ALICE, name="Alina Canary"))
        read = replace(plan("one.ics", based_on=1), upserts=(raw("one.ics", text=b"SUMMARY:canary-dentist"),))
        work.calendars.apply(replace(read, calendar=replace(read.calendar, user_id=ALICE)))
        work.repositories.events.put(
            replace(event("dentist"), title="canary-dentist", created_by=ALICE, calendar=own)
        )
        work.repositories.grants.put(replace(REPOSITORIES["grants"][1], user_id=ALICE))
        work.repositories.conflicts.put(
            replace(CONFLICT, description="canary-dentist overlaps", involved_events=("dentist", "other"))
        )
        work.sessions.put(replace(session("hers", host=ALICE), title="canary-dentist"))
        work.sessions.put(
            replace(
                session("bobs", host=BOB),
                invitee_ids=(ALICE,),
                title="Lunch with Alina Canary",
                proposed_times=(replace(SLOT, conflicts=(f"{ALICE}: Back-to-back meetings",)),),
            )
        )
        work.messages.add(
            Message(
                id=MessageId("m"),
                session_id=SessionId("bobs"),
                role=MessageRole.USER,
                content="Ask Alina Canary, please",
                timestamp=NOON,
            )
        )
        work.messages.add(
            Message(
                id=MessageId("hers"),
                session_id=SessionId("bobs"),
                role=MessageRole.USER,
                content="Not on Monday, my canary-therapy is then",
                metadata={"userId": ALICE, "extractedEntities": {"reading": "canary-therapy"}},
                timestamp=NOON,
            )
        )
        work.messages.add(
            Message(
                id=MessageId("his"),
                session_id=SessionId("bobs"),
                role=MessageRole.USER,
                content="Tuesday it is",
                metadata={"userId": BOB},
                timestamp=NOON,
            )
        )
        work.ledger.hold([hold(ALICE)])
        work.outbox.add([replace(mail("for-alice"), payload={"to": [ALICE]}), mail("for-bob")])
        work.audit.add(line())
        work.audit.add(replace(line("decline"), actor=ALICE, user_id=ALICE, details={"by": "Alina Canary"}))
        work.audit.add(replace(line("view"), details={"address": f"<{ALICE}>"}))


def test_whoever_is_erased_is_found_nowhere(kept: SqlStore) -> None:
    live_a_life(kept)
    before = kept.custody.export(ALICE)
    assert "canary-dentist" in json.dumps(before)
    kept.custody.erase(ALICE, NOON)
    after = kept.custody.export(ALICE)
    assert {table for table, rows in after.items() if rows} == set()
    with kept.reading() as look:
        assert [each.id for each in look.users.all()] == ["alice", "bob"]
        assert [each.id for each in look.outbox.listed()] == ["for-bob"]
        assert look.repositories.conflicts.get(CONFLICT.id) is None
        theirs = look.sessions.get(SessionId("bobs"))
        assert theirs is not None
        assert theirs.version == 2
        told = json.dumps([str(theirs), [str(each) for each in look.messages.of(theirs.id)]])
        told += str(look.audit.listed())
        assert [each.action for each in look.audit.listed()] == ["accept", "decline", "view", "delete"]
        assert look.audit.intact()
    assert not [canary for canary in CANARIES if canary in told]
    assert "Ask erased, please" in told
    assert "Tuesday it is" in told
    assert "canary-therapy" not in told
    assert theirs.invitee_ids[0].startswith("erased-")
    assert kept.custody.erased(ALICE)
    assert kept.custody.erased(ALICE.upper())
    assert not kept.custody.erased("bob@example.com")


def test_a_name_beyond_ascii_is_found_in_the_log(kept: SqlStore) -> None:
    with kept.writing() as work:
        work.users.put(replace(user("zoe"), name="Zoë Ångström"))
        work.audit.add(replace(line(), details={"by": "Zoë Ångström"}))
    kept.custody.erase(UserId("zoe"), NOON)
    with kept.reading() as look:
        assert look.audit.listed()[0].details == {"by": "erased"}
        assert look.audit.intact()


def test_a_short_name_is_not_torn_out_of_other_words(kept: SqlStore) -> None:
    with kept.writing() as work:
        work.users.put(replace(user("al"), name="Al"))
        work.sessions.put(replace(session(), title="Also with Al", invitee_ids=(UserId("al"),)))
    kept.custody.erase(UserId("al"), NOON)
    with kept.reading() as look:
        left = look.sessions.get(SessionId("s1"))
    assert left is not None
    assert left.title == "Also with erased"


def leave_traces(store: SqlStore) -> None:
    """Let others' rows name somebody, who need not have taken part in anything of theirs."""
    over = replace(ENDED, id="over", session_id=SessionId("pruned"), host_user_id=BOB)
    with store.writing() as work:
        work.repositories.resources.put(replace(CAR, id="hers", name="Alina Canary's bicycle"))
        work.repositories.constraints.put(replace(RULE, id="hers", user=None, name=f"Never with {ALICE}"))
        work.repositories.analytics.put(
            replace(over, proposed_slots=({"attendees": [{"user": ALICE}], "conflicts": [f"{ALICE}: busy"]},))
        )
        work.sessions.put(replace(session("without-her", host=BOB), title="A present for Alina Canary"))
        work.ledger.open(replace(booking("bobs"), reason=f"{ALICE} was busy"))
        work.repositories.sync_jobs.put(replace(SYNC_JOB, user_id=BOB, error_message=f"{ALICE} is not known"))


def test_everything_forgets_and_so_does_every_backup_made_since(
    kept: SqlStore, request: pytest.FixtureRequest, file: Path, tmp_path: Path
) -> None:
    """Looked for in the bytes of every file, journal included, or of every table that the catalogue names."""
    on_sqlite = "sqlite" in request.node.callspec.params["kept"]
    url = f"sqlite:///{file}" if on_sqlite else request.getfixturevalue("postgres")
    live_a_life(kept)
    leave_traces(kept)
    held = contents(url)
    assert [canary for canary in CANARIES if canary.encode() in held] == list(CANARIES[:2])
    kept.custody.erase(ALICE, NOON)
    with kept.reading() as look:
        noted = look.ledger.booking(SessionId("bobs"))
        told = repr((noted, look.outbox.listed()))
        assert noted is not None
        assert not [canary for canary in CANARIES if canary in told]
        assert look.repositories.conflicts.get(CONFLICT.id) is None
    held = contents(url)
    assert not [canary for canary in CANARIES if canary.encode() in held]
    if on_sqlite:
        kept.custody.backup(str(tmp_path / "after.db"))
        copy = (tmp_path / "after.db").read_bytes()
        assert not [canary for canary in CANARIES if canary.encode() in copy]
    with kept.reading() as look:
        assert look.audit.intact()
        left = look.sessions.get(SessionId("without-her"))
    assert left is not None
    assert left.title == "A present for erased"


def test_an_export_holds_everything_of_a_person_and_no_key_to_their_accounts(kept: SqlStore) -> None:
    live_a_life(kept)
    archive = kept.custody.export(ALICE)
    filled = {table: len(rows) for table, rows in archive.items() if rows}
    assert filled == {
        "users": 1,
        "event_sessions": 1,
        "session_attendees": 2,
        "calendars": 1,
        "calendar_objects": 1,
        "busy_spans": 1,
        "hold": 1,
        "events": 1,
        "grants": 1,
        "audit_logs": 1,
    }
    assert archive["calendar_objects"][0]["raw"] == "SUMMARY:canary-dentist"
    assert archive["events"][0]["title"] == "canary-dentist"
    assert archive["users"][0]["created_at"] == "2025-11-12T12:00:00Z"
    assert "canary-access" not in json.dumps(archive)


def test_an_export_tells_what_lay_around_shown_times_in_ones_own_calendar_alone(kept: SqlStore) -> None:
    slot = {"start": "2025-11-12T12:00:00Z", "features": {ALICE: {"load": "many"}, BOB: {"load": "few"}}}
    live_a_life(kept)
    with kept.writing() as work:
        shown = {"policy": "auto", "slots": [slot]}
        work.repositories.analytics.put(replace(ENDED, id="shown", host_user_id=ALICE, shown=(shown,)))
    (row,) = kept.custody.export(ALICE)["scheduling_events"]
    own = {**slot, "features": {ALICE: {"load": "many"}}}
    assert row["shown"] == [{"policy": "auto", "slots": [own]}]


def test_what_has_been_kept_long_enough_goes(kept: SqlStore) -> None:
    with kept.writing() as work:
        work.sessions.put(session("pending"))
        for status in (SessionStatus.CANCELLED, SessionStatus.SCHEDULED):
            work.sessions.put(
                replace(session(status.value), status=status, completed_at=NOON, final_time=SLOT)
            )
        work.repositories.conflicts.put(CONFLICT)
        work.repositories.analytics.put(replace(ENDED, anonymised_at=None))
        work.outbox.add([mail("waiting"), mail("told")])
        work.outbox.record(replace(mail("told"), state=OutboxState.DONE))
        work.ledger.hold([hold(), hold(name="s2", start=NOON + DAY)])
        work.ledger.release(SessionId("s1"))
        for day in range(4):
            work.audit.add(replace(line(f"day-{day}"), at=NOON + day * DAY))
    custody = kept.custody
    assert custody.prune(cutoffs(NOON, 30 * DAY), NOON) == Pruned()
    found = custody.prune(cutoffs(NOON + 31 * DAY, 30 * DAY), NOON)
    assert found == Pruned(sessions=2, told=1, holds=1, audit=2)
    assert custody.prune(cutoffs(NOON + 800 * DAY, 799 * DAY), NOON + 5) == Pruned(conflicts=1, anonymised=1)
    with kept.reading() as look:
        assert [each.id for each in look.sessions.listed()] == ["pending"]
        assert [each.action for each in look.audit.listed()] == ["day-2", "day-3"]
        assert look.audit.intact()
        assert look.repositories.analytics.of_host(NOBODY)[0].anonymised_at == NOON + 5
        assert [each.id for each in look.outbox.listed()] == ["waiting"]
    assert custody.prune(cutoffs(NOON + 900 * DAY, 30 * DAY), NOON).audit == 2
    with kept.writing() as work:
        work.audit.add(line("afterwards"))
        assert work.audit.intact()


@pytest.mark.parametrize("rounds", [5, pytest.param(50, marks=[pytest.mark.long, pytest.mark.chaos])])
def test_a_backup_under_load_is_whole(store: Store, tmp_path: Path, vault: KeyVault, rounds: int) -> None:
    assert isinstance(store, SqlStore)
    over = threading.Event()

    def write() -> None:
        number = 0
        while not over.is_set():
            with store.writing() as work:
                work.users.put(user(f"user-{number:05}"))
                work.audit.add(line(f"user-{number:05}"))
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    copies = [tmp_path / f"copy-{number}.db" for number in range(rounds)]
    for copy in copies:
        store.custody.backup(str(copy))
    over.set()
    writer.join()
    for copy in copies:
        assert copy.stat().st_mode & 0o777 == 0o600
        restored = open_store(f"sqlite:///{copy}", vault)
        with restored.reading() as look:
            assert [each.id for each in look.users.all()] == [each.action for each in look.audit.listed()]
            assert look.audit.intact()
        assert not list(restored.check())
        assert restored.install == store.install
        restored.close()


def test_a_backup_that_cannot_be_written_is_named(store: Store, tmp_path: Path) -> None:
    assert isinstance(store, SqlStore)
    with pytest.raises(StoreUnavailableError, match="cannot be written"):
        store.custody.backup(str(tmp_path / "none" / "copy.db"))


def test_a_server_backs_itself_up(postgres: str, vault: KeyVault) -> None:
    store = open_store(postgres, vault)
    assert isinstance(store, SqlStore)
    with pytest.raises(StoreError, match="pg_dump"):
        store.custody.backup("copy.db")
    store.close()


def test_a_new_key_takes_over_in_steps_that_can_be_interrupted(file: Path, vault: KeyVault) -> None:
    url, new = f"sqlite:///{file}", bytes(32)
    first = open_store(url, vault)
    with first.writing() as work:
        for number in range(25):
            sealed = replace(plan("one.ics", name=f"c{number}").calendar, user_id=UserId(f"user-{number:02}"))
            work.calendars.apply(replace(plan("one.ics", name=f"c{number}"), calendar=sealed))
    first.close()
    left = 25
    while left:
        both = open_store(url, KeyVault(Keyring(new, KEY)))
        assert isinstance(both, SqlStore)
        left = both.custody.rewrap(limit=10)
        _all_open(both)
        both.close()
        if left:
            with pytest.raises(VaultError, match="does not fit"):
                open_store(url, KeyVault(Keyring(new)))
    alone = open_store(url, KeyVault(Keyring(new)))
    _all_open(alone)
    alone.close()
    with pytest.raises(VaultError, match="does not fit"):
        open_store(url, vault)


def _all_open(store: Store) -> None:
    with store.reading() as look:
        for number in range(25):
            found = look.calendars.objects(plan(name=f"c{number}").calendar.key)
            assert [each.raw for each in found] == [b"BEGIN:VCALENDAR"]


def test_the_copy_stands_without_side_files(store: Store, tmp_path: Path) -> None:
    assert isinstance(store, SqlStore)
    (tmp_path / "to").mkdir()
    store.custody.backup(str(tmp_path / "to" / "copy.db"))
    assert [path.name for path in (tmp_path / "to").iterdir()] == ["copy.db"]
    with sqlite3.connect(tmp_path / "to" / "copy.db") as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()


@pytest.mark.parametrize("place", ["copy.db", "copy.db.part", "copy.db.part-journal", "copy.db.part-wal"])
@pytest.mark.parametrize("missing", [False, True])
def test_a_backup_writes_through_no_link(store: Store, tmp_path: Path, place: str, missing: bool) -> None:
    assert isinstance(store, SqlStore)
    other, folder = tmp_path / "other", tmp_path / "to"
    folder.mkdir()
    if not missing:
        other.write_bytes(b"precious")
    (folder / place).symlink_to(other)
    store.custody.backup(str(folder / "copy.db"))
    assert other.exists() is not missing
    assert missing or other.read_bytes() == b"precious"
    assert not (folder / "copy.db").is_symlink()
    with closing(sqlite3.connect(folder / "copy.db")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def named_alike(file: Path) -> Path:
    return file


def by_a_link(file: Path) -> Path:
    link = file.with_name("link.db")
    link.symlink_to(file)
    return link


def by_a_second_name(file: Path) -> Path:
    second = file.with_name("second.db")
    os.link(file, second)
    return second


def by_a_way_round(file: Path) -> Path:
    return file.parent / "x" / ".." / file.name


def its_journal(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def its_lock(file: Path) -> Path:
    return file.with_name(f"{file.name}.lock")


@pytest.mark.parametrize(
    "place", [named_alike, by_a_link, by_a_second_name, by_a_way_round, its_journal, its_lock]
)
def test_a_backup_never_takes_the_stores_own_place(
    store: Store, file: Path, place: Callable[[Path], Path]
) -> None:
    assert isinstance(store, SqlStore)
    (file.parent / "x").mkdir()
    before = file.stat().st_ino
    with pytest.raises(StoreUnavailableError, match="the store's own place"):
        store.custody.backup(str(place(file)))
    assert file.stat().st_ino == before
    with store.reading() as look:
        look.users.all()


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_a_backup_replaces_nothing_but_files(store: Store, tmp_path: Path, kind: str) -> None:
    assert isinstance(store, SqlStore)
    place = tmp_path / "copy.db"
    if kind == "pipe":
        os.mkfifo(place)
    else:
        place.mkdir()
    with pytest.raises(StoreUnavailableError, match="cannot be written"):
        store.custody.backup(str(place))
    assert not place.is_file()
