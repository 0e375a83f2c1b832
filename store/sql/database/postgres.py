"""PostgreSQL as a database: the daemon's own role, time-outs everywhere, and no commit left in doubt.

The login owns the tables and migrates them; everything else is done as `gatherly_daemon`, which row-level
security binds like anybody, and looks at one user's rows as `gatherly_app`.

Other daemons are woken by a notice a commit, and those that were heard are counted.
"""

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import NullPool

from engine.errors import StoreError, StoreUnavailableError
from engine.ids import UserId
from engine.time.span import Instant
from store.refusals import nested
from store.retries import Retries
from store.sql.database import dialect
from store.sql.database.port import nothing
from store.sql.database.replay import ReplayedConnection

CHANNEL = "gatherly"


class Notices:
    """Counts changes: one's own as they are made, others' as one connection, kept for this, hears of them."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._own = uuid.uuid4().hex
        self._made = 0
        self._heard = 0
        self._listening: sa.Connection | None = None

    def tell(self, connection: sa.Connection) -> None:
        """Tell the others, once this transaction is committed."""
        connection.execute(sa.select(sa.func.pg_notify(CHANNEL, self._own)))

    def count(self) -> None:
        """Count a change of one's own."""
        with self._lock:
            self._made += 1

    def number(self) -> int:
        """Give the count; a lost connection counts as a change, since notices may have been missed."""
        with self._lock:
            try:
                self._heard += self._listen()
            except sa.exc.DBAPIError:
                self._forget()
                self._heard += 1
                raise
            return self._made + self._heard

    def _listen(self) -> int:
        if self._listening is None:
            self._listening = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._listening.execute(sa.text(f"LISTEN {CHANNEL}"))
        self._listening.execute(sa.text("SELECT 1"))
        driver = self._listening.connection.driver_connection
        if driver is None:
            return 0
        return sum(1 for notice in driver.notifies(timeout=0) if notice.payload != self._own)

    def _forget(self) -> None:
        if self._listening is not None:
            self._listening.invalidate()
            self._listening.close()
            self._listening = None

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            if self._listening is not None:
                self._listening.close()
                self._listening = None


DAEMON, APP = "gatherly_daemon", "gatherly_app"
SETTINGS = {
    "statement_timeout": "15s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "30s",
    "timezone": "UTC",
    "random_page_cost": "1.1",
    "application_name": "gatherly",
}
"""For a connection. What a tick asks is few rows by their index, on discs that seek for nothing."""
CONNECT_SECONDS = 5
POOL = 8


