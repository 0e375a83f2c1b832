"""A crowd's sessions under every policy, on the same random numbers: how often something of it is taken."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from engine.simulation.meetings import Clocks, Meeting, meetings
from engine.simulation.people import World, people
from engine.simulation.policies import Shows, Taken, policies
from engine.time.span import Instant

STRETCHES = ((1, 5), (6, 20), (21, 40), (41, 60))
"""The sessions of a person between which acceptance is told."""
LEARNS_AFTER = frozenset({1, 2, 3, 5, 8, 12, 16}) | frozenset(range(20, 1000, 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of it: the mean acceptance by policy and round."""

    world: World
    seed: int
    people: int
    sessions: int
    rounds: Mapping[str, Sequence[float]]

    def between(self, policy: str, first: int, last: int) -> float | None:
        """Give a policy's acceptance from one session of a person to another, None where there was none."""
        values = self.rounds[policy][first - 1 : last]
        return sum(values) / len(values) if values else None

    def stretches(self, policy: str) -> list[float | None]:
        """Give it for each of the stretches."""
        return [self.between(policy, first, last) for first, last in STRETCHES]


def play(seed: int, count: int, sessions: int, world: World, only: Iterable[str] | None = None) -> Played:
    """Let every policy show three times a session to so many people, so many sessions each."""
    rng = Random(f"{seed}/{world.value}")  # noqa: S311 - a seed's people are to be the same each time
    rounds = list(meetings(rng, people(rng, count, world), sessions, world))
    shown = policies(Random(f"{seed}/random"), Clocks(sessions))  # noqa: S311 - likewise
    wanted = list(shown) if only is None else list(only)
    return Played(
        world=world,
        seed=seed,
        people=count,
        sessions=sessions,
        rounds={name: _played(shown[name], rounds) for name in wanted},
    )


def _played(policy: Shows, rounds: Sequence[Sequence[Meeting]]) -> list[float]:
    log: list[Taken] = []
    found = []
    for number, round_ in enumerate(rounds, 1):
        chosen: list[tuple[Meeting, Sequence[Instant]]] = [(one, policy.show(one)) for one in round_]
        found.append(sum(one.chance(shown) for one, shown in chosen) / max(len(chosen), 1))
        log += [(one, shown, one.taken(shown)) for one, shown in chosen]
        if number in LEARNS_AFTER:
            policy.learn(log)
    return found
