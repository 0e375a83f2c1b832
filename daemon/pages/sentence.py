"""How a sentence on `/new` is understood, as its writer is shown it."""

from collections.abc import Mapping
from datetime import date, timedelta

from engine.errors import InputError
from engine.ids import UserId
from engine.model.user import User
from engine.sessions.guests import is_users
from engine.sessions.series_words import rule_words
from engine.sessions.session_options import user_named
from engine.text.plain_text import one_line
from engine.understand.reading import Reading


def reading_rows(reading: Reading, users: Mapping[UserId, User], zone: str) -> list[dict[str, str]]:
    """Show how a sentence is understood, a part at a time."""
    rows = [
        ("about", reading.title or ""),
        ("for", f"{reading.duration} minutes" if reading.duration else ""),
    ]
    if reading.recurrence:
        rows.append(("repeats", rule_words(reading.recurrence, zone)))
    for name in reading.attendees:
        rows.append(("with", _called(name, users)))
    if reading.dates is not None:
        rows.append(("on", _days(reading.dates.first, reading.dates.last)))
    rows += [("only on", day.name.capitalize()) for day in reading.days_of_week]
    rows += [("not on", day.name.capitalize()) for day in reading.exclude_days]
    return [{"name": name, "value": one_line(value)} for name, value in rows if value]


def _called(name: str, users: Mapping[UserId, User]) -> str:
    if "@" in name and not is_users(name, users):
        return f"{name}, asked by mail"
    try:
        return one_line(users[user_named(name, users)].name)
    except InputError:
        return f"{name}: nobody known, or several"


def _days(first: date, last: date | None) -> str:
    if last is None or last - first < timedelta(days=1):
        return f"{first:%a} {first.day} {first:%b}"
    return f"{first:%a} {first.day} to {last:%a} {last.day} {last:%b}"
