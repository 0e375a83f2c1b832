"""What a store needs of its database, whichever it is."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import sqlalchemy as sa

from engine.ids import UserId
from engine.time.span import Instant


def nothing() -> None:
    """Do nothing before a transaction ends."""


class Database(Protocol):
    """Transactions, a pulse and a check; errors come out as gatherly's own."""

    @property
    def name(self) -> str:
        """What to call it in errors; without its password."""

    def migrating(self) -> AbstractContextManager[sa.Connection]:
        """Change the schema, as its owner, one process at a time."""

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """Look, at one moment."""

    def reading_as(self, user: UserId) -> AbstractContextManager[sa.Connection]:
        """Look, at one moment, at what the database lets just this user see, where it can tell."""

    def writing(self, last: Callable[[], None] = nothing) -> AbstractContextManager[sa.Connection]:
        """Change: committed at the end of the block, undone when it raises; `last` is done before it ends."""

    def pulse(self) -> int:
        """Give a number that differs once any process has changed the store."""

    def time(self) -> Instant | None:
        """Tell the database's own clock; None where it has none and its one machine's counts."""

    def check(self) -> Sequence[str]:
        """Run the database's own check; gives what is wrong."""

    def shred(self) -> bool:
        """See that what was deleted is in none of the database's files any more; False where one is read."""

    def backup(self, to: str) -> None:
        """Write a copy that is whole while others go on writing."""

    def close(self) -> None:
        """Let go of connections."""
