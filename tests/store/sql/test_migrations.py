"""The schema that migrations make is the one that the code knows; a later one is refused."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.errors import StoreError
from store.open import open_store
from store.sql.schema import METADATA
from store.vault import KeyVault
from tests.store.sql.conftest import administrator, postgres_url


def test_migrations_make_the_schema_that_the_code_knows(file: Path, vault: KeyVault) -> None:
    open_store(f"sqlite:///{file}", vault).close()
    migrated, known = sa.create_engine(f"sqlite:///{file}"), sa.create_engine("sqlite://")
    METADATA.create_all(known)
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


def test_every_table_of_a_user_says_whose_a_row_is() -> None:
    nobodys = {"about", "audit_anchor", "booking", "messages", "outbox", "wakes", "resources", "conflicts"}
    without = {
        table.name for table in METADATA.sorted_tables if table.info.get("owner", "user_id") not in table.c
    }
    assert without <= nobodys


def test_migrations_make_it_on_postgresql_too(postgres: str, server: Path) -> None:
    """Compared with what the code would make in a database of its own; holds are guarded beside."""
    with administrator(server, "postgres") as connection:
        connection.execute("DROP DATABASE IF EXISTS known")
        connection.execute("CREATE DATABASE known")
    migrated, known = sa.create_engine(postgres), sa.create_engine(postgres_url(server, "known"))
    METADATA.create_all(known)
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
