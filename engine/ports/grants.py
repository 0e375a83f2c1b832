"""What a provider's consent is kept in, for every thread and process that needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeAlias

if TYPE_CHECKING:
    from engine.model.operations import Grant, Tokens


Exchange: TypeAlias = "Callable[[Grant], Tokens]"
"""Asks the provider for new tokens. Raises `SourceExpiredError` (it says no) or `SourceUnavailableError`."""


class GrantKeeper(Protocol):
    """Keeps one connector's grant, for every thread and process that uses it."""

    def grant(self) -> Grant | None:
        """Give what is kept now; None while nobody has connected it."""

    def is_due(self) -> bool:
        """Whether the token is to be renewed now, before it ends."""

    def renewed(self, spent: str | None, exchange: Exchange) -> Grant:
        """Give the grant with another access token than the spent one: asked for once, whoever waits.

        Raises:
            SourceExpiredError: there is no grant, or the provider no longer accepts it.
            SourceUnavailableError: the provider or the store does not answer; the grant stays as it is.
        """
