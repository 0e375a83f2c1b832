"""What an operator asks of a store on SQL; what knows every table is imported when it is asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from engine.errors import StoreUnavailableError
from engine.ids import SessionId, UserId
from engine.time.span import Instant
from store.sql.custody.tombstone import tombstone
from store.sql.custody.unshredded import is_left, note_cleared, note_left
from store.sql.database.port import Database
from store.sql.repositories.secrets import SqlDataKeys, rewrap
from store.sql.tables.records import tombstones
from store.vault import KeyVault

if TYPE_CHECKING:
    from engine.operations.custody import Cutoffs, Pruned
    from engine.ports.custody import Archive, Ties
    from engine.ports.store import Transaction

    Over = Callable[[sa.Connection], Transaction]
    """Gives a connection that is open as a transaction."""

_ERASED = sa.select(tombstones.c.hash).where(tombstones.c.hash.in_(sa.bindparam("named", expanding=True)))


class SqlCustody:
    """`engine.ports.custody.Custody`."""

    def __init__(self, database: Database, vault: KeyVault, over: Over) -> None:
        self.database = database
        self.vault = vault
        self.over = over

    def prune(self, before: Cutoffs, now: Instant) -> Pruned:
        """Remove what has been kept long enough; clear the files of what an erasure could not."""
        from store.sql.custody.retention import prune

        with self.database.writing() as connection:
            pruned, left = prune(connection, before, now), is_left(connection)
        if left:
            self.shred()
        return pruned

    def export(self, user: UserId) -> Archive:
        """Give everything that is a person's, at one moment."""
        from store.sql.custody.export import export

        with self.database.reading() as connection:
            return export(connection, self.vault.over(SqlDataKeys(connection)), user)

    def erase(
        self, user: UserId, now: Instant, left: Sequence[SessionId] = (), ties: Ties | None = None
    ) -> Sequence[str]:
        """Forget a person whom nothing ties, and see that the database's own files forget them too."""
        with self.database.writing() as connection:
            tx = self.over(connection)
            tied = () if ties is None else ties(tx)
            if tied:
                return tied
            kept = tx.repositories.personal_settings.get(user)
            self.forget(connection, user, now, (*left, *(() if kept is None else kept.taken_out_of)))
            note_left(connection)
        self.shred()
        return ()

    def forget(
        self, connection: sa.Connection, user: UserId, now: Instant, left: Sequence[SessionId]
    ) -> None:
        """Forget a person in a transaction that is open."""
        from store.sql.custody.erase import erase

        erase(connection, self.vault.over(SqlDataKeys(connection)), user, now, left)

    def shred(self) -> None:
        """See that the database's own files hold nothing any more of what was removed.

        What stops it, such as a full disk, does not do so for good: `prune` does it again.
        """
        with self.database.writing() as connection:
            note_left(connection)
        if not self.database.shred():
            what = f"The journal of the store {self.database.name} still holds what was removed: it is read"
            raise StoreUnavailableError(
                what, "End what reads it; the daemon clears it by itself within 6 hours"
            )
        with self.database.writing() as connection:
            note_cleared(connection)

    def erased(self, *names: str) -> bool:
        """Tell whether one of these, ids or addresses of a user, is that of somebody who was erased."""
        hashes = [tombstone(self.vault, name) for name in names]
        with self.database.reading() as connection:
            return connection.execute(_ERASED, {"named": hashes}).first() is not None

    def identifier(self, text: str) -> bytes:
        """Give the keyed hash by which this installation names things, whatever became of its keys."""
        return self.vault.identifier(text)

    def time(self) -> Instant | None:
        """Tell the store's own clock; None where it is its one machine's."""
        return self.database.time()

    def backup(self, to: str) -> None:
        """Write a copy that is whole while others go on writing."""
        self.database.backup(to)

    def rewrap(self, limit: int = 100) -> int:
        """Wrap some data keys anew under the primary master key; gives how many are left."""
        with self.database.writing() as connection:
            return rewrap(connection, self.vault, limit)
