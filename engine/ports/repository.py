"""The store's port over one kind of entity, which all repositories share.

Every entity is put as a whole under its id; what a transaction gives stays valid after it.
"""

from __future__ import annotations

from typing import Protocol, TypeVar

T = TypeVar("T")


class Repository(Protocol[T]):
    """Create, read, update and delete for one kind."""

    def get(self, name: str) -> T | None:
        """Look one up by its id."""

    def put(self, entity: T) -> T:
        """Insert (version 0) or replace the version that it carries; gives it with its new version.

        Raises:
            StaleVersionError: the row has another version.
            StoreError: it names something that is not there, or is there already.
        """

    def delete(self, name: str) -> None:
        """Remove one, with what belongs to it."""
