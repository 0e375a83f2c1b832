"""The jobs: what is done again and again, how often, and where; a new one is a file and a line of `JOBS`.

The daemon's ticks, `run --once` and tests go by it.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import structlog

from daemon.app.accounts.people import forget_who_is_leaving
from daemon.booking.due import Booked
from daemon.cluster.role import Role
from daemon.notices import connections
from daemon.relations.naming import Names
from daemon.services import Services
from daemon.sync import push, refresh
from daemon.sync.source import Source
from engine.booking.checks import sweeping
from engine.ids import SessionId
from engine.model.calendar import CalendarAccount
from engine.time.span import HOUR
from engine.trouble import Trouble, attempt

TICK = 1.0
"""Seconds between looks for connectors that are due and for work that waits in the store."""
STILL = "connector.still_failing"
"""A connector's trouble while it lasts: that it began, and that it is over, is told as its state."""
SWEEP_INDEXES_EVERY = 20.0
"""Within which nothing of whoever was forgotten is left in memory."""
READS_EVERY = 2.0
"""Seconds between two looks for reads that take their time."""
LEAVE_EVERY = 30.0
"""Seconds between two looks for whoever is leaving and has nothing left in a calendar."""
LEARN_EVERY = 300.0
"""Seconds between two looks whether the model is to be fitted anew."""
PRUNE_EVERY = 6 * HOUR
"""Seconds between two looks for what has been kept long enough."""

FAMILY_EVERY = 5.0
"""Seconds between two looks for conflicts that gatherly may resolve by itself."""

_LOG = structlog.get_logger("gatherly")

Piece = tuple[Hashable, Callable[[], object]]
"""Work with a key: what is under way for a key is not begun a second time."""


class Lane(StrEnum):
    """On the threads of which pool a job's pieces run."""

    TICK = "tick"
    APPS = "live"
    PULLS = "pull"
    BOOKINGS = "book"
    POST = "post"


@dataclass(frozen=True, slots=True)
class Driver:
    """What runs the jobs: on which services, and how another job is begun at once."""

    services: Services
    begin: Callable[[str], None]
    room: Callable[[Lane], int] = lambda _: 0
    """How many more pieces can begin at once on a lane's threads."""


@dataclass(frozen=True, slots=True)
class Job:
    """One row: `every` so many seconds all of it is done by `run`, or in `pieces`, where it has them.

    One that is `in_rounds` is also run by who goes from round to round until nothing is left; it tells how
    much it moved on. One that is `watched` is missed by the watchdog when it does not come.

    It is done by daemons of its `role`, and `in_turn` by one of them for all. What has `keys` may be handed
    to whichever daemon is free, which then does `do` for each; within one process they are done
    `side_by_side`, or one after the other by `run`.
    """

    name: str
    every: float
    lane: Lane
    run: Callable[[Services], object] | None = None
    pieces: Callable[[Driver], Iterator[Piece]] | None = None
    in_rounds: bool = False
    watched: bool = False
    role: Role = Role.BOOK
    in_turn: bool = False
    keys: Callable[[Services], Sequence[str]] | None = None
    do: Callable[[Services, str], object] | None = None
    side_by_side: bool = False

    def ready(self, driver: Driver) -> Iterator[Piece]:
        """Give what can be done now."""
        if self.pieces is not None:
            yield from self.pieces(driver)
        elif self.run is not None:
            yield self.name, partial(self.run, driver.services)


def work(services: Services) -> Booked:
    """Do one round of everything that waits in the store; gives what came of all of it.

    Raises:
        GatherlyError: the first with which a job failed as a whole; the others were done all the same.
    """
    runs = [partial(job.run, services) for job in JOBS if job.in_rounds and job.run is not None]
    outcomes = [attempt(run) for run in runs]
    for outcome in outcomes:
        if isinstance(outcome, Trouble):
            raise outcome.error from outcome.raised
    booked = [one for one in outcomes if isinstance(one, Booked)]
    moved = sum(one for one in outcomes if isinstance(one, int)) + sum(one.moved for one in booked)
    return Booked(moved=moved, writes=sum(one.writes for one in booked))


def _mirror(services: Services) -> Booked:
    """Bring the copies of events in step; each of them is a write, as a booking's is."""
    done = services.mirror.run()
    return Booked(moved=done, writes=done)


def _hear(driver: Driver) -> Iterator[Piece]:
    """Keep in step with apps, and do what they ask for; a turn notices by itself that there is more."""
    live = driver.services.app_documents
    if live is not None:
        yield "live", partial(live.run, partial(_answer, driver))


def _answer(driver: Driver) -> None:
    driver.begin("propose")
    driver.begin("book")


