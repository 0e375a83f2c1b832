"""Connectors that stop working and work again: looked at from time to time, told once an outage."""

from collections.abc import Iterable
from functools import partial

from engine.ids import ConnectorName
from engine.notices.connections import hear
from engine.ports.store import Store
from engine.ports.world import Clock
from engine.trouble import attempt

EVERY = 10.0
"""Seconds between two looks."""


class ConnectionJob:
    """Looks at every configured connector's health."""

    def __init__(self, store: Store, clock: Clock, connectors: Iterable[ConnectorName], max_age: int) -> None:
        self._store = store
        self._clock = clock
        self._connectors = tuple(connectors)
        self._max_age = max_age

    def run(self) -> int:
        """Tell what is new; gives how much is. One that cannot be opened stops no other."""
        return sum(attempt(partial(self._look, one)) is True for one in self._connectors)

    def _look(self, connector: ConnectorName) -> bool:
        with self._store.reading() as tx:
            account, known = tx.calendars.account(connector), tx.repositories.outages.get(connector)
        heard = None if account is None else hear(account, known, self._clock.now(), self._max_age)
        if heard is None:
            return False
        with self._store.writing() as tx:
            tx.repositories.outages.put(heard.outage)
            if heard.told is not None:
                tx.outbox.add((heard.told,))
        return True
