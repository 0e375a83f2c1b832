"""A SQLite file as a database: readers that see one moment, one writer at a time, a pulse."""

import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from config.files.plainfile import folder_beside, open_plain
from engine.errors import StoreUnavailableError
from engine.ids import UserId
from engine.time.span import Instant
from store.refusals import nested
from store.sql.database import dialect
from store.sql.database.port import nothing

TRIES, MOMENT = 100, 0.02
"""So often, with so many seconds between, the journal is tried to be emptied beside another who does."""
MOST_CONNECTIONS = 64


class SqliteDatabase:
    """One file; readers and the writer have connections of their own, since readers may change nothing."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path
        self._place = _Place(path)
        self._writers = _engine(self._place, writable=True)
        self._readers = _engine(self._place, writable=False)
        self._turn = threading.Lock()
        self._writing = threading.local()
        self._pulse = _Pulse(self._readers, self._place)

    @property
    def engine(self) -> sa.Engine:
        """The writing engine, for migrations."""
        return self._writers

    def prepare(self) -> None:
        """Make the file for its owner alone where it is missing, and let readers work beside the writer.

        Raises:
            StoreUnavailableError: its folder is missing, or the file cannot be opened.
        """
        try:
            _make_private(self._path)
        except OSError as error:
            raise StoreUnavailableError(
                f"The store {self.name} cannot be opened: {error.strerror}",
                f"Make the folder {self._path.parent}, writable for gatherly",
            ) from error
        with self._told(writable=True), closing(self._writers.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA journal_mode = WAL").close()

    def migrating(self) -> AbstractContextManager[sa.Connection]:
        """Change the schema; a migration is a write like any other."""
        return self.writing()

    def reading_as(self, user: UserId) -> AbstractContextManager[sa.Connection]:
        """Look as any reader: SQLite knows no users, the file is one person's."""
        return self.reading()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Look, at one moment."""
        with self._told(writable=False), self._readers.begin() as connection:
            self._begin(connection, writable=False)
            yield connection

    @contextmanager
    def writing(self, last: Callable[[], None] = nothing) -> Iterator[sa.Connection]:
        """Change; threads queue here, processes at the file."""
        if getattr(self._writing, "now", False):
            raise nested()
        with self._turn:
            self._writing.now = True
            try:
                with self._told(writable=True), self._writers.begin() as connection:
                    self._begin(connection, writable=True)
                    yield connection
                    last()
            finally:
                self._writing.now = False

    def _begin(self, connection: sa.Connection, *, writable: bool) -> None:
        self._place.must_hold_the_file()
        dialect.begin_sqlite(connection, writable=writable)

    @contextmanager
    def _told(self, *, writable: bool) -> Iterator[None]:
        try:
            yield
        except (sa.exc.DBAPIError, sqlite3.Error) as error:
            raise dialect.store_error(error, self.name, writable=writable) from error

    def pulse(self) -> int:
        """Give a number that differs once any process has changed the file.

        Raises:
            StoreUnavailableError: the file is no longer in its place.
        """
        with self._told(writable=False):
            return self._pulse.number()

    def time(self) -> Instant | None:
        """Tell nothing: a file is one machine's, whose clock counts."""
        return None

    def check(self) -> Sequence[str]:
        """Run SQLite's own check; gives what is wrong."""
        with self.reading() as connection:
            found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        wrong = [line for line in found if line != "ok"]
        return [*wrong, *(f"A row of {row[0]} points to a {row[2]} that is gone" for row in broken)]

    def shred(self) -> bool:
        """Write the file anew without what was deleted, and empty the journal; False where others read it.

        What is deleted is overwritten at its place, but a row that was moved to another page before may have
        left a copy behind (SQLite's `secure_delete` does not reach it).
        """
        with self._turn, self._told(writable=True), closing(self._writers.raw_connection()) as connection:
            connection.cursor().execute("VACUUM").close()
            return _emptied(connection)

    def backup(self, to: str) -> None:
        """Copy what one moment holds, in a folder of its own first: a copy is whole or not there.

        Nothing is written through a link: one that stands at the place is replaced itself.
        """
        place = Path(to)
        try:
            _refuse_places(place, self._path)
            with folder_beside(place) as folder:
                draft = Path(folder) / "draft"
                self._copy(draft)
                os.replace(draft, place)
        except OSError as error:
            raise StoreUnavailableError(
                f"The backup {to} cannot be written: {error.strerror}", "Name a file in a folder with room"
            ) from error

    def _copy(self, draft: Path) -> None:
        _make_private(draft)
        with self._told(writable=True), closing(sqlite3.connect(draft)) as copy:
            with closing(self._readers.raw_connection()) as source:
                _driver(source).backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")

    def close(self) -> None:
        """Let go of connections."""
        self._pulse.close()
        self._readers.dispose()
        self._writers.dispose()


