"""A store without a disk: one writer at a time, snapshots for readers, all of a transaction or nothing."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from engine.ids import InstallId
from store.refusals import nested
from tests.doubles.store.calendars import MemoryCalendars
from tests.doubles.store.ledger import MemoryLedger
from tests.doubles.store.records import MemoryAudit, MemoryOutbox
from tests.doubles.store.repositories import MemoryRepositories
from tests.doubles.store.sessions import MemoryMessages, MemorySessions, MemoryUsers, MemoryWakes
from tests.doubles.store.tables import Tables


class MemoryTransaction:
    """`engine.ports.store.Transaction`."""

    def __init__(self, tables: Tables) -> None:
        self.users = MemoryUsers(tables)
        self.sessions = MemorySessions(tables)
        self.messages = MemoryMessages(tables)
        self.wakes = MemoryWakes(tables)
        self.calendars = MemoryCalendars(tables)
        self.ledger = MemoryLedger(tables)
        self.outbox = MemoryOutbox(tables)
        self.audit = MemoryAudit(tables)
        self.repositories = MemoryRepositories(tables)


class MemoryStore:
    """`engine.ports.store.Store`, gone with the process."""

    def __init__(self, install: str = "memory") -> None:
        self._install = InstallId(install)
        self._tables = Tables()
        self._writer = threading.RLock()
        self._writing = False
        self._pulse = 0
        self._at_pulse: tuple[int, bool] | None = None

    @property
    def install(self) -> InstallId:
        """This installation's id."""
        return self._install

    @contextmanager
    def reading(self) -> Iterator[MemoryTransaction]:
        """Look, at one moment."""
        yield MemoryTransaction(self._tables.fork(writable=False))

    @contextmanager
    def writing(self) -> Iterator[MemoryTransaction]:
        """Change: kept at the end of the block, forgotten when it raises."""
        with self._writer:
            if self._writing:
                raise nested()
            self._writing = True
            try:
                draft = self._tables.fork(writable=True)
                yield MemoryTransaction(draft)
                if draft.changed:
                    self._tables = draft.kept()
                    self._pulse += 1
            finally:
                self._writing = False

    def pulse(self) -> int:
        """Give a number that differs once anything has been written."""
        return self._pulse

    def sets_nothing_aside(self) -> bool:
        """Tell whether nothing is set aside; that is looked up once until anything is written."""
        pulse, known = self._pulse, self._at_pulse
        if known is None or known[0] != pulse:
            with self.reading() as tx:
                known = self._at_pulse = (pulse, not tx.repositories.set_aside.all())
        return known[1]

    def check(self) -> Sequence[str]:
        """Memory does not rot."""
        return ()

    def close(self) -> None:
        """Nothing to let go of."""
