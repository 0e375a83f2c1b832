"""What happens in the town: a list of acts drawn from a seed, so that one seed tells one story."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.time.span import DAY, HOUR, MINUTE


class Kind(StrEnum):
    """What somebody does, or what befalls the daemon and what it depends on."""

    ASK = "ask"
    SERIES = "series"
    ACCEPT = "accept"
    DECLINE = "decline"
    REJECT = "reject"
    RESCHEDULE = "reschedule"
    CANCEL = "cancel"
    OWN = "own event"
    DELETE = "delete a copy"
    MOVE = "move a copy"
    FAMILY = "family event"
    FAMILY_CANCEL = "family event called off"
    REVOKE = "consent revoked"
    TOKENS = "access tokens expire"
    SYNC_TOKENS = "sync tokens expire"
    GOOGLE_AWAY = "google away"
    OUTLOOK_AWAY = "outlook away"
    LONG_AWAY = "a provider away for a day and more"
    HALF_AWAY = "a provider that reads and loses answers of writes"
    REFUSING = "a provider that refuses writes"
    RELAY_AWAY = "relay away"
    ANSWER_LOST = "answer to a write lost"
    RESTART = "restart"
    KILL = "kill"
    RELOAD = "reload"


A_DAY = {
    Kind.ASK: 1.4,
    Kind.SERIES: 0.1,
    Kind.ACCEPT: 1.8,
    Kind.DECLINE: 0.2,
    Kind.REJECT: 0.12,
    Kind.RESCHEDULE: 0.15,
    Kind.CANCEL: 0.15,
    Kind.OWN: 1.0,
    Kind.DELETE: 0.12,
    Kind.MOVE: 0.12,
    Kind.FAMILY: 0.35,
    Kind.FAMILY_CANCEL: 0.12,
    Kind.REVOKE: 0.05,
    Kind.TOKENS: 0.12,
    Kind.SYNC_TOKENS: 0.08,
    Kind.GOOGLE_AWAY: 0.1,
    Kind.OUTLOOK_AWAY: 0.1,
    Kind.RELAY_AWAY: 0.08,
    Kind.RESTART: 0.12,
    Kind.KILL: 0.22,
    Kind.RELOAD: 0.1,
    Kind.ANSWER_LOST: 0.2,
    Kind.LONG_AWAY: 0.015,
    Kind.HALF_AWAY: 0.06,
    Kind.REFUSING: 0.04,
}
"""How often each comes in a day, on average."""


ROUGH = {
    Kind.ASK: 5,
    Kind.SERIES: 0.2,
    Kind.ACCEPT: 7,
    Kind.DECLINE: 0.5,
    Kind.RESCHEDULE: 2,
    Kind.CANCEL: 2,
    Kind.OWN: 3,
    Kind.DELETE: 0.7,
    Kind.MOVE: 0.3,
    Kind.FAMILY: 0.5,
    Kind.TOKENS: 0.3,
    Kind.SYNC_TOKENS: 0.3,
    Kind.GOOGLE_AWAY: 1,
    Kind.OUTLOOK_AWAY: 1,
    Kind.RELAY_AWAY: 0.3,
    Kind.RESTART: 0.2,
    Kind.KILL: 2,
    Kind.ANSWER_LOST: 3,
    Kind.LONG_AWAY: 0.25,
    Kind.HALF_AWAY: 1.2,
    Kind.REFUSING: 1,
}
"""Days on which much is asked for and more goes wrong than in a month: what is to be found is found soon."""


@dataclass(frozen=True, slots=True, order=True)
class Act:
    """One act: so many seconds after the beginning, and a number that everything it chooses is drawn from."""

    at: int
    kind: Kind
    lot: int

    def __str__(self) -> str:
        day, left = divmod(self.at, DAY)
        return f"day {day:>2} {left // HOUR:02d}:{left % HOUR // MINUTE:02d} {self.kind} ({self.lot})"


def story_of(seed: int, days: int, rates: Mapping[Kind, float] = A_DAY) -> tuple[Act, ...]:
    """Draw what happens in so many days, in order."""
    chance = random.Random(seed)
    acts = []
    for kind, often in rates.items():
        for day in range(days):
            for _ in range(int(often + chance.random())):
                acts.append(Act(day * DAY + chance.randrange(DAY), kind, chance.getrandbits(32)))
    return tuple(sorted(acts))
