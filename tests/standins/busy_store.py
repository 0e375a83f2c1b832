"""A store on which somebody else is at work, too."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from engine.ids import InstallId
from engine.ports.store import Store, Transaction


class BusyStore:
    """A store that others change right after so many looks at it: once, or each time anew."""

    def __init__(
        self, store: Store, others: Callable[[], object], looks: int = 1, *, again: bool = False
    ) -> None:
        self._store = store
        self._others = others
        self._looks = self._left = looks
        self._again = again

    @property
    def install(self) -> InstallId:
        return self._store.install

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        with self._store.reading() as tx:
            yield tx
        self._left -= 1
        if not self._left:
            self._left = self._looks if self._again else 0
            self._others()

    def writing(self) -> AbstractContextManager[Transaction]:
        return self._store.writing()

    def pulse(self) -> int:
        return self._store.pulse()

    def sets_nothing_aside(self) -> bool:
        return self._store.sets_nothing_aside()

    def check(self) -> Sequence[str]:
        return self._store.check()

    def close(self) -> None:
        self._store.close()


class ChangedBefore(BusyStore):
    """A store that others change right before it is first written to: what was looked at is old by then."""

    def __init__(self, store: Store, others: Callable[[], object]) -> None:
        super().__init__(store, others, looks=0)
        self._first = True

    def writing(self) -> AbstractContextManager[Transaction]:
        first, self._first = self._first, False
        if first:
            self._others()
        return super().writing()
