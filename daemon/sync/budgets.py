"""Budgets of requests that every daemon of a store shares.

Spending is told in lots of a second's worth, and what others have told is looked at every few seconds: so a
poll of an idle calendar costs the store no write, and daemons overdraw a budget by a second's worth each at
most. A provider's refusal is told at once.
"""

from collections.abc import Callable, Iterable, Sequence

from connectors.budgets import HeldBudgets
from engine.errors import StoreError
from engine.model.operations import Budget
from engine.operations import budgets
from engine.operations.budgets import Limit
from engine.ports.store import Store
from engine.ports.world import Clock
from engine.stale import retry_stale
from engine.time.span import Instant

LOOK_EVERY = 5
"""Seconds that what others have spent may go unseen."""


class StoredBudgets(HeldBudgets):
    """`engine.ports.budgets.Budgets` over a store; one for each process."""

    def __init__(self, store: Store, clock: Clock) -> None:
        super().__init__(clock)
        self._store = store
        self._looked: dict[str, Instant] = {}
        self._untold: dict[str, int] = {}

    def learn(self, names: Sequence[str]) -> None:
        """Take over what others have told, where it was not looked at just now."""
        now = self._clock.now()
        with self._lock:
            due = [name for name in names if abs(now - self._looked.get(name, -LOOK_EVERY)) >= LOOK_EVERY]
            self._looked.update(dict.fromkeys(due, now))
        if due:
            self._take_over(self._read(due))

    def spent(self, limit: Limit) -> None:
        """Count a request, and tell the store once a second's worth has come together."""
        with self._lock:
            # What came back before this request, nobody has to know of any more.
            is_first = budgets.is_first(self._budget(limit.name), limit, self._clock.now())
            untold = 1 if is_first else self._untold.get(limit.name, 0) + 1
            is_due = untold >= limit.unnoticed
            self._untold[limit.name] = 0 if is_due else untold
        if is_due:
            now = self._clock.now()
            self._tell(limit.name, lambda there: budgets.spent(there, limit, untold, now))

    def refused(self, name: str, asked: int | None, floor: int) -> int:
        """Note a refusal, for every daemon."""
        now = self._clock.now()
        self._tell(name, lambda there: budgets.refused(there, asked, now, floor))
        with self._lock:
            known = budgets.pause_of(self._budget(name), now)
        return known or super().refused(name, asked, floor)

    def refused_in(self, name: str, part: str, asked: int | None, floor: int) -> int:
        """Note that one part was refused, for every daemon."""
        now = self._clock.now()
        told = self._tell(name, lambda there: budgets.refused_in(there, part, asked, now, floor))
        if not told:
            return super().refused_in(name, part, asked, floor)
        with self._lock:
            return budgets.pause_of(self._budget(name), now)

    def served(self, name: str) -> None:
        """Note an answer that is no refusal; only the first after a refusal is worth telling."""
        with self._lock:
            had_refused = self._budget(name).refusals
        if had_refused:
            super().served(name)
            self._tell(name, budgets.served)

    def _read(self, names: Iterable[str]) -> list[Budget]:
        try:
            with self._store.reading() as tx:
                return [found for name in names if (found := tx.repositories.budgets.get(name)) is not None]
        except StoreError:
            return []  # the jobs say so; meanwhile this process keeps to its own count

    def _take_over(self, found: Iterable[Budget]) -> None:
        with self._lock:
            for one in found:
                mine = self._budget(one.name)
                self._held[one.name] = Budget(
                    name=one.name,
                    spent_until=max(mine.spent_until, one.spent_until),
                    quiet_until=max(mine.quiet_until, one.quiet_until),
                    refusals=one.refusals,
                    refused_by=one.refused_by,
                )

    def _tell(self, name: str, change: Callable[[Budget], Budget]) -> bool:
        """Change the shared budget; tells whether it was: else this process's own count stands."""

        def put() -> Budget:
            with self._store.writing() as tx:
                there = tx.repositories.budgets.get(name) or Budget(name=name)
                return tx.repositories.budgets.put(change(there))

        try:
            told = retry_stale(put, f"The budget {name}")
        except StoreError:
            return False
        self._take_over([told])
        return True
