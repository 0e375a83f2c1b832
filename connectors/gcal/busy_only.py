"""Calendars that show no more than when they are busy (`freeBusyReader`): asked by freebusy.query (GG3).

A calendar that Google cannot tell of is unknown, never free (GG21).
"""

from connectors.gcal.api import CalendarApi, Resource
from connectors.gcal.translate import raw_of_busy
from engine.errors import SourceIncompleteError
from engine.ids import RemoteCalendarId
from engine.model.calendar import RawObject
from engine.time.instant import format_instant
from engine.time.span import DAY, Instant

LONGEST_QUERY = 90 * DAY
"""Longer windows are refused."""
BEHIND, AHEAD = 2 * DAY, 9 * DAY
"""More than what is derived around the horizon, so that the answer covers it whole."""


def read_busy(api: CalendarApi, calendar: RemoteCalendarId, now: Instant, horizon: int) -> RawObject:
    """Read one calendar's busy times as one object.

    Raises:
        SourceIncompleteError: Google could not tell.
    """
    first = (now - BEHIND) // DAY * DAY
    last = (now + horizon + AHEAD) // DAY * DAY
    periods: list[dict[str, str]] = []
    while first < last:
        until = min(first + LONGEST_QUERY, last)
        answer = api.busy([str(calendar)], format_instant(first), format_instant(until))
        periods += _periods(answer, calendar)
        first = until
    return raw_of_busy(str(calendar), periods)


def _periods(answer: dict[str, Resource], calendar: RemoteCalendarId) -> list[dict[str, str]]:
    told = answer.get(str(calendar))
    if told is None or told.get("errors") or not isinstance(told.get("busy"), list):
        reasons = ", ".join(str(one.get("reason")) for one in (told or {}).get("errors", ()))
        raise SourceIncompleteError(
            f"Google does not tell when {calendar} is busy ({reasons or 'no answer'})",
            "Its owner is unknown until it does; check the sharing",
        )
    return list(told["busy"])
