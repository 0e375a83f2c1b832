"""What an attendee can say of a time, what it costs, and its words: the vocabulary of the fixed weights."""

from functools import lru_cache
from typing import NamedTuple

from engine.find.people import Person
from engine.find.ranking import OPTIONAL_WEIGHT
from engine.model.constraint import Constraint
from engine.model.session import Availability, Reason
from engine.rules.blocking import words
from engine.time.local_time import MINUTES_A_DAY
from engine.time.weekday import Weekday


class Saying(NamedTuple):
    """A code, its points, its words with `{name}` for the attendee's name, and what the attendee is then."""

    code: str
    points: int
    text: str
    state: Availability = Availability.FREE


def _absence(state: Availability, points: int, text: str) -> Saying:
    return Saying(state.value, points, text, state)


NO_BREAK = Saying("back_to_back", -7, "{name} has no break before or after it")
LUNCH = Saying("lunch", -3, "it falls into {name}'s lunch hour")
NIGHT = Saying("night", -20, "it is night for {name}")
UNUSUAL_HOUR = Saying("unusual_hour", -8, "it is early or late for {name}")
WEEKEND = Saying("weekend", -8, "it is a weekend for {name}")
OF_CLOCK = (LUNCH, NIGHT, UNUSUAL_HOUR, WEEKEND)
"""What a clock alone can say; together they fit a byte with a bit for each."""
ABSENT = {
    one.state: one
    for one in (
        _absence(Availability.UNKNOWN, -8, "whether {name} can come is unknown"),
        _absence(Availability.BUSY, -12, "{name} is busy"),
        _absence(Availability.TENTATIVE, -6, "{name} may be busy"),
        _absence(Availability.OUTSIDE_HOURS, -10, "it is outside {name}'s hours"),
    )
}
_EVENING, _MORNING, _LATE, _EARLY = 18 * 60, 8 * 60, 22 * 60, 7 * 60
_NOON, _AFTERNOON = 12 * 60, 13 * 60


def of_rule(rule: Constraint) -> Saying:
    """Give what a soft rule says of a time that it speaks against."""
    code, asked = words(rule.rule)
    return Saying(code, -rule.priority, f"{{name}} asked for {asked} ({rule.name})")


def reason(person: Person, required: bool, saying: Saying) -> Reason:
    """Give what one attendee says; it is the same at every time."""
    key = (saying, required)
    found: Reason | None = person.memo.get(key)
    if found is None:
        weight = 1.0 if required else OPTIONAL_WEIGHT
        text = saying.text.replace("{name}", person.user.name, 1)
        found = person.memo[key] = Reason(saying.code, person.id, saying.points * weight, text)
    return found


@lru_cache(maxsize=65536)
def said_at(minute_of_week: int, minutes: int, any_time: bool) -> tuple[Saying, ...]:
    """Weigh a start in the week, which begins on a Thursday as 1970 did."""
    day, opens = divmod(minute_of_week, MINUTES_A_DAY)
    found = said_of_minutes(opens, opens + minutes, any_time)
    return (*found, WEEKEND) if any_time and (day + 3) % 7 >= Weekday.SATURDAY else found


@lru_cache(maxsize=65536)
def points_at(minute_of_week: int, minutes: int, any_time: bool) -> int:
    """Sum what `said_at` says."""
    return sum(saying.points for saying in said_at(minute_of_week, minutes, any_time))


def said_of_minutes(opens: int, closes: int, any_time: bool) -> tuple[Saying, ...]:
    """Weigh the minutes of a local day that a session takes; who has named hours knows their own nights."""
    found: tuple[Saying, ...] = ()
    if opens < _AFTERNOON and closes > _NOON:
        found = (LUNCH,)
    if any_time and (opens < _EARLY or closes > _LATE):
        return (*found, NIGHT)
    if any_time and (opens < _MORNING or closes > _EVENING):
        return (*found, UNUSUAL_HOUR)
    return found
