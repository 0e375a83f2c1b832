"""Waking other daemons on PostgreSQL: a notice a commit, and a count of those that were heard."""

import threading
import uuid

import sqlalchemy as sa

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
