"""A store that fails now and then, or from a moment on."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from engine.errors import StoreUnavailableError
from engine.ids import InstallId
from engine.ports.store import Store, Transaction


class FlakyStore:
    """A store of which every n-th write fails, before or after nothing was changed."""

    def __init__(self, store: Store, every: int = 0) -> None:
        self._store = store
        self._every = every
        self._writes = 0
        self.fails = False

    @property
    def install(self) -> InstallId:
        return self._store.install

    def reading(self) -> AbstractContextManager[Transaction]:
        return self._store.reading()

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        self._writes += 1
        with self._store.writing() as tx:
            yield tx
            if self.fails or (self._every and self._writes % self._every == 0):
                raise StoreUnavailableError("The disk is full", "Make room")

    def pulse(self) -> int:
        return self._store.pulse()

    def sets_nothing_aside(self) -> bool:
        return self._store.sets_nothing_aside()

    def check(self) -> Sequence[str]:
        return self._store.check()

    def close(self) -> None:
        self._store.close()
