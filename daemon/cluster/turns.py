"""Turns: what one daemon does for all of them is begun by whichever comes first, once in its time."""

from dataclasses import replace

from engine.errors import StaleVersionError
from engine.model.turn import Turn
from engine.operations.turns import is_free
from engine.ports.store import Store
from engine.ports.world import Clock


class Turns:
    """One daemon's; who is `alone` with its store, by the lock beside it, needs none and writes nothing."""

    def __init__(self, store: Store, clock: Clock, owner: str, *, alone: bool) -> None:
        self._store = store
        self._clock = clock
        self._owner = owner
        self._alone = alone

    def take(self, job: str, every: float) -> bool:
        """Tell whether it is this daemon's turn; if it dies midway, the next turn is another's."""
        if self._alone:
            return True
        now = self._clock.now()
        with self._store.reading() as tx:
            last = tx.repositories.turns.get(job)
        if not is_free(last, every, now):
            return False
        there = last or Turn(id=job, taken_at=now, taken_by=self._owner)
        try:
            with self._store.writing() as tx:
                tx.repositories.turns.put(replace(there, taken_at=now, taken_by=self._owner))
        except StaleVersionError:
            return False
        return True
