"""A sentence on `/new`, as the session that it asks for, and as its writer is shown that it is understood."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from daemon.pages.viewer import Viewer
from engine.errors import InputError
from engine.ids import UserId
from engine.model.user import User
from engine.sessions.session_options import user_named
from engine.text.plain_text import one_line
from engine.time.instant import format_instant
from engine.time.local_time import day_number, local_time
from engine.time.span import DAY, Span
from engine.understand.document import reading_document
from engine.understand.grammar import understand
from engine.understand.reading import Context, Dates, Reading

MOST_DAYS = 60


def read_sentence(text: str, viewer: Viewer) -> Reading:
    """Read what is asked for.

    Raises:
        InputError: it is not clear; its words are the question.
    """
    reading = understand(text, viewer.reader.now, viewer.reader.zone, Context())
    if reading.question is not None or not reading.attendees:
        raise InputError((reading.question or "With whom?").rstrip("."), "Say it in one sentence")
    return reading


def session_of_reading(reading: Reading, viewer: Viewer, users: Mapping[UserId, User]) -> dict[str, Any]:
    """Give the session that is asked for, as programs ask for one.

    Raises:
        InputError: a name is nobody's, or several people's.
    """
    told = reading_document(reading)
    constraints = {key: told[key] for key in ("daysOfWeek", "timeRange", "excludeDates") if told.get(key)}
    return {
        "title": reading.title or "Meeting",
        "inviteeIds": [user_named(name, users) for name in reading.attendees],
        **({"duration": reading.duration} if reading.duration else {}),
        **({"constraints": constraints} if constraints else {}),
        **({"search": _search(reading.dates, viewer)} if reading.dates else {}),
    }


def _search(dates: Dates, viewer: Viewer) -> dict[str, str]:
    now = viewer.reader.now
    last = dates.last or dates.first
    start, end = (day_number(day) for day in (dates.first, last))
    local = local_time(viewer.reader.zone, Span(min(now, start * DAY), max(now, (end + 2) * DAY)))
    opens = max(now, local.first(start, 0))
    closes = max(opens, local.first(end + 1, 0))
    return {"start": format_instant(opens), "end": format_instant(min(closes, opens + MOST_DAYS * DAY))}


def reading_rows(reading: Reading, users: Mapping[UserId, User]) -> list[dict[str, str]]:
    """Show how a sentence is understood, a part at a time."""
    rows = [
        ("about", reading.title or ""),
        ("for", f"{reading.duration} minutes" if reading.duration else ""),
    ]
    for name in reading.attendees:
        try:
            who = one_line(users[user_named(name, users)].name)
        except InputError:
            who = f"{name}: nobody known, or several"
        rows.append(("with", who))
    if reading.dates is not None:
        rows.append(("on", _days(reading.dates.first, reading.dates.last)))
    rows += [("only on", day.name.capitalize()) for day in reading.days_of_week]
    rows += [("not on", day.name.capitalize()) for day in reading.exclude_days]
    return [{"name": name, "value": one_line(value)} for name, value in rows if value]


def _days(first: date, last: date | None) -> str:
    if last is None or last - first < timedelta(days=1):
        return f"{first:%a} {first.day} {first:%b}"
    return f"{first:%a} {first.day} to {last:%a} {last.day} {last:%b}"
