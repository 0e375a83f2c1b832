"""A week of a family, and what a change collides with, among 1,000,000 events of a thousand families.

The rows of other families are put there by the database itself; a family's own can be read.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pytest
import sqlalchemy as sa

from daemon.app.family.family_events import FamilyEvents
from daemon.app.principal import Principal, Role
from daemon.family.finding import look
from daemon.knowledge import KnowledgePolicy
from engine.availability.evidence import Freshness
from engine.documents.rules import parse_constraint
from engine.family.event_change import EventChange, new_event
from engine.family.event_status import confirmed
from engine.ids import CalendarKey, RemoteCalendarId, UserId
from engine.model.calendar import NATIVE, NOBODY, Calendar, CalendarType, OnStale
from engine.model.calendar_object import SyncPlan
from engine.model.event import EventParticipant
from engine.model.user import User
from engine.time.instant import parse_instant
from engine.time.span import DAY, HOUR, Span
from store.keys import Keyring
from store.open import open_store
from store.sql.database.port import Database
from store.sql.repositories.calendars import calendar_id
from store.sql.store import SqlStore, SqlTransaction
from store.vault import KeyVault
from tests.standins.time import Numbered, StillClock
from tests.store.servers import KEY

pytestmark = pytest.mark.bench
FAMILIES, EACH = 1000, 1000
NOW = parse_instant("2026-11-16T00:00:00Z")
PEOPLE = tuple(UserId(f"u0-{number}") for number in range(4))
WEEK, CHANGE = 0.050, 0.020
"""Seconds of computing at most, of this process and the server: what others do on the machine is not."""
TIMES = 15
ALICE = Principal(Role.OPERATOR, PEOPLE[0])
FEW = {"id": "few", "name": "Few", "level": "soft", "rule": {"type": "max_events_per_day", "count": 3}}
"""Everybody's: it has a change look at the days around."""
EVENTS = """
INSERT INTO events (id, calendar_id, title, start_time, end_time, all_day, zone, status, priority,
    flexibility, attendees, external_ids, proposed_at, created_by, created_at, updated_at, version)
SELECT 'f' || f.n || '-' || e.n, 'c' || f.n, 'sealed', {start}, {end}, {no}, 'UTC', 'confirmed', 'medium',
    'fixed', 'sealed', '{{}}', {epoch}, 'u' || f.n || '-0', {epoch}, {epoch}, 1
FROM {families} AS f CROSS JOIN {each} AS e
"""
TAKING_PART = """
INSERT INTO event_participants (id, event_id, user_id, required, created_at, updated_at, version)
SELECT 'p' || f.n || '-' || e.n, 'f' || f.n || '-' || e.n, 'u' || f.n || '-' || (e.n % 4), {yes},
    {epoch}, {epoch}, 1
FROM {families} AS f CROSS JOIN {each} AS e
"""
SERIES = "(SELECT n FROM generate_series({first}, {last}) AS g(n))"
RECURSIVE = """(WITH RECURSIVE c(n) AS (SELECT {first} AS n UNION ALL SELECT n + 1 FROM c WHERE n < {last})
SELECT n FROM c)"""
CALENDARS = """
INSERT INTO calendars SELECT {columns} FROM calendars AS c CROSS JOIN {families} AS f WHERE c.id = :id
"""


def numbers(dialect: str, first: int, last: int) -> str:
    return (SERIES if dialect == "postgresql" else RECURSIVE).format(first=first, last=last)


