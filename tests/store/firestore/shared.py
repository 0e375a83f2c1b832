"""A store on the emulator that never lets what it says differ from what lies in Firestore."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from google.cloud.firestore import Client

from daemon.jobs.live_in import LiveIn
from daemon.jobs.live_out import LiveOut
from daemon.jobs.live_take import LiveTake
from engine.ids import InstallId
from engine.ports.apps import LiveTransaction
from engine.sessions import Confirm
from store.firestore.store import FirestoreStore
from tests.contracts.stores.samples import NOON
from tests.standins.time import Numbered, StillClock
from tests.store.firestore.outside import inside, outside

WEEK = 7 * 86400


def take_of(store: FirestoreStore, clock: StillClock) -> LiveTake:
    """Wire what takes in, without a configuration."""
    return LiveTake(
        store=store,
        custody=store.custody,
        clock=clock,
        randomness=Numbered(),
        targets={},
        confirm=Confirm.HOST,
        expire_after=WEEK,
        configured=lambda user: user,
    )


class InStep:
    """`engine.ports.Store`: what was written is sent at once, and each look compares both sides first."""

    def __init__(self, store: FirestoreStore, client: Client) -> None:
        self._store = store
        self._client = client
        clock = StillClock(NOON)
        take = take_of(store, clock)
        self.live_in = LiveIn(store, clock, take)
        self.live_out = LiveOut(store, clock, take.take)

    @property
    def install(self) -> InstallId:
        return self._store.install

    @contextmanager
    def reading(self) -> Iterator[LiveTransaction]:
        self.live_out.run()
        with self._store.reading() as look:
            assert inside(look) == outside(self._client)
            yield look

    @contextmanager
    def writing(self) -> Iterator[LiveTransaction]:
        with self._store.writing() as work:
            yield work
        self.live_out.run()

    def pulse(self) -> int:
        return self._store.pulse()

    def check(self) -> Sequence[str]:
        return self._store.check()

    def close(self) -> None:
        self._store.close()
