"""Write out what has changed here: marked documents, each under the stamp that it was last seen with.

What is about to be sent is remembered before it is sent, so that after a lost answer, or a crash, it is known
again when it is read.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import structlog

from engine.app_documents.document_write import DocumentWrite, WriteKind
from engine.app_documents.document_write import document_write as decide
from engine.documents.app_documents import Entity, app_document
from engine.errors import StoreError
from engine.ids import MessageId, SessionId, UserId
from engine.model.app_document import AppDocument, Collection, Found, Place
from engine.ports.app_documents import AppDocumentTransaction, LiveStore
from engine.ports.world import Clock
from engine.stale import retry_stale
from engine.trouble import Trouble, attempt

Apply = Callable[[Found], bool]
"""Takes in a document that somebody else has changed meanwhile."""

AT_A_TIME = 100
MOST_STALE = 10
"""So often in a row an app is quicker before a document is left to the next turn."""
LONGEST_BACKOFF = 600
FIRST_BACKOFF = 5
_LOG = structlog.get_logger("gatherly")


class DocumentWriteOut:
    """Sends marked documents, in the order in which they were marked."""

    def __init__(self, store: LiveStore, clock: Clock, take: Apply) -> None:
        self._store = store
        self._clock = clock
        self._take = take

    def run(self) -> int:
        """Send what is due; gives how many documents were written or removed.

        A document that apps keep changing stays marked for the next turn.

        Raises:
            StoreError: the first that could not be sent; it is tried again later, the others were sent.
        """
        sent, left, failed = 0, set[Place](), []
        while due := self._due(left):
            for document in due:
                left.add(document.place)
                outcome = attempt(partial(self._send, document.place))
                if not isinstance(outcome, Trouble):
                    sent += outcome
                elif not outcome.is_race:
                    self._put_off(document.place, outcome)
                    failed += [outcome.raised] if isinstance(outcome.raised, StoreError) else []
        if failed:
            raise failed[0]
        return sent

    def _due(self, left: set[Place]) -> list[AppDocument]:
        """Give what is to be sent and was not tried in this turn; what is marked anew waits for the next."""
        with self._store.reading() as tx:
            due = tx.documents.due(self._clock.now(), AT_A_TIME + len(left))
        return [document for document in due if document.place not in left]

    def _send(self, place: Place) -> bool:
        """Send a document, again where an app was quicker.

        Raises:
            StaleVersionError: an app was quicker each time.
        """
        return retry_stale(
            partial(self._try, place), str(place), tries=MOST_STALE, between=partial(self._look_again, place)
        )

    def _look_again(self, place: Place) -> None:
        for found in self._store.apps.fetch([place]):
            self._take(found)

    def _try(self, place: Place) -> bool:
        """Send a document as it is to stand now; tell whether there was anything to send."""
        document_write = self._prepared(place)
        if document_write is None:
            return False
        stamp = self._sent(document_write)
        self._record(document_write, stamp)
        return document_write.write_kind is not WriteKind.NOTHING

    def _prepared(self, place: Place) -> DocumentWrite | None:
        """Decide what is to be sent, and remember it before it is."""
        with self._store.writing() as tx:
            document = tx.documents.get(place)
            if document is None or not document.mark:
                return None
            entity = entity_of(tx, place)
            document_write = decide(document, None if entity is None else app_document(entity))
            if document_write.write_kind in (WriteKind.CREATE, WriteKind.CHANGE):
                tx.documents.put(replace(document, sending=document_write.sending()))
        return document_write

    def _sent(self, document_write: DocumentWrite) -> str | None:
        """Do it; gives the document's stamp afterwards."""
        apps, document = self._store.apps, document_write.document
        match document_write.write_kind:
            case WriteKind.CREATE:
                return apps.create(document.place, document_write.fields)
            case WriteKind.CHANGE if document.update_time is not None:
                return apps.change(
                    document.place, document_write.fields, document_write.gone, document.update_time
                )
            case WriteKind.REMOVE:
                apps.remove(document.place)
                return None
        return document.update_time

    def _record(self, document_write: DocumentWrite, stamp: str | None) -> None:
        document = document_write.document
        with self._store.writing() as tx:
            now = tx.documents.get(document.place)
            if now is None or now.update_time != document.update_time:
                return  # somebody else has seen a later state: what is still to be sent follows from that
            tx.documents.unmark(document.place, document.mark)
            done = (
                document_write.write_kind is WriteKind.REMOVE
                or document.place.collection is Collection.MESSAGES
            )
            if done and now.mark == document.mark:
                tx.documents.forget(document.place)
            else:
                known = dict(document_write.digests)
                settled = replace(now, known=known, update_time=stamp, sending={}, attempts=0)
                tx.documents.put(replace(settled, next_at=0, last_error=None))
        if stamp is not None:
            self._store.apps.note(document.place, stamp)

    def _put_off(self, place: Place, trouble: Trouble) -> None:
        recorded = attempt(partial(self._later, place, trouble.line))
        if isinstance(recorded, Trouble):
            _LOG.error("document.not_recorded", document=str(place), error=recorded.line)

    def _later(self, place: Place, why: str) -> None:
        """Try again after a while, and say in `status` why it was not sent."""
        with self._store.writing() as tx:
            document = tx.documents.get(place)
            if document is None:
                return
            attempts = document.attempts + 1
            wait = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** min(attempts - 1, 10))
            later = replace(document, attempts=attempts, next_at=self._clock.now() + wait)
            tx.documents.put(replace(later, last_error=why))


def entity_of(tx: AppDocumentTransaction, place: Place) -> Entity | None:
    """Give what a document tells of, as it stands here."""
    match place.collection:
        case Collection.USERS:
            return tx.users.get(UserId(place.id))
        case Collection.SESSIONS:
            return tx.sessions.get(SessionId(place.id))
    return tx.messages.get(SessionId(str(place.session)), MessageId(place.id))
