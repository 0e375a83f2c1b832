"""What people and apps bring is held to the one table of bounds by the parsers, and by both databases too."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import bounds
from engine.bounds import EARLIEST, LATEST
from engine.documents.sessions import parse_session, session_document
from engine.documents.users import parse_user, user_document
from engine.errors import InputError
from engine.ids import MessageId
from engine.model.session import Message, MessageRole
from engine.time.instant import to_datetime
from store.open import open_store
from store.sql.database.migrate import upgrade
from store.sql.database.sqlite import SqliteDatabase
from store.vault import KeyVault
from tests.contracts.stores.samples import ALICE, NOON, hold, session, user
from tests.store.sql.migrations.test_migrations import make_the_first_release

FIRST, LAST, END = "1970-01-01 00:00:00", "2199-12-31 23:59:59", "2200-01-01 00:00:00"
BEFORE = "1969-12-31 23:59:59"
NUMBERS = {
    ("event_sessions", "duration"): (1, bounds.LONGEST_SESSION),
    ("event_sessions", "search_days"): (1, bounds.MOST_DAYS),
    ("event_sessions", "minimum_notice"): (0, bounds.LONGEST_NOTICE),
    ("event_sessions", "buffer_time"): (0, bounds.LONGEST_SESSION),
}
TEXTS = {
    ("users", "name"): bounds.LONGEST_NAME,
    ("users", "email"): bounds.LONGEST_ADDRESS,
    ("users", "timezone"): bounds.LONGEST_ZONE,
}
MOMENTS = [
    *(("event_sessions", name) for name in ("created_at", "expires_at", "scheduled_at", "completed_at")),
    *(("event_sessions", name) for name in ("search_start", "search_end", "over_at")),
    *(("users", name) for name in ("created_at", "updated_at")),
    ("messages", "timestamp"),
    ("hold", "expires"),
]
SAID = Message(
    id=MessageId("m1"), session_id=session().id, role=MessageRole.USER, content="Hello", timestamp=NOON
)
PARSED = {
    "duration": "duration",
    "search_days": "searchDays",
    "minimum_notice": "minimumNotice",
    "buffer_time": "bufferTime",
}


@pytest.fixture(params=["sqlite", "postgres"])
def behind(request: pytest.FixtureRequest, file: Path, made: Path, vault: KeyVault) -> Iterator[sa.Engine]:
    """A filled store's database, by somebody who goes round the store."""
    if request.param == "postgres":
        url = str(request.getfixturevalue("postgres"))
    else:
        shutil.copyfile(made, file)
        url = f"sqlite:///{file}"
    with closing(open_store(url, vault)) as store, store.writing() as work:
        work.users.put(user())
        work.sessions.put(session())
        work.messages.add(SAID)
        work.ledger.hold([hold()])
    engine = sa.create_engine(url)
    yield engine
    engine.dispose()


def takes(behind: sa.Engine, table: str, column: str, value: object) -> bool:
    """Tell whether the database lets a value be written; nothing is left of it."""
    with behind.connect() as connection:
        if behind.dialect.name == "postgresql":
            connection.execute(sa.text("SET LOCAL ROLE gatherly_daemon"))
        changed = sa.update(sa.table(table, sa.column(column))).values({column: value})
        try:
            return connection.execute(changed).rowcount == 1
        except sa.exc.IntegrityError as refused:
            return f"ck_{table}_{column}_" not in str(refused)


def at(behind: sa.Engine, text: str) -> sa.ColumnElement[Any]:
    return sa.literal_column(f"'{text}+00'" if behind.dialect.name == "postgresql" else f"'{text}'")


def test_both_databases_hold_numbers_to_the_table(behind: sa.Engine) -> None:
    for (table, column), (least, most) in NUMBERS.items():
        taken = [value for value in (least - 1, least, most, most + 1) if takes(behind, table, column, value)]
        assert taken == [least, most], column


def test_both_databases_hold_texts_to_the_table(behind: sa.Engine) -> None:
    for (table, column), most in TEXTS.items():
        if behind.dialect.name == "postgresql" and column != "name":
            continue
        lengths = (1, most, most + 1, 900_000)
        assert [size for size in lengths if takes(behind, table, column, "ä" * size)] == [1, most], column


