"""A collision in a sentence: what, with what, when on the local clock, and for whom."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.family.collisions import Collision, Kind
from engine.ids import UserId
from engine.model.resource import Resource
from engine.model.user import User
from engine.rules.blocking import words
from engine.text.plain_text import one_line
from engine.time.span import MINUTE, Instant, Span


def describe(collision: Collision, people: Mapping[UserId, User], resources: Mapping[str, Resource]) -> str:
    """Say it, as F2 does: `Soccer overlaps with Dentist by 60 minutes (2:30pm-3:30pm)`."""
    zone = collision.entries[0].zone
    day = f"{local(collision.at.start, zone):%a %d %b %Y}"
    names = [one_line(one.title) for one in collision.entries]
    whose = ", ".join(people[user].name for user in collision.people if user in people)
    minutes = collision.at.seconds // MINUTE
    if collision.kind is Kind.OVERLAP:
        text = f"{names[0]} overlaps with {names[1]} by {minutes} minutes ({clocks(collision.at, zone)})"
        return f"{text} on {day}, for {whose}{_more(collision)}"
    if collision.kind is Kind.GAP:
        text = f"Between {names[0]} and {names[1]} there are {minutes} minutes ({clocks(collision.at, zone)})"
        return f"{text} on {day}; {whose} needs {collision.gap}{_more(collision)}"
    if collision.kind is Kind.CAPACITY:
        shared = resources[collision.resources[0]]
        users = ", ".join(names)
        room = f"{len(names)} need {shared.name} at once, which has room for {shared.capacity}"
        return f"{room}: {users} ({clocks(collision.at, zone)}) on {day}{_more(collision)}"
    rule = collision.rule
    asked = "" if rule is None else f"{rule.name} ({words(rule.rule)[1]})"
    subject = whose or ", ".join(resources[one].name for one in collision.resources if one in resources)
    when = clocks(collision.at, zone)
    return f"{', '.join(names)} ({when}) on {day} breaks the rule {asked}, for {subject}{_more(collision)}"


def _more(collision: Collision) -> str:
    return f", and {collision.times - 1} more times" if collision.times > 1 else ""


def clocks(span: Span, zone: str) -> str:
    """Write a stretch by the clock: `2:30pm-3:30pm`."""
    return f"{_clock(span.start, zone)}-{_clock(span.end, zone)}"


def _clock(at: Instant, zone: str) -> str:
    moment = local(at, zone)
    hour = moment.hour % 12 or 12
    minute = f":{moment.minute:02}" if moment.minute else ""
    return f"{hour}{minute}{'am' if moment.hour < 12 else 'pm'}"


def local(at: Instant, zone: str) -> datetime:
    """Give a moment on a zone's clock."""
    return datetime.fromtimestamp(at, ZoneInfo(zone))