@pytest.fixture(params=["sqlite", "postgres"])
def full(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    url = f"sqlite:///{tmp_path / 'gatherly.db'}"
    if request.param == "postgres":
        url = str(request.getfixturevalue("postgres"))
    store = open_store(url, KeyVault(Keyring(KEY)))
    assert isinstance(store, SqlStore)
    with closing(store):
        settle(store)
        crowd(store._database)
        yield store


def settle(store: SqlStore) -> None:
    """Make one family whose events can be read, and who keeps them."""
    key = CalendarKey(NATIVE, RemoteCalendarId("family"))
    family = Calendar(
        key=key,
        user_id=NOBODY,
        name="Family",
        type=CalendarType.FAMILY,
        read=False,
        read_only=False,
        zone="UTC",
    )
    with store.writing() as tx:
        for user in PEOPLE:
            known = User(
                id=user, email=f"{user}@example.com", name=user, timezone="UTC", created_at=0, updated_at=0
            )
            tx.users.put(known)
        tx.calendars.apply(SyncPlan(calendar=family, based_on=0))
        tx.repositories.constraints.put(parse_constraint(FEW))
        for number in range(EACH):
            start = NOW + (number - EACH // 2) * 16 * HOUR
            change = EventChange(title=f"Event {number}", start=start, end=start + HOUR)
            one = confirmed(new_event(change, f"own-{number}", key, PEOPLE[0], "UTC", 0), 0)
            tx.repositories.events.put(one)
            tx.repositories.participants.put(
                EventParticipant(
                    id=f"part-{number}",
                    event_id=one.id,
                    user_id=PEOPLE[number % 4],
                    required=True,
                    created_at=0,
                    updated_at=0,
                )
            )


def crowd(database: Database) -> None:
    """Fill the tables one after the other, each counted before the next refers to it.

    A server that takes a table for empty looks through the whole of it for every row that refers to it.
    """
    with database.writing() as connection:
        statements = list(filling(connection))
    for statement, values in statements:
        with database.writing() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
            connection.execute(sa.text(statement), values)
        with database.migrating() as connection:  # a server lets none but the tables' owner do it
            connection.execute(sa.text("ANALYZE"))


def filling(connection: sa.Connection) -> Iterator[tuple[str, dict[str, str]]]:
    dialect = connection.dialect.name
    families, each = numbers(dialect, 1, FAMILIES - 1), numbers(dialect, 0, EACH - 1)
    yes, no = ("true", "false") if dialect == "postgresql" else ("1", "0")
    columns = [one["name"] for one in sa.inspect(connection).get_columns("calendars")]
    shown = ", ".join(
        {"id": "'c' || f.n", "calendar_id": "'r' || f.n"}.get(one, f"c.{one}") for one in columns
    )
    key = CalendarKey(NATIVE, RemoteCalendarId("family"))
    fill = CALENDARS.format(columns=shown, families=families)
    yield fill, {"id": calendar_id(key)}
    at = f"{NOW} + (e.n - {EACH // 2}) * {16 * HOUR}"
    moment = "to_timestamp({})" if dialect == "postgresql" else "datetime({}, 'unixepoch')"
    told = {"start": moment.format(at), "end": moment.format(f"{at} + {HOUR}"), "epoch": moment.format(DAY)}
    told |= {"families": families, "each": each, "yes": yes, "no": no}
    for statement in (EVENTS, TAKING_PART):
        yield statement.format(**told), {}


def desk(store: SqlStore, kind: type[FamilyEvents] = FamilyEvents) -> FamilyEvents:
    policy = KnowledgePolicy(freshness=Freshness(3600, OnStale.HOLD), expected={})
    return kind(store=store, clock=StillClock(NOW), randomness=Numbered(), policy=policy, principal=ALICE)


def test_a_week_and_a_change_among_a_million_events(full: SqlStore) -> None:
    """Four people's new event each hour: what it collides with is found anew, and nothing is new about it."""
    events, week = desk(full), Span(NOW, NOW + 7 * DAY)
    assert 10 <= len(events.listed(week, "family")) <= 12
    took = measured(full, lambda: events.listed(week, "family"))
    start = NOW + 8 * HOUR
    change = EventChange(title="New", start=start, end=start + 12 * HOUR, required=PEOPLE)
    made = events.add(change, "family", confirm=True)
    with full.reading() as tx:
        assert tx.repositories.conflicts.all()

    def found() -> object:
        with full.writing() as tx:
            return look(tx, events.policy, [made.id], "event.update", NOW)

    finding = measured(full, found)
    told = f"a week: {took}; a change's conflicts: {finding}"
    print(told)
    with full._database.reading() as connection:
        plan = plan_of(connection) if connection.dialect.name == "postgresql" else []
    print("\n".join(plan))
    assert not [row for row in plan if "Seq Scan on events" in row or "Seq Scan on event_part" in row]
    assert (took.computing < WEEK, finding.computing < CHANGE) == (True, True), told


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds: this process's computing, the best and the median; the server's, on average; by the wall."""

    process: tuple[float, float]
    server: float
    wall: tuple[float, float]

    @property
    def computing(self) -> float:
        return self.process[0] + self.server

    def __str__(self) -> str:
        process, wall = ("/".join(f"{one * 1000:.1f}" for one in each) for each in (self.process, self.wall))
        server = f"{self.server * 1000:.1f}"
        return f"{process} ms of this process, {server} ms of the server, {wall} ms by the wall (best/median)"


def measured(store: SqlStore, work: Callable[[], object]) -> Took:
    """Do it several times."""
    process, wall, before = [], [], server_seconds(store)
    for _ in range(TIMES):
        begun = time.process_time(), time.perf_counter()
        work()
        process.append(time.process_time() - begun[0])
        wall.append(time.perf_counter() - begun[1])
    server = (server_seconds(store) - before) / TIMES
    return Took((min(process), median(process)), server, (min(wall), median(wall)))


def server_seconds(store: SqlStore) -> float:
    """Give how long the server's process behind our connection has computed; 0 where there is none."""
    with store._database.writing() as connection:
        if connection.dialect.name != "postgresql":
            return 0.0
        pid = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def plan_of(connection: sa.Connection) -> list[str]:
    window = Span(NOW - 8 * DAY, NOW + 9 * DAY)
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, cursor: object, text: str, values: Any, *_more: object) -> None:
        asked.append((text, values))

    sa.event.listen(connection, "before_cursor_execute", note)
    SqlTransaction(connection, KeyVault(Keyring(KEY))).repositories.events.candidates_with_any(PEOPLE, window)
    sa.event.remove(connection, "before_cursor_execute", note)
    text, values = next(one for one in asked if "event_participants" in one[0])
    return list(connection.exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS) {text}", values).scalars())
