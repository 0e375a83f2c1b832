"""What an attendee can say of a time, what it costs, and its words: the vocabulary of the fixed weights."""

from functools import lru_cache
from typing import NamedTuple

from engine.find.person import Person
from engine.find.ranking import OPTIONAL_WEIGHT
from engine.model.constraint import Constraint
from engine.model.session import Availability, Reason
from engine.rules.blocking import words
from engine.time.local_time import MINUTES_A_DAY
from engine.time.weekday import Weekday


class ScoreReason(NamedTuple):
    """A code, its points, its words with `{name}` for the attendee's name, and what the attendee is then."""

    code: str
    points: int
    text: str
    state: Availability = Availability.FREE


def _absence(state: Availability, points: int, text: str) -> ScoreReason:
    return ScoreReason(state.value, points, text, state)


NO_BREAK = ScoreReason("back_to_back", -7, "{name} has no break before or after it")
LUNCH = ScoreReason("lunch", -3, "it falls into {name}'s lunch hour")
NIGHT = ScoreReason("night", -20, "it is night for {name}")
UNUSUAL_HOUR = ScoreReason("unusual_hour", -8, "it is early or late for {name}")
WEEKEND = ScoreReason("weekend", -8, "it is a weekend for {name}")
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


def of_rule(rule: Constraint) -> ScoreReason:
    """Give what a soft rule says of a time that it speaks against."""
    code, asked = words(rule.rule)
    return ScoreReason(code, -rule.priority, f"{{name}} asked for {asked} ({rule.name})")


def reason(person: Person, required: bool, saying: ScoreReason) -> Reason:
    """Give what one attendee says; it is the same at every time."""
    key = (saying.code, saying.points, saying.text, required)
    found: Reason | None = person.memo.get(key)
    if found is None:
        weight = 1.0 if required else OPTIONAL_WEIGHT
        text = saying.text.replace("{name}", person.user.name, 1)
        found = person.memo[key] = Reason(saying.code, person.id, saying.points * weight, text)
    return found


@lru_cache(maxsize=65536)
def said_at(minute_of_week: int, minutes: int, any_time: bool) -> tuple[ScoreReason, ...]:
    """Weigh a start in the week, which begins on a Thursday as 1970 did."""
    day, opens = divmod(minute_of_week, MINUTES_A_DAY)
    found = said_of_minutes(opens, opens + minutes, any_time)
    return (*found, WEEKEND) if any_time and (day + 3) % 7 >= Weekday.SATURDAY else found


@lru_cache(maxsize=65536)
def points_at(minute_of_week: int, minutes: int, any_time: bool) -> int:
    """Sum what `said_at` says."""
    return sum(saying.points for saying in said_at(minute_of_week, minutes, any_time))


def said_of_minutes(opens: int, closes: int, any_time: bool) -> tuple[ScoreReason, ...]:
    """Weigh the minutes of a local day that a session takes; who has named hours knows their own nights."""
    found: tuple[ScoreReason, ...] = ()
    if opens < _AFTERNOON and closes > _NOON:
        found = (LUNCH,)
    if any_time and (opens < _EARLY or closes > _LATE):
        return (*found, NIGHT)
    if any_time and (opens < _MORNING or closes > _EVENING):
        return (*found, UNUSUAL_HOUR)
    return found
