"""User and CalendarConnection documents (F0 section 1)."""

from typing import Any

from engine.bounds import LONGEST_ADDRESS, LONGEST_NAME, LONGEST_TOKEN, LONGEST_URL, LONGEST_ZONE
from engine.documents.preferences import (
    availability_document,
    family_preferences_document,
    override_document,
    parse_availability,
    parse_family_preferences,
    parse_override,
    parse_preferences,
    preferences_document,
)
from engine.documents.reading import Fields
from engine.errors import InputError
from engine.ids import UserId
from engine.model.user import CalendarConnection, FamilyPreferences, Preferences, Provider, Role, User
from engine.time.instant import format_instant
from engine.time.local_time import zone_info
from engine.time.span import Instant

USER_FIELDS = frozenset(
    {"id", "email", "name", "role", "avatarURL", "timezone", "googleAuthToken", "calendars"}
    | {"defaultPreferences", "preferences", "availability", "dateOverrides", "createdAt", "updatedAt"}
)
_CONNECTION_FIELDS = frozenset({"provider", "calendarId", "isPrimary", "readOnly", "syncedAt"})


def parse_user(document: object, path: str = "user") -> User:
    """Read a User document: id, email, name, timezone, createdAt and updatedAt are required.

    Raises:
        InputError: a field is missing, unknown or wrong; the zone is not an IANA one.
    """
    fields = Fields.of(document, path, USER_FIELDS)
    return _user(
        fields,
        email=fields.text("email", most=LONGEST_ADDRESS),
        name=fields.text("name", most=LONGEST_NAME),
        timezone=fields.text("timezone", most=LONGEST_ZONE),
        created_at=fields.instant("createdAt"),
        updated_at=fields.instant("updatedAt"),
    )


def parse_attendee(document: object, path: str = "user") -> User:
    """Read a User document of which only the id is required: zone UTC, name = id where they are left out.

    Raises:
        InputError: a field is missing, unknown or wrong; the zone is not an IANA one.
    """
    fields = Fields.of(document, path, USER_FIELDS)
    return _user(
        fields,
        email=fields.text("email", "", most=LONGEST_ADDRESS),
        name=fields.text("name", str(fields.values.get("id")), most=LONGEST_NAME),
        timezone=fields.text("timezone", "UTC", most=LONGEST_ZONE),
        created_at=fields.maybe_instant("createdAt") or 0,
        updated_at=fields.maybe_instant("updatedAt") or 0,
    )


def _user(
    fields: Fields, *, email: str, name: str, timezone: str, created_at: Instant, updated_at: Instant
) -> User:
    return User(
        id=UserId(fields.id("id")),
        email=email,
        name=name,
        timezone=checked_zone(timezone, fields.at("timezone")),
        role=fields.word("role", Role, Role.HOST),
        avatar_url=fields.maybe_text("avatarURL", most=LONGEST_URL),
        google_auth_token=fields.maybe_text("googleAuthToken", most=LONGEST_TOKEN),
        calendars=tuple(_connection(child) for child in fields.children("calendars", _CONNECTION_FIELDS)),
        default_preferences=fields.maybe("defaultPreferences", parse_preferences) or Preferences(),
        preferences=fields.maybe("preferences", parse_family_preferences) or FamilyPreferences(),
        availability=fields.each("availability", parse_availability),
        date_overrides=fields.each("dateOverrides", parse_override),
        created_at=created_at,
        updated_at=updated_at,
    )


def checked_zone(name: str, path: str) -> str:
    """Take an IANA zone's name.

    Raises:
        InputError: IANA has no zone of this name.
    """
    try:
        zone_info(name)
    except InputError as error:
        raise InputError(f"{path}: {error.what}", error.remedy) from error
    return name


def user_document(user: User) -> dict[str, Any]:
    """Write a User document; what is not set, or is as by default, is left out."""
    document: dict[str, Any] = {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "timezone": user.timezone,
    }
    if user.role is not Role.HOST:
        document["role"] = user.role.value
    if user.avatar_url is not None:
        document["avatarURL"] = user.avatar_url
    if user.google_auth_token is not None:
        document["googleAuthToken"] = user.google_auth_token
    if user.calendars:
        document["calendars"] = [connection_document(connection) for connection in user.calendars]
    if user.default_preferences != Preferences():
        document["defaultPreferences"] = preferences_document(user.default_preferences)
    document |= _own_rules(user)
    document["createdAt"] = format_instant(user.created_at)
    document["updatedAt"] = format_instant(user.updated_at)
    return document


def _own_rules(user: User) -> dict[str, Any]:
    document: dict[str, Any] = {}
    if user.preferences != FamilyPreferences():
        document["preferences"] = family_preferences_document(user.preferences)
    if user.availability:
        document["availability"] = [availability_document(row) for row in user.availability]
    if user.date_overrides:
        document["dateOverrides"] = [override_document(override) for override in user.date_overrides]
    return document


def _connection(fields: Fields) -> CalendarConnection:
    return CalendarConnection(
        provider=fields.word("provider", Provider),
        calendar_id=fields.text("calendarId"),
        is_primary=fields.flag("isPrimary", False),
        read_only=fields.flag("readOnly", False),
        synced_at=fields.maybe_instant("syncedAt"),
    )


def connection_document(connection: CalendarConnection) -> dict[str, Any]:
    """Write a CalendarConnection document."""
    document: dict[str, Any] = {
        "provider": connection.provider.value,
        "calendarId": connection.calendar_id,
        "isPrimary": connection.is_primary,
        "readOnly": connection.read_only,
    }
    if connection.synced_at is not None:
        document["syncedAt"] = format_instant(connection.synced_at)
    return document
