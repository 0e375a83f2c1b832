"""What an operator asks of the store, carried on to the documents outside."""

from engine.ids import UserId
from engine.model.app_document import message_place, session_place, user_place
from engine.operations.retention import Cutoffs, Pruned
from engine.time.span import Instant
from store.sql.custody.custody import SqlCustody
from store.sql.store import SqlStore


class FirestoreCustody(SqlCustody):
    """`engine.operations.custody.Custody`: what goes in SQL is marked to go outside too."""

    def __init__(self, inner: SqlCustody, store: SqlStore) -> None:
        super().__init__(inner.database, inner.vault)
        self._store = store

    def prune(self, before: Cutoffs, now: Instant) -> Pruned:
        """Remove what has been kept long enough, outside too."""
        pruned = super().prune(before, now)
        with self._store.writing() as tx:
            tx.documents.mark(tx.documents.orphaned())
        return pruned

    def erase(self, user: UserId, now: Instant) -> None:
        """Forget a person; others' sessions that named them are written anew without the name."""
        with self._store.reading() as tx:
            attended = [one.id for one in tx.sessions.listed() if user in one.attendee_ids]
            said = [
                message_place(session, message.id)
                for session in attended
                for message in tx.messages.of(session)
            ]
        super().erase(user, now)
        with self._store.writing() as tx:
            tx.documents.mark([user_place(user), *map(session_place, attended), *said])
