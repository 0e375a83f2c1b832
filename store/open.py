"""Open the store that a URL names, whatever its kind."""

import os
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from config.files.plainfile import is_absent
from config.installation import adding
from engine.errors import StoreError
from engine.ids import CalendarKey
from engine.model.user import Provider
from engine.time.span import Instant
from store.retries import Retries
from store.sql.database.opening import is_current, open_sql, schema_of, secrets_in
from store.sql.database.port import Database
from store.sql.database.sqlite import SqliteDatabase
from store.sql.store import SqlStore
from store.timed import Timed, untimed
from store.vault import KeyVault

if TYPE_CHECKING:
    from store.firestore.options import FirestoreOptions
    from store.firestore.store import FirestoreStore

POSTGRES = ("postgresql://", "postgresql+psycopg://")
_KINDS = "sqlite:///path/to/file.db or postgresql+psycopg://…"


def new_install_id() -> str:
    """Make the id of a new installation."""
    return uuid.uuid4().hex


def open_store(
    url: str,
    vault: KeyVault,
    *,
    may_upgrade: bool = True,
    new_id: Callable[[], str] = new_install_id,
    retries: Retries | None = None,
    timed: Timed = untimed,
) -> SqlStore:
    """Open a store; one that is not there yet is made, and an older one brought to this version's schema.

    Args:
        url: `sqlite:///relative.db`, `sqlite:////absolute.db` or `postgresql+psycopg://…`.
        vault: over the keyring; the store keeps its own data keys.
        may_upgrade: whether an older schema is migrated now or refused.
        new_id: gives the id of an installation that is new.
        retries: how a transaction that a server undid for others is tried again.
        timed: takes the time of each transaction.

    Raises:
        StoreError: the URL names no store that gatherly knows, or a later version made it.
        StoreUnavailableError: it cannot be opened.
        VaultError: the master key does not fit the store's secrets.
    """
    if url.startswith(POSTGRES):
        return open_sql(_postgres(url, retries), vault, new_id, may_upgrade=may_upgrade, timed=timed)
    database = SqliteDatabase(sqlite_path(url))
    database.prepare()
    return open_sql(database, vault, new_id, may_upgrade=may_upgrade, timed=timed)


def open_live(
    sql: SqlStore,
    options: "FirestoreOptions",
    provider_of: Callable[[CalendarKey], Provider | None],
    now: Callable[[], Instant],
) -> "FirestoreStore":
    """Let users, sessions and messages of an open store live in Firestore.

    Args:
        sql: keeps everything else, and the working copy.
        options: which Firestore, and who asks.
        provider_of: which provider keeps a calendar, for the users' `calendars[]`.
        now: the wall clock.

    Raises:
        StoreError: the extra is missing, there are no credentials, or no project is known.
    """
    try:
        from store.firestore.connect import access
        from store.firestore.store import FirestoreStore
    except ModuleNotFoundError as error:
        raise StoreError("Firestore's client is missing", adding("firestore")) from error
    return FirestoreStore(sql, access(options), provider_of, now)


def file_of(url: str) -> Path | None:
    """Give the file that a store lies in, None where it lies in none.

    Raises:
        StoreError: the URL names no store that gatherly knows.
    """
    return None if url.startswith(POSTGRES) else sqlite_path(url)


def sqlite_path(url: str) -> Path:
    """Give the file that a SQLite URL names.

    Raises:
        StoreError: it is no such URL.
    """
    kind, _, rest = url.partition(":///")
    if kind != "sqlite" or not rest or "?" in rest:
        named = url if ":" not in url else f"{kind.partition(':')[0]}:…"
        raise StoreError(f"{named!r} names no store that gatherly knows", f"Write {_KINDS}")
    return Path(rest)


def copy_older(url: str, now: Instant) -> Path | None:
    """Keep a copy of a file that an earlier gatherly made, beside it; None where there is nothing to keep.

    Raises:
        StoreError, StoreUnavailableError: it cannot be read, or the copy cannot be written.
    """
    file = file_of(url)
    if file is None or not file.exists():
        return None
    database = SqliteDatabase(file)
    with closing(database):
        with database.reading() as connection:
            if is_current(connection) or not schema_of(connection):
                return None
        return _copied(database, file, "before-upgrade", now)


