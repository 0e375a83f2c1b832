"""What the demonstration shows: the cycle for people, or the same as one JSON document."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from daemon.terminal.screen import print_answer
from daemon.terminal.table import table
from engine.time.instant import parse_instant, to_datetime

FLOW = """\
  calendars ──read──► busy times ──search──► proposals
      ▲                                          │
      └───── written, read back ◄── booked ◄── accepted"""


def tell(facts: Mapping[str, Any], zones: Mapping[str, str], place: str, as_json: bool) -> None:
    """Print it: in colour on a terminal alone."""
    print_answer(as_json, lambda: facts, lambda: words(facts, zones, place))


def words(facts: Mapping[str, Any], zones: Mapping[str, str], place: str) -> str:
    """Tell the cycle in the order in which it happened; 80 columns, no colour."""
    session = facts["session"]
    return "\n".join(
        [
            "gatherly: calendars in step, the hour that suits everyone, in every calendar",
            "",
            FLOW,
            "",
            "1. Four people's calendars were read.",
            _sources(facts["sources"]),
            "",
            f"2. A session lay in the store: {session['title']!r}, {session['duration']} minutes.",
            "   Nobody asked, these times were proposed:",
            _proposals(session, zones),
            "",
            "3. The host took the first one. It was booked: all calendars or none.",
            _booking(facts["booking"], session),
            "",
            "4. Each calendar was read back.",
            _read_back(facts["readBack"]),
            "",
            _second(facts["secondRun"]),
            "",
            f"The files are in {place}",
            "Open the .ics files there with any calendar program.",
        ]
    )


def _sources(sources: Sequence[Mapping[str, Any]]) -> str:
    headings = ("   connector", "kind", "holds", "in the next 60 days")
    rows = [
        ("   " + one["connector"], one["kind"], f"{one['events']} events", f"{one['busy']} busy times")
        for one in sources
    ]
    return table(headings, rows)


def _proposals(session: Mapping[str, Any], zones: Mapping[str, str]) -> str:
    lines = []
    for number, slot in enumerate(session["proposedTimes"], 1):
        start = to_datetime(parse_instant(slot["start"]))
        lines.append(f"   {number}. {_moment(start, 'UTC')}, confidence {slot['confidence']:.2f}")
        lines += [f"        {_name(user)}: {_moment(start, zone)}" for user, zone in zones.items()]
    return "\n".join(lines)


def _moment(start: datetime, zone: str) -> str:
    return f"{start.astimezone(ZoneInfo(zone)):%a %d %b %H:%M} {zone}"


def _name(user: str) -> str:
    return user.partition("@")[0].capitalize()


def _booking(booking: Mapping[str, Any], session: Mapping[str, Any]) -> str:
    written = {one["user"]: one["calendar"] for one in booking["perCalendar"] if one["calendar"]}
    people = (session["hostUserId"], *session["inviteeIds"])
    rows = [
        ("   " + _name(user), written.get(user, "notified: the calendar is read-only")) for user in people
    ]
    return f"   {booking['state']}, {booking['allOrNone']}\n" + table(("   who", "written to"), rows)


def _read_back(found: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        ("   " + one["calendar"], "found" if one["found"] else "MISSING", f"{one['start']} to {one['end']}")
        for one in found
    ]
    return table(("   calendar", "event", "time"), rows)


def _second(second: Mapping[str, int]) -> str:
    return f"5. A second run changed {second['changed']} objects and wrote {second['writes']} copies."
