"""What speaks for and against a feasible time, in points that sum to its score: no history needed.

The scale: ten points are one unit of log-odds, so the base and one back-to-back give the confidences 0.92 and
0.85 of the schema document's example. An optional attendee's points count half.
"""

import math
from collections.abc import Iterable, Iterator, Sequence

from engine.find.attendance import availability, is_back_to_back, speaks_against
from engine.find.people import Person
from engine.localtime import LocalTime
from engine.model.session import Availability, Reason
from engine.rules.blocking import words
from engine.timespan import DAY, MINUTE, Instant
from engine.weekday import Weekday

BASE = 24
BACK_TO_BACK = -7
LUNCH = -3
UNUSUAL_HOUR = -8
NIGHT = -20
WEEKEND = -8
UNEVEN_START = -1
DAY_AHEAD = -1
MOST_DAYS_AHEAD = 6
OPTIONAL_WEIGHT = 0.5
ABSENT = {
    Availability.UNKNOWN: (-8, "whether {name} can come is unknown"),
    Availability.BUSY: (-12, "{name} is busy"),
    Availability.TENTATIVE: (-6, "{name} may be busy"),
    Availability.OUTSIDE_HOURS: (-10, "it is outside {name}'s hours"),
}
CHANCE = {Availability.FREE: 1.0, Availability.TENTATIVE: 0.7, Availability.UNKNOWN: 0.49}
"""That a required person can come (as Graph's findMeetingTimes weighs the unknown)."""

_EVENING, _MORNING, _LATE, _EARLY = 18 * 60, 8 * 60, 22 * 60, 7 * 60
_NOON, _AFTERNOON = 12 * 60, 13 * 60
_POINTS_A_UNIT = 10


def person_reasons(person: Person, required: bool, start: Instant, end: Instant) -> Iterator[Reason]:
    """Give what one attendee's time says of [start, end)."""
    weight = 1.0 if required else OPTIONAL_WEIGHT
    name = person.user.name or person.id
    state = availability(person, start, end)
    if state in ABSENT:
        points, text = ABSENT[state]
        yield Reason(state.value, person.id, points * weight, text.format(name=name))
    if is_back_to_back(person, start, end):
        yield Reason(
            "back_to_back", person.id, BACK_TO_BACK * weight, f"{name} has no break before or after it"
        )
    for rule in person.soft:
        if speaks_against(person, rule, start, end):
            code, asked = words(rule.rule)
            text = f"{name} asked for {asked} ({rule.name})"
            yield Reason(code, person.id, -rule.priority * weight, text)
    for code, points, text in _clock_points(person, start, end):
        yield Reason(code, person.id, points * weight, text.format(name=name))


def _clock_points(person: Person, start: Instant, end: Instant) -> Iterator[tuple[str, int, str]]:
    day, opens = divmod(person.local.clock(start) // MINUTE, DAY // MINUTE)
    closes = opens + -(-(end - start) // MINUTE)
    if opens < _AFTERNOON and closes > _NOON:
        yield "lunch", LUNCH, "it falls into {name}'s lunch hour"
    if person.hours is not None:
        return
    if opens < _EARLY or closes > _LATE:
        yield "night", NIGHT, "it is night for {name}"
    elif opens < _MORNING or closes > _EVENING:
        yield "unusual_hour", UNUSUAL_HOUR, "it is early or late for {name}"
    if (day + 3) % 7 >= Weekday.SATURDAY:
        yield "weekend", WEEKEND, "it is a weekend for {name}"


def session_reasons(host: LocalTime, earliest: Instant, start: Instant) -> Iterator[Reason]:
    """Give what a time says for everybody: that it is possible, how soon it is, whether it starts evenly."""
    yield Reason("possible", None, BASE, "everybody required can come")
    ahead = host.day(start) - host.day(earliest)
    if ahead > 0:
        text = f"it is {ahead} day{'' if ahead == 1 else 's'} after the earliest possible"
        yield Reason("days_ahead", None, min(ahead, MOST_DAYS_AHEAD) * DAY_AHEAD, text)
    if host.clock(start) % (30 * MINUTE):
        yield Reason("uneven_start", None, UNEVEN_START, "it starts off the half hour")


def score(reasons: Iterable[Reason]) -> float:
    """Sum the points."""
    return sum(reason.points for reason in reasons)


def confidence(points: float, chances: Iterable[float]) -> float:
    """Turn a score and the chance that each required person can come into 0…1."""
    return math.prod(chances) / (1 + math.exp(-points / _POINTS_A_UNIT))


def worst_placed(reasons: Sequence[Reason]) -> float:
    """Give the points of the attendee who is least well off; 0 where nobody is badly off."""
    by_user: dict[str, float] = {}
    for reason in reasons:
        if reason.user is not None:
            by_user[reason.user] = by_user.get(reason.user, 0) + reason.points
    return min(by_user.values(), default=0)
