"""The store whose users, sessions and messages live in Firestore; a working copy and all else in SQL."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

import sqlalchemy as sa

from engine.ids import SessionId, UserId
from engine.model.app_document import message_place, session_place, user_place
from engine.operations.custody import Cutoffs, Pruned
from engine.ports.app_documents import Listening
from engine.time.span import Instant
from store.firestore.app_documents import FirestoreApps
from store.firestore.connect import Access
from store.firestore.listener import Listener
from store.firestore.marking import (
    MarkingMessages,
    MarkingSessions,
    MarkingUsers,
    MirroringCalendars,
    ProviderOf,
)
from store.sql.custody.custody import SqlCustody
from store.sql.repositories.app_documents import SqlAppDocumentRecords
from store.sql.store import SqlStore, SqlTransaction


class FirestoreCustody(SqlCustody):
    """`engine.ports.custody.Custody`: what goes in SQL is marked to go outside too."""

    def __init__(self, inner: SqlCustody, store: SqlStore) -> None:
        super().__init__(inner.database, inner.vault, inner.over)
        self._store = store

    def prune(self, before: Cutoffs, now: Instant) -> Pruned:
        """Remove what has been kept long enough, outside too."""
        pruned = super().prune(before, now)
        with self._store.writing() as tx:
            tx.documents.mark(tx.documents.orphaned())
        return pruned

    def forget(
        self, connection: sa.Connection, user: UserId, now: Instant, left: Sequence[SessionId]
    ) -> None:
        """Forget a person; others' sessions that named them are written anew without the name."""
        tx = self.over(connection)
        attended = list(dict.fromkeys((*tx.sessions.attended_by(user), *left)))
        said = [
            message_place(session, message) for session in attended for message in tx.messages.ids(session)
        ]
        super().forget(connection, user, now, left)
        SqlAppDocumentRecords(connection).mark([user_place(user), *map(session_place, attended), *said])


class FirestoreTransaction:
    """`engine.ports.app_documents.AppDocumentTransaction`: the working copy's; what it changes is marked."""

    def __init__(self, inner: SqlTransaction, provider_of: ProviderOf) -> None:
        self.documents = inner.documents
        connection, sealing = inner.connection, inner.sealing
        self.sessions = MarkingSessions(connection, sealing, inner.documents)
        self.users = MarkingUsers(connection, self.sessions, inner.documents)
        self.messages = MarkingMessages(connection, sealing, inner.documents)
        self.calendars = MirroringCalendars(connection, sealing, self.users, provider_of)
        self.wakes = inner.wakes
        self.ledger = inner.ledger
        self.outbox = inner.outbox
        self.audit = inner.audit
        self.repositories = inner.repositories


class FirestoreStore:
    """`engine.ports.app_documents.LiveStore`; `now` is the wall clock, `apps` another way there."""

    def __init__(
        self,
        sql: SqlStore,
        access: Access,
        provider_of: ProviderOf,
        now: Callable[[], Instant],
        apps: FirestoreApps | None = None,
    ) -> None:
        self._sql = sql
        self.install = sql.install
        self.custody = FirestoreCustody(sql.custody, sql)
        self._access = access
        self._provider_of = provider_of
        self._now = now
        self.apps = apps or FirestoreApps(access, access.client(), now)
        self._woken: Callable[[], None] = _nobody

    def reading(self) -> AbstractContextManager[FirestoreTransaction]:
        """Look, at one moment, at the working copy."""
        return self._over(self._sql.reading())

    @contextmanager
    def writing(self) -> Iterator[FirestoreTransaction]:
        """Change: committed at the end of the block with the marks, undone when it raises."""
        with self._over(self._sql.writing()) as tx:
            yield tx
        if tx.documents.touched:
            self._woken()

    @contextmanager
    def _over(self, inner: AbstractContextManager[SqlTransaction]) -> Iterator[FirestoreTransaction]:
        with inner as tx:
            yield FirestoreTransaction(tx, self._provider_of)

    def on_marks(self, woken: Callable[[], None]) -> None:
        """Have somebody woken, from whatever thread, once a transaction has marked something."""
        self._woken = woken

    def listen(self) -> Listening:
        """Begin to hear of changes as they happen."""
        return Listener(self._access, self.apps.seen_stamps, self._now)

    def pulse(self) -> int:
        """Give a number that differs once any process has changed the working copy."""
        return self._sql.pulse()

    def sets_nothing_aside(self) -> bool:
        """Tell whether nothing is set aside, in the working copy."""
        return self._sql.sets_nothing_aside()

    def check(self) -> Sequence[str]:
        """Run the database's own check; gives what is wrong."""
        return self._sql.check()

    def close(self) -> None:
        """Let go of connections."""
        self.apps.close()
        self._sql.close()


def _nobody() -> None:
    """Wake nobody: whoever closes the store writes out what is marked, or the daemon does."""
