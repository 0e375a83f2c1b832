"""A store as it stands at one transaction's moment, for several looks that belong together."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

from engine.ids import InstallId
from engine.ports.store import Store, Transaction


class OneMoment:
    """`engine.ports.store.Store`: each look is at the moment of a transaction that is open already."""

    def __init__(self, store: Store, tx: Transaction) -> None:
        self._store = store
        self._tx = tx

    @property
    def install(self) -> InstallId:
        """This installation's id."""
        return self._store.install

    def reading(self) -> AbstractContextManager[Transaction]:
        """Look, at that moment."""
        return nullcontext(self._tx)

    def writing(self) -> AbstractContextManager[Transaction]:
        """Change the store; what looks on sees nothing of it."""
        return self._store.writing()

    def pulse(self) -> int:
        """Give a number that differs once any process has changed the store."""
        return self._store.pulse()

    def sets_nothing_aside(self) -> bool:
        """Tell whether nothing is set aside."""
        return self._store.sets_nothing_aside()

    def check(self) -> Sequence[str]:
        """Run the database's own check; gives what is wrong."""
        return self._store.check()

    def close(self) -> None:
        """Leave the store open: it is somebody else's."""
