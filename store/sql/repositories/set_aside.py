"""What is set aside, in SQL."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from engine.ids import SessionId
from engine.model.set_aside import SetAside, Work
from engine.trouble import Trouble, attempt
from store.sql.repositories.repository import Kind, SqlRepository
from store.sql.tables.set_aside import set_aside

UNOPENED = "Why cannot be told"
"""The reason of what is set aside, where it does not open."""


_ANY = sa.select(set_aside.c.id).limit(1)
_LONGEST_FIRST = sa.select(set_aside).order_by(set_aside.c.since, set_aside.c.id)


class SqlSetAsides(SqlRepository[SetAside]):
    """`engine.ports.operations.SetAsides`."""

    kind = Kind(
        entity=SetAside,
        table=set_aside,
        word="Set aside",
        sealed=("reason",),
        converted={"step": (str, Work)},
    )

    def _read(self, name: str, row: Mapping[Any, Any]) -> Any:
        """Open the reason; where that cannot be done the item is seen, and freed, all the same."""
        value = attempt(lambda: super(SqlSetAsides, self)._read(name, row))
        return f"{UNOPENED} ({value.line})" if isinstance(value, Trouble) else value

    def all(self) -> Sequence[SetAside]:
        """Give everything, the longest set aside first."""
        return self._some(_LONGEST_FIRST)

    def is_empty(self) -> bool:
        """Tell whether there is none, opening nothing."""
        return self._connection.execute(_ANY).first() is None

    def of_sessions(self, sessions: Collection[SessionId]) -> Sequence[SetAside]:
        """Give what is set aside of several sessions, the longest first."""
        table = set_aside.c
        theirs = self._select().where(table.session_id.in_(sessions))
        return self._some(theirs.order_by(table.since, table.id))
