"""Where secrets and what is personal are sealed."""

from collections.abc import Iterable
from typing import Protocol

from engine.ids import UserId


class Vault(Protocol):
    """Seals what is secret or personal; each user has a data key of their own (security.md section 2)."""

    def seal(self, user: UserId, place: str, plain: bytes) -> str:
        """Seal for one place (`table.column/row`), bound to it and to the user."""

    def open(self, user: UserId, place: str, sealed: str) -> bytes:
        """Open what was sealed for just this user and place.

        Raises:
            VaultError: another key, another place, or changed.
        """

    def look_up(self, users: Iterable[UserId]) -> None:
        """Look up at once what opens the secrets of several, so that no later `open` asks for each."""

    def opens(self, user: UserId) -> str | None:
        """Name the key that opens what was sealed for a user; None where it was erased, or there is none."""

    def identifier(self, text: str) -> bytes:
        """Give HMAC-SHA256 of a text under the key for ids: the seed of deterministic event ids."""
