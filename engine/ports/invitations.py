"""The store's ports for invitation links, and the strangers who come by them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from engine.ids import SessionId, UserId
from engine.ports.repository import Repository
from engine.time.span import Instant

if TYPE_CHECKING:
    from engine.model.invitation import Invitation, Visit


class Invitations(Repository["Invitation"], Protocol):
    """Links by which strangers book somebody."""

    def of_user(self, user: UserId) -> Sequence[Invitation]:
        """Give a user's, oldest first."""

    def all(self) -> Sequence[Invitation]:
        """Give everybody's, oldest first."""


class Visits(Repository["Visit"], Protocol):
    """Times that strangers took by invitation links."""

    def of_invitation(self, invitation: str) -> Sequence[Visit]:
        """Give those that were taken by one link, oldest first."""

    def of_session(self, session: SessionId) -> Visit | None:
        """Look up the one that became, or is to become, a session."""

    def among(self, sessions: Collection[SessionId]) -> Collection[SessionId]:
        """Tell which of these sessions strangers took; opens none of their visits."""

    def confirmed(self, invitations: Collection[str]) -> Mapping[str, int]:
        """Count the bookings by each of these links, but those without any; opens none of them."""

    def queue(self, address_mark: str, client_mark: str) -> None:
        """Let whoever else takes times of these marks wait until this transaction has ended."""

    def marked(self, address_mark: str, client_mark: str, since: Instant) -> Sequence[Visit]:
        """Give those of an address or a client that were taken since then, oldest first."""

    def lapsed(self, now: Instant, limit: int = 100) -> Sequence[str]:
        """Give the ids of those that nobody confirmed in time and that still hold theirs, oldest first."""
