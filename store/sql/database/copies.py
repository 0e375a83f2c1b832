"""Copies of a SQLite store: what one is, whether it is whole, and how it takes the store's place."""

import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import TypeVar

from config.files.plainfile import folder_beside, open_plain, sync_folder
from engine.errors import StoreError, StoreUnavailableError
from engine.ids import InstallId
from engine.time.instant import format_instant
from engine.time.span import Instant

T = TypeVar("T")

MAGIC = b"SQLite format 3\0"
BESIDE = ("-wal", "-shm", "-journal")
"""Endings of what belongs to an open database."""


def is_store(path: Path) -> bool:
    """Tell whether a file is a store of gatherly's, or a copy of one."""
    try:
        return _has_header(path) and _asked(path, _install_of) is not None
    except (OSError, sqlite3.Error):
        return False


def verify(path: Path, install: InstallId | None = None) -> None:
    """See that a copy is whole, and of this installation where one is named.

    Raises:
        StoreError: it is not.
    """
    try:
        if not _has_header(path):
            raise StoreError(f"{path} is no copy of a store", "Name a file that gatherly backup wrote")
        wrong = _asked(path, _faults)
        found = _asked(path, _install_of)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{path} cannot be read: {error}", "Name another backup") from error
    if wrong:
        raise StoreError(f"{path} is damaged: {wrong[0]}", "Name another backup")
    if found is None:
        raise StoreError(f"{path} holds no store of gatherly", "Name a file that gatherly backup wrote")
    if install is not None and found != install:
        raise StoreError(f"{path} is another installation's store")


def draft_beside(store: Path, source: Path) -> tempfile.TemporaryDirectory[str]:
    """Copy a backup into a folder of its own beside the store, as the file `draft` in it.

    Raises:
        StoreUnavailableError: there is no room, or nothing can be written there.
    """
    try:
        folder = folder_beside(store)
        draft = Path(folder.name) / "draft"
        os.close(open_plain(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        with closing(_reading(source)) as old, closing(sqlite3.connect(draft)) as new:
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailableError(
            f"{source} cannot be copied to {store.parent}: {error}", "Make room there"
        ) from error
    return folder


def dated(store: Path, why: str, now: Instant) -> Path:
    """Give a place beside the store that says why and when a copy was kept, and where nothing lies yet."""
    first = store.with_name(f"{store.name}.{why}-{format_instant(now).replace(':', '')}")
    number, place = 1, first
    while place.exists():
        number += 1
        place = first.with_name(f"{first.name}-{number}")
    return place


def exchange(store: Path, draft: Path, aside: Path) -> None:
    """Put a draft in the store's place; what stood there stands under another name afterwards.

    At every moment a whole store lies in its place: the old one, then the new one.

    Raises:
        StoreUnavailableError: a file cannot be moved; nothing is lost.
    """
    try:
        if store.exists():
            with suppress(sqlite3.Error), closing(sqlite3.connect(store)) as old:
                old.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            os.link(store, aside)
        for ending in BESIDE:
            with suppress(FileNotFoundError):
                os.rename(f"{store}{ending}", f"{aside}{ending}")
        os.replace(draft, store)
        sync_folder(store.parent)
    except OSError as error:
        raise StoreUnavailableError(
            f"{store} cannot be exchanged: {error.strerror}", f"Look at {store.parent}"
        ) from error


def _has_header(path: Path) -> bool:
    handle = open_plain(path)
    try:
        return os.read(handle, len(MAGIC)) == MAGIC
    finally:
        os.close(handle)


def _reading(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _asked(path: Path, ask: Callable[[sqlite3.Connection], T]) -> T:
    with closing(_reading(path)) as connection:
        return ask(connection)


def _faults(connection: sqlite3.Connection) -> list[str]:
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    wrong = [line for line in found if line != "ok"]
    return [*wrong, *(f"a row of {row[0]} points to a {row[2]} that is gone" for row in broken)]


def _install_of(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT value FROM about WHERE key = 'install'").fetchone()
    return None if row is None else str(row[0])
