"""What daemons tell of themselves, and whose turn it was, in SQL."""

from collections.abc import Sequence

from engine.model.daemon_life import DaemonLife
from engine.model.turn import Turn
from store.sql.repositories.repository import Kind, SqlRepository
from store.sql.tables.daemons import daemons
from store.sql.tables.turns import turns


class SqlDaemons(SqlRepository[DaemonLife]):
    """`engine.ports.operations.Daemons`."""

    kind = Kind(entity=DaemonLife, table=daemons, word="Daemon")

    def all(self) -> Sequence[DaemonLife]:
        """Give them, the oldest first."""
        return self._some(self._select().order_by(daemons.c.since, daemons.c.id))


class SqlTurns(SqlRepository[Turn]):
    """`engine.ports.operations.Turns`."""

    kind = Kind(entity=Turn, table=turns, word="Turn")
