"""How often each bucket was shown and taken: everybody's own counts, and from them those of all together."""

from collections.abc import Callable, Mapping, Sequence
from operator import mul
from typing import NamedTuple, TypeAlias

from engine.ids import UserId
from engine.learning.examples import Examples, Shapes
from engine.learning.features import Key, Keys


class Counted(NamedTuple):
    """Taken and shown, each weighed by its age, and as whole numbers."""

    taken: float
    shown: float
    times_taken: int
    times_shown: int


Counts: TypeAlias = Mapping[Key, Counted]
NONE = Counted(0.0, 0.0, 0, 0)
_Sums: TypeAlias = dict[Key, list[float]]
MANY = 20_000


class Tallies(NamedTuple):
    """Counts by person, of all together, and of the shown times as such."""

    people: Mapping[UserId, Counts]
    samples: Mapping[UserId, int]
    population: Counts
    overall: Counted


def tallied(examples: Examples) -> Tallies:
    """Count examples; times of the same kind are counted as one before their buckets are."""
    taken, age = examples.taken, examples.age
    shapes = _counter(len(examples.rows))(examples)
    own = [_by_bucket(both, examples.kinds) for both in shapes]
    samples = [int(sum(sums[3] for sums in both[0].values())) for both in shapes]
    overall = Counted(sum(map(mul, taken, age)), sum(age), int(sum(taken)), len(taken))
    return Tallies(
        {name: _counts(sums) for name, sums in zip(examples.names, own, strict=True)},
        dict(zip(examples.names, samples, strict=True)),
        _counts(_together(own)),
        overall,
    )


def counted_plainly(examples: Examples) -> list[Shapes]:
    """Count each person's kinds with nothing but Python, in the order in which they were first met."""
    shapes: list[Shapes] = [({}, {}) for _ in examples.names]
    taken, age = examples.taken, examples.age
    for row, user, clock, more in zip(
        examples.rows, examples.users, examples.clocks, examples.more, strict=True
    ):
        both, y, weight = shapes[user], taken[row], age[row]
        for found, kind in ((both[0], clock), (both[1], more)):
            sums = found.get(kind)
            if sums is None:
                found[kind] = [y * weight, weight, y, 1]
            else:
                sums[0] += y * weight
                sums[1] += weight
                sums[2] += y
                sums[3] += 1
    return shapes


def _counter(entries: int) -> Callable[[Examples], list[Shapes]]:
    """Give the quickest way to count so many; numpy, where it is there, is worth loading for many."""
    if entries < MANY:
        return counted_plainly
    try:
        from engine.learning.tallies_numpy import counted_kinds
    except ImportError:
        return counted_plainly
    return counted_kinds


def _by_bucket(shapes: Shapes, kinds: Sequence[Keys]) -> _Sums:
    found: _Sums = {}
    for part in shapes:
        for kind, sums in part.items():
            for key in kinds[kind]:
                _add(found, key, sums)
    return found


def _together(own: list[_Sums]) -> _Sums:
    found: _Sums = {}
    for one in own:
        for key, sums in one.items():
            _add(found, key, sums)
    return found


def _add(found: _Sums, key: Key, sums: list[float]) -> None:
    before = found.get(key)
    if before is None:
        found[key] = list(sums)
    else:
        for index, value in enumerate(sums):
            before[index] += value


def _counts(sums: _Sums) -> Counts:
    return {key: Counted(a, n, int(taken), int(shown)) for key, (a, n, taken, shown) in sums.items()}
