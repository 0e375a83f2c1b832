"""A store on the emulator that never lets what it says differ from what lies in Firestore."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from google.cloud.firestore import Client

from daemon.app_documents.take_document import TakeDocument
from daemon.app_documents.take_in import DocumentIntake
from daemon.app_documents.write_out import DocumentWriteOut
from daemon.conversations.conversation import Conversation
from engine.ids import InstallId
from engine.ports.app_documents import AppDocumentTransaction
from engine.sessions.state_machine import Confirm
from store.firestore.store import FirestoreStore
from tests.contracts.stores.samples import NOON
from tests.standins.time import Numbered, StillClock
from tests.store.firestore.lying_there import inside, outside

WEEK = 7 * 86400


def take_of(store: FirestoreStore, clock: StillClock) -> TakeDocument:
    """Wire what takes in, without a configuration."""
    conversation = Conversation(
        randomness=Numbered(),
        targets={},
        confirm=Confirm.HOST,
        expire_after=WEEK,
        install=store.install,
    )
    return TakeDocument(
        store=store,
        conversation=conversation,
        custody=store.custody,
        clock=clock,
        randomness=Numbered(),
        targets={},
        confirm=Confirm.HOST,
        expire_after=WEEK,
        configured=lambda user: user,
    )


class InStep:
    """`engine.ports.store.Store`: what was written is sent at once, and each look first compares both."""

    def __init__(self, store: FirestoreStore, client: Client) -> None:
        self._store = store
        self._client = client
        clock = StillClock(NOON)
        take = take_of(store, clock)
        self.take_in = DocumentIntake(store, clock, take)
        self.write_out = DocumentWriteOut(store, clock, take.take)

    @property
    def install(self) -> InstallId:
        return self._store.install

    @contextmanager
    def reading(self) -> Iterator[AppDocumentTransaction]:
        self.write_out.run()
        with self._store.reading() as look:
            assert inside(look) == outside(self._client)
            yield look

    @contextmanager
    def writing(self) -> Iterator[AppDocumentTransaction]:
        with self._store.writing() as work:
            yield work
        self.write_out.run()

    def pulse(self) -> int:
        return self._store.pulse()

    def sets_nothing_aside(self) -> bool:
        return self._store.sets_nothing_aside()

    def check(self) -> Sequence[str]:
        return self._store.check()

    def close(self) -> None:
        self._store.close()
