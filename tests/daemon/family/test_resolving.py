"""Whatever collides, whichever way out is taken: it is gone, no other has come, and undo gives all back."""

import random
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from daemon.app.principal import OPERATOR
from daemon.family.finding import look
from daemon.services import Services
from engine.model.constraint import ConstraintLevel
from engine.model.event import EventPriority, Flexibility
from engine.model.reservation import ConflictStatus
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR, MINUTE, Span
from tests.daemon.family.home import SETTINGS, add, at_home
from tests.worlds.folder_world import Somebody

FIRST = parse_instant("2026-01-12T00:00:00Z")
WEEK = Span(FIRST - DAY, FIRST + 15 * DAY)
PEOPLE = tuple(Somebody(name=name) for name in ("alice", "bob", "carol"))
RULES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("all", {"type": "blocked_window", "start": "18:00", "end": "19:00"}),
    ("bob", {"type": "min_gap_minutes", "minutes": 30}),
    ("carol", {"type": "max_events_per_day", "count": 2}),
    ("carol", {"type": "no_events_before", "time": "08:00"}),
)
MORE = SETTINGS + '[resources.van]\ntype = "vehicle"\n'


def one_more(services: Services, lots: random.Random, number: int) -> None:
    start = FIRST + lots.randrange(4) * DAY + lots.randrange(14, 42) * HOUR // 2
    length = lots.choice((30, 60, 90, 180)) * MINUTE
    begin, end = (datetime.fromtimestamp(at, UTC).isoformat() for at in (start, start + length))
    resources = lots.choice(((), (), ("car",), ("van",), ("car", "kitchen")))
    add(
        services,
        f"Event {number}",
        begin,
        end,
        who=lots.sample(["alice", "bob", "carol"], lots.choice((1, 1, 2))),
        priority=lots.choice(list(EventPriority)),
        flexibility=lots.choice((Flexibility.FLEXIBLE, Flexibility.PREFERRED, Flexibility.FIXED)),
        confirm=lots.random() < 0.7,
        rule=lots.choice((None, None, None, "FREQ=WEEKLY;COUNT=2", "FREQ=DAILY;COUNT=3")),
        resources=resources,
    )


Open = dict[str, tuple[frozenset[str], tuple[str, ...]]]
"""What collides, and over which resources, by the id of the conflict."""


def open_ones(services: Services) -> Open:
    family = services.access.family.asked_by(OPERATOR)
    return {
        str(one["id"]): (frozenset(one["involved_events"]), tuple(one["involved_resources"] or ()))
        for one in family.conflicts.listed(ConflictStatus.DETECTED)
    }


def fresh(before: Open, after: Open) -> Open:
    """Give what is new; whoever is left of a crowd that used a thing at once is not."""

    def is_left(events: frozenset[str], things: tuple[str, ...]) -> bool:
        return any(things and things == others and events < crowd for crowd, others in before.values())

    return {name: one for name, one in after.items() if name not in before and not is_left(*one)}


def seen_whole(services: Services) -> set[str]:
    """Look at everything there is, which is taken back: what was found change by change is just that."""
    open_then: set[str] = set()
    with suppress(_TakenBackError), services.store.writing() as tx:
        every = [one.id for one in tx.repositories.events.every()]  # type: ignore[attr-defined] # SQL's has it
        look(tx, services.knowledge_policy, every, "test", services.clock.now())
        open_then = {one.id for one in tx.repositories.conflicts.with_status(ConflictStatus.DETECTED)}
        raise _TakenBackError
    return open_then


class _TakenBackError(Exception):
    pass


def agenda(services: Services) -> list[tuple[Any, ...]]:
    keys = ("title", "startTime", "endTime", "status", "resourceIds")
    listed = services.access.family.asked_by(OPERATOR).events.listed(WEEK)
    people = [sorted((one["userId"], one["required"]) for one in each["participants"]) for each in listed]
    return [(*(one[key] for key in keys), who) for one, who in zip(listed, people, strict=True)]


def resolve_all(root: Path, seed: int, events: int, *, whole: bool = False) -> int:
    """Fill four days, and resolve what collides one by one, in ways drawn by lot; gives how many were."""
    lots, done = random.Random(seed), 0
    world = at_home(root, *PEOPLE, settings=MORE)
    with world.standing(), world.services() as services:
        family = services.access.family.asked_by(OPERATOR)
        for whom, rule in lots.sample(RULES, 2):
            level = lots.choice((ConstraintLevel.HARD, ConstraintLevel.SOFT))
            family.rules.add(whom, rule["type"], level, rule)
        for number in range(events):
            one_more(services, lots, number)
        for name in sorted(open_ones(services), key=lambda _: lots.random()):
            before = open_ones(services)
            found = family.conflicts.show(name)
            options = found["proposed_resolution"] or {}
            if name not in before or not options:
                continue
            number, was = lots.randint(1, len(options)), agenda(services)
            told = (seed, found["description"], options[f"option_{number}"])
            family.conflicts.resolve(name, number)
            done += 1
            assert name not in open_ones(services), told
            assert fresh(before, open_ones(services)) == {}, told
            if lots.random() < 0.4:
                family.conflicts.undo(name)
                assert agenda(services) == was, told
                assert open_ones(services) == before, told
        assert not whole or seen_whole(services) == open_ones(services).keys(), seed
    return done


def test_a_way_out_ends_its_collision_and_makes_no_other(tmp_path: Path) -> None:
    assert resolve_all(tmp_path, 1, 8) > 1


@pytest.mark.long
@pytest.mark.simulate
@pytest.mark.parametrize("seed", range(40))
def test_many_ways_out_end_their_collisions_and_make_no_other(seed: int, tmp_path: Path) -> None:
    resolve_all(tmp_path, seed + 100, 14, whole=True)
