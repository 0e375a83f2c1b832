"""All metrics of a daemon as they are now: what it counts of itself, and what its store tells."""

from collections.abc import Iterator

from config.configuration import Configuration
from daemon.app.status import gather
from daemon.runtime.meters import Meters
from engine.operations.budgets import throttled_accounts
from engine.operations.metrics import STORE_UP, Sample, of_store
from engine.ports.store import Store
from engine.time.span import Instant
from engine.trouble import Trouble, attempt


def metrics_now(store: Store, configuration: Configuration, now: Instant, meters: Meters) -> Iterator[Sample]:
    """Give every sample; a store that is away leaves out what only it tells, and that is told."""
    yield from meters.samples()
    told = attempt(lambda: list(_of_store(store, configuration, now)))
    yield Sample(STORE_UP, (), int(not isinstance(told, Trouble)))
    if not isinstance(told, Trouble):
        yield from told


def _of_store(store: Store, configuration: Configuration, now: Instant) -> Iterator[Sample]:
    with store.reading() as tx:
        health = gather(tx, configuration, now)
        since = tx.outbox.waiting_since(now)
        waiting = 0 if since is None else max(0, now - since)
        throttled = throttled_accounts(tx.repositories.budgets.refusing(), now)
        yield from of_store(health, tx.ledger.counts(), waiting, throttled)
