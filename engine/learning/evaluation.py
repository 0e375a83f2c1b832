"""Honest offline evaluation: what other policies would have come to, from a log of one that drew by chance.

The log is split by time: policies are trained on the earlier part, everything is told of the later one.
Inverse propensity scores (IPS), their self-normalised form (SNIPS) and the doubly robust estimate (DR) are
given with an interval by a bootstrap over people. Below an effective sample size of 50, and where the log
never showed what a policy would, nothing is claimed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from engine.ids import UserId
from engine.learning.calibration import likelihood, line
from engine.learning.examples import UTC
from engine.learning.features import clock_keys, lead_key, lead_of
from engine.learning.lessons import Logged
from engine.learning.model import LearnedModel
from engine.learning.scoring import worth_to
from engine.learning.targets import Shown, Target, targets
from engine.model.user import User
from engine.time.local_time import MINUTES_A_DAY, local_time
from engine.time.span import MINUTE, Instant, Span

EARLIER = 0.6
"""This share of the answered sessions trains."""
LEAST_SAMPLE = 50.0
MOST_WEIGHT = 50.0
"""Larger weights are cut to this, and their share is told."""
RESAMPLES = 300
_WEEK = 7 * MINUTES_A_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What is claimed of one policy; nothing where it is refused."""

    name: str
    ips: float | None = None
    snips: float | None = None
    dr: float | None = None
    low: float | None = None
    high: float | None = None
    ess: float = 0.0
    max_weight: float = 0.0
    clipped: float = 0.0
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The later part of a log, and what each policy would have come to there."""

    sessions: int
    acceptance: float | None
    begin: Instant | None
    end: Instant | None
    policies: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """One session under one policy: its weight, what came of it, and what was expected of either list."""

    host: UserId
    weight: float
    taken: float
    expected: float
    instead: float


def evaluate(log: Sequence[Logged], users: Mapping[UserId, User]) -> Evaluation:
    """Evaluate every policy on a log."""
    answered = sorted((one for one in log if one.answered), key=lambda one: (one.created, one.host))
    begin = answered[int(len(answered) * EARLIER)].created if answered else 0
    earlier = [one for one in answered if one.created < begin]
    later = [one for one in answered if one.created >= begin]
    others, model = targets(earlier, users)
    expects = _Expectation(model, {user.id: user.timezone for user in users.values()}, earlier)
    names = dict.fromkeys(one.shown.policy or "log" for one in later)
    return Evaluation(
        sessions=len(later),
        acceptance=_mean([_taken(one) for one in later]),
        begin=later[0].created if later else None,
        end=later[-1].created if later else None,
        policies=(
            *(_itself(name, later) for name in names),
            *(_of_target(one, later, expects) for one in others if one.name not in names),
        ),
    )


def _taken(logged: Logged) -> float:
    return float(logged.selected is not None)


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _known(later: Sequence[Logged]) -> list[Logged]:
    """Give the sessions of which it is known what could have been shown, and with which probability."""
    return [
        one
        for one in later
        if one.shown.propensity and set(one.offered) <= set(one.shown.candidates) and one.offered
    ]


def _itself(name: str, later: Sequence[Logged]) -> Estimate:
    """Evaluate the policy that logged: it comes out at its own mean."""
    own = [one for one in _known(later) if (one.shown.policy or "log") == name]
    return _estimate(name, [_Weighed(one.host, 1.0, _taken(one), 0.0, 0.0) for one in own])


def _of_target(target: Target, later: Sequence[Logged], expects: "_Expectation") -> Estimate:
    weighed = []
    for one in _known(later):
        shown, expected = frozenset(one.offered), expects.of(one)
        lists = target.lists(one)
        instead = sum(expected(other) for other in lists) / len(lists)
        weight = target.probability(one, shown, lists) / (one.shown.propensity or 1.0)
        weighed.append(_Weighed(one.host, weight, _taken(one), expected(shown), instead))
    return _estimate(target.name, weighed)


def _estimate(name: str, weighed: Sequence[_Weighed]) -> Estimate:
    total, squares = sum(one.weight for one in weighed), sum(one.weight**2 for one in weighed)
    ess = total * total / squares if squares else 0.0
    most = max((one.weight for one in weighed), default=0.0)
    clipped = _mean([float(one.weight > MOST_WEIGHT) for one in weighed]) or 0.0
    bare = Estimate(name=name, ess=ess, max_weight=most, clipped=clipped)
    if not weighed:
        return replace(bare, refused="the log does not say with which probability it showed")
    if not total:
        return replace(bare, refused="the log never showed what this policy would")
    if ess < LEAST_SAMPLE:
        sessions = f"{ess:.0f} session{'' if round(ess) == 1 else 's'}"
        why = f"the log says as much of it as {sessions} would; {LEAST_SAMPLE:.0f} are needed"
        return replace(bare, refused=why)
    cut = [(one, min(one.weight, MOST_WEIGHT)) for one in weighed]
    low, high = _interval(cut)
    return replace(
        bare,
        ips=sum(weight * one.taken for one, weight in cut) / len(cut),
        snips=_snips(cut),
        dr=sum(one.instead + weight * (one.taken - one.expected) for one, weight in cut) / len(cut),
        low=low,
        high=high,
    )


def _snips(cut: Sequence[tuple[_Weighed, float]]) -> float:
    return sum(weight * one.taken for one, weight in cut) / sum(weight for _, weight in cut)


def _interval(cut: Sequence[tuple[_Weighed, float]]) -> tuple[float, float]:
    """Give 95 % of SNIPS, drawing people with all of their sessions."""
    sums: dict[UserId, list[float]] = {}
    for one, weight in cut:
        person = sums.setdefault(one.host, [0.0, 0.0])
        person[0] += weight * one.taken
        person[1] += weight
    people, rng = list(sums.values()), Random(0)  # noqa: S311 - the same log, the same interval
    found = []
    for _ in range(RESAMPLES):
        drawn = rng.choices(people, k=len(people))
        weight = sum(one[1] for one in drawn)
        if weight:
            found.append(sum(one[0] for one in drawn) / weight)
    found.sort()
    return found[int(len(found) * 0.025)], found[min(int(len(found) * 0.975), len(found) - 1)]


class _Expectation:
    """A model of rewards, trained on the earlier part: how likely something of a list is taken."""

    def __init__(self, model: LearnedModel, zones: Mapping[UserId, str], earlier: Sequence[Logged]) -> None:
        self._model, self._zones = model, zones
        self._known: dict[int, Callable[[Shown], float]] = {}
        best = [max(self._worths(one, one.offered).values()) / 10 for one in earlier]
        pairs = Counter(zip(best, [one.selected is not None for one in earlier], strict=True))
        self._intercept, self._slope = line(pairs)

    def of(self, logged: Logged) -> Callable[[Shown], float]:
        """Tell how likely something of a list is taken in a session; each of its times is looked at once."""
        found = self._known.get(id(logged))
        if found is None:
            found = self._known[id(logged)] = self._expectation(logged)
        return found

    def _expectation(self, logged: Logged) -> Callable[[Shown], float]:
        worths = self._worths(logged, logged.shown.candidates)
        chances = {
            worth: likelihood(self._intercept + self._slope * (worth / 10)) for worth in set(worths.values())
        }
        return lambda shown: chances[max([worths[start] for start in shown])]

    def _worths(self, logged: Logged, starts: Iterable[Instant]) -> dict[Instant, float]:
        return {start: self._worth(logged, start) for start in starts}

    def _worth(self, logged: Logged, start: Instant) -> float:
        lead, found = lead_key(lead_of(start, logged.created)), 0.0
        for user in logged.required:
            local = local_time(self._zones.get(user, UTC), Span(start, start))
            minute = local.clock(start) // MINUTE % _WEEK
            found += worth_to(self._model, user, (*clock_keys(minute, logged.duration), lead))
        return found
