"""Zone names as files write them: IANA, Windows, with vendors' prefixes, as Outlook and others display them.

An IANA name or places that are known mean that zone, with its summer time, where the offset stated beside
them is its standard one; an offset that nothing else explains is that offset all year.

Many bare abbreviations are borne by several zones (CST, IST, BST), so that what is read by `ABBREVIATIONS`
is always told as a guess. EST, MST, HST, CET, EET, MET and WET are IANA names themselves and never looked up
there.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from connectors.ical.zones.windows_names import by_name, by_place, by_words, plain_words

ABBREVIATIONS: Mapping[str, str] = MappingProxyType(
    {
        "America/Los_Angeles": "PST PDT PT",
        "America/Denver": "MDT MT",
        "America/Chicago": "CST CDT CT",
        "America/New_York": "EDT ET",
        "America/Anchorage": "AKST AKDT AKT",
        "America/Adak": "HDT HADT HAST",
        "America/Halifax": "AST ADT",
        "America/St_Johns": "NST NDT",
        "America/Sao_Paulo": "BRT BRST",
        "America/Argentina/Buenos_Aires": "ART",
        "America/Santiago": "CLT CLST",
        "America/Bogota": "COT",
        "America/Lima": "PET",
        "Europe/London": "BST",
        "Europe/Lisbon": "WEST",
        "Europe/Berlin": "CEST MEST MEZ MESZ",
        "Europe/Athens": "EEST OEZ OESZ",
        "Europe/Istanbul": "TRT",
        "Europe/Moscow": "MSK MSD",
        "Africa/Johannesburg": "SAST",
        "Africa/Lagos": "WAT",
        "Africa/Maputo": "CAT",
        "Africa/Nairobi": "EAT",
        "Asia/Jerusalem": "IDT",
        "Asia/Dubai": "GST",
        "Asia/Karachi": "PKT",
        "Asia/Kolkata": "IST",
        "Asia/Kathmandu": "NPT",
        "Asia/Bangkok": "ICT",
        "Asia/Jakarta": "WIB",
        "Asia/Hong_Kong": "HKT",
        "Asia/Singapore": "SGT",
        "Asia/Manila": "PHT PHST",
        "Asia/Seoul": "KST",
        "Asia/Tokyo": "JST",
        "Australia/Perth": "AWST",
        "Australia/Adelaide": "ACST ACDT",
        "Australia/Sydney": "AEST AEDT",
        "Pacific/Auckland": "NZST NZDT",
    }
)
"""Zones, and the abbreviations that are read as them."""

_BY_ABBREVIATION: Mapping[str, str] = MappingProxyType(
    {short: zone for zone, names in ABBREVIATIONS.items() for short in names.split()}
)


def by_abbreviation(name: str) -> str | None:
    """Give the IANA name that an abbreviation most likely means, in any case; None where it is none."""
    return _BY_ABBREVIATION.get(name.strip().strip("()").upper())


_IANA_FORM = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}\Z", re.ASCII)
_IANA_INSIDE = re.compile(r"[A-Za-z][A-Za-z_]*(?:/[A-Za-z][A-Za-z0-9_+-]*){1,2}", re.ASCII)
_OFFSET = re.compile(
    r"[\[(]?\s*(?:\b(?:UTC|GMT|Z)\s*(?P<sign>[+-])\s*(?P<hours>\d{1,2})"
    r"(?:(?P<point>[:.])?(?P<minutes>\d\d)|[.,](?P<half>5))?(?![.,]?\d)"
    r"|(?<![\w/])(?P<bare>[+-])(?P<h>\d\d)[:.]?(?P<m>\d\d)(?!\d)"
    r"|(?<=[(\[])(?P<zero>UTC|GMT)(?=\s*[)\]]))\s*[\])]?",
    re.IGNORECASE | re.ASCII,
)
_NUMBER = re.compile(r"(?:[ _-]*\(\d+\)|[ _-]+\d+)\Z", re.ASCII)
_BRACKETED = re.compile(r"\s*\([^()]*\)")
_BETWEEN_PLACES = re.compile(r"\s*(?:[,;/:]|\s-\s|\s&\s)\s*")
_DASHES = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2012": "-", "\xa0": " ", "_": " "})

UTC_NAMES = frozenset(
    {"utc", "gmt", "z", "zulu", "tzone://microsoft/utc", "coordinated universal time", "etc/utc"}
)
REGIONS = ("Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian")
PRESENT = range(2025, 2031)
"""The years whose offsets a stated one is held against."""
PARTS_OF_AN_HOUR: Mapping[int, int] = MappingProxyType({25: 15, 50: 30, 75: 45})
"""Minutes by what stands behind a point: `UTC+5.75` is Nepal's; `UTC+5.30` and `UTC+5.45` are minutes."""
MOST = timedelta(hours=15)
"""No clock on earth is further from UTC."""