class PostgresDatabase:
    """One database of a server; daemons on several machines may share it."""

    def __init__(self, url: sa.URL, retries: Retries | None = None) -> None:
        self.name = url.render_as_string(hide_password=True)
        self._owner = _engine(url, role=None)
        self._daemon = _engine(url, role=DAEMON)
        self._writing = threading.local()
        self._notices = Notices(self._owner)
        self._retries = retries or Retries()

    @property
    def engine(self) -> sa.Engine:
        """The daemon's engine."""
        return self._daemon

    @contextmanager
    def migrating(self) -> Iterator[sa.Connection]:
        """Change the schema as its owner, one process at a time."""
        with self._told(writable=True), self._owner.begin() as connection:
            connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
            dialect.one_at_a_time(connection, "migrating")
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Look, at one moment: a snapshot that stays."""
        with self._snapshot() as connection:
            yield connection

    @contextmanager
    def reading_as(self, user: UserId) -> Iterator[sa.Connection]:
        """Look as the application's role, which sees the rows of this user alone."""
        with self._snapshot() as connection:
            connection.execute(sa.text(f"SET LOCAL ROLE {APP}"))
            connection.execute(sa.select(sa.func.set_config("gatherly.user", user, True)))
            yield connection

    @contextmanager
    def _snapshot(self) -> Iterator[sa.Connection]:
        with self._told(writable=False), self._daemon.connect() as connection:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            with connection.execution_options(**options).begin():
                yield connection

    @contextmanager
    def writing(self, last: Callable[[], None] = nothing) -> Iterator[sa.Connection]:
        """Change. Each statement sees what was committed before it; versions guard what was read earlier.

        What the server undoes in favour of others, and what a lost line leaves in doubt, is done again.
        """
        if getattr(self._writing, "now", False):
            raise nested()
        self._writing.now = True
        try:
            with self._told(writable=True), ReplayedConnection(self._daemon, self._retries) as connection:
                yield connection
                change = connection.settle(lambda: self._concluded(connection, last), self._stands)
            if change is not None:
                self._notices.count()
        finally:
            self._writing.now = False

    def _concluded(self, connection: sa.Connection, last: Callable[[], None]) -> str | None:
        """Have the others woken by the commit; gives the transaction's number, None if it wrote nothing."""
        last()
        number = sa.select(sa.cast(sa.func.pg_current_xact_id_if_assigned(), sa.Text))
        change: str | None = connection.execute(number).scalar()
        if change is not None:
            self._notices.tell(connection)
        return change

    def _stands(self, change: str | None) -> bool:
        """Tell whether a transaction was committed; while it is still under way, wait for its end."""
        if change is None:
            return True
        asked = sa.text("SELECT pg_xact_status(CAST(CAST(:change AS text) AS xid8))")
        for _ in range(20):
            with self._owner.connect() as connection:
                status = connection.execute(asked, {"change": change}).scalar()
                if status != "in progress":
                    return status == "committed"
                connection.execute(sa.text("SELECT pg_sleep(0.25)"))
        raise StoreUnavailableError(
            f"The store {self.name} was lost during a commit, and does not tell what became of it",
            "Look at its server; gatherly reads again before it goes on",
        )

    @contextmanager
    def _told(self, *, writable: bool) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            raise dialect.store_error(error, self.name, writable=writable) from error

    def pulse(self) -> int:
        """Give a number that differs once any process has changed the store."""
        with self._told(writable=False):
            return self._notices.number()

    def time(self) -> Instant | None:
        """Tell the server's clock, which all daemons share."""
        seconds = sa.text("SELECT CAST(floor(extract(epoch FROM clock_timestamp())) AS bigint)")
        with self._told(writable=False), self._daemon.connect() as connection:
            return int(connection.execute(seconds).scalar_one())

    def check(self) -> Sequence[str]:
        """Look for indexes and constraints that the server holds for broken."""
        broken = sa.text(
            "SELECT 'The index ' || indexrelid::regclass || ' is broken' FROM pg_index WHERE NOT indisvalid"
            " UNION ALL SELECT 'The constraint ' || conname || ' was never checked'"
            " FROM pg_constraint WHERE NOT convalidated"
        )
        with self.reading() as connection:
            return list(connection.execute(broken).scalars())

    def shred(self) -> bool:
        """Clear away what was deleted; the server's own log and backups are its administrator's."""
        with self._told(writable=True), self._owner.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(sa.text("VACUUM"))
        return True

    def backup(self, to: str) -> None:
        """Refuse: the server has better tools."""
        raise StoreError(f"The store {self.name} is backed up by its server", "Run pg_dump")

    def close(self) -> None:
        """Let go of connections."""
        self._notices.close()
        self._daemon.dispose()
        self._owner.dispose()


def _engine(url: sa.URL, *, role: str | None) -> sa.Engine:
    """Make an engine; its connections act in a role, the owner's are not kept."""
    arguments = {
        "connect_timeout": CONNECT_SECONDS,
        "options": " ".join(f"-c {name}={value}" for name, value in SETTINGS.items()),
    }
    if role is None:
        return sa.create_engine(url, connect_args=arguments, poolclass=NullPool, hide_parameters=True)
    engine = sa.create_engine(
        url,
        connect_args=arguments,
        pool_size=POOL,
        max_overflow=POOL,
        pool_pre_ping=True,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.autocommit = True
        connection.execute(f"SET ROLE {role}")
        connection.autocommit = False

    return engine
