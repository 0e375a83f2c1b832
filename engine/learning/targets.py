"""Policies that might have shown something else: what each would show of a session's candidates."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb

from engine.find.choice.ranked import chosen
from engine.find.people import Roster
from engine.find.proposals import setting
from engine.find.ranking import Ranking
from engine.find.request import FindRequest
from engine.find.weights import FixedWeights
from engine.ids import SessionId, UserId
from engine.learning.examples import UTC
from engine.learning.fit import fit
from engine.learning.lessons import Logged, lesson_of
from engine.learning.model import LearnedModel
from engine.learning.policy import Policy
from engine.learning.ranking import LearnedRanking
from engine.model.session import EventSession
from engine.model.user import User
from engine.time.local_time import local_time, weekday_of
from engine.time.span import DAY, MINUTE, Instant, Span

Shown = frozenset[Instant]
MOST_SETS = 200
"""Lists that are looked at where any might be shown."""


@dataclass(frozen=True, slots=True)
class Target:
    """A policy: lists that it may show, all as likely, and with which probability it shows one.

    The probability is told from the lists: what a policy shows is worked out once.
    """

    name: str
    lists: Callable[[Logged], Sequence[Shown]]
    probability: Callable[[Logged, Shown, Sequence[Shown]], float]


def _certain(name: str, show: Callable[[Logged], Shown]) -> Target:
    return Target(name, lambda logged: [show(logged)], lambda logged, shown, lists: float(shown in lists))


def _any_list() -> Target:
    def lists(logged: Logged) -> Sequence[Shown]:
        every = combinations(logged.shown.candidates, len(logged.offered))
        return [frozenset(one) for one in islice(every, MOST_SETS)]

    def probability(logged: Logged, shown: Shown, lists: Sequence[Shown]) -> float:
        return 1 / comb(len(logged.shown.candidates), len(shown))

    return Target("random", lists, probability)


def targets(earlier: Sequence[Logged], users: Mapping[UserId, User]) -> tuple[list[Target], LearnedModel]:
    """Give every policy, trained on the earlier part of a log, and the model of points among them."""
    lessons = [lesson for one in earlier if (lesson := lesson_of(one)) is not None]
    zones = {user.id: user.timezone for user in users.values()}
    points, pooled = (fit(lessons, zones, policy=one) for one in (Policy.POINTS, Policy.POOLED))
    ranked: list[tuple[str, Ranking]] = [
        ("fixed", FixedWeights()),
        ("points", LearnedRanking(points)),
        ("pooled", LearnedRanking(pooled)),
    ]
    found = [
        _certain("chronological", lambda one: frozenset(sorted(one.shown.candidates)[: len(one.offered)])),
        _any_list(),
        _certain("histogram", _histogram(earlier, zones)),
        *(_certain(name, _by_ranking(ranking, users)) for name, ranking in ranked),
    ]
    return found, points


def _histogram(earlier: Sequence[Logged], zones: Mapping[UserId, str]) -> Callable[[Logged], Shown]:
    """Count how often each weekday and hour was selected, as F0 draws it."""
    days: dict[UserId, Counter[int]] = defaultdict(Counter)
    hours: dict[UserId, Counter[int]] = defaultdict(Counter)
    for one in earlier:
        if one.selected is not None:
            for user in one.required:
                day, hour = _clock(zones, user, one.selected)
                days[user][day] += 1
                hours[user][hour] += 1

    def likes(logged: Logged, start: Instant) -> float:
        found = 0.0
        for user in logged.required:
            day, hour = _clock(zones, user, start)
            found += (days[user][day] + hours[user][hour]) / max(days[user].total(), 1)
        return found

    def show(logged: Logged) -> Shown:
        ordered = sorted(logged.shown.candidates, key=lambda start: (-likes(logged, start), start))
        return frozenset(ordered[: len(logged.offered)])

    return show


def _clock(zones: Mapping[UserId, str], user: UserId, start: Instant) -> tuple[int, int]:
    clock = local_time(zones.get(user, UTC), Span(start, start)).clock(start)
    return weekday_of(clock // DAY), clock % DAY // 3600


def _by_ranking(ranking: Ranking, users: Mapping[UserId, User]) -> Callable[[Logged], Shown]:
    roster, known = Roster(), dict(users)

    def show(logged: Logged) -> Shown:
        for name in (*logged.required, *logged.optional):
            known.setdefault(
                name, User(id=name, email="", name=name, timezone=UTC, created_at=0, updated_at=0)
            )
        request = _request(logged, known)
        scene = setting(request, roster.people(request), ranking)
        return frozenset(pick.start for pick in chosen(scene, sorted(logged.shown.candidates)))

    return show


def _request(logged: Logged, users: Mapping[UserId, User]) -> FindRequest:
    """Ask as it was asked then; of busy times nothing is known, and what was a candidate is one."""
    starts = logged.shown.candidates
    session = EventSession(
        id=SessionId("evaluated"),
        host_user_id=logged.host,
        invitee_ids=logged.invitees,
        optional_ids=logged.optional,
        title="",
        duration=logged.duration,
        created_at=logged.created,
        expires_at=logged.created,
    )
    return FindRequest(
        session=session,
        users=users,
        busy={},
        now=logged.created,
        window=Span(min(starts), max(starts) + logged.duration * MINUTE),
        limit=len(logged.offered),
    )
