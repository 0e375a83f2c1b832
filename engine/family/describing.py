"""A collision in a sentence: what, with what, for whom, and when: on the clock of whoever reads it."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.family.collisions import Collision, Kind
from engine.ids import UserId
from engine.model.resource import Resource
from engine.model.user import User
from engine.rules.blocking import words
from engine.text.plain_text import one_line
from engine.text.times_left_open import left_open
from engine.time.span import MINUTE, Instant


def describe(collision: Collision, people: Mapping[UserId, User], resources: Mapping[str, Resource]) -> str:
    """Say it as F2 does, `Soccer overlaps with Dentist by 60 minutes`; its time is left open."""
    when = left_open(collision.at, collision.entries[0].zone)
    names = [one_line(one.title) for one in collision.entries]
    whose = ", ".join(people[user].name for user in collision.people if user in people)
    minutes = collision.at.seconds // MINUTE
    more = _more(collision)
    if collision.kind is Kind.OVERLAP:
        return f"{names[0]} overlaps with {names[1]} by {minutes} minutes {when}, for {whose}{more}"
    if collision.kind is Kind.GAP:
        text = f"Between {names[0]} and {names[1]} there are {minutes} minutes {when}"
        return f"{text}; {whose} needs {collision.gap}{more}"
    if collision.kind is Kind.CAPACITY:
        shared = resources[collision.resources[0]]
        room = f"{len(names)} need {shared.name} at once, which has room for {shared.capacity}"
        return f"{room}: {', '.join(names)} {when}{more}"
    rule = collision.rule
    asked = "" if rule is None else f"{rule.name} ({words(rule.rule)[1]})"
    subject = whose or ", ".join(resources[one].name for one in collision.resources if one in resources)
    return f"{', '.join(names)} {when} breaks the rule {asked}, for {subject}{more}"


def _more(collision: Collision) -> str:
    return f", and {collision.times - 1} more times" if collision.times > 1 else ""


def local(at: Instant, zone: str) -> datetime:
    """Give a moment on a zone's clock."""
    return datetime.fromtimestamp(at, ZoneInfo(zone))