def older_on_server(url: str) -> str | None:
    """Name the database on a server that an earlier gatherly made; None where the store is none of these.

    Raises:
        StoreError, StoreUnavailableError: as for `open_store`, of a later gatherly's store too.
    """
    if file_of(url) is not None:
        return None
    from store.sql.database.migrate import SchemaAge, check_version

    database = _postgres(url)
    with closing(database), database.migrating() as connection:
        is_older = check_version(connection, database.name) is SchemaAge.OLDER
        return str(connection.execute(sa.text("SELECT current_database()")).scalar()) if is_older else None


def go_back(url: str, now: Instant) -> tuple[Path | None, bool]:
    """Bring a store to the schema of the release before; tells where a copy of it is, and whether it changed.

    Of a store on a server there is no copy.

    Raises:
        StoreError: the release before has no place for something that is stored; nothing was changed.
    """
    from store.sql.database.migrate import ITS_SCHEMA, check_version, downgrade

    file = file_of(url)
    if file is not None and not file.exists():
        raise StoreError(f"There is no store {file}", "Name the configuration of the one that is meant")
    database: Database = SqliteDatabase(file) if file is not None else _postgres(url)
    with closing(database):
        with database.migrating() as connection:
            check_version(connection, database.name)
            if schema_of(connection) <= ITS_SCHEMA:
                return None, False
        kept = _copied(database, file, "before-downgrade", now) if file is not None else None
        try:
            with database.migrating() as connection:
                downgrade(connection)
        except StoreError:
            if kept is not None:
                kept.unlink()
            raise
    return kept, True


def _copied(database: Database, file: Path, why: str, now: Instant) -> Path:
    from store.sql.database import copies

    place = copies.dated(file, why, now)
    database.backup(str(place))
    copies.verify(place)
    return place


def holds_secrets(url: str) -> bool:
    """Tell whether a store is there whose secrets need a key: then a missing key file must not be made anew.

    Raises:
        StoreError, StoreUnavailableError: as for `open_store`.
    """
    if url.startswith(POSTGRES):
        return _in_tables(_postgres(url), of_owner=True)
    path = sqlite_path(url)
    if not os.path.exists(path) or path.stat().st_size == 0:
        return False
    return _in_tables(SqliteDatabase(path), of_owner=False)


def holds_nothing(url: str) -> bool:
    """Tell whether no store is there yet: no file, an empty one, or a database without gatherly's tables.

    Raises:
        StoreError, StoreUnavailableError: as for `open_store`.
    """
    file = file_of(url)
    if file is not None:
        return is_absent(file) or _is_empty(file)
    database = _postgres(url)
    with closing(database), database.migrating() as connection:
        return not schema_of(connection)


def _is_empty(file: Path) -> bool:
    try:
        return file.stat().st_size == 0
    except OSError:
        return False


def copy_of(url: str, place: Path) -> None:
    """Copy a store's file as it is at one moment; of a store on a server nothing is copied."""
    file = file_of(url)
    if file is not None:
        with closing(SqliteDatabase(file)) as database:
            database.backup(str(place))


def cannot_be_made(url: str) -> str | None:
    """Say why a store that is not there could not be made; None where it could, or is there."""
    file = file_of(url)
    if file is None or os.path.lexists(file):
        return None
    folder = file.parent
    if not folder.is_dir():
        return f"its folder {folder} is missing. Make it, writable for gatherly"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"nothing can be made in its folder {folder}. Let the user gatherly runs as write there"
    return None


def _in_tables(database: Database, *, of_owner: bool) -> bool:
    """Look for tables first: an older store lacks some, and the role that may read them all."""
    try:
        with database.migrating() if of_owner else database.reading() as connection:
            known = frozenset(sa.inspect(connection).get_table_names())
            if "data_keys" not in known or not (of_owner and _is_guarded(connection)):
                return "data_keys" in known and secrets_in(connection, known)
        with database.reading() as connection:
            return secrets_in(connection, known)
    finally:
        database.close()


def _is_guarded(connection: sa.Connection) -> bool:
    """Tell whether row-level security keeps even the owner out, so that the daemon's role has to look."""
    forced = sa.text("SELECT relforcerowsecurity FROM pg_class WHERE oid = CAST('data_keys' AS regclass)")
    return bool(connection.execute(forced).scalar())


def _postgres(url: str, retries: Retries | None = None) -> Database:
    """Name the driver; it is imported only where there is a server to talk to."""
    try:
        from store.sql.database.postgres import PostgresDatabase

        named = sa.make_url(url).set(drivername="postgresql+psycopg")
        return PostgresDatabase(named, retries)
    except sa.exc.ArgumentError as error:
        raise StoreError("The store's url cannot be read", f"Write {_KINDS}") from error
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL's driver is missing", adding("postgres")) from error
