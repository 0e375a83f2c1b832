"""What people wrote lies sealed in every file: with the host's key gone, nobody reads it any more."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.documents.session_record import with_record
from engine.errors import StoreError, VaultError
from engine.ids import MessageId, SessionId, UserId
from engine.model.booking import Booking, BookingState, OutboxEntry, OutboxKind
from engine.model.reservation import Conflict, ConflictType, Severity
from engine.model.session import EventSession, Message, MessageRole, Reason, TimeSlot
from engine.model.session_record import SessionRecord
from engine.time.span import HOUR
from store.keys import Keyring
from store.open import open_store
from store.sql import sealing
from store.sql.schema import SCHEMA
from store.sql.store import SqlStore
from store.sql.types import Document
from store.vault import KeyVault
from tests.contracts.stores.samples import ALICE, BOB, NOON, session, user
from tests.store.contents import contents
from tests.store.servers import KEY
from tests.store.sql.migrations.test_migrations import make_the_first_release

WORD = "Xanthippe"
"""Stands in everything that somebody wrote."""
SLOT = TimeSlot(
    start=NOON,
    end=NOON + HOUR,
    conflicts=(f"bob: {WORD} visits",),
    reasons=(Reason("r", BOB, 1.0, f"{WORD} is near"),),
)
TOLD = replace(
    session(),
    title=f"{WORD}'s party",
    description=f"A present for {WORD}",
    location=f"At {WORD}'s",
    proposed_times=(SLOT,),
    rejected_slots=(SLOT,),
    withheld=(SLOT,),
    final_time=SLOT,
    metadata={"reason": f"{WORD} is ill"},
    record=SessionRecord(not_booked=f"{WORD} came first", conflicts=(WORD,)),
)
SAID = Message(
    id=MessageId("m1"),
    session_id=TOLD.id,
    role=MessageRole.USER,
    content=f"Ask {WORD} first",
    metadata={"who": WORD},
    timestamp=NOON,
)
NOTED = Booking(
    session=TOLD.id,
    reason=f"{WORD} is ill",
    since=NOON,
    next_at=NOON,
    entered={BookingState.PROPOSED: NOON},
    conflicts=(f"bob: {WORD} visits",),
)
UNTOLD = OutboxEntry(
    id="mail-1",
    kind=OutboxKind.MAIL,
    dedupe_key="mail-1",
    payload={"session": TOLD.id, "user": BOB, "why": f"{WORD} came first"},
    last_error=f"No such mailbox: {WORD}",
    created_at=NOON,
    next_at=NOON,
)
CLASH = Conflict(
    id="c1",
    type=ConflictType.TIME,
    severity=Severity.HIGH,
    detected_at=NOON,
    description=f"{WORD}'s party and tea with {WORD}",
    involved_events=("e1", "e2"),
    proposed_resolution={"move": f"{WORD}'s party"},
    ends_at=NOON + HOUR,
    created_at=NOON,
    updated_at=NOON,
)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, file: Path, made: Path) -> str:
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres"))
    shutil.copyfile(made, file)
    return f"sqlite:///{file}"


@pytest.fixture
def kept(url: str, vault: KeyVault) -> Iterator[SqlStore]:
    store = open_store(url, vault)
    assert isinstance(store, SqlStore)
    with closing(store):
        with store.writing() as work:
            work.users.put(user())
            work.sessions.put(TOLD)
            work.messages.add(SAID)
            work.ledger.open(NOTED)
            work.outbox.add([UNTOLD])
            work.repositories.conflicts.put(CLASH)
        yield store


HARMLESS = {
    "event_sessions": {
        *("id", "host_user_id", "invitee_ids", "optional_ids", "groups", "constraints", "recurrence"),
        *("resource_ids", "responses", "status"),
    },
    "messages": {"id", "session_id", "role"},
    "booking": {"session", "state", "lease_owner", "after"},
    "outbox": {"id", "kind", "dedupe_key", "state"},
    "conflicts": {
        *("id", "type", "severity", "status", "resolution_method", "involved_events", "involved_resources"),
        "undo",
    },
}
"""Texts and documents that hold ids, times and words of ours alone."""


@pytest.mark.parametrize("table", [SCHEMA.tables[name] for name in sealing.SEALED], ids=str)
def test_every_text_of_a_sealed_table_is_sealed_or_harmless(table: sa.Table) -> None:
    texts = {one.name for one in table.columns if isinstance(one.type, sa.String | Document)}
    assert texts == HARMLESS[table.name] | set(sealing.SEALED[table.name])


def told(store: SqlStore) -> EventSession | None:
    with store.reading() as look:
        return look.sessions.get(TOLD.id)


def test_what_people_wrote_is_in_no_file_and_no_backup(kept: SqlStore, url: str, tmp_path: Path) -> None:
    assert WORD.encode() not in contents(url)
    assert told(kept) == replace(TOLD, version=1)
    with kept.reading() as look:
        assert look.messages.of(TOLD.id) == [SAID]
        assert look.ledger.booking(TOLD.id) == replace(NOTED, version=1)
        assert look.outbox.listed() == [UNTOLD]
        assert look.repositories.conflicts.get(CLASH.id) == replace(CLASH, version=1)
    if url.startswith("sqlite"):
        kept.custody.backup(str(tmp_path / "copy.db"))
        assert WORD.encode() not in (tmp_path / "copy.db").read_bytes()


def test_what_gatherly_notes_stays_sealed_as_it_goes_on(kept: SqlStore, url: str) -> None:
    with kept.writing() as work:
        [entry] = map(work.outbox.get, work.outbox.due(NOON))
        assert entry is not None
        work.outbox.record(replace(entry, attempts=1, last_error=f"{WORD} is away"))
        found = work.ledger.booking(TOLD.id)
        assert found is not None
        work.ledger.advance(found, replace(found, state=BookingState.PROPOSED, reason=f"{WORD} is late"))
    assert WORD.encode() not in contents(url)
    with kept.reading_as(ALICE) as look:
        noted = look.ledger.booking(TOLD.id)
    with kept.reading() as look:
        assert [one.last_error for one in look.outbox.listed()] == [f"{WORD} is away"]
    assert noted is not None
    assert noted.reason == f"{WORD} is late"


def test_it_is_no_longer_there_once_it_was_changed(kept: SqlStore, url: str) -> None:
    with kept.writing() as work:
        work.sessions.put(
            replace(TOLD, title="", description=None, metadata={}, record=SessionRecord(), version=1)
        )
    found = told(kept)
    assert found is not None
    assert (found.title, found.description, found.metadata) == ("", None, {})
    assert WORD.encode() not in contents(url)


def test_an_export_tells_it_to_its_host(kept: SqlStore) -> None:
    archive = kept.custody.export(ALICE)
    [row] = archive["event_sessions"]
    assert row["title"] == TOLD.title
    assert row["metadata"] == with_record(TOLD.metadata, TOLD.record)
    assert [one["content"] for one in archive["messages"]] == [SAID.content]
    assert WORD not in str(kept.custody.export(BOB))


def test_with_the_hosts_key_gone_nobody_reads_it(kept: SqlStore, url: str) -> None:
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as behind:
            behind.execute("DELETE FROM data_keys WHERE user_id = 'alice'")
            behind.commit()
        with pytest.raises(VaultError, match="was erased"):
            told(kept)
    kept.custody.erase(ALICE, NOON)
    assert told(kept) is None


def test_a_value_that_was_moved_does_not_open(kept: SqlStore, url: str) -> None:
    if url.startswith("sqlite"):
        with kept.writing() as work:
            work.sessions.put(replace(TOLD, id=SessionId("s2"), title="Another"))
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as behind:
            behind.execute(
                "UPDATE event_sessions SET title ="
                " (SELECT title FROM event_sessions WHERE id = 's2') WHERE id = 's1'"
            )
            behind.commit()
        with pytest.raises(VaultError, match="does not open"):
            told(kept)


def test_a_person_is_masked_in_what_others_wrote(kept: SqlStore) -> None:
    with kept.writing() as work:
        work.users.put(replace(user("bob"), name=WORD))
        work.sessions.put(replace(session("hers"), title="With bob@example.com", invitee_ids=(UserId("c"),)))
    kept.custody.erase(BOB, NOON)
    with kept.reading() as look:
        whole, hers = look.sessions.get(TOLD.id), look.sessions.get(SessionId("hers"))
        said = look.messages.of(TOLD.id)
        noted, listed = look.ledger.booking(TOLD.id), look.outbox.listed()
    assert noted is not None
    assert WORD not in repr((noted, listed))
    assert whole is not None
    assert hers is not None
    assert WORD not in repr((whole, said))
    assert "bob@example.com" not in hers.title


def old(file: Path) -> None:
    """Make an earlier release's store, with words in clear."""
    make_the_first_release(file)
    with closing(sqlite3.connect(file)) as behind:
        behind.execute(
            "UPDATE event_sessions SET title = 'Coffee', description = ?, metadata = ?",
            (f"With {WORD}", f'{{"reason": "{WORD}"}}'),
        )
        behind.execute(
            "INSERT INTO messages (id, session_id, role, content, timestamp)"
            " VALUES ('m', 'pending', 'user', ?, '2025-11-12 10:00:00')",
            (f"{WORD}?",),
        )
        behind.execute(
            "INSERT INTO booking (session, state, version, epoch, lease_until, fence, reason, since, next_at)"
            " VALUES ('pending', 'proposed', 1, 0, '1970-01-01 00:00:00', 0, ?, '2025-11-12 10:00:00',"
            " '2025-11-12 10:00:00')",
            (f"{WORD} is ill",),
        )
        behind.execute(
            "INSERT INTO outbox (id, kind, dedupe_key, payload, state, attempts, next_at, created_at)"
            " VALUES ('m', 'mail', 'm', ?, 'pending', 0, '2025-11-12 10:00:00', '2025-11-12 10:00:00')",
            (f'{{"why": "{WORD}"}}',),
        )
        behind.commit()