def _pull(driver: Driver) -> Iterator[Piece]:
    services = driver.services
    if not services.pull.shares:
        for source in services.due_sources():
            yield source.name, partial(_pull_one, driver, source, None)
        return
    for source, claimed in services.claimed_sources(driver.room(Lane.PULLS)):
        yield source.name, partial(_pull_one, driver, source, claimed)


def _pull_one(driver: Driver, source: Source, claimed: CalendarAccount | None) -> None:
    services = driver.services
    pulled = services.pull.run(source, claimed)
    if pulled.error is not None:
        services.lasting.broke(STILL, pulled.error, level="warning", quiet=True, connector=source.name)
    elif not pulled.elsewhere:
        services.lasting.mended(STILL, connector=source.name)
    if pulled.changed:
        _LOG.info("connector.read", connector=source.name, changed=pulled.changed)


def _bookings(services: Services) -> Sequence[str]:
    services.clock.now()
    services.jumps.write_down()
    return services.book.due()


def resolve_by_itself(services: Services) -> int:
    """Move what is flexible and matters less, where the configuration wants it."""
    if services.configuration.settings.family.resolve != "auto":
        return 0
    return services.access.family.conflicts.auto(services.clock.now())


JOBS = (
    Job("live", TICK, Lane.APPS, pieces=_hear),
    Job("pull", TICK, Lane.PULLS, pieces=_pull, role=Role.POLL),
    Job(
        "clock",
        TICK,
        Lane.TICK,
        lambda services: services.jumps.write_down(),
        in_rounds=True,
        watched=True,
        role=Role.ALL,
    ),
    Job("expire", TICK, Lane.TICK, lambda services: services.expire.run(), in_rounds=True),
    Job(
        "propose",
        TICK,
        Lane.TICK,
        lambda services: services.propose.run(),
        in_rounds=True,
        watched=True,
        keys=lambda services: services.propose.due(),
        do=lambda services, session: services.propose.look(SessionId(session)),
    ),
    Job(
        "book",
        TICK,
        Lane.BOOKINGS,
        lambda services: services.book.run(),
        in_rounds=True,
        keys=_bookings,
        do=lambda services, session: services.book.drive(SessionId(session)),
        side_by_side=True,
    ),
    Job("connections", connections.EVERY, Lane.TICK, lambda one: one.connections.run(), in_rounds=True),
    Job("remind", TICK, Lane.TICK, lambda services: services.reminders.run(), in_rounds=True),
    Job("tell", TICK, Lane.BOOKINGS, lambda services: services.outbox.run(), in_rounds=True),
    Job("hooks", TICK, Lane.TICK, lambda services: services.hooks.run(), in_rounds=True),
    Job(
        "dispatch",
        TICK,
        Lane.POST,
        lambda services: services.dispatch.run(),
        in_rounds=True,
        keys=lambda services: services.dispatch.due(),
        do=lambda services, name: services.dispatch.drive(name),
        side_by_side=True,
    ),
    Job("readings", TICK, Lane.POST, lambda services: services.readings.run(), in_rounds=True),
    Job("learn", LEARN_EVERY, Lane.TICK, lambda services: services.learn.run(), in_turn=True),
    Job("events", TICK, Lane.TICK, lambda services: services.events.run(), in_rounds=True, role=Role.ALL),
    Job("reads", READS_EVERY, Lane.TICK, lambda services: services.pull.jobs.tell(), role=Role.ALL),
    Job("mirror", TICK, Lane.BOOKINGS, _mirror, in_rounds=True),
    Job("family", FAMILY_EVERY, Lane.TICK, resolve_by_itself, in_turn=True),
    Job(
        "relations",
        TICK,
        Lane.BOOKINGS,
        lambda services: services.relating.run(),
        in_rounds=True,
        in_turn=True,
    ),
    Job(
        "indexes",
        SWEEP_INDEXES_EVERY,
        Lane.TICK,
        lambda services: services.access.indexes.sweep(
            services.store, Names(services.custody.identifier), services.clock.now()
        ),
        role=Role.ALL,
    ),
    Job("refresh", refresh.EVERY, Lane.PULLS, lambda services: services.refresh.run(), role=Role.POLL),
    Job("push", push.EVERY, Lane.PULLS, lambda services: services.push.run(), role=Role.POLL),
    Job(
        "leave",
        LEAVE_EVERY,
        Lane.TICK,
        lambda services: forget_who_is_leaving(services.access),
        in_turn=True,
    ),
    Job("prune", PRUNE_EVERY, Lane.TICK, lambda services: services.prune(), in_turn=True),
    Job("sweep", sweeping.EVERY, Lane.BOOKINGS, lambda services: services.sweep.run(), in_turn=True),
)
