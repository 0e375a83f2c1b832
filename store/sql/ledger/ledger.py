"""The ledger in SQL: bookings, effects and holds behind one port."""

import sqlalchemy as sa

from engine.ports.vault import Vault
from store.sql.ledger.bookings import Bookings
from store.sql.ledger.effects import Effects
from store.sql.ledger.holds import Holds


class SqlLedger(Bookings, Effects, Holds):
    """`engine.ports.ledger.Ledger`."""

    def __init__(self, connection: sa.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault
