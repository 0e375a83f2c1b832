"""Open a database as a store: schema, this installation's id, and whether the master key fits.

Which schema this version works on is told without Alembic, which takes longer to import than most commands
take to answer; where nothing is to migrate it stays out.
"""

import re
from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from engine.errors import StoreError, VaultError
from engine.ids import InstallId
from store.keys import Keyring
from store.sql.database.at_once import can_be_made_at_once, make_at_once
from store.sql.database.port import Database
from store.sql.naming import IDS, STORE, forget_lost_name, named
from store.sql.repositories.secrets import SqlDataKeys
from store.sql.sealing import SEALED, Clarity, clarity, note_gone, seal_all
from store.sql.store import SqlStore
from store.sql.tables.records import about, data_keys
from store.sql.writes import insert_new
from store.timed import Timed, untimed
from store.vault import KeyVault

_VERSIONS = Path(__file__).parents[1] / "migrations" / "versions"
_REVISION = re.compile(r'^revision = "(\d{4})"$', re.MULTILINE)


@cache
def newest_revision() -> str:
    """Name the newest migration as its file does: asking alembic takes longer than a whole command may."""
    texts = (file.read_text(encoding="utf-8") for file in _VERSIONS.glob("*.py"))
    return max(str(revision) for text in texts for revision in _REVISION.findall(text))


def is_current(connection: sa.Connection) -> bool:
    """Tell whether a database stands at just this schema."""
    return schema_of(connection) == newest_revision()


def schema_of(connection: sa.Connection) -> str:
    """Name the schema that a database stands at; an empty text where it has none."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() or "")


_INSTALL = "install"
_MASTER = "master"
_ABOUT = sa.select(about.c.value).where(about.c.key == sa.bindparam("of"))
_NAMED = ("effect", "tombstones")
"""Tables whose rows are named by the store's own key."""
_SEALED = ("booking", "outbox", "conflicts")
"""Tables whose rows are sealed by the store's own key, once it is there: earlier they lay in clear."""


def open_sql(
    database: Database,
    vault: KeyVault,
    new_id: Callable[[], str],
    *,
    may_upgrade: bool,
    timed: Timed = untimed,
) -> SqlStore:
    """Open a prepared database; an empty one is made a store, with an id of its own.

    Raises:
        StoreError: a later gatherly made it, or an earlier one and it may not be upgraded now.
        VaultError: the master key is not the one that the store's secrets were sealed with.
    """
    with ExitStack() as undone:
        undone.callback(database.close)
        with database.migrating() as connection:
            _bring_up_to_date(connection, database.name, may_upgrade=may_upgrade)
        with database.writing() as connection:
            install = _install(connection, new_id)
            made_with = _check_key(connection, vault.keyring, database.name)
            vault = named(connection, vault, made_with)
            vault.over(SqlDataKeys(connection)).prepare(STORE)
            clear = clarity(connection)
            if clear is Clarity.IN_CLEAR:
                _seal(connection, vault, database.name, may_upgrade=may_upgrade)
        if clear is not Clarity.GONE and database.shred():  # else whoever opens it next does
            with database.writing() as connection:
                note_gone(connection)
        undone.pop_all()
    return SqlStore(database, vault, install, timed)


def _bring_up_to_date(connection: sa.Connection, name: str, *, may_upgrade: bool) -> None:
    if is_current(connection):
        return
    if can_be_made_at_once(connection):
        make_at_once(connection)
        return
    from store.sql.database.migrate import SchemaAge, check_version, upgrade

    age = check_version(connection, name)
    if age is SchemaAge.OLDER and not may_upgrade:
        raise StoreError(f"The store {name} was made by an earlier gatherly", "Run gatherly db upgrade")
    if age is not SchemaAge.CURRENT:
        upgrade(connection)


def _seal(connection: sa.Connection, vault: KeyVault, name: str, *, may_upgrade: bool) -> None:
    """Seal what an earlier gatherly has left in clear; a store that holds nothing is no earlier one's."""
    rows = (sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1) for name in SEALED)
    if not may_upgrade and any(connection.execute(asked).first() for asked in rows):
        raise StoreError(f"The store {name} was made by an earlier gatherly", "Run gatherly db upgrade")
    seal_all(connection, vault.over(SqlDataKeys(connection)))


def _install(connection: sa.Connection, new_id: Callable[[], str]) -> InstallId:
    found = _known(connection, _INSTALL)
    if found is None:
        found = new_id()
        if not insert_new(connection, about, {"key": _INSTALL, "value": found}):
            found = _known(connection, _INSTALL) or found  # of several that open an empty store one was first
    return InstallId(found)


def _check_key(connection: sa.Connection, keyring: Keyring, name: str) -> str | None:
    """See that the keys in hand open what is sealed; a store without secrets takes a new one.

    Gives the master key that things were named with, None where nothing was.
    """
    noted = made_with = _known(connection, _MASTER)
    if secrets_in(connection):
        needed = set(connection.execute(sa.select(data_keys.c.master).distinct()).scalars())
        needed |= {made_with} if made_with is not None and not needed else set()
    else:
        forget_lost_name(connection, keyring)
        needed, made_with = set(), None
    lacking = sorted(master for master in needed if not keyring.knows(master))
    if lacking:
        raise VaultError(
            f"The master key {keyring.primary} does not fit the store {name}, which needs {lacking[0]}",
            "Put the key file back that belongs to this store",
        )
    if noted != keyring.primary:
        connection.execute(sa.delete(about).where(about.c.key == _MASTER))
        insert_new(connection, about, {"key": _MASTER, "value": keyring.primary})
    return made_with


def secrets_in(connection: sa.Connection, known: frozenset[str] | None = None) -> bool:
    """Tell whether anything was sealed or named under the master key; `known` are an older store's tables."""
    return bool(connection.execute(_secrets(known)).scalar())


@cache
def _secrets(known: frozenset[str] | None) -> sa.Select[bool | None]:
    theirs = sa.exists().where(data_keys.c.user_id.not_in((IDS, STORE)))
    has_key = sa.exists().where(data_keys.c.user_id == STORE)
    sealed = sa.and_(has_key, sa.or_(sa.false(), *_rows_in(_SEALED, known)))
    return sa.select(sa.or_(theirs, *_rows_in(_NAMED, known), sealed))


def _rows_in(names: Iterable[str], known: Collection[str] | None) -> list[sa.ColumnElement[bool]]:
    there = (name for name in names if known is None or name in known)
    return [sa.exists().select_from(sa.table(name)) for name in there]


def _known(connection: sa.Connection, key: str) -> str | None:
    return connection.execute(_ABOUT, {"of": key}).scalar()
