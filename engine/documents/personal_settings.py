"""What a person may set for themselves, read strictly; and a user as they then are."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.bounds import LONGEST_ZONE
from engine.documents.clocktimes import clock_text, parse_clock
from engine.documents.preferences import parse_family_preferences, parse_preferences
from engine.documents.reading import Fields
from engine.documents.users import checked_zone
from engine.model.personal_settings import PersonalSettings
from engine.model.user import User

SETTINGS = frozenset(
    {
        *("timezone", "defaultPreferences", "preferences", "notify", "quietHours", "digest"),
        "privacySettings",
    }
)
DIGESTS = ("off", "hourly", "daily")
MOST_CHANNELS = 20
_PRIVACY = frozenset({"relations"})
_QUIET = frozenset({"start", "end"})


def read_settings(document: object, path: str = "") -> Mapping[str, Any]:
    """Check what somebody sets; null takes a setting back.

    Raises:
        InputError: a field is unknown or wrong.
    """
    fields = Fields.of(document, path, SETTINGS)
    if fields.has("timezone"):
        checked_zone(fields.text("timezone", most=LONGEST_ZONE), fields.at("timezone"))
    fields.maybe("defaultPreferences", parse_preferences)
    fields.maybe("preferences", parse_family_preferences)
    fields.ids("notify", MOST_CHANNELS)
    if fields.has("quietHours"):
        hours = fields.child("quietHours", _QUIET)
        for side in ("start", "end"):
            clock_text(parse_clock(hours.values.get(side), hours.at(side)))
    if fields.has("privacySettings"):
        privacy = fields.child("privacySettings", _PRIVACY)
        if privacy.has("relations") and not isinstance(privacy.values["relations"], bool):
            raise privacy.wrong("relations", "Write true or false")
    if fields.has("digest") and fields.text("digest") not in DIGESTS:
        raise fields.wrong("digest", f"Write one of {', '.join(DIGESTS)}")
    return fields.values


def with_settings(user: User, settings: PersonalSettings | None) -> User:
    """Give a user with what they set for themselves."""
    if settings is None:
        return user
    values = settings.values
    return replace(
        user,
        timezone=values.get("timezone") or user.timezone,
        default_preferences=(
            parse_preferences(values["defaultPreferences"])
            if values.get("defaultPreferences") is not None
            else user.default_preferences
        ),
        preferences=(
            parse_family_preferences(values["preferences"])
            if values.get("preferences") is not None
            else user.preferences
        ),
    )
