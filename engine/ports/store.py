"""Where gatherly remembers: transactions over all of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from engine.ids import InstallId

if TYPE_CHECKING:
    from engine.ports.calendars import Calendars
    from engine.ports.ledger import Audit, Ledger, Outbox
    from engine.ports.repositories import Repositories
    from engine.ports.sessions import Messages, Sessions, Users, Wakes


class Transaction(Protocol):
    """One unit of work on the store: all of it or nothing."""

    @property
    def users(self) -> Users:
        """Users."""

    @property
    def sessions(self) -> Sessions:
        """Sessions."""

    @property
    def messages(self) -> Messages:
        """Messages."""

    @property
    def wakes(self) -> Wakes:
        """Sessions to look at."""

    @property
    def calendars(self) -> Calendars:
        """Calendars."""

    @property
    def ledger(self) -> Ledger:
        """The ledger."""

    @property
    def outbox(self) -> Outbox:
        """The outbox."""

    @property
    def audit(self) -> Audit:
        """The audit log."""

    @property
    def repositories(self) -> Repositories:
        """What is not read at every tick."""


class Store(Protocol):
    """Where gatherly remembers. Entities are values: what a transaction gives stays valid after it."""

    @property
    def install(self) -> InstallId:
        """This installation's id, made with the store."""

    def reading(self) -> AbstractContextManager[Transaction]:
        """Look, at one moment."""

    def writing(self) -> AbstractContextManager[Transaction]:
        """Change: committed at the end of the block, undone when it raises.

        Raises:
            StoreUnavailableError: full, read-only or away; nothing was changed.
        """

    def pulse(self) -> int:
        """Give a number that differs once any process has changed the store."""

    def sets_nothing_aside(self) -> bool:
        """Tell whether nothing is set aside; it is looked up once until any process changed the store."""

    def check(self) -> Sequence[str]:
        """Run the store's own integrity check; gives what is wrong."""

    def close(self) -> None:
        """Let go of connections."""