def test_both_databases_hold_instants_to_the_table(behind: sa.Engine) -> None:
    assert tuple(f"{to_datetime(at):%Y-%m-%d %H:%M:%S}" for at in (EARLIEST, LATEST)) == (FIRST, END)
    for table, column in MOMENTS:
        every = ("0001-01-01 00:00:00", BEFORE, FIRST, LAST, END, "9999-12-31 23:59:59")
        taken = [value for value in every if takes(behind, table, column, at(behind, value))]
        assert taken == [FIRST, LAST], column


def test_both_databases_hold_new_rows_too(behind: sa.Engine) -> None:
    beyond = at(behind, "9999-12-31 23:59:59")
    names = sa.inspect(behind).get_columns("messages")
    same: dict[str, sa.ColumnElement[Any]] = {each["name"]: sa.column(each["name"]) for each in names}
    row = {**same, "timestamp": beyond, "id": sa.literal("m2"), "position": sa.literal(77)}
    table = sa.table("messages", *(sa.column(name) for name in row))
    copied = sa.insert(table).from_select(list(row), sa.select(*row.values()).select_from(table))
    with behind.connect() as connection:
        if behind.dialect.name == "postgresql":
            connection.execute(sa.text("SET LOCAL ROLE gatherly_daemon"))
        with pytest.raises(sa.exc.IntegrityError, match="timestamp_bounds"):
            connection.execute(copied)


@pytest.mark.parametrize("column", PARSED)
def test_the_parser_agrees(column: str) -> None:
    least, most = NUMBERS["event_sessions", column]
    document = session_document(session())
    for value, taken in ((least - 1, False), (least, True), (most, True), (most + 1, False)):
        changed = {**document, PARSED[column]: value}
        if taken:
            parse_session(changed)
        else:
            with pytest.raises(InputError, match=PARSED[column]):
                parse_session(changed)


@pytest.mark.parametrize("field", ["createdAt", "expiresAt", "scheduledAt", "completedAt"])
def test_the_parser_agrees_on_instants(field: str) -> None:
    document = session_document(session())
    for text, taken in ((BEFORE, False), (FIRST, True), (LAST, True), (END, False)):
        changed = {**document, field: f"{text.replace(' ', 'T')}Z"}
        if taken:
            parse_session(changed)
        else:
            with pytest.raises(InputError, match=field):
                parse_session(changed)


def test_the_parser_agrees_on_texts() -> None:
    fields = {"name": "name", "email": "email", "timezone": "timezone"}
    document = user_document(user())
    for (_, column), most in TEXTS.items():
        with pytest.raises(InputError, match=fields[column]):
            parse_user({**document, fields[column]: "x" * (most + 1)})
    assert parse_user({**document, "name": "x" * bounds.LONGEST_NAME}).name


def test_what_lies_beyond_from_before_is_brought_inside_and_can_be_written(
    file: Path, vault: KeyVault
) -> None:
    make_the_first_release(file)
    database = SqliteDatabase(file)
    database.prepare()
    with database.writing() as connection:
        upgrade(connection, "0013")
    database.close()
    with closing(sqlite3.connect(file)) as behind:
        behind.execute(
            "UPDATE event_sessions SET created_at = '0001-01-01 00:00:00',"
            " expires_at = '9999-12-31 00:00:00', duration = 99999999,"
            " search_days = 0, minimum_notice = -5, buffer_time = 600000"
        )
        behind.execute("UPDATE users SET name = ?, email = ?", ("ä" * 2000, f"{'x' * 400}@example.com"))
        behind.commit()
    with closing(open_store(f"sqlite:///{file}", vault)) as store, store.writing() as work:
        for found in work.sessions.listed():
            assert (found.created_at, found.expires_at) == (EARLIEST, LATEST - 1)
            assert (found.duration, found.search_days) == (bounds.LONGEST_SESSION, 1)
            assert (found.minimum_notice, found.buffer_time) == (0, bounds.LONGEST_SESSION)
            work.sessions.put(replace(found, title="Tea"))
        kept = work.users.get(ALICE)
        assert kept is not None
        assert len(kept.name) == bounds.LONGEST_NAME
        assert work.users.put(replace(kept, name="Alice")).version == kept.version + 1
