"""What is worth remembering of a contact, by rule: a summary, insights and talking points (F4).

Each is made of rows and names them; it goes with them, and it is over some time after the last of them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

from engine.model.relations import Contact, Interaction, Interest, MemoryType
from engine.relations.naming import called
from engine.text.plain_text import one_line
from engine.time.instant import to_datetime
from engine.time.local_time import zone_info
from engine.time.span import DAY, Instant

SUMMARY_LASTS = 365 * DAY
INSIGHT_LASTS = 90 * DAY
POINT_LASTS = 120 * DAY
MOST_SOURCES = 100
LEAST_FOR_A_HABIT = 4
LEAST_FOR_A_CHANGE = 7
SAME_DAY = 0.75
"""The share of meetings on one weekday that makes it a habit."""
RARER = 2.0
MOST_POINTS = 3
LEAST_CONFIDENCE = 0.3
LONGEST = 200
_DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One memory that a rule makes; `rule` names it among those of its contact."""

    rule: str
    memory_type: MemoryType
    title: str
    content: str
    confidence: float
    sources: tuple[str, ...]
    expires_at: Instant


def noted(
    contact: Contact,
    interactions: Sequence[Interaction],
    interests: Sequence[Interest],
    now: Instant,
    zone: str,
) -> list[Noted]:
    """Give what rules make of a contact's past, interactions newest first; what is over is left out."""
    past = [one for one in interactions if one.interaction_date <= now]
    if not past:
        return []
    found = (
        *_summary(contact, past, zone),
        *_habit(contact, past, zone),
        *_rarer(contact, past),
        *_points(past, interests, zone),
    )
    return [one for one in found if one.expires_at > now]


def _summary(contact: Contact, past: Sequence[Interaction], zone: str) -> Iterator[Noted]:
    times = "once" if len(past) == 1 else f"{len(past)} times"
    often = f", {contact.interaction_frequency} of late" if contact.interaction_frequency else ""
    last = f" The last was about “{one_line(past[0].subject, LONGEST)}”." if past[0].subject else ""
    since = _named(past[-1].interaction_date, zone)
    until = _named(past[0].interaction_date, zone)
    yield Noted(
        rule="summary",
        memory_type=MemoryType.SUMMARY,
        title=f"You and {one_line(called(contact), LONGEST)}",
        content=f"You have had to do with them {times}, from {since} to {until}{often}.{last}",
        confidence=1.0,
        sources=_ids(past),
        expires_at=past[0].interaction_date + SUMMARY_LASTS,
    )


def _habit(contact: Contact, past: Sequence[Interaction], zone: str) -> Iterator[Noted]:
    """On which day of the week they are met nearly always."""
    days = [(_day(one.interaction_date, zone).weekday(), one) for one in past]
    weekday, count = Counter(day for day, _ in days).most_common(1)[0]
    share = count / len(days)
    if len(days) < LEAST_FOR_A_HABIT or share < SAME_DAY:
        return
    there = [one for day, one in days if day == weekday]
    yield Noted(
        rule="habit",
        memory_type=MemoryType.INSIGHT,
        title=f"Mostly on {_DAYS[weekday]}",
        content=f"{count} of your {len(days)} times with {_called(contact)} were on {_DAYS[weekday]}.",
        confidence=share,
        sources=_ids(there),
        expires_at=there[0].interaction_date + INSIGHT_LASTS,
    )


def _rarer(contact: Contact, past: Sequence[Interaction]) -> Iterator[Noted]:
    """Whether they are met more seldom than they used to be: the last three gaps beside those before."""
    gaps = [newer.interaction_date - older.interaction_date for newer, older in pairwise(past)]
    if len(past) < LEAST_FOR_A_CHANGE:
        return
    late, usual = median(gaps[:3]), median(gaps[3:])
    if usual <= 0 or late < RARER * usual or late < DAY:
        return
    yield Noted(
        rule="rarer",
        memory_type=MemoryType.INSIGHT,
        title="More seldom of late",
        content=f"You met {_called(contact)} every {_days(usual)}, and of late every {_days(late)}.",
        confidence=1.0 - RARER * usual / (late + RARER * usual),
        sources=_ids(past),
        expires_at=past[0].interaction_date + INSIGHT_LASTS,
    )


def _points(past: Sequence[Interaction], interests: Sequence[Interest], zone: str) -> Iterator[Noted]:
    there = {one.id: one for one in past}
    ranked = sorted(interests, key=lambda one: (-one.confidence_score, one.mark))
    for one in [each for each in ranked if each.confidence_score >= LEAST_CONFIDENCE][:MOST_POINTS]:
        signs = [there[name] for name in one.source_interactions if name in there]
        if not signs:
            continue
        last = max(signs, key=lambda each: (each.interaction_date, each.id))
        topic = one_line(one.interest_topic, LONGEST)
        about = f": “{one_line(last.subject, LONGEST)}”" if last.subject else ""
        yield Noted(
            rule=f"point/{one.mark}",
            memory_type=MemoryType.TALKING_POINT,
            title=f"Ask about {topic}",
            content=f"Last met about {topic} on {_named(last.interaction_date, zone)}{about}.",
            confidence=round(one.confidence_score, 2),
            sources=tuple(each.id for each in signs[-MOST_SOURCES:]),
            expires_at=last.interaction_date + POINT_LASTS,
        )


def _called(contact: Contact) -> str:
    return one_line(called(contact), LONGEST)


def _ids(some: Sequence[Interaction]) -> tuple[str, ...]:
    return tuple(one.id for one in some[:MOST_SOURCES])


def _day(at: Instant, zone: str) -> date:
    return to_datetime(at).astimezone(zone_info(zone)).date()


def _named(at: Instant, zone: str) -> str:
    day = _day(at, zone)
    return f"{day.day} {day:%b %Y}"


def _days(seconds: float) -> str:
    days = round(seconds / DAY)
    return "day" if days <= 1 else f"{days} days"
