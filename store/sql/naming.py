"""The key by which an installation names what it writes, and knows whom it has forgotten.

It is drawn from the master key once and then kept, wrapped like a data key: when the master key changes, it
is wrapped anew and stays what it is. Otherwise every id and tombstone would be lost with the old key.
"""

import sqlalchemy as sa

from engine.ids import UserId
from store.keys import Keyring
from store.sql.repositories.secrets import SqlDataKeys
from store.sql.tables.records import data_keys
from store.vault import KeyVault

IDS = UserId("gatherly/ids")
"""Whose data key it would be, were it anybody's."""
STORE = UserId("gatherly/words")
"""Whose data key seals what belongs to nobody alone (`sealing`)."""


def named(connection: sa.Connection, vault: KeyVault, made_with: str | None) -> KeyVault:
    """Give the vault that names as this store does; `made_with` is the master key that named so far.

    Raises:
        VaultError: the key is wrapped under a master key that is not in the keyring.
    """
    kept = SqlDataKeys(connection).get(IDS)
    if kept is None:
        known = made_with is not None and vault.keyring.knows(made_with)
        plain = vault.keyring.draw(str(made_with) if known else vault.keyring.primary, "ids")
        kept = SqlDataKeys(connection).add(IDS, vault.wrap(IDS, plain))
    return vault.named_by(vault.unwrap(IDS, kept))


def forget_lost_name(connection: sa.Connection, keyring: Keyring) -> None:
    """Let go of the store's own keys that cannot be opened any more: nothing was made with them yet."""
    for name in (IDS, STORE):
        kept = SqlDataKeys(connection).get(name)
        if kept is not None and not keyring.knows(kept.master):
            connection.execute(sa.delete(data_keys).where(data_keys.c.user_id == name))
