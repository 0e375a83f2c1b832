"""`/people/{id}`: somebody's calendars, hours and notices, to see and to change."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from daemon.pages.charts import shares
from daemon.pages.connector_words import chip_of_connector, kind_words
from daemon.pages.grid_svg import initials
from daemon.pages.session_parts import points_text
from daemon.pages.viewer import Document, Viewer, counted_words, listing
from daemon.terminal.times import Reader, age, place
from engine.documents.clocktimes import clock_text
from engine.ids import ConnectorName
from engine.learning.features import Feature
from engine.model.user import User
from engine.operations.health import ConnectorHealth
from engine.text.plain_text import one_line
from engine.time.instant import parse_instant
from engine.time.local_time import zone_names
from engine.time.weekday import Weekday

TENTATIVE = (("busy", "keep me busy"), ("soft", "count against"), ("free", "leave me free"))
DIGESTS = (("off", "At once"), ("hourly", "Together, each hour"), ("daily", "Together, at 08:00"))
THEMES = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))
CLOCKS = (("24h", "14:00"), ("12h", "2:00 pm"))
BREAKS = (0, 5, 10, 15, 20, 30, 45, 60)
MOST_LESSONS = 8
USUAL = ("09:00", "17:00")
KEPT = {
    "hours": "Your hours are kept.",
    "notices": "Your notices are kept.",
    "look": "Your look is kept.",
    "connecting": "Thank you. The calendar is read as soon as it is connected.",
    "read": "It is read in a moment.",
    "forgotten": "What was learnt is forgotten.",
}


def person_page(
    user: User,
    settings: Document,
    viewer: Viewer,
    health: Sequence[ConnectorHealth],
    consents: Iterable[str],
    channels: Iterable[str],
    kept: str,
    *,
    lessons: Document,
    told: Mapping[ConnectorName, str],
) -> dict[str, Any]:
    """Give everything that the page shows.

    `consents` are the connectors that one can connect here, `told` says how that goes; `lessons` are what was
    learnt.
    """
    own, reader = user.id == viewer.id, Reader(user.timezone, viewer.reader.now, viewer.reader.twelve_hour)
    quiet = settings.get("quietHours") or {}
    notify = list(settings.get("notify") or ())
    preferences = user.default_preferences
    names = dict.fromkeys(("email", *channels))
    breaks = sorted({*BREAKS, preferences.buffer_time})
    return {
        "title": one_line(user.name),
        "own": own,
        "kept": KEPT.get(kept, ""),
        "path": f"/people/{quote(user.id, safe='@')}",
        "person": {
            "id": user.id,
            "name": one_line(user.name),
            "initials": initials(user.name),
            "about": [user.email, place(user.timezone), f"{reader.clock(reader.now)} there"],
            "zone": user.timezone,
            "buffer": preferences.buffer_time,
            "tentative": preferences.tentative_as.value,
        },
        "connectors": [_connector(one, viewer, set(consents), own, told.get(one.name, "")) for one in health],
        "days": _days(user),
        "several": _several(user),
        "zones": sorted({*zone_names(), user.timezone}),
        "breaks": breaks,
        "tentative": TENTATIVE,
        "channels": [
            {
                "value": name,
                "name": "E-mail" if name == "email" else name.capitalize(),
                "about": user.email if name == "email" else f"the operator’s channel “{name}”",
                "on": name in notify,
            }
            for name in names
        ],
        "quiet": {"start": quiet.get("start", ""), "end": quiet.get("end", "")},
        "digests": DIGESTS,
        "digest": settings.get("digest", "off"),
        "live": "all" if any(told.values()) else None,
        "learnt": _learnt(lessons, reader, own=own),
        "themes": THEMES,
        "clocks": CLOCKS,
    }


def _learnt(lessons: Document, reader: Reader, *, own: bool) -> dict[str, Any]:
    """Tell the weightiest lessons, most first."""
    weightiest = lessons["points"][:MOST_LESSONS]
    most = max((abs(float(one["points"])) for one in weightiest), default=0.0) or 1.0
    rows = [_lesson(one, 50 * abs(float(one["points"])) / most) for one in weightiest]
    return {"lead": _lead(lessons, reader, own=own), "rows": rows, "charts": _taken(lessons)}


def _lead(lessons: Document, reader: Reader, *, own: bool) -> str:
    """Say from what it was learnt, or why nothing is."""
    they, them, their = ("you", "you", "your") if own else ("they", "them", "their")
    if lessons["off"] == "everybody":
        return "Learning is off here: times are ranked without habits."
    if lessons["off"] is not None:
        return f"Learning is off for {them}: {their} answers teach nothing."
    if lessons["samples"]:
        return f"From {counted_words(lessons['samples'], 'time', 'times')} that {they} were shown."
    if lessons["forgotten"] is not None:
        return (
            f"Nothing now: everything up to {reader.when(parse_instant(lessons['forgotten']))} was forgotten."
        )
    return "Nothing yet: it comes from the times that are taken and left."


def _taken(lessons: Document) -> list[dict[str, str]]:
    """Draw of how many times shown on a weekday, and at an hour, somebody took one."""
    shown = {
        (one["feature"], one["bucket"]): (one["accepted"], one["shown"])
        for one in lessons["points"]
        if one["shown"]
    }
    hours = sorted(bucket for feature, bucket in shown if feature == Feature.HOUR)
    days = [day.word for day in Weekday if (Feature.WEEKDAY, day.word) in shown]
    return [
        _shares(title, taken)
        for title, taken in (
            ("Days you take", [(day[:3].title(), shown[Feature.WEEKDAY, day]) for day in days]),
            ("Hours you take", [(hour, shown[Feature.HOUR, hour]) for hour in hours]),
        )
        if taken
    ]


def _shares(title: str, taken: Sequence[tuple[str, tuple[int, int]]]) -> dict[str, str]:
    words = listing([f"{name} {accepted} of {shown}" for name, (accepted, shown) in taken])
    drawn = [(name, accepted / shown) for name, (accepted, shown) in taken]
    return {"title": title, "svg": shares(drawn, f"Taken of the times shown: {words}")}


def _lesson(one: Document, wide: float) -> dict[str, Any]:
    """Give a lesson with its bar, to the right of the middle where it speaks for a time, else to the left."""
    words, points = one_line(str(one["text"])), float(one["points"])
    return {
        "words": f"{words[:1].upper()}{words[1:]}",
        "lesson": f"{one['feature']}:{one['bucket']}",
        "points": points_text(points),
        "look": "up" if points >= 0 else "down",
        "x": f"{50 if points >= 0 else 50 - wide:.4g}",
        "width": f"{wide:.4g}",
    }


def _connector(
    one: ConnectorHealth, viewer: Viewer, consents: set[str], own: bool, told: str
) -> dict[str, Any]:
    state = str(one.state)
    ago = "never read" if one.age_seconds is None else f"read {age(one.age_seconds)} ago"
    connect = ""
    if one.name in consents and own:
        connect = "Connect" if one.last_success is None else "Connect again"
    elif own and state not in ("ok", "disabled"):
        connect = "Try again"
    return {
        "name": one.name,
        "path": quote(one.name, safe=""),
        "about": f"{kind_words(one.kind)}, {ago}",
        "chip": chip_of_connector(state),
        "trouble": state not in ("ok", "disabled"),
        "said": told or ("" if state == "ok" else one_line(one.last_error or "")),
        "connect": connect,
    }


def _days(user: User) -> list[dict[str, Any]]:
    hours = user.default_preferences.working_hours
    rows = []
    for day in Weekday:
        found = next((one for one in hours or () if day in one.days), None)
        start, end = (clock_text(found.start), clock_text(found.end)) if found else USUAL
        name = day.name.capitalize()
        rows.append(
            {"name": name, "value": day.name.lower(), "open": found is not None, "start": start, "end": end}
        )
    return rows


def _several(user: User) -> bool:
    hours = user.default_preferences.working_hours or ()
    return any(sum(day in one.days for one in hours) > 1 for day in Weekday)


def hours_document(form: Mapping[str, Sequence[str]], user: Document) -> dict[str, Any]:
    """Read the form of hours as settings; days of one range are kept together."""
    ranges: dict[tuple[str, str], list[str]] = {}
    for day in form.get("day", ()):
        start, end = (_first(form, f"{day}-{side}") for side in ("from", "to"))
        ranges.setdefault((start, end), []).append(day)
    hours = [{"start": start, "end": end, "days": days} for (start, end), days in ranges.items()]
    preferences = dict(user.get("defaultPreferences") or {})
    buffer = _first(form, "bufferTime")
    return {
        "timezone": _first(form, "timezone") or user["timezone"],
        "defaultPreferences": {
            **preferences,
            "workingHours": hours or None,
            "bufferTime": int(buffer) if buffer.isdecimal() else buffer,
            "tentativeAs": _first(form, "tentativeAs"),
        },
    }


def notices_document(form: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Read the form of notices as settings."""
    start, end = _first(form, "quiet-from"), _first(form, "quiet-to")
    return {
        "notify": list(form.get("notify", ())),
        "quietHours": {"start": start, "end": end} if start or end else None,
        "digest": _first(form, "digest") or "off",
    }


def _first(form: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(form.get(name, ())), "")
