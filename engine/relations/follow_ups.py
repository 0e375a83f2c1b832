"""Dates that a note says to follow up on: `follow up 12 Jan`, `follow up on 2027-01-12`."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        1,
    )
    for name in names
}
_FOLLOW = re.compile(r"follow[\s-]?up\s*(?:on|by|:)?\s*(?:the\s+)?", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)\b")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?\s+(?:of\s+)?([A-Za-z]+)\.?,?(?:\s+(\d{4})\b)?")
_MONTH_FIRST = re.compile(r"([A-Za-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b,?(?:\s+(\d{4})\b)?")


def follow_ups(note: str, written: date) -> Sequence[date]:
    """Give the days that a note says to follow up on; without a year the first not before it was written."""
    found = (_day(note, one.end(), written) for one in _FOLLOW.finditer(note))
    return list(dict.fromkeys(day for day in found if day is not None))


def _day(note: str, at: int, written: date) -> date | None:
    iso = _ISO.match(note, at)
    if iso is not None:
        return _made(int(iso[1]), int(iso[2]), int(iso[3]))
    first = _DAY_FIRST.match(note, at)
    if first is not None and first[2].casefold() in _MONTHS:
        return _in_year(first[3], _MONTHS[first[2].casefold()], int(first[1]), written)
    second = _MONTH_FIRST.match(note, at)
    if second is not None and second[1].casefold() in _MONTHS:
        return _in_year(second[3], _MONTHS[second[1].casefold()], int(second[2]), written)
    if re.match(r"tomorrow\b", note[at:], re.IGNORECASE):
        return written + timedelta(days=1)
    return None


def _in_year(year: str | None, month: int, day: int, written: date) -> date | None:
    if year is not None:
        return _made(int(year), month, day)
    years = (_made(written.year + more, month, day) for more in range(9))
    return next((one for one in years if one is not None and one >= written), None)


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
