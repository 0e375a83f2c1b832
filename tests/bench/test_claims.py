"""How many due connectors a daemon claims in a second, with its own function on its own rows.

Beside it procrastinate's own way: a job for each poll, on the same server in the same run. Ratios count; the
milliseconds are the machine's.
"""

import asyncio
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa
from procrastinate.types import JSONValue
from procrastinate.worker import Worker

from daemon.cluster.carrier import Carrier
from daemon.runtime.clock import SystemClock
from daemon.sync.claims import Claims
from engine.ids import ConnectorName, UserId
from engine.model.calendar import CalendarAccount
from store.keys import Keyring
from store.open import open_store
from store.sql.store import SqlStore
from store.sql.tables.calendars import calendar_accounts
from store.vault import KeyVault
from tests.store.servers import KEY

pytestmark = pytest.mark.bench
ROWS = 50_000
BATCH = 500
JOBS = 500
LEAST = 10_000
"""Claims a second."""
SPEND = 5


@pytest.fixture
def store(postgres: str) -> Iterator[SqlStore]:
    opened = open_store(postgres, KeyVault(Keyring(KEY)))
    yield opened
    opened.close()


def fill(store: SqlStore) -> None:
    """Put as many accounts in as a daemon would, all of them due, by one statement."""
    with store.writing() as tx:
        first = tx.calendars.put_account(
            CalendarAccount(connector=ConnectorName("c0"), user_id=UserId("ann"), kind="memory")
        )
        row = tx.connection.execute(sa.select(calendar_accounts)).mappings().one()
        for begin in range(1, ROWS, 5_000):
            numbers = range(begin, min(begin + 5_000, ROWS))
            rows = [{**row, "connector": f"c{number}", "user_id": f"u{number}"} for number in numbers]
            tx.connection.execute(sa.insert(calendar_accounts), rows)
    assert replace(first, version=1) == first


def analyze(url: str) -> None:
    """Have the server know what lies there, as its own housekeeping does after a while."""
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("ANALYZE calendar_accounts")


def claimed_each_second(store: SqlStore) -> float:
    """Claim all of them in batches, as a daemon does."""
    claims, count = Claims(store, SystemClock(), "bench"), 0
    began = time.perf_counter()
    while found := claims.take_due(BATCH):
        count += len(found)
    assert count == ROWS
    return count / (time.perf_counter() - began)


def jobs_each_second(url: str) -> float:
    """Have procrastinate carry a poll each, and do nothing in it."""
    carrier = Carrier(url)
    carrier.prepare()

    async def drained() -> float:
        app = carrier.app()
        app.task(name="poll", queue="poll")(lambda key: None)
        async with app.open_async():
            polls = [dict[str, JSONValue](key=str(number)) for number in range(JOBS)]
            await app.configure_task("poll", queue="poll").batch_defer_async(*polls)
            began = time.perf_counter()
            worker = Worker(app, queues=["poll"], concurrency=8, wait=False, install_signal_handlers=False)
            await worker.run()  # type: ignore[no-untyped-call] # theirs is untyped
            return JOBS / (time.perf_counter() - began)

    try:
        return asyncio.run(drained())
    finally:
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA {carrier.schema} CASCADE".encode())


def test_due_connectors_are_claimed_faster_than_any_queue_carries_them(
    store: SqlStore, postgres: str
) -> None:
    fill(store)
    analyze(postgres)
    claims = claimed_each_second(store)
    jobs = jobs_each_second(postgres)
    sys.stderr.write(f"claims {claims:,.0f}/s, a job a poll {jobs:,.0f}/s: {claims / jobs:.0f} times\n")
    assert claims >= LEAST
    assert claims >= SPEND * jobs
