"""The wrapped data keys in SQL, one row a user: dropping it makes all that was sealed for them unreadable."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.errors import VaultError
from engine.ids import UserId
from store.sql.tables.records import data_keys
from store.sql.writes import insert_new
from store.vault import KeyVault, WrappedKey


@cache
def _of_user() -> sa.Select[Any]:
    """Build the statement once: every transaction that opens anything asks for a key first."""
    table = data_keys.c
    return sa.select(table.id, table.master, table.wrapped).where(table.user_id == sa.bindparam("user"))


class SqlDataKeys:
    """`store.vault.DataKeys`, in a transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, user: UserId) -> WrappedKey | None:
        """Look a user's key up."""
        found = self._connection.execute(_of_user(), {"user": user}).first()
        return None if found is None else WrappedKey(*found)

    def some(self, users: Collection[UserId]) -> Mapping[UserId, WrappedKey]:
        """Look the keys of several up at once."""
        table = data_keys.c
        theirs = sa.select(table.user_id, table.id, table.master, table.wrapped)
        rows = self._connection.execute(theirs.where(table.user_id.in_(users)))
        return {UserId(user): WrappedKey(*key) for user, *key in rows}

    def add(self, user: UserId, key: WrappedKey) -> WrappedKey:
        """Keep a user's first key; gives the one that is kept."""
        row = {"user_id": user, "id": key.id, "master": key.master, "wrapped": key.wrapped}
        insert_new(self._connection, data_keys, row)
        kept = self.get(user)
        if kept is None:
            raise VaultError(f"The data key of {user} was erased at the same moment", "Try again")
        return kept


class DaemonsDataKeys:
    """`store.vault.DataKeys` for whoever looks as one user: what they attend is sealed for its host.

    The database decides which rows they see; what opens those is looked up beside, as the daemon.
    """

    def __init__(self, reading: Callable[[], AbstractContextManager[sa.Connection]]) -> None:
        self._reading = reading

    def get(self, user: UserId) -> WrappedKey | None:
        """Look a user's key up."""
        with self._reading() as connection:
            return SqlDataKeys(connection).get(user)

    def some(self, users: Collection[UserId]) -> Mapping[UserId, WrappedKey]:
        """Look the keys of several up at once."""
        with self._reading() as connection:
            return SqlDataKeys(connection).some(users)

    def add(self, user: UserId, key: WrappedKey) -> WrappedKey:
        """Refuse: whoever looks changes nothing."""
        raise VaultError("Who looks as a user seals nothing", "Seal inside a transaction that writes")


def rewrap(connection: sa.Connection, vault: KeyVault, limit: int) -> int:
    """Wrap some keys anew under the primary master key; gives how many are left under others.

    Each call is whole in itself: killed between two, the next one goes on where it ended.
    """
    table, primary = data_keys.c, vault.keyring.primary
    old = sa.select(data_keys).where(table.master != primary).order_by(table.user_id)
    for row in connection.execute(old.limit(limit)).all():
        fresh = vault.rewrap(UserId(row.user_id), WrappedKey(row.id, row.master, row.wrapped))
        change = sa.update(data_keys).where(table.user_id == row.user_id, table.id == row.id)
        connection.execute(change.values(master=fresh.master, wrapped=fresh.wrapped))
    left = sa.select(sa.func.count()).select_from(data_keys).where(table.master != primary)
    return int(connection.execute(left).scalar_one())
