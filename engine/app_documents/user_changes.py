"""What an app changed of a user, taken over field by field: what was set here meanwhile stays."""

from collections.abc import Collection
from dataclasses import replace

from engine.model.user import User

_FIELDS = {
    "email": "email",
    "name": "name",
    "timezone": "timezone",
    "role": "role",
    "avatarURL": "avatar_url",
    "googleAuthToken": "google_auth_token",
    "calendars": "calendars",
    "defaultPreferences": "default_preferences",
    "preferences": "preferences",
    "availability": "availability",
    "dateOverrides": "date_overrides",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
}
"""A document's field, and the user's."""


def with_changes(ours: User, theirs: User, fields: Collection[str]) -> User:
    """Give a user with just the fields of their document that an app has changed."""
    changed = {_FIELDS[key] for key in fields if key in _FIELDS}
    return replace(ours, **{name: getattr(theirs, name) for name in changed})