def in_files(file: Path) -> bool:
    return any(WORD.encode() in each.read_bytes() for each in file.parent.glob(f"{file.name}*"))


def check_old(store: SqlStore) -> None:
    with store.reading() as look:
        found = look.sessions.get(SessionId("pending"))
        said = look.messages.of(SessionId("pending"))
        noted, listed = look.ledger.booking(SessionId("pending")), look.outbox.listed()
    assert noted is not None
    assert (noted.reason, [one.payload for one in listed]) == (f"{WORD} is ill", [{"why": WORD}])
    assert found is not None
    assert (found.title, found.description, found.metadata) == ("Coffee", f"With {WORD}", {"reason": WORD})
    assert [one.content for one in said] == [f"{WORD}?"]


def test_what_an_earlier_release_left_in_clear_is_sealed_when_it_is_opened(
    file: Path, vault: KeyVault
) -> None:
    old(file)
    assert in_files(file)
    for _ in range(2):
        store = open_store(f"sqlite:///{file}", vault)
        assert isinstance(store, SqlStore)
        with closing(store):
            assert not in_files(file)
            check_old(store)
    assert not in_files(file)


@pytest.mark.parametrize("killed_at", [1, 2, 4])
def test_sealing_that_was_cut_short_is_done_again(
    file: Path, vault: KeyVault, killed_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    old(file)
    whole, calls = sealing.sealed, []

    def cut(*args: object) -> object:
        calls.append(args)
        if len(calls) == killed_at:
            raise KeyboardInterrupt
        return whole(*args)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(sealing, "sealed", cut)
    with pytest.raises(KeyboardInterrupt):
        open_store(f"sqlite:///{file}", vault)
    monkeypatch.undo()
    store = open_store(f"sqlite:///{file}", vault)
    assert isinstance(store, SqlStore)
    with closing(store):
        check_old(store)
        assert not in_files(file)


def test_who_may_not_upgrade_is_told_to(file: Path, vault: KeyVault) -> None:
    old(file)
    store = open_store(f"sqlite:///{file}", vault)
    store.close()
    with closing(sqlite3.connect(file)) as behind:
        behind.execute("DELETE FROM about WHERE key = 'all sealed'")
        behind.commit()
    with pytest.raises(StoreError, match="db upgrade"):
        open_store(f"sqlite:///{file}", vault, may_upgrade=False)


def test_another_key_opens_nothing(kept: SqlStore, url: str) -> None:
    with pytest.raises(VaultError):
        open_store(url, KeyVault(Keyring(bytes(reversed(KEY)))))
