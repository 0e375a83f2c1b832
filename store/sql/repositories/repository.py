"""One repository: how a kind of entity lies in its table, and how it is put there and taken back.

A field has the column of its name. Where the database cannot hold the value as it is, `converted` says how
it is written and read; what is `sealed` is first converted, then written as JSON, then sealed for its owner.
"""

import dataclasses
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from engine.errors import StoreError
from engine.ids import UserId
from engine.ports.vault import Vault
from engine.trouble import Unopened
from store.refusals import stale
from store.sql.rows import opened_rows
from store.sql.writes import put_version

T = TypeVar("T")
Convert = tuple[Callable[[Any], Any], Callable[[Any], Any]]

TUPLE: Convert = (list, tuple)
_JSON = json.JSONEncoder(ensure_ascii=False)
_BATCH = 500
"""Values that a statement names at most: databases bound how many one may carry."""


def batches(names: Collection[str]) -> Iterator[list[str]]:
    """Give names in as many lists as there are statements to name them."""
    listed = sorted(set(names))
    for at in range(0, len(listed), _BATCH):
        yield listed[at : at + _BATCH]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[T]):
    """How one kind is kept; `word` names it in errors, `owner` is the field whose user's key seals."""

    entity: type[T]
    table: sa.Table
    word: str
    key: str = "id"
    owner: str = "user_id"
    sealed: tuple[str, ...] = ()
    converted: Mapping[str, Convert] = field(default_factory=dict)

    def place(self, name: str, row: Mapping[Any, Any]) -> str:
        """Name the place that a sealed value is bound to."""
        return f"{self.table.name}.{name}/{row[self.key]}"

    def unsealed(self, vault: Vault, name: str, row: Mapping[Any, Any]) -> Any:
        """Open one sealed value of a row."""
        return json.loads(vault.open(UserId(row[self.owner]), self.place(name, row), row[name]))


@cache
def _names_of(repository: "type[SqlRepository[Any]]") -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """Give the names of a kind's fields: all, those that are columns as they are, and those to be read."""
    kind = repository.kind
    names = [each.name for each in dataclasses.fields(kind.entity)]
    plain = set(kind.table.c.keys()) - {*kind.sealed, *kind.converted}
    return names, [one for one in names if one in plain], [one for one in names if one not in plain]


class SqlRepository(Generic[T]):
    """`engine.ports.repository.Repository` for one kind."""

    kind: Kind[T]

    def __init__(self, connection: sa.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault
        self._names, self._as_they_are, self._to_be_read = _names_of(type(self))  # type: ignore[arg-type] # a class can be hashed

    def get(self, name: str) -> T | None:
        """Look one up by its id."""
        statement = _with_one(type(self))  # type: ignore[arg-type] # a class can be hashed
        found = self._some(statement, values={"named": name})
        return found[0] if found else None

    def some(self, names: Collection[str]) -> Sequence[T]:
        """Give those of these ids that there are, by id: one question for so many as a statement may name."""
        return self._among(self.kind.key, names, self.kind.key)

    def put(self, entity: T) -> T:
        """Insert or replace just the version that it carries."""
        row = self._row(entity)
        version = row.pop("version")
        try:
            written = put_version(self._connection, self.kind.table, row, version)
        except sa.exc.IntegrityError as error:
            raise StoreError(f"{self._name(row)} cannot be kept as it is: {error.orig}") from error
        if not written:
            raise stale(self.kind.word, row[self.kind.key])
        return dataclasses.replace(entity, version=version + 1)  # type: ignore[type-var] # every kind is a dataclass

    def delete(self, name: str) -> None:
        """Remove one; what belongs to it goes with it."""
        table = self.kind.table
        self._connection.execute(sa.delete(table).where(table.c[self.kind.key] == name))

    def every(self) -> list[T]:
        """Give all that open."""
        return self._some(self._select(), lambda _row, _why: None)

    @classmethod
    def _select(cls) -> sa.Select[Any]:
        return sa.select(cls.kind.table)

    def _some(
        self,
        statement: sa.Select[Any],
        unopened: Unopened | None = None,
        values: Mapping[str, Any] | None = None,
    ) -> list[T]:
        key = self.kind.table.c[self.kind.key]
        return opened_rows(self._connection, statement, key, self._entity, unopened, values)

    def _among(self, column: str, values: Collection[str], *order: str) -> list[T]:
        """Give those with one of these in a column."""
        statement = _with_any(type(self), column, order)  # type: ignore[arg-type] # a class can be hashed
        found = (self._some(statement, values={"named": batch}) for batch in batches(values))
        return [one for batch in found for one in batch]

    def _name(self, row: Mapping[str, Any]) -> str:
        return f"{self.kind.word} {row[self.kind.key]}"

    def _row(self, entity: T) -> dict[str, Any]:
        row = {name: getattr(entity, name) for name in self._as_they_are}
        for name in self._to_be_read:
            row[name] = self._written(name, getattr(entity, name))
        for name in self.kind.sealed:
            if row[name] is not None:
                plain = _JSON.encode(row[name]).encode()
                row[name] = self._vault.seal(row[self.kind.owner], self.kind.place(name, row), plain)
        return row

    def _entity(self, row: Mapping[Any, Any]) -> T:
        values = {name: row[name] for name in self._as_they_are}
        for name in self._to_be_read:
            values[name] = self._read(name, row)
        return self.kind.entity(**values)

    def _written(self, name: str, value: Any) -> Any:
        convert = self.kind.converted.get(name)
        return value if convert is None or value is None else convert[0](value)

    def _read(self, name: str, row: Mapping[Any, Any]) -> Any:
        value = row[name]
        if value is not None and name in self.kind.sealed:
            value = self.kind.unsealed(self._vault, name, row)
        convert = self.kind.converted.get(name)
        return value if convert is None or value is None else convert[1](value)


@cache
def _with_one(repository: type[SqlRepository[Any]]) -> sa.Select[Any]:
    key = repository.kind.table.c[repository.kind.key]
    return repository._select().where(key == sa.bindparam("named"))


@cache
def _with_any(repository: type[SqlRepository[Any]], column: str, order: tuple[str, ...]) -> sa.Select[Any]:
    """Make a statement that is asked again and again; making one takes its time."""
    table = repository.kind.table.c
    named = table[column].in_(sa.bindparam("named", expanding=True))
    return repository._select().where(named).order_by(*(table[one] for one in order))
