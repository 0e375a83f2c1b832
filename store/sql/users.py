"""Users in SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from engine.documents.preferences import parse_preferences, preferences_document
from engine.documents.users import connection_document
from engine.ids import UserId
from engine.model.user import User
from store.refusals import stale
from store.sql.documents import parse_connections
from store.sql.schema import METADATA, owner_of
from store.sql.tables.live import users
from store.sql.tables.records import audit_logs
from store.sql.writes import put_version

_KEPT_OF_THE_ERASED = frozenset({audit_logs.name})
"""The audit log holds no personal data but ids, and may only grow."""


class SqlUsers:
    """`engine.ports.Users`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, user: UserId) -> User | None:
        """Look one up."""
        found = self._connection.execute(sa.select(users).where(users.c.id == user)).mappings().first()
        return None if found is None else _user(found)

    def all(self) -> Sequence[User]:
        """Give everybody, by id."""
        rows = self._connection.execute(sa.select(users).order_by(users.c.id)).mappings()
        return [_user(row) for row in rows]

    def put(self, user: User) -> User:
        """Insert or replace just the version that it carries."""
        if not put_version(self._connection, users, _row(user), user.version):
            raise stale("User", user.id)
        return replace(user, version=user.version + 1)

    def delete(self, user: UserId) -> None:
        """Remove somebody with everything that is theirs, the data key included; bookings name nobody.

        Children go before parents, so that what hangs on a row is gone before it.
        """
        for table in reversed(METADATA.sorted_tables):
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
        "created_at": user.created_at,
        "updated_at": user.updated_at,
    }


def _user(row: Mapping[Any, Any]) -> User:
    return User(
        id=UserId(row["id"]),
        email=row["email"],
        name=row["name"],
        timezone=row["timezone"],
        role=row["role"],
        avatar_url=row["avatar_url"],
        google_auth_token=row["google_auth_token"],
        calendars=parse_connections(row["calendars"]),
        default_preferences=parse_preferences(row["default_preferences"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        version=row["version"],
    )
