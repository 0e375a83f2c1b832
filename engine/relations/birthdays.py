"""Whose birthday an event of a birthday calendar is, and when it is the next time."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from engine.model.relations import Contact
from engine.time.instant import from_datetime, to_datetime
from engine.time.local_time import zone_info
from engine.time.span import Instant

MORNING = 8
"""The hour at which somebody is told of a day, on their own clock."""
_NAMED = re.compile(r"(?P<name>.+?)(?:['’]s?|s['’])?\s+birthday\W*\Z", re.IGNORECASE)
_OF = re.compile(r"birthday\s*(?:of\s|:)\s*(?P<name>.+)\Z", re.IGNORECASE)
_DAY = re.compile(r"(?:(\d{4})|-)-(\d\d)-(\d\d)\Z", re.ASCII)


def name_of(title: str) -> str:
    """Give whose birthday a title names: `Ana's birthday`, `Birthday of Ana`, or the bare name."""
    plain = title.strip()
    found = _NAMED.match(plain) or _OF.match(plain)
    return (found["name"] if found is not None else plain).strip()


def birthday_of(contact: Contact, known: Sequence[tuple[str, str]]) -> str | None:
    """Give a contact's birthday as a calendar tells it; None where none does, or several disagree."""
    if not contact.full_name:
        return None
    mine = contact.full_name.casefold()
    days = {day for title, day in known if name_of(title).casefold() == mine}
    return days.pop() if len(days) == 1 else None


def is_day(text: str) -> bool:
    """Whether a text is a day as a contact has it: `1980-11-27`, or `--11-27`."""
    found = _DAY.match(text)
    if found is None:
        return False
    try:
        date(int(found[1] or 2000), int(found[2]), int(found[3]))
    except ValueError:
        return False
    return True


def day_in(text: str, year: int) -> date:
    """Give when a birthday is kept in a year; whoever was born on 29 February keeps it on the 28th else."""
    month, day = int(text[-5:-3]), int(text[-2:])
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, 2, 28)


def morning(day: date, zone: str) -> Instant:
    """Give 08:00 of a day on somebody's clock."""
    return from_datetime(datetime(day.year, day.month, day.day, MORNING, tzinfo=zone_info(zone)))


def today(now: Instant, zone: str) -> date:
    """Give the day that it is on somebody's clock."""
    return to_datetime(now).astimezone(zone_info(zone)).date()


def next_kept(text: str, now: Instant, zone: str) -> date:
    """Give the first day not before today on which a birthday is kept."""
    here = today(now, zone)
    this_year = day_in(text, here.year)
    return this_year if this_year >= here else day_in(text, here.year + 1)


def day_after(now: Instant, zone: str) -> Instant:
    """Give the next 08:00 on somebody's clock."""
    here = today(now, zone)
    due = morning(here, zone)
    return due if due > now else morning(here + timedelta(days=1), zone)
