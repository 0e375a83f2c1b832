"""One repository in memory: a kind of entity by its id."""

import dataclasses
from collections.abc import Callable, Collection, Sequence
from typing import Any, Generic, TypeVar

from engine.errors import StoreError
from store.refusals import stale
from tests.doubles.store.tables import Table

T = TypeVar("T")


class MemoryRepository(Generic[T]):
    """`engine.ports.repository.Repository`, one kind; `word` names it in errors, `key` its id.s field."""

    word = "Entity"
    key = "id"

    def __init__(self, table: Table[str, T]) -> None:
        self._table = table

    def get(self, name: str) -> T | None:
        """Look one up by its id."""
        return self._table.get(name)

    def some(self, names: Collection[str]) -> Sequence[T]:
        """Give those of these ids that there are, by id."""
        found = (self._table.get(name) for name in sorted(set(names)))
        return [one for one in found if one is not None]

    def put(self, entity: T) -> T:
        """Insert or replace just the version that it carries."""
        name, version = getattr(entity, self.key), entity.version  # type: ignore[attr-defined] # every kind has one
        there = self._table.get(name)
        if version != (0 if there is None else there.version):  # type: ignore[attr-defined] # likewise
            raise stale(self.word, name)
        self._check(entity)
        written = dataclasses.replace(entity, version=version + 1)  # type: ignore[type-var] # every kind is a dataclass
        self._table.put(name, written)
        return written

    def delete(self, name: str) -> None:
        """Remove one."""
        self._table.drop(name)

    def _check(self, entity: T) -> None:
        """Refuse what a database would."""

    def _need(self, entity: T, holds: bool, why: str) -> None:
        if not holds:
            raise StoreError(f"{self.word} {getattr(entity, self.key)} cannot be kept as it is: {why}")

    def _some(self, keep: Callable[[T], bool], order: Callable[[T], Any]) -> list[T]:
        return sorted((entity for entity in self._table if keep(entity)), key=order)


def drop_where(table: Table[str, T], key: str, gone: Callable[[T], bool]) -> None:
    """Remove rows."""
    for name in [getattr(entity, key) for entity in table if gone(entity)]:
        table.drop(name)
