"""What an operator asks of the store, carried on to the documents outside."""

from engine.ids import UserId
from engine.model.app_document import message_place, session_place, user_place
from engine.operations.custody import Archive
from engine.operations.retention import Cutoffs, Pruned
from engine.time.span import Instant
from store.sql.custody.custody import SqlCustody
from store.sql.store import SqlStore


class FirestoreCustody:
    """`engine.operations.custody.Custody`: what goes in SQL is marked to go outside too."""

    def __init__(self, inner: SqlCustody, store: SqlStore) -> None:
        self._inner = inner
        self._store = store

    def prune(self, before: Cutoffs, now: Instant) -> Pruned:
        """Remove what has been kept long enough, outside too."""
        pruned = self._inner.prune(before, now)
        self._mark_orphans()
        return pruned

    def export(self, user: UserId) -> Archive:
        """Give everything that is a person's."""
        return self._inner.export(user)

    def erase(self, user: UserId, now: Instant) -> None:
        """Forget a person; others' sessions that named them are written anew without the name."""
        with self._store.reading() as tx:
            attended = [one.id for one in tx.sessions.listed() if user in one.attendee_ids]
            said = [
                message_place(session, message.id)
                for session in attended
                for message in tx.messages.of(session)
            ]
        self._inner.erase(user, now)
        with self._store.writing() as tx:
            tx.documents.mark([user_place(user), *map(session_place, attended), *said])

    def erased(self, name: str) -> bool:
        """Tell whether a user's id or address is that of somebody who was erased."""
        return self._inner.erased(name)

    def identifier(self, text: str) -> bytes:
        """Give the keyed hash by which this installation names things."""
        return self._inner.identifier(text)

    def time(self) -> Instant | None:
        """Tell the clock of the SQL store beneath, by which leases count; None where it has none."""
        return self._inner.time()

    def backup(self, to: str) -> None:
        """Copy the SQL part; Firestore has exports of its own."""
        self._inner.backup(to)

    def rewrap(self, limit: int = 100) -> int:
        """Wrap some data keys anew under the primary master key; gives how many are left."""
        return self._inner.rewrap(limit)

    def _mark_orphans(self) -> None:
        with self._store.writing() as tx:
            tx.documents.mark(tx.documents.orphaned())
