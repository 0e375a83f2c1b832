"""A guest: somebody from outside who takes part in one session, by their address and without a calendar."""

from dataclasses import dataclass

from engine.ids import ConnectorName, UserId
from engine.time.span import Instant

BY_MAIL = ConnectorName("[mail]")
"""Stands where a connector's name does: guests are invited by the relay of `[mail]`. No connector has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """What is known of a guest: what they ticked is their whole calendar for this session.

    `answered_at` is None until they have answered what is on offer now; `suits` are the starts that they
    ticked then. `name` is what a stranger who came by an invitation link wrote; `away` is who cannot come.
    """

    address: str
    name: str = ""
    required: bool = True
    answered_at: Instant | None = None
    suits: tuple[Instant, ...] = ()
    away: bool = False

    @property
    def id(self) -> UserId:
        """By what the ledger and links know them: no user's id, for it is no user's address."""
        return UserId(self.address)

    @property
    def seat(self) -> UserId:
        """By what the store finds their sessions."""
        return seat_of(self.address)


def seat_of(address: str) -> UserId:
    """Name a guest's seat: nobody's id, so that whoever becomes a user attends nothing that they did not."""
    return UserId(f"[guest] {address.strip().lower()}")
