"""How often a provider may be asked: token buckets as values, so that daemons can share them.

A bucket holds so many requests and refills steadily. It is kept as the moment until which the
requests made so far are paid for (the generic cell rate algorithm): that one number is all that has to be
shared. A provider that asks for a pause gets it, and longer pauses as long as it goes on refusing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.time.span import DAY, HOUR, MINUTE, Instant

if TYPE_CHECKING:
    from engine.model.operations import Budget


SHORTEST_PAUSE = MINUTE
"""Servers that throttle name waits shorter than what they mean (iCloud)."""
TOGETHER, WITHIN = 3, 10 * MINUTE
"""So many parts that are refused within so many seconds are taken for a refusal of the whole."""
LONGEST_GROWTH = HOUR
LONGEST_WAIT = 2 * MINUTE
"""Seconds; no request waits longer for its turn."""
LONGEST_PAUSE = DAY
"""No answer of a provider makes gatherly wait longer."""


LATELY = HOUR
"""Whoever is asked at all is asked again within so many seconds after a pause."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A budget by its name: how many requests a minute it gives, and how many may be made at once.

    The name begins with the kind of connector that spends it, and ends, after a blank, with whose it is.
    """

    name: str
    per_minute: int
    burst: int

    @property
    def interval(self) -> float:
        """Milliseconds that one request takes of it."""
        return MINUTE * 1000 / self.per_minute

    @property
    def unnoticed(self) -> int:
        """How many requests a daemon may make before the others have to know: a second's worth."""
        return max(1, self.per_minute // MINUTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyUse:
    """What asking as configured takes of one project's daily budget of requests."""

    name: str
    requests: int
    budget: int

    @property
    def share(self) -> float:
        """The part of the budget that it takes; 1.0 is all of it."""
        return self.requests / self.budget


def spent(budget: Budget, limit: Limit, count: int, now: Instant) -> Budget:
    """Give the budget after so many requests more."""
    begin = max(_believed(budget, limit, now), now * 1000)
    return replace(budget, spent_until=round(begin + count * limit.interval))


def _believed(budget: Budget, limit: Limit, now: Instant) -> int:
    """Give what is told as spent, unless it lies further ahead than anybody waits: the clock was set back."""
    furthest = now * 1000 + 2 * limit.burst * limit.interval + LONGEST_WAIT * 1000
    return budget.spent_until if budget.spent_until <= furthest else 0


def wait_for(budget: Budget, limit: Limit, now: Instant) -> float:
    """Tell for how many seconds the last request that a budget counts has to wait."""
    return max(0.0, (budget.spent_until - limit.burst * limit.interval) / 1000 - now)


def within_any_minute(name: str, most: int) -> Limit:
    """Give the limit that keeps any sixty seconds to so many requests: a sixth of them may come at once."""
    burst = max(1, most // 6)
    return Limit(name, max(1, most - burst), burst)


def is_first(budget: Budget, limit: Limit, now: Instant) -> bool:
    """Whether all that was spent before the last request has come back."""
    return budget.spent_until <= now * 1000 + limit.interval


def pause_of(budget: Budget, now: Instant) -> int:
    """Tell for how many seconds more nobody is to ask; a pause longer than any was set by another clock."""
    left = budget.quiet_until - now
    return max(0, left) if left <= LONGEST_PAUSE else 0


def refused(budget: Budget, asked: int | None, now: Instant, floor: int = SHORTEST_PAUSE) -> Budget:
    """Give the budget after the provider refused: left alone as long as it asked for, and ever longer."""
    growth = min(LONGEST_GROWTH, floor << min(budget.refusals, 10))
    pause = min(LONGEST_PAUSE, max(growth, floor, asked or 0))
    return replace(
        budget, quiet_until=max(budget.quiet_until, now + pause), refusals=min(budget.refusals + 1, 100)
    )


def refused_in(
    budget: Budget, part: str, asked: int | None, now: Instant, floor: int = SHORTEST_PAUSE
) -> Budget:
    """Give the budget after one part of it was refused: only several parts together are a refusal of it."""
    lately = {name: at for name, at in budget.refused_by.items() if 0 <= now - at <= WITHIN}
    noted = replace(budget, refused_by={**lately, part: now})
    if len(noted.refused_by) < TOGETHER:
        return noted
    return replace(refused(noted, asked, now, floor), refused_by={})


def served(budget: Budget) -> Budget:
    """Give the budget after an answer that was no refusal."""
    return replace(budget, refusals=0)


def throttled_accounts(refusing: Iterable[Budget], now: Instant) -> Mapping[str, int]:
    """Count by kind of connector whose requests, or whose writes alone, were refused and not served since.

    One that nobody has asked for an hour after its pause counts no more.
    """
    still = {one.name for one in refusing if _is_throttled(one, now)}
    accounts = {(name.partition(" ")[0].partition("-")[0], name.partition(" ")[2]) for name in still}
    return Counter(kind for kind, _ in accounts)


def _is_throttled(budget: Budget, now: Instant) -> bool:
    return budget.refusals > 0 and -LATELY < budget.quiet_until - now <= LONGEST_PAUSE


def daily_use(name: str, polls: Iterable[tuple[int, int]], budget: int) -> DailyUse:
    """Forecast a day: each poll is how many requests it takes, and the seconds from one to the next."""
    requests = sum(count * DAY / every for count, every in polls)
    return DailyUse(name=name, requests=round(requests), budget=budget)
