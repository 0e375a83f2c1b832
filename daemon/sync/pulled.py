"""What a pull did, and who is told of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from engine.errors import HeldBackError
from engine.ids import ConnectorName, UserId
from engine.model.calendar_object import SyncPlan
from engine.ports.store import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What one pull did: stored objects touched, and what went wrong in one line; `told` is no news of it.

    `held` says why nothing, or not all, was asked for: that is no failure. `elsewhere` = another daemon reads
    it just now.
    """

    connector: ConnectorName
    changed: int = 0
    error: str | None = None
    held: HeldBackError | None = None
    elsewhere: bool = False
    told: bool = False

    @property
    def words(self) -> str:
        """How it went, in one line for an operator."""
        counted = f"{self.changed} {'object' if self.changed == 1 else 'objects'} changed"
        held = f"held back, not asked: {self.held}" if self.held else None
        waits = "another daemon reads it just now" if self.elsewhere else held
        return f"{self.connector}: {self.error or waits or counted}"


AfterPull = Callable[[UserId, SyncPlan], None]
"""Told what a pull has stored of somebody's calendar, once it is stored: bookings may be concerned."""


class WithinPull(Protocol):
    """Told what is stored of somebody's calendar, in the transaction that stores it."""

    def changed(self, tx: Transaction, user: UserId, plan: SyncPlan) -> None:
        """Take in what a read has changed."""

    def forgotten(self, tx: Transaction, user: UserId) -> None:
        """Take in that calendars went, with all that they held."""
