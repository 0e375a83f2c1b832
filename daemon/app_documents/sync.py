"""Keeping in step with the documents that apps read and write: hear, take in, work, write out."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

import structlog

from daemon.app_documents.let_be import documents_spoken_of
from daemon.app_documents.take_in import DocumentIntake
from daemon.app_documents.write_out import DocumentWriteOut
from engine.errors import StoreError
from engine.model.app_document import AppDocument, ListenerStatus, Place
from engine.operations.health import AppDocumentsHealth
from engine.ports.app_documents import Apps, Listening, LiveStore
from engine.ports.world import Clock

LIVE = "firestore"
"""What is told under that is no connector's."""
POLL = 15.0
"""Seconds between two looks at everything while changes are not heard."""
_LOG = structlog.get_logger("gatherly")


class DocumentSync:
    """One turn at a time; `listen` begins to hear of changes and gives who hears."""

    def __init__(
        self,
        store: LiveStore,
        clock: Clock,
        take_in: DocumentIntake,
        write_out: DocumentWriteOut,
        listen: Callable[[], Listening],
    ) -> None:
        self._store = store
        self._clock = clock
        self._in = take_in
        self._out = write_out
        self._listen = listen
        self._listening: Listening | None = None
        self._woken = threading.Event()
        self._told: ListenerStatus | None = None
        self._polled: float | None = None
        self._polled_at: int | None = None

    @property
    def apps(self) -> Apps:
        """The documents as apps see them."""
        return self._store.apps

    def begin(self, wake: Callable[[], object]) -> None:
        """Begin to listen; `wake` is called, from any thread, when a turn is worth its while."""

        def woken() -> None:
            self._woken.set()
            wake()

        self._in.begin()
        self._store.apps.on_news(woken)
        self._store.on_marks(woken)
        self._listening = self._listen()

    def look(self) -> int:
        """Look at everything outside and take in what is new, then write out; gives how much was taken in.

        Raises:
            StoreError: Firestore or the store does not answer.
        """
        taken = self._in.look()
        self._out.run()
        return taken

    def flush(self) -> None:
        """Write out what is marked.

        Raises:
            StoreError: Firestore does not answer; the marks stay.
        """
        self._out.run()

    def run(self, work: Callable[[], object]) -> None:
        """Take a turn, and another while there is news; `work` follows what was taken in.

        Raises:
            GatherlyError: Firestore or the store does not answer; the next turn tries again.
        """
        self._woken.set()
        while self._woken.is_set():
            self._woken.clear()
            self._hear()
            if self._in.run():
                work()
            self._out.run()

    def _hear(self) -> None:
        """Look around where nothing is heard, and write down how it stands."""
        listener_status = (
            self._listening.listener_status() if self._listening else ListenerStatus(listening=False)
        )
        if not listener_status.listening and self._is_time():
            self._polled = self._clock.monotonic()
            self._store.apps.poll()
            self._polled_at = self._clock.now()
        now = replace(listener_status, polled_at=None if listener_status.listening else self._polled_at)
        if now != self._told:
            with self._store.writing() as tx:
                tx.documents.heard(now)
            self._told = now

    def _is_time(self) -> bool:
        return self._polled is None or self._clock.monotonic() - self._polled >= POLL

    def health(self) -> AppDocumentsHealth:
        """Tell how in step both sides are."""
        with self._store.reading() as tx:
            troubled = documents_spoken_of(tx, tx.documents.troubled())
            return AppDocumentsHealth(
                name=self._store.apps.name,
                listener_status=tx.documents.listener_status(),
                pending=tx.documents.pending(),
                troubled=tuple((str(one.place), one.problem or one.last_error or "") for one in troubled),
            )

    def troubled(self) -> Sequence[AppDocument]:
        """Give the documents that cannot be read, and those that could not be written."""
        with self._store.reading() as tx:
            return tx.documents.troubled()

    def read_anew(self, place: Place) -> str | None:
        """Read one document as if it had never been seen, and write it out; gives what is still wrong.

        Raises:
            StoreError: Firestore or the store does not answer.
        """
        self._in.read_anew(place)
        self._out.run()
        return next((one.problem or one.last_error for one in self.troubled() if one.place == place), None)

    def probe(self) -> str | None:
        """See whether the documents can be reached; gives what is wrong."""
        try:
            self._store.apps.probe()
        except StoreError as error:
            return str(error)
        return None

    def close(self) -> None:
        """Hear nothing more, and have that written down."""
        if self._listening is None:
            return
        self._listening.close()
        self._listening = None
        with self._store.writing() as tx:
            tx.documents.heard(ListenerStatus(listening=False))
