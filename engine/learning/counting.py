"""What was shown and taken, counted exactly: one more answer added gives what counting all of them would.

Answers are weighed by whole numbers that never change (`aging`), so sums do not depend on their order, and an
answer costs as much as the people and times in it, however many came before.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import mul
from typing import NamedTuple, TypeAlias

from engine.ids import UserId
from engine.learning.aging import FINENESS
from engine.learning.examples import Examples, Forgotten, Shapes, examples
from engine.learning.features import Key, Keys
from engine.learning.lessons import Lesson
from engine.time.span import Instant


class Sum(NamedTuple):
    """Taken and shown, each answer with its weight, and as mere numbers."""

    taken: int
    shown: int
    times_taken: int
    times_shown: int


Sums: TypeAlias = Mapping[Key, Sum]
MANY, MOST = 20_000, 2 ** (52 - FINENESS)
"""Entries for which numpy is worth loading, and of which it adds weights up exactly."""


class Counted(NamedTuple):
    """What answers come to: by person and bucket, of all people together, and of the shown times as such.

    `newest` is when the last of the `lessons` was asked for, None where there are none; `samples` is how many
    times each person was shown.
    """

    newest: Instant | None
    lessons: int
    people: Mapping[UserId, Sums]
    samples: Mapping[UserId, int]
    population: Sums
    overall: Sum


def counted(
    lessons: Iterable[Lesson],
    zones: Mapping[UserId, str],
    silent: frozenset[UserId] = frozenset(),
    forgotten: Forgotten | None = None,
) -> Counted:
    """Count lessons; a person without a zone is in UTC."""
    known = list(lessons)
    newest = max((one.created for one in known), default=None)
    return counted_as_laid(examples(known, zones, silent, newest, forgotten), newest, len(known))


def joined(before: Counted, more: Counted) -> Counted:
    """Add what was counted of other answers under the same zones: what counting all of them would give."""
    people, samples = dict(before.people), dict(before.samples)
    for user, sums in more.people.items():
        people[user] = _joined(people.get(user, {}), sums)
        samples[user] = samples.get(user, 0) + more.samples[user]
    moments = [one.newest for one in (before, more) if one.newest is not None]
    return Counted(
        newest=max(moments, default=None),
        lessons=before.lessons + more.lessons,
        people=people,
        samples=samples,
        population=_joined(before.population, more.population),
        overall=_added(before.overall, more.overall),
    )


def counted_as_laid(laid: Examples, newest: Instant | None, lessons: int) -> Counted:
    """Count what was laid out; times of the same kind are counted as one before their buckets are."""
    base = min(laid.halvings, default=0)
    shapes = _counter(len(laid.rows))(laid, base)
    own = [_by_bucket(both, laid.kinds) for both in shapes]
    samples = [sum([sums[3] for sums in both[0].values()]) for both in shapes]
    weights = weights_from(laid, base)
    overall = [sum(map(mul, map(int, laid.taken), weights)), sum(weights), int(sum(laid.taken)), len(weights)]
    return Counted(
        newest=newest,
        lessons=lessons,
        people={name: _sums(sums, base) for name, sums in zip(laid.names, own, strict=True)},
        samples=dict(zip(laid.names, samples, strict=True)),
        population=_sums(_together(own), base),
        overall=_sum(overall, base),
    )


def weights_from(laid: Examples, base: int) -> list[int]:
    """Give the weight of every row, in units of so many half-lives after 1970."""
    return [fine << since - base for fine, since in zip(laid.fine, laid.halvings, strict=True)]


def counted_plainly(laid: Examples, base: int) -> list[Shapes]:
    """Count each person's kinds with nothing but Python, in the order in which they were first met."""
    shapes: list[Shapes] = [({}, {}) for _ in laid.names]
    weights = weights_from(laid, base)
    counts = list(map(int, laid.taken))
    taken = list(map(mul, weights, counts))
    for row, user, clock, more in zip(laid.rows, laid.users, laid.clocks, laid.more, strict=True):
        both, y, weight, times = shapes[user], taken[row], weights[row], counts[row]
        for found, kind in ((both[0], clock), (both[1], more)):
            sums = found.get(kind)
            if sums is None:
                found[kind] = [y, weight, times, 1]
            else:
                sums[0] += y
                sums[1] += weight
                sums[2] += times
                sums[3] += 1
    return shapes


def _counter(entries: int) -> Callable[[Examples, int], list[Shapes]]:
    """Give the quickest way to count so many."""
    if not MANY <= entries < MOST:
        return counted_plainly
    try:
        from engine.learning.counting_numpy import counted_kinds
    except ImportError:
        return counted_plainly
    return counted_kinds


_Totals: TypeAlias = dict[Key, list[int]]


def _by_bucket(shapes: Shapes, kinds: Sequence[Keys]) -> _Totals:
    found: _Totals = {}
    for part in shapes:
        for kind, sums in part.items():
            for key in kinds[kind]:
                _add(found, key, sums)
    return found


def _together(own: Sequence[_Totals]) -> _Totals:
    found: _Totals = {}
    for one in own:
        for key, sums in one.items():
            _add(found, key, sums)
    return found


def _add(found: _Totals, key: Key, sums: Sequence[int]) -> None:
    before = found.get(key)
    if before is None:
        found[key] = list(sums)
    else:
        before[0] += sums[0]
        before[1] += sums[1]
        before[2] += sums[2]
        before[3] += sums[3]


def _sums(totals: _Totals, base: int) -> Sums:
    return {key: _sum(one, base) for key, one in totals.items()}


def _sum(one: Sequence[int], base: int) -> Sum:
    return Sum(one[0] << base, one[1] << base, one[2], one[3])


def _joined(before: Sums, more: Sums) -> Sums:
    found = dict(before)
    for key, one in more.items():
        found[key] = _added(found[key], one) if key in found else one
    return found


def _added(one: Sum, other: Sum) -> Sum:
    return Sum(*map(int.__add__, one, other))
