"""The `constraints` of an EventSession document (F0 section 2): days, time range, excluded dates."""

from typing import Any

from engine.bounds import MOST_DATES
from engine.documents.clocktimes import clock_text, day_words, parse_clock, parse_date, parse_days
from engine.documents.reading import Fields
from engine.model.session import SessionConstraints, TimeRange

_FIELDS = frozenset({"daysOfWeek", "timeRange", "excludeDates"})
_RANGE_FIELDS = frozenset({"start", "end"})


def parse_constraints(document: object, path: str = "constraints") -> SessionConstraints:
    """Read a session's constraints; a time range may name one side only.

    Raises:
        InputError: a field is unknown or wrong, or no day is named.
    """
    fields = Fields.of(document, path, _FIELDS)
    return SessionConstraints(
        days_of_week=parse_days(fields, "daysOfWeek") if fields.has("daysOfWeek") else None,
        time_range=fields.maybe("timeRange", _parse_range),
        exclude_dates=fields.each("excludeDates", parse_date, MOST_DATES),
    )


def _parse_range(document: object, path: str) -> TimeRange:
    fields = Fields.of(document, path, _RANGE_FIELDS)
    start, end = fields.values.get("start"), fields.values.get("end")
    return TimeRange(
        None if start is None else parse_clock(start, fields.at("start")),
        None if end is None else parse_clock(end, fields.at("end"), end=True),
    )


def constraints_document(constraints: SessionConstraints) -> dict[str, Any]:
    """Write a session's constraints; what is not set is left out."""
    document: dict[str, Any] = {}
    if constraints.days_of_week is not None:
        document["daysOfWeek"] = day_words(constraints.days_of_week)
    if constraints.time_range is not None:
        sides = (("start", constraints.time_range.start), ("end", constraints.time_range.end))
        document["timeRange"] = {side: clock_text(at) for side, at in sides if at is not None}
    if constraints.exclude_dates:
        document["excludeDates"] = [day.isoformat() for day in constraints.exclude_dates]
    return document
