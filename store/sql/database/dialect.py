"""What differs between the databases: how a connection is prepared, a transaction begun, an error named."""

import os
import sqlite3
from typing import Any

import sqlalchemy as sa

from engine.errors import ShortageError, StoreError, StoreUnavailableError
from engine.shortage import shortage_in
from store.refusals import only_reading

BUSY_TIMEOUT = 20_000
"""Milliseconds for which a writer waits for the one before it; longer than any transaction of ours."""

_PREPARE = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
)
"""FULL: in WAL mode anything less may forget the last commits at a power loss, and with them an intent."""

WRITERS_CACHE = 32 * 1024
"""KiB of pages that a connection keeps that writes: the rows of a first read lie all over its indexes."""
_READ_ONLY = "25006"
_SERVER = "Look at the server and at the store's url; gatherly goes on by itself"
_STATES = {
    "40001": ("is too busy to finish what it began", _SERVER),
    "40P01": ("is too busy to finish what it began", _SERVER),
    "53100": ("is full", "Make room on the server's disk; gatherly goes on by itself"),
    "53300": ("takes no more connections", "Allow more, or end some"),
    "55P03": ("kept us waiting for a lock", "Look for long transactions on the server"),
    "57014": ("did not answer in time", "Look at the server's load"),
    "3D000": ("is not there", "Create the database"),
    "42501": ("lets this login do too little", "Let an administrator grant what the error names"),
    _READ_ONLY: ("is read-only", "Name the primary server, not a standby"),
}
"""PostgreSQL's SQLSTATE: what it means for us, and the remedy."""

_FULL = "Make room on its disk; gatherly goes on by itself"
_REMEDIES = {
    sqlite3.SQLITE_FULL: ("is full", _FULL),
    sqlite3.SQLITE_IOERR: ("cannot be read or written", "Look at its disk; gatherly goes on by itself"),
    sqlite3.SQLITE_READONLY: ("is read-only", "Make its file and folder writable for gatherly"),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "Make its file and folder writable for gatherly"),
    sqlite3.SQLITE_NOMEM: ("has no memory left to work with", "Free some; gatherly goes on by itself"),
    sqlite3.SQLITE_BUSY: ("is locked by another process", "End the process that holds it"),
    sqlite3.SQLITE_LOCKED: ("is locked by another process", "End the process that holds it"),
    sqlite3.SQLITE_CORRUPT: ("is damaged", "Restore it from a backup"),
    sqlite3.SQLITE_NOTADB: ("is no gatherly store", "Name another file, or restore it from a backup"),
}


_CANNOT = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR)
"""What SQLite says of any file that the system does not open."""


def _shortage() -> ShortageError | None:
    """Tell whether nothing at all can be opened: SQLite does not say why a file is not."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY))
    except OSError as error:
        return shortage_in(error)
    return None


def prepare_sqlite(connection: Any, *, writable: bool) -> None:
    """Set up a new connection of the driver; transactions are begun by us, not by the driver."""
    connection.isolation_level = None
    for pragma in _PREPARE:
        connection.execute(pragma)
    connection.execute(f"PRAGMA cache_size = -{WRITERS_CACHE}" if writable else "PRAGMA query_only = ON")


def begin_sqlite(connection: sa.Connection, *, writable: bool) -> None:
    """Begin; a writer takes its place in the queue at once, so that it never has to turn back later.

    The driver is told itself, which takes a tenth of the time: half of all transactions ask one question.
    """
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError(f"{type(driver).__name__} is no connection of sqlite3")
    driver.execute("BEGIN IMMEDIATE" if writable else "BEGIN")


_AT_ONCE = 500
"""Locks that one statement asks for: a server bounds how many columns it answers with."""


def one_at_a_time(connection: sa.Connection, *what: str) -> None:
    """Let the transactions that do these follow one another, in the order named; on SQLite all writers do."""
    if connection.dialect.name != "postgresql":
        return
    for at in range(0, len(what), _AT_ONCE):
        locks = (sa.func.pg_advisory_xact_lock(sa.func.hashtext(one)) for one in what[at : at + _AT_ONCE])
        connection.execute(sa.select(*locks))


def store_error(error: Exception, name: str, *, writable: bool) -> StoreError:
    """Say what a database's error means, and what to do about it; SQLAlchemy's are unwrapped."""
    cause = getattr(error, "orig", error)
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    state = getattr(cause, "sqlstate", None)
    if not writable and (code == sqlite3.SQLITE_READONLY or state == _READ_ONLY):
        return only_reading()
    if not isinstance(cause, sqlite3.Error):
        return _postgres_error(error, cause, state, name)
    if code in _REMEDIES:
        shortage = _shortage() if code in _CANNOT else None
        if shortage is not None:
            return StoreUnavailableError(f"The store {name} cannot be used: {shortage.what}", shortage.remedy)
        what, remedy = _REMEDIES[code]
        return StoreUnavailableError(f"The store {name} {what}", remedy)
    return StoreError(f"The store {name} refused: {cause}")


def _postgres_error(error: Exception, cause: object, state: str | None, name: str) -> StoreError:
    if state in _STATES:
        what, remedy = _STATES[state]
        return StoreUnavailableError(f"The store {name} {what} ({cause})".replace("\n", " "), remedy)
    if getattr(error, "connection_invalidated", False) or isinstance(error, sa.exc.OperationalError):
        return StoreUnavailableError(f"The store {name} is away: {cause}".replace("\n", " "), _SERVER)
    return StoreError(f"The store {name} refused: {cause}")
