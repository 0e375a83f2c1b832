"""Zone names as files write them: IANA, Windows, with vendors' prefixes, as Outlook displays them."""

import re
from collections.abc import Mapping
from datetime import UTC, tzinfo
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_IANA_FORM = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}\Z", re.ASCII)
_DISPLAY_OFFSET = re.compile(r"\((?:UTC|GMT)\s*(?:[+-][0-9:]+)?\)\s*", re.IGNORECASE)

UTC_NAMES = frozenset({"utc", "gmt", "z", "zulu", "tzone://microsoft/utc", "coordinated universal time"})

DISPLAYED: Mapping[str, str] = MappingProxyType(
    {
        "eastern time": "America/New_York",
        "central time": "America/Chicago",
        "mountain time": "America/Denver",
        "pacific time": "America/Los_Angeles",
        "atlantic time": "America/Halifax",
        "alaska": "America/Anchorage",
        "hawaii": "Pacific/Honolulu",
        "arizona": "America/Phoenix",
        "newfoundland": "America/St_Johns",
        "indiana (east)": "America/Indiana/Indianapolis",
        "saskatchewan": "America/Regina",
        "greenwich mean time": "Europe/London",
        "chennai": "Asia/Kolkata",
        "mumbai": "Asia/Kolkata",
        "new delhi": "Asia/Kolkata",
        "beijing": "Asia/Shanghai",
        "osaka": "Asia/Tokyo",
        "abu dhabi": "Asia/Dubai",
        "bern": "Europe/Zurich",
        "edinburgh": "Europe/London",
        "west central africa": "Africa/Lagos",
        "pretoria": "Africa/Johannesburg",
        "canberra": "Australia/Sydney",
        "wellington": "Pacific/Auckland",
        "brasilia": "America/Sao_Paulo",
        "st. petersburg": "Europe/Moscow",
        "kyiv": "Europe/Kyiv",
    }
)
"""What Outlook shows in place of a zone's name: places and phrases that no zone is named after."""

REGIONS = ("Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian")


def iana_zone(name: str) -> ZoneInfo | None:
    """Look an IANA name up; nothing that could be a path is tried."""
    if not _IANA_FORM.match(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@lru_cache(maxsize=1024)
def named_zone(name: str) -> tzinfo | None:
    """Find the zone that a TZID means where the file does not define it; None where nobody can know."""
    plain = name.strip().strip('"')
    if plain.lower() in UTC_NAMES:
        return UTC
    return iana_zone(plain) or _windows(plain) or _prefixed(plain) or _displayed(plain)


@lru_cache(maxsize=1)
def _windows_names() -> Mapping[str, str]:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return {name.lower(): zone for name, zone in WINDOWS_TO_OLSON.items()}


def _windows(name: str) -> ZoneInfo | None:
    found = _windows_names().get(name.lower())
    return None if found is None else iana_zone(found)


def _prefixed(name: str) -> ZoneInfo | None:
    """Try the end of a path: `/mozilla.org/20050126_1/Europe/Berlin`."""
    parts = [part for part in name.split("/") if part]
    for length in (3, 2):
        if len(parts) > length - 1 and "/" in name:
            found = iana_zone("/".join(parts[-length:]))
            if found is not None:
                return found
    return None


def _displayed(name: str) -> tzinfo | None:
    """Read `(UTC+01:00) Amsterdam, Berlin, Bern`, by the first place that a zone is named after."""
    if not _DISPLAY_OFFSET.match(name):
        return None
    rest = _DISPLAY_OFFSET.sub("", name).strip()
    if rest.lower() in UTC_NAMES:
        return UTC
    windows = _windows(rest)
    if windows is not None:
        return windows
    for place in rest.split(","):
        plain = re.sub(r"\s*\((?:us|canada|us & canada|mexico)[^)]*\)", "", place.strip().lower())
        zone = _place(plain)
        if zone is not None:
            return zone
    return None


def _place(name: str) -> ZoneInfo | None:
    if name in DISPLAYED:
        return iana_zone(DISPLAYED[name])
    city = "_".join(word.capitalize() for word in name.split())
    zones = (iana_zone(f"{region}/{city}") for region in REGIONS)
    return next((zone for zone in zones if zone is not None), None)
