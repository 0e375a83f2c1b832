"""Where procrastinate's tables lie, and how they are asked: a schema of their own for each of its versions.

So daemons of two releases may stand side by side though their libraries differ: each release has its own
queue, and both work from the one ledger.
"""

from collections.abc import Collection, Sequence
from importlib.metadata import version
from typing import Any

import psycopg
import sqlalchemy as sa
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.schema import SchemaManager

APPLICATION = "gatherly-queue"
CONNECT_SECONDS = 5
STALLED = 30
"""Seconds without a sign of life after which what a worker was doing is free."""
_MAKING = 7_260_711
"""The advisory lock under which the tables are made."""
_KNOWN = "SELECT to_regclass(%s) IS NOT NULL"
_WAITING = """
SELECT queueing_lock FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND queueing_lock = ANY(%s)
"""
_RESCUE = """
DELETE FROM procrastinate_jobs AS job USING procrastinate_jobs AS same
LEFT JOIN procrastinate_workers AS worker ON worker.id = same.worker_id
WHERE job.id = same.id AND same.status = 'doing'
  AND (worker.id IS NULL OR worker.last_heartbeat < now() - make_interval(secs => %s))
"""


def schema_name() -> str:
    """Name the schema of the library that is installed: its tables change with its minor versions."""
    major, minor, *_ = version("procrastinate").split(".")
    return f"gatherly_queue_{major}_{minor}"


class Carrier:
    """One daemon's way to the queue's tables."""

    def __init__(self, url: str) -> None:
        self._address = sa.make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self.schema = schema_name()
        options = f"-c search_path={self.schema},public -c application_name={APPLICATION} -c lock_timeout=5s"
        self._arguments: dict[str, Any] = {"connect_timeout": CONNECT_SECONDS, "options": options}
        self._line: psycopg.Connection | None = None

    def app(self) -> App:
        """Give what a worker runs on: one connection listens, the others fetch and settle."""
        return App(
            connector=PsycopgConnector(
                conninfo=self._address, kwargs=dict(self._arguments), min_size=1, max_size=4
            )
        )

    def deferring(self) -> App:
        """Give what work is handed over with."""
        return App(
            connector=SyncPsycopgConnector(
                conninfo=self._address, kwargs=dict(self._arguments), min_size=1, max_size=2, timeout=10
            )
        )

    def prepare(self) -> None:
        """Make the tables, unless they are there; one daemon at a time."""
        with psycopg.connect(self._address, **self._arguments) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
            known = connection.execute(_KNOWN, (f"{self.schema}.procrastinate_jobs",)).fetchone()
            if known is None or not known[0]:
                connection.execute(f"CREATE SCHEMA IF NOT EXISTS {self.schema}".encode())
                connection.execute(SchemaManager.get_schema())

    def waiting(self, names: Collection[str]) -> Sequence[str]:
        """Give those of these pieces that wait or are under way."""
        return [row[0] for row in self._connected().execute(_WAITING, (list(names),)).fetchall()]

    def rescue(self) -> int:
        """Forget what dead workers were doing: what is still to be done is offered again by the store."""
        return self._connected().execute(_RESCUE, (STALLED,)).rowcount

    def _connected(self) -> psycopg.Connection:
        if self._line is None or self._line.closed:
            self._line = psycopg.connect(self._address, autocommit=True, **self._arguments)
        return self._line

    def close(self) -> None:
        """Let go of the connection."""
        if self._line is not None:
            self._line.close()