class _Pulse:
    """Asks one connection, kept for this alone, whether others have committed (`PRAGMA data_version`)."""

    def __init__(self, engine: sa.Engine, place: "_Place") -> None:
        self._engine = engine
        self._place = place
        self._lock = threading.Lock()
        self._connection: Any = None

    def number(self) -> int:
        """Give the connection's count of other connections' commits."""
        with self._lock:
            if self._connection is None:
                self._connection = self._engine.raw_connection()
            self._place.must_hold_the_file()
            cursor = self._connection.cursor()
            try:
                return int(cursor.execute("PRAGMA data_version").fetchone()[0])
            finally:
                cursor.close()

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


def _driver(connection: Any) -> sqlite3.Connection:
    driver: sqlite3.Connection = connection.driver_connection
    return driver


def _refuse_places(place: Path, store: Path) -> None:
    """Refuse to put a copy where the store itself lies, or what is no file.

    Raises:
        StoreUnavailableError: it is one of its files.
        OSError: a pipe, a device or a folder stands there.
    """
    sides = [store.with_name(store.name + ending) for ending in ("", "-wal", "-shm", "-journal", ".lock")]
    whole = os.path.realpath(place)
    if any(whole == os.path.realpath(side) or (side.exists() and _is_same(place, side)) for side in sides):
        raise StoreUnavailableError(
            f"The backup {place} would take the store's own place", "Name another file"
        )
    if not os.path.islink(place) and os.path.exists(place):
        os.close(open_plain(place, follow=False))


def _is_same(place: Path, other: Path) -> bool:
    return os.path.exists(place) and place.samefile(other)


def _make_private(path: Path) -> None:
    """Make the file where it is missing, and keep others out of it; SQLite's side files follow its mode."""
    file = open_plain(path, os.O_RDWR | os.O_CREAT)
    try:
        if stat.S_IMODE(os.fstat(file).st_mode) != 0o600:
            os.fchmod(file, 0o600)
    finally:
        os.close(file)


class _Place:
    """Where the file lies; a file that was moved away under open connections, or exchanged, is not worked on.

    SQLite would go on with what it has open, where nobody looks for what it writes, or make a file anew.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: tuple[int, int] | None = None

    @property
    def url(self) -> sa.URL:
        """The file for SQLAlchemy."""
        return sa.URL.create("sqlite+pysqlite", database=str(self.path))

    def connect(self) -> sqlite3.Connection:
        """Open the file, and make none.

        Raises:
            StoreUnavailableError: it is not the one that was opened first.
        """
        self.must_hold_the_file()
        name = f"file:{quote(os.fsencode(self.path))}?mode=rw"
        return sqlite3.connect(name, uri=True, check_same_thread=False)

    def must_hold_the_file(self) -> None:
        """Refuse to go on where the file is not the one that was opened first.

        Raises:
            StoreUnavailableError: it is gone, cannot be looked at, or another one stands in its place.
        """
        stands = _identity(self.path)
        self._file = self._file or stands
        if stands == self._file is not None:
            return
        if stands is None:
            raise StoreUnavailableError(
                f"The store {self.path} is no longer in its place",
                "Mount its disk, or move it back; gatherly goes on by itself",
            )
        raise StoreUnavailableError(
            f"Another file stands in the place of the store {self.path}",
            "Move the one back that was there; to go on with this one, start gatherly anew",
        )


def _emptied(connection: Any) -> bool:
    """Empty the journal: SQLite waits for whoever reads it, and not for whoever else empties it just now."""
    for _ in range(TRIES):
        emptying = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_busy, pages, _done = emptying.fetchone()
        emptying.close()
        if not is_busy or pages >= 0:
            return not is_busy
        threading.Event().wait(MOMENT)
    return False


def _identity(path: Path) -> tuple[int, int] | None:
    """Tell which file stands at a place; None where none does.

    Raises:
        StoreUnavailableError: the place cannot be looked at.
    """
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreUnavailableError(
            f"The store {path} cannot be looked at: {error.strerror}",
            "Let the user that gatherly runs as into its folder; gatherly goes on by itself",
        ) from error
    return found.st_dev, found.st_ino


def _engine(place: _Place, *, writable: bool) -> sa.Engine:
    """Make an engine without events of its own, which SQLAlchemy would look for at each statement."""

    def connect() -> sqlite3.Connection:
        made = place.connect()
        dialect.prepare_sqlite(made, writable=writable)
        return made

    return sa.create_engine(
        place.url,
        creator=connect,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=MOST_CONNECTIONS,
        pool_reset_on_return=None,  # whoever takes a connection ends what they began, also where it raises
        hide_parameters=True,
    )
