"""Connectors that stop working and work again: looked at from time to time, told once an outage."""

from collections.abc import Collection, Mapping
from functools import partial

from daemon.runtime.guard import Guard
from engine.ids import ConnectorName, UserId
from engine.model.set_aside import Item, Work
from engine.notices.connections import hear
from engine.ports.store import Store
from engine.ports.world import Clock

EVERY = 10.0
"""Seconds between two looks."""


class ConnectionJob:
    """Looks at every configured connector's health; `owners` are whose they are."""

    def __init__(
        self, store: Store, clock: Clock, owners: Mapping[ConnectorName, UserId], max_age: int
    ) -> None:
        self._store = store
        self._clock = clock
        self._owners = owners
        self._guard = Guard(store, clock)
        self._max_age = max_age

    def run(self) -> int:
        """Tell what is new; gives how much is. One that cannot be opened is set aside as such."""
        concerned = self._concerned()
        looks = (
            (Item(step=Work.HEALTH, name=name, user=user), partial(self._look, name))
            for name, user in self._owners.items()
            if concerned is None or name in concerned
        )
        return sum(told is True for told in self._guard.each(looks))

    def _concerned(self) -> Collection[ConnectorName] | None:
        """Name those of which anything can be new: what works and worked before is not looked up one by one.

        None stands for all: what is set aside is tried again, whatever it is by now.
        """
        if self._guard.count(Work.HEALTH):
            return None
        with self._store.reading() as tx:
            return {*tx.calendars.failing(), *tx.repositories.outages.standing()}

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
