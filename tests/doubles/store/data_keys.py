"""Data keys of users, in memory."""

from collections.abc import Collection, Mapping

from engine.ids import UserId
from store.vault import WrappedKey


class HeldDataKeys:
    """Data keys in memory, for a vault whose secrets need not outlive the process."""

    def __init__(self) -> None:
        self._keys: dict[UserId, WrappedKey] = {}

    def get(self, user: UserId) -> WrappedKey | None:
        """Look a user's key up."""
        return self._keys.get(user)

    def some(self, users: Collection[UserId]) -> Mapping[UserId, WrappedKey]:
        """Look the keys of several up at once."""
        return {user: self._keys[user] for user in users if user in self._keys}

    def add(self, user: UserId, key: WrappedKey) -> WrappedKey:
        """Keep a user's key."""
        self._keys[user] = key
        return key

    def drop(self, user: UserId) -> None:
        """Forget a user's key."""
        self._keys.pop(user, None)
