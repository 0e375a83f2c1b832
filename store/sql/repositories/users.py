"""Users in SQL."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from engine.documents.clocktimes import clock_text, parse_clock
from engine.documents.preferences import (
    family_preferences_document,
    override_document,
    parse_family_preferences,
    parse_override,
    parse_preferences,
    preferences_document,
)
from engine.documents.users import connection_document
from engine.ids import UserId
from engine.model.constraint import WeeklyAvailability
from engine.model.user import CalendarConnection, Provider, User
from engine.time.instant import parse_instant
from engine.time.weekday import Weekday
from store.refusals import stale
from store.sql.tables.metadata import owner_of
from store.sql.tables.records import audit_logs
from store.sql.tables.sessions import availability, users
from store.sql.writes import put_version

Hours = Mapping[str, Sequence[WeeklyAvailability]]
_KEPT_OF_THE_ERASED = frozenset({audit_logs.name})
"""The audit log holds no personal data but ids, and may only grow."""

_NAMED: sa.BindParameter[Any] = sa.bindparam("named", expanding=True)
_SOME = sa.select(users).where(users.c.id.in_(_NAMED)).order_by(users.c.id)
_ALL = sa.select(users).order_by(users.c.id)
_WITHOUT_HOURS = sa.delete(availability).where(availability.c.user_id == sa.bindparam("of"))
_HOURS = sa.select(availability).order_by(availability.c.user_id, availability.c.position)
_HOURS_OF_SOME = _HOURS.where(availability.c.user_id.in_(_NAMED))


class SqlUsers:
    """`engine.ports.sessions.Users`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._seen: dict[UserId, User] = {}
        """Who was looked up in this transaction: one change asks for the same people many times."""

    def get(self, user: UserId) -> User | None:
        """Look one up."""
        found = self.some((user,))
        return found[0] if found else None

    def some(self, names: Collection[UserId]) -> Sequence[User]:
        """Look several up, by id."""
        wanted = set(names)
        unseen = {"named": sorted(wanted - self._seen.keys())}
        if unseen["named"]:
            rows = self._connection.execute(_SOME, unseen).mappings().all()
            hours = self._hours(_HOURS_OF_SOME, unseen) if rows else {}
            self._seen |= {one.id: one for one in (_user(row, hours) for row in rows)}
        return [self._seen[name] for name in sorted(wanted & self._seen.keys())]

    def all(self) -> Sequence[User]:
        """Give everybody, by id."""
        rows = self._connection.execute(_ALL).mappings().all()
        hours = self._hours(_HOURS)
        return [_user(row, hours) for row in rows]

    def _hours(self, statement: sa.Select[Any], values: Mapping[str, Any] | None = None) -> Hours:
        rows = self._connection.execute(statement, values).mappings().all()
        found: defaultdict[str, list[WeeklyAvailability]] = defaultdict(list)
        for row in rows:
            found[row["user_id"]].append(_availability(row))
        return found

    def put(self, user: User) -> User:
        """Insert or replace just the version that it carries."""
        self._seen.pop(user.id, None)
        if not put_version(self._connection, users, _row(user), user.version):
            raise stale("User", user.id)
        self._connection.execute(_WITHOUT_HOURS, {"of": user.id})
        rows = [_availability_row(user, position, row) for position, row in enumerate(user.availability)]
        if rows:
            self._connection.execute(sa.insert(availability), rows)
        return replace(user, version=user.version + 1)

    def delete(self, user: UserId) -> None:
        """Remove somebody with everything that is theirs, the data key included; bookings name nobody.

        Children go before parents, so that what hangs on a row is gone before it.
        """
        from store.sql.schema import SCHEMA  # every table, for the one who goes

        self._seen.pop(user, None)

        for table in reversed(SCHEMA.sorted_tables):
            owner = owner_of(table)
            if owner is not None and table.name not in _KEPT_OF_THE_ERASED:
                self._connection.execute(sa.delete(table).where(owner == user))


def _row(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "timezone": user.timezone,
        "role": user.role,
        "avatar_url": user.avatar_url,
        "google_auth_token": user.google_auth_token,
        "calendars": [connection_document(connection) for connection in user.calendars],
        "default_preferences": preferences_document(user.default_preferences),
        "preferences": family_preferences_document(user.preferences),
        "date_overrides": [override_document(override) for override in user.date_overrides],
        "created_at": user.created_at,
        "updated_at": user.updated_at,
    }


def _availability_row(user: User, position: int, row: WeeklyAvailability) -> dict[str, Any]:
    return {
        "user_id": user.id,
        "position": position,
        "day_of_week": row.day.sunday_first,
        "start_time": clock_text(row.start),
        "end_time": clock_text(row.end),
        "is_available": row.is_available,
    }


def _availability(row: Mapping[Any, Any]) -> WeeklyAvailability:
    return WeeklyAvailability(
        Weekday.from_sunday_first(row["day_of_week"]),
        parse_clock(row["start_time"], "start_time"),
        parse_clock(row["end_time"], "end_time", end=True),
        row["is_available"],
    )


def _user(row: Mapping[Any, Any], hours: Hours) -> User:
    return User(
        id=UserId(row["id"]),
        email=row["email"],
        name=row["name"],
        timezone=row["timezone"],
        role=row["role"],
        avatar_url=row["avatar_url"],
        google_auth_token=row["google_auth_token"],
        calendars=_connections(row["calendars"]),
        default_preferences=parse_preferences(row["default_preferences"]),
        preferences=parse_family_preferences(row["preferences"]),
        availability=tuple(hours.get(row["id"], ())),
        date_overrides=tuple(parse_override(override) for override in row["date_overrides"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        version=row["version"],
    )


def _connections(documents: Sequence[dict[str, Any]]) -> tuple[CalendarConnection, ...]:
    """Read the calendars that a User document mirrors."""
    return tuple(
        CalendarConnection(
            provider=Provider(document["provider"]),
            calendar_id=document["calendarId"],
            is_primary=document["isPrimary"],
            read_only=document["readOnly"],
            synced_at=parse_instant(document["syncedAt"]) if "syncedAt" in document else None,
        )
        for document in documents
    )
