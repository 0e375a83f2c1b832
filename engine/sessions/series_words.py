"""By what rule a session recurs, in plain words."""

from datetime import UTC, datetime

from engine.time.instant import to_datetime
from engine.time.local_time import zone_info
from engine.time.weekday import Weekday

_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_NAMES = {day.name[:2]: day.name.capitalize() for day in Weekday}
_KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"}
_UNTIL = "%d %B %Y"


def rule_words(rule: str, zone: str) -> str:
    """Say a session's rule; one that says more than days, steps and an end is given as it stands."""
    pairs = (part.partition("=") for part in rule.removeprefix("RRULE:").upper().split(";") if part)
    parts = {name: value for name, _, value in pairs}
    days = [one for one in parts.get("BYDAY", "").split(",") if one]
    unit = _UNITS.get(parts.get("FREQ", ""))
    if unit is None or parts.keys() - _KNOWN or any(one not in _NAMES for one in days):
        return rule
    step = int(parts.get("INTERVAL", "1"))
    words = f"every {unit}" if step == 1 else f"every {step} {unit}s"
    if days:
        words += f" on {' and '.join(_NAMES[one] for one in days)}"
    if "COUNT" in parts:
        return f"{words}, {parts['COUNT']} times"
    return f"{words}, until {_day(parts['UNTIL'], zone)}" if "UNTIL" in parts else words


def _day(until: str, zone: str) -> str:
    if not until.endswith("Z"):
        return f"{datetime.strptime(until[:8], '%Y%m%d').replace(tzinfo=UTC):{_UNTIL}}".lstrip("0")
    at = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return f"{to_datetime(int(at.timestamp())).astimezone(zone_info(zone)):{_UNTIL}}".lstrip("0")