@dataclass(frozen=True, slots=True)
class Named:
    """The zone that a name means; `guess` says in words what of it had to be guessed, "" where nothing."""

    zone: tzinfo
    guess: str = ""


def iana_zone(name: str) -> ZoneInfo | None:
    """Look an IANA name up; nothing that could be a path is tried."""
    if not _IANA_FORM.match(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def own_zone(name: str) -> ZoneInfo | None:
    """Find the zone that a calendar says is its own: an IANA name in any case, quoted, escaped or rooted."""
    plain = name.replace("\\", "").strip(" \t\"'").lstrip("/")
    return (iana_zone(plain) or _anyhow(plain)) if plain else None


def named_zone(name: str) -> tzinfo | None:
    """Find the zone that a TZID means where the file does not define it; None where nobody can know."""
    found = resolved(name)
    return None if found is None else found.zone


@lru_cache(maxsize=1024)
def resolved(name: str) -> Named | None:
    """Find the zone that a TZID means, and whether any of it is a guess; None where nobody can know."""
    plain = name.replace("\\", "").strip().strip("\"'").strip()
    if plain.lower() in UTC_NAMES:
        return Named(UTC)
    exact = _exact(plain)
    if exact is not None:
        return Named(exact)
    stated = _OFFSET.search(plain.translate(_DASHES))
    if stated is not None:
        return _beside_offset(plain, stated)
    return _in_words(plain)


def unnumbered(name: str) -> str:
    """Take off the number with which programs tell apart zones of one name: `Eastern Standard Time 1`."""
    return _NUMBER.sub("", name.strip())


def _exact(name: str) -> tzinfo | None:
    return iana_zone(name) or _anyhow(name) or _windows(name) or _prefixed(name)


def _windows(name: str) -> ZoneInfo | None:
    found = by_name().get(" ".join(name.lower().split()))
    return None if found is None else iana_zone(found)


@lru_cache(maxsize=1)
def _iana_names() -> Mapping[str, str]:
    return {name.lower(): name for name in available_timezones()}


def _anyhow(name: str) -> ZoneInfo | None:
    """Look an IANA name up whatever its case, and with blanks for its underscores."""
    if not name.isascii() or len(name) > 60:
        return None
    found = _iana_names().get(name.lower().replace(" ", "_"))
    return None if found is None else iana_zone(found)


def _prefixed(name: str) -> ZoneInfo | None:
    """Try the end of a path: `/mozilla.org/20050126_1/Europe/Berlin`."""
    parts = [part for part in name.split("/") if part]
    for length in (3, 2, 1):
        if len(parts) >= length and "/" in name and (length > 1 or name.startswith("/")):
            found = _anyhow("/".join(parts[-length:]))
            if found is not None and found.key.lower() not in ("localtime", "posixrules"):
                return found
    return None


def _beside_offset(name: str, stated: re.Match[str]) -> Named | None:
    """Read `(UTC+01:00) Amsterdam, Berlin, Bern`, `GMT+0100` and the like: the offset decides what fits."""
    offset = _offset(stated)
    plain = name.translate(_DASHES)
    outside = name[: stated.start()] + " " + name[stated.end() :]
    words = plain_words(plain[: stated.start()] + " " + plain[stated.end() :])
    if offset is None:
        return _in_words(outside.strip())
    fixed = UTC if not offset else timezone(offset)
    named = [zone for zone in (_inside(outside), _exact(unnumbered(outside.strip()))) if zone]
    fitting = next((zone for zone in named if offset in _offsets(zone)), None)
    if fitting is not None:
        return Named(fitting)
    if not words.strip("()[] .-0123456789") or words in UTC_NAMES:
        return Named(fixed)
    places = list(_places(words))
    for offsets in (_standard_offsets, _offsets):
        for zone in places:
            if offset in offsets(zone):
                return Named(zone)
    return Named(fixed, f"the zone {name[:60]!r} is read by its offset alone")


def _offset(stated: re.Match[str]) -> timedelta | None:
    if stated["zero"]:
        return timedelta(0)
    sign = stated["sign"] or stated["bare"]
    hours, minutes = int(stated["hours"] or stated["h"]), int(stated["minutes"] or stated["m"] or 0)
    if stated["half"]:
        minutes = 30
    elif stated["point"] == ".":
        minutes = PARTS_OF_AN_HOUR.get(minutes, minutes)
    offset = timedelta(hours=hours, minutes=minutes)
    if offset > MOST or minutes > 59:
        return None
    return -offset if sign == "-" else offset


def _in_words(name: str) -> Named | None:
    """Read a name that states no offset: what it names for sure, else the one zone its places can mean."""
    found = _exact(unnumbered(name)) or _inside(name)
    if found is not None:
        return Named(found)
    short = by_abbreviation(name)
    if short is not None and (zone := iana_zone(short)) is not None:
        return Named(zone, f"the zone {name[:60]!r} is taken for {short}")
    words = plain_words(name.translate(_DASHES))
    if words in UTC_NAMES:
        return Named(UTC)
    shown = by_words().get(words)
    if shown is not None and len(shown) == 1:
        zone = iana_zone(shown[0])
        return None if zone is None else Named(zone)
    place = next(_places(words), None)
    return None if place is None else Named(place, f"the zone {name[:60]!r} is taken for {place.key}")


def _inside(text: str) -> ZoneInfo | None:
    """Find an IANA name beside other words."""
    found = (_anyhow(one[0]) or _prefixed(one[0]) for one in _IANA_INSIDE.finditer(text))
    return next((zone for zone in found if zone is not None), None)


def _places(words: str) -> Iterator[ZoneInfo]:
    """Give the zones that a shown text may mean: the whole of it first, then place by place."""
    yield from _zones(by_words().get(words, ()))
    plain = _BRACKETED.sub("", words).strip()
    yield from _zones(by_place().get(plain, ()))
    for place in (words, plain, *_BETWEEN_PLACES.split(plain)):
        yield from _zones(by_place().get(place.strip(" .-"), ()))
        city = "_".join(word.capitalize() for word in place.split())
        yield from _zones(f"{region}/{city}" for region in REGIONS)


def _zones(names: Iterable[str]) -> Iterator[ZoneInfo]:
    found = (_anyhow(name) for name in names)
    return (zone for zone in found if zone is not None)


@lru_cache(maxsize=1024)
def _offsets(zone: ZoneInfo) -> frozenset[timedelta]:
    """Give a zone's offsets of the present years, of winter and summer."""
    moments = (datetime(year, month, 1, tzinfo=UTC) for year in PRESENT for month in (1, 7))
    return frozenset(moment.astimezone(zone).utcoffset() or timedelta(0) for moment in moments)


def _standard_offsets(zone: ZoneInfo) -> frozenset[timedelta]:
    """Give the lesser of them: what is stated beside a zone's name is not its summer time."""
    return frozenset({min(_offsets(zone))})
