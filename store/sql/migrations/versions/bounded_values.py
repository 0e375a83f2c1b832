"""Instants, lengths and numbers that people and apps bring stay within what gatherly knows.

What lies beyond from before is brought to the nearest value inside, which is where a later gatherly would
have refused it: checks that only new rows must meet would let an old row be read and never written again. On
SQLite, where a check costs the whole table, triggers hold the same; an old text that is too long may stay
there until it is changed. A hold beyond the years known holds nothing any more.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_FIRST, _LAST, _END = "1970-01-01 00:00:00", "2199-12-31 23:59:59", "2200-01-01 00:00:00"
_SOME_YEAR = 366 * 1440
_MOMENTS: Mapping[str, tuple[str, ...]] = {
    "event_sessions": (
        *("search_start", "search_end", "created_at", "scheduled_at"),
        *("expires_at", "completed_at", "over_at"),
    ),
    "users": ("created_at", "updated_at"),
    "messages": ("timestamp",),
    "hold": ("start", "end", "expires"),
    "events": (
        *("start_time", "end_time", "original_start_time", "proposed_at", "confirmed_at"),
        *("cancelled_at", "created_at", "updated_at"),
    ),
}
_NUMBERS: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "event_sessions": {
        "duration": (1, _SOME_YEAR),
        "search_days": (1, 366),
        "minimum_notice": (0, _SOME_YEAR),
        "buffer_time": (0, _SOME_YEAR),
    }
}
_TEXTS: Mapping[str, Mapping[str, int]] = {"users": {"name": 1000, "email": 320, "timezone": 64}}
_CUT = {"name"}
"""Texts that mean the same when they are cut; an address or a zone would mean something else."""


def upgrade() -> None:
    """Bring what lies beyond inside, then hold it there."""
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _MOMENTS:
        if on_sqlite:
            _clamp(table, "")
            _set_triggers(table)
            continue
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        _clamp(table, "+00")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        for column, inside in _inside(table, ""):
            op.create_check_constraint(op.f(f"ck_{table}_{column}_bounds"), table, inside)


def _clamp(table: str, utc: str) -> None:
    first, last, end = (_written(f"{at}{utc}") for at in (_FIRST, _LAST, _END))
    if table == "hold":
        beyond = (sa.or_(sa.column(name) < first, sa.column(name) >= end) for name in ("start", "end"))
        _set(table, "active", sa.false(), sa.or_(*beyond))
    for name in _MOMENTS[table]:
        _set(table, name, first, sa.column(name) < first)
        _set(table, name, last, sa.column(name) >= end)
    for name, (least, most) in _NUMBERS.get(table, {}).items():
        _set(table, name, sa.literal(least), sa.column(name) < least)
        _set(table, name, sa.literal(most), sa.column(name) > most)
    for name in _CUT.intersection(_TEXTS.get(table, ())):
        most = _TEXTS[table][name]
        text: sa.ColumnClause[str] = sa.column(name)
        _set(table, name, sa.func.substr(text, 1, most), sa.func.length(text) > most)


def _written(at: str) -> sa.ColumnElement[str]:
    return sa.literal_column(f"'{at}'")


def _set(table: str, name: str, value: sa.ColumnElement[Any], where: sa.ColumnElement[bool]) -> None:
    op.execute(sa.update(sa.table(table, sa.column(name))).where(where).values({name: value}))


def _inside(table: str, row: str) -> Iterator[tuple[str, str]]:
    """Give each column with what holds it, in PostgreSQL's words; in SQLite's where the row is named."""
    typed = "" if row else "timestamptz "
    utc = "" if row else "+00"
    for name in _MOMENTS[table]:
        column = f'{row}"{name}"'
        yield name, f"{column} >= {typed}'{_FIRST}{utc}' AND {column} < {typed}'{_END}{utc}'"
    for name, (least, most) in _NUMBERS.get(table, {}).items():
        yield name, f"{row}{name} BETWEEN {least} AND {most}"
    for name, most in _TEXTS.get(table, {}).items():
        yield name, f"length({row}{name}) <= {most}"


def _set_triggers(table: str) -> None:
    inserted, updated = [], []
    for name, inside in _inside(table, "NEW."):
        refuse = f"SELECT RAISE(ABORT, 'ck_{table}_{name}_bounds: it lies beyond what gatherly knows')"
        inserted.append(f"{refuse} WHERE NOT ({inside});")
        updated.append(f'{refuse} WHERE NEW."{name}" IS NOT OLD."{name}" AND NOT ({inside});')
    for when, statements in (("insert", inserted), ("update", updated)):
        body = "\n".join(statements)
        op.execute(f"CREATE TRIGGER {table}_bounds_{when} BEFORE {when} ON {table} BEGIN\n{body}\nEND")
