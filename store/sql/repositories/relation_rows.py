"""Rows of what people know of others: many are written, read and removed at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from engine.ids import UserId
from engine.time.span import Instant
from engine.trouble import Trouble, Unopened, left_out
from store.refusals import stale
from store.sql.repositories.repository import SqlRepository, batches

T = TypeVar("T")


class Rows(SqlRepository[T]):
    """What the repositories of relations have in common: many at once, without those that do not open."""

    empty: Mapping[str, Any] = {}
    """Sealed fields that are written as nothing where they hold nothing, and what they are then."""

    def get(self, name: str) -> T | None:
        """Look one up by its id; one that does not open is trouble to who asks for just this."""
        found = super()._some(self._select().where(self.kind.table.c.id == name))
        return found[0] if found else None

    def spoilt(self) -> Mapping[str, str]:
        """Tell which do not open, by id, and why."""
        found = dict[str, str]()
        if self.kind.sealed:
            super()._some(self._select(), lambda row, why: found.setdefault(row, why.line))
        return found

    def add_all(self, entities: Iterable[T]) -> None:
        """Insert new ones."""
        rows = [{**self._row(entity), "version": 1} for entity in entities]
        if rows:
            self._connection.execute(sa.insert(self.kind.table), rows)

    def put_all(self, entities: Iterable[T]) -> None:
        """Insert or replace some, each in just the version that it carries."""
        rows = [self._row(entity) for entity in entities]
        new = [{**row, "version": 1} for row in rows if row["version"] == 0]
        if new:
            self._connection.execute(sa.insert(self.kind.table), new)
        changed = [
            {"_id": row["id"], "_version": row["version"], **row, "version": row["version"] + 1}
            for row in rows
            if row["version"] > 0
        ]
        if changed:
            table = self.kind.table.c
            there = sa.and_(table.id == sa.bindparam("_id"), table.version == sa.bindparam("_version"))
            done = self._connection.execute(sa.update(self.kind.table).where(there), changed)
            if done.rowcount != len(changed):
                raise stale(self.kind.word, str(changed[0]["id"]))

    def delete_all(self, names: Collection[str]) -> None:
        """Remove some."""
        for batch in batches(names):
            self._connection.execute(sa.delete(self.kind.table).where(self.kind.table.c.id.in_(batch)))

    def of_user(self, user: UserId) -> Sequence[T]:
        """Give a user's, by id."""
        table = self.kind.table.c
        return self._some(self._select().where(table.user_id == user).order_by(table.id))

    def page(self, user: UserId, after: str, limit: int) -> Sequence[T]:
        """Give so many of a user's, by id, that follow an id; the empty one comes first."""
        table, taken = self.kind.table.c, list[Any]()
        mine = self._select().where(table.user_id == user).order_by(table.id)
        while (wanted := limit - len(taken)) > 0:
            shut: dict[str, Trouble] = {}
            rest = mine.where(table.id > after).limit(wanted)
            found: list[Any] = super()._some(rest, shut.__setitem__)
            taken += found
            if len(found) + len(shut) < wanted:
                break
            after = max(*shut, *(one.id for one in found))
        return taken

    def changed(self, user: UserId, since: Instant) -> Sequence[T]:
        """Give a user's that were changed since then, by id."""
        table = self.kind.table.c
        mine = self._select().where(table.user_id == user, table.updated_at >= since)
        return self._some(mine.order_by(table.id))

    def count(self, user: UserId) -> int:
        """Tell how many a user has."""
        mine = sa.select(sa.func.count()).where(self.kind.table.c.user_id == user)
        return int(self._connection.execute(mine).scalar_one())

    def ids(self, user: UserId) -> Collection[str]:
        """Name a user's."""
        table = self.kind.table.c
        return list(self._connection.execute(sa.select(table.id).where(table.user_id == user)).scalars())

    def _some(
        self,
        statement: sa.Select[Any],
        unopened: Unopened | None = left_out,
        values: Mapping[str, Any] | None = None,
    ) -> list[T]:
        return super()._some(statement, unopened, values)

    def _read(self, name: str, row: Mapping[Any, Any]) -> Any:
        """Read a value; what is empty lies as nothing, and is not sealed."""
        if row[name] is None and name in self.empty:
            return self.empty[name]
        return super()._read(name, row)

    def _written(self, name: str, value: Any) -> Any:
        return None if name in self.empty and not value else super()._written(name, value)

    def _of_contact(self, contact: str) -> list[T]:
        table = self.kind.table.c
        return self._some(self._select().where(table.contact_id == contact).order_by(table.id))
