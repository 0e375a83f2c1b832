"""How good a way out of a conflict is: one function, from 0 to 1, with a reason for each part.

    score = base(strategy) - priority - firmness - days - people

| part | is |
|---|---|
| base | swap_resource 0.92, move_event 0.90, shorten_event 0.75, move_session 0.70, make_optional 0.60, |
| | cancel_event 0.50 |
| priority | low -0.03 (it gains), medium 0, high 0.15; critical is never touched |
| firmness | flexible -0.05 (it gains), preferred 0, fixed 0.20 (never moved, but it may be called off) |
| days | 0.04 a local day between the old time and the new one, 7 at most |
| people | 0.03 a person who must be asked besides the first, 8 at most |

What is called off never scores above 0.50, nothing above 1 or below 0.
"""

from dataclasses import dataclass
from enum import StrEnum

from engine.model.event import EventPriority, Flexibility


class Strategy(StrEnum):
    """F2's ways out."""

    MOVE_EVENT = "move_event"
    MOVE_SESSION = "move_session"
    SHORTEN_EVENT = "shorten_event"
    SWAP_RESOURCE = "swap_resource"
    MAKE_OPTIONAL = "make_optional"
    CANCEL_EVENT = "cancel_event"


BASE = {
    Strategy.SWAP_RESOURCE: 0.92,
    Strategy.MOVE_EVENT: 0.90,
    Strategy.SHORTEN_EVENT: 0.75,
    Strategy.MOVE_SESSION: 0.70,
    Strategy.MAKE_OPTIONAL: 0.60,
    Strategy.CANCEL_EVENT: 0.50,
}
PRIORITY = {EventPriority.LOW: -0.03, EventPriority.MEDIUM: 0.0, EventPriority.HIGH: 0.15}
FIRMNESS = {Flexibility.FLEXIBLE: -0.05, Flexibility.PREFERRED: 0.0, Flexibility.FIXED: 0.20}
A_DAY, MOST_DAYS = 0.04, 7
A_PERSON, MOST_PEOPLE = 0.03, 8


@dataclass(frozen=True, slots=True)
class Score:
    """A number from 0 to 1, and what it is made of, in words."""

    value: float
    why: tuple[str, ...]


def score(
    strategy: Strategy, priority: EventPriority, flexibility: Flexibility, days: int = 0, asked: int = 1
) -> Score:
    """Judge a way out: what moves, how many local days away, and how many people must be asked.

    Raises:
        ValueError: it is critical, which nothing touches.
    """
    if priority is EventPriority.CRITICAL:
        raise ValueError("a critical event is never touched")
    far = min(max(days, 0), MOST_DAYS)
    others = min(max(asked - 1, 0), MOST_PEOPLE)
    value = BASE[strategy] - PRIORITY[priority] - FIRMNESS[flexibility] - A_DAY * far - A_PERSON * others
    most = BASE[Strategy.CANCEL_EVENT] if strategy is Strategy.CANCEL_EVENT else 1.0
    why = (
        f"{priority.value} priority",
        f"its time is {flexibility.value}",
        *((_days(days),) if strategy is Strategy.MOVE_EVENT else ()),
        f"{asked} {'person has' if asked == 1 else 'people have'} to agree",
    )
    return Score(round(min(max(value, 0.0), most), 2), why)


def _days(days: int) -> str:
    if days == 0:
        return "within the same day"
    return "1 day away" if days == 1 else f"{days} days away"
