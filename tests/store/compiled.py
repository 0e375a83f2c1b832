"""Statements compiled once a test process, not once a store: much of what a test with a store costs.

SQLAlchemy keeps what it compiled by engine, since an engine's dialect may differ from another's. A test opens
stores by the dozen, all of them of one release of one kind: what one has compiled is true of all.
"""

from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

_ROOM = 5000


def share_compiled_statements() -> None:
    """Give all engines of one kind of database one cache; call it once, before the first is made."""
    kept: dict[type, LRUCache[Any, Any]] = {}

    def found(engine: Engine) -> LRUCache[Any, Any]:
        return kept.setdefault(type(engine.dialect), LRUCache(_ROOM))

    def leave_out(engine: Engine, own: object) -> None:
        """The engine's own cache is not kept."""

    def same(dialect: DefaultDialect, other: object) -> bool:
        return type(dialect) is type(other)

    def number(dialect: DefaultDialect) -> int:
        return hash(type(dialect))

    for owner, name, value in (
        (Engine, "_compiled_cache", property(found, leave_out)),
        (DefaultDialect, "__eq__", same),
        (DefaultDialect, "__hash__", number),
    ):
        setattr(owner, name, value)
