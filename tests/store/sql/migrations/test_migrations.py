"""The schema that migrations make is the one that the code knows; a later one is refused."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.errors import StoreError
from engine.ids import SessionId, UserId
from store.open import open_store
from store.sql.database.at_once import can_be_made_at_once, make_at_once
from store.sql.database.migrate import upgrade
from store.sql.database.sqlite import SqliteDatabase
from store.sql.schema import SCHEMA
from store.vault import KeyVault
from tests.store.servers import administrator, postgres_url
from tests.store.sql.conditions import say_conditions
from tests.store.sql.migrations.newest import FILE, newest, told


def make_all(known: sa.Engine) -> None:
    """Make the schema that the code knows, its partial indexes in the words of the engine's dialect."""
    say_conditions(known.dialect.name)
    SCHEMA.create_all(known)


def test_a_new_file_is_made_at_once_just_as_the_migrations_make_it(file: Path, vault: KeyVault) -> None:
    assert FILE.read_text() == newest(), "python -m tests.store.sql.migrations.newest writes it anew"
    database = SqliteDatabase(file)
    database.prepare()
    with database.migrating() as connection:
        assert can_be_made_at_once(connection)
        make_at_once(connection)
        assert not can_be_made_at_once(connection)
    database.close()
    assert told(file) == newest()


def test_migrations_make_the_schema_that_the_code_knows(file: Path, vault: KeyVault) -> None:
    open_store(f"sqlite:///{file}", vault).close()
    migrated, known = sa.create_engine(f"sqlite:///{file}"), sa.create_engine("sqlite://")
    make_all(known)
    found, wanted = _described(migrated), _described(known)
    migrated.dispose()
    known.dispose()
    assert found.pop("alembic_version")
    assert found.keys() == wanted.keys()
    for table, described in wanted.items():
        assert found[table] == described, table


def test_a_store_of_a_later_version_is_refused_and_left_alone(file: Path, vault: KeyVault) -> None:
    open_store(f"sqlite:///{file}", vault).close()
    with sqlite3.connect(file) as later:
        later.execute("UPDATE alembic_version SET version_num = '9999'")
    later.close()
    before = file.read_bytes()
    with pytest.raises(StoreError, match=r"later gatherly \(schema 9999\)"):
        open_store(f"sqlite:///{file}", vault)
    assert file.read_bytes() == before


def test_data_of_an_earlier_release_is_there_afterwards(file: Path, vault: KeyVault) -> None:
    make_the_first_release(file)
    store = open_store(f"sqlite:///{file}", vault)
    with store.reading() as look:
        kept = look.users.get(UserId("alice"))
        assert kept is not None
        assert (kept.email, kept.availability, kept.version) == ("alice@example.com", (), 3)
        sessions = [look.sessions.get(SessionId(name)) for name in ("pending", "scheduled", "failed")]
        assert all(session is not None and session.title == "Coffee" for session in sessions)
    store.close()
    with sqlite3.connect(file) as behind:
        over = dict(behind.execute("SELECT id, over_at FROM event_sessions").fetchall())
    behind.close()
    assert over == {
        "pending": None,
        "scheduled": "2025-11-15 15:00:00",
        "failed": "2025-11-14 00:00:00",
    }


def make_the_first_release(file: Path) -> None:
    """Make a store of the first schema with data in it."""
    database = SqliteDatabase(file)
    database.prepare()
    with database.writing() as connection:
        upgrade(connection, "0001")
        connection.exec_driver_sql(
            "INSERT INTO users (id, email, name, calendars, default_preferences, created_at, updated_at,"
            " version) VALUES ('alice', 'alice@example.com', 'Alice', '[]', '{}', '2025-11-01 08:00:00',"
            " '2025-11-01 08:00:00', 3)"
        )
        slot = '{"start": "2025-11-15T14:00:00Z", "end": "2025-11-15T15:00:00Z"}'
        for name, final, completed in (
            ("pending", None, None),
            ("scheduled", slot, None),
            ("failed", None, "2025-11-14 00:00:00"),
        ):
            connection.exec_driver_sql(
                "INSERT INTO event_sessions (id, host_user_id, invitee_ids, optional_ids, groups, title,"
                " duration, status, proposed_times, final_time, constraints, search_days, minimum_notice,"
                " buffer_time, rejected_slots, responses, metadata, created_at, expires_at, completed_at,"
                " version) VALUES (?, 'alice', '[]', '[]', '[]', 'Coffee', 60, ?, '[]', ?, '{}', 7, 0, 0,"
                " '[]', '[]', '{}', '2025-11-12 10:00:00', '2025-11-19 10:00:00', ?, 1)",
                (name, name, final, completed),
            )
    database.close()


def test_every_table_of_a_user_says_whose_a_row_is() -> None:
    of_nobody_alone = {"booking", "messages", "outbox", "wakes", "resources", "conflicts"}
    of_the_store = {"about", "audit_anchor", "budgets", "cursors", "daemons", "turns", "learning_notes"}
    of_the_store |= {"live_documents", "tombstones"}
    without = {
        table.name for table in SCHEMA.sorted_tables if table.info.get("owner", "user_id") not in table.c
    }
    assert without == of_nobody_alone | of_the_store


def test_migrations_make_it_on_postgresql_too(postgres: str, server: Path) -> None:
    """Compared with what the code would make in a database of its own; holds are guarded beside."""
    with administrator(server, "postgres") as connection:
        connection.execute("DROP DATABASE IF EXISTS known")
        connection.execute("CREATE DATABASE known")
    migrated, known = sa.create_engine(postgres), sa.create_engine(postgres_url(server, "known"))
    make_all(known)
    found, wanted = _described(migrated), _described(known)
    migrated.dispose()
    known.dispose()
    assert found.pop("alembic_version")
    found["hold"]["indexes"] = [each for each in found["hold"]["indexes"] if each[0] != "hold_no_overlap"]
    assert found == wanted


def _described(engine: sa.Engine) -> dict[str, Any]:
    """Give columns, keys, checks and indexes by table, in a form that compares."""
    look = sa.inspect(engine)
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in look.get_columns(table)
            },
            "key": look.get_pk_constraint(table),
            "foreign": sorted(look.get_foreign_keys(table), key=str),
            "unique": sorted(look.get_unique_constraints(table), key=str),
            "checks": sorted(look.get_check_constraints(table), key=str),
            "indexes": sorted(
                ((index["name"], index["column_names"], _where(index)) for index in look.get_indexes(table)),
                key=str,
            ),
        }
        for table in look.get_table_names()
    }


def _where(index: Any) -> str:
    options = index.get("dialect_options", {})
    return str(options.get("sqlite_where", options.get("postgresql_where", "")))
