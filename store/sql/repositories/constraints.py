"""Rules that guide scheduling, in SQL: kept as their documents, which are read with every check."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.documents.rules import constraint_document, parse_rule
from engine.ids import UserId
from engine.model.constraint import Constraint
from store.sql.repositories.repository import Kind, SqlRepository
from store.sql.tables.sessions import constraints


@cache
def _concerning() -> sa.Select[Any]:
    """Make the question once, for `named` users: that takes its time."""
    table = constraints.c
    named: sa.BindParameter[Any] = sa.bindparam("named", expanding=True)
    theirs = sa.or_(table.user_id.in_(named), table.user_id.is_(None))
    return sa.select(constraints).where(theirs).order_by(table.id)


class SqlConstraints(SqlRepository[Constraint]):
    """`engine.ports.resources.Constraints`."""

    kind = Kind(entity=Constraint, table=constraints, word="Constraint")

    def for_user(self, user: UserId) -> Sequence[Constraint]:
        """Give the rules in force for somebody, their own and everybody's, by id."""
        return [one for one in self.concerning((user,)) if one.active]

    def concerning(self, users: Collection[UserId]) -> Sequence[Constraint]:
        """Give the rules of several, their own and everybody's, by id; those that are switched off too."""
        return self._some(_concerning(), values={"named": sorted(users)})

    def all(self) -> Sequence[Constraint]:
        """Give every rule by id, inactive ones too."""
        return self._some(self._select().order_by(constraints.c.id))

    def _row(self, entity: Constraint) -> dict[str, Any]:
        document = constraint_document(entity)
        return {
            "id": entity.id,
            "name": entity.name,
            "user_id": entity.user,
            "type": document["type"],
            "constraint_level": entity.level,
            "priority": entity.priority,
            "rule": document["rule"],
            "active": entity.active,
            "created_at": entity.created_at,
            "updated_at": entity.updated_at,
            "version": entity.version,
        }

    def _entity(self, row: Mapping[Any, Any]) -> Constraint:
        return Constraint(
            id=row["id"],
            name=row["name"],
            user=None if row["user_id"] is None else UserId(row["user_id"]),
            level=row["constraint_level"],
            priority=row["priority"],
            rule=parse_rule(row["rule"]),
            active=row["active"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            version=row["version"],
        )
