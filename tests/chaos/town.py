"""The scene of the chaos: people, calendars that outlive processes, a store on a memory file system."""

import os
import random
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from daemon.booking.dependencies import BookDeps
from daemon.booking.outbox import OutboxJob
from daemon.booking.sweep import SweepJob
from daemon.booking.transitions import SessionCommand, change_session
from daemon.booking.watch import WatchJob
from daemon.booking.worker import BookJob
from daemon.runtime.clock import StoreClock
from daemon.runtime.jumps import Jumps
from engine.booking.last_look import FreshCheck
from engine.booking.offers import is_offering, regained
from engine.booking.policy import Policy
from engine.booking.target import Target
from engine.errors import InputError
from engine.ids import CalendarKey, ConnectorName, EventUid, Href, RemoteCalendarId, SessionId, UserId
from engine.model.booking import Delivery, OutboxEntry, OutboxKind
from engine.model.calendar import Calendar
from engine.model.calendar_object import RawObject, SyncPlan
from engine.model.session import EventSession, TimeSlot
from engine.model.user import User
from engine.ports.connector import Connector
from engine.ports.store import Transaction
from engine.sessions import state_machine
from engine.sessions.state_machine import Confirm
from engine.time.span import DAY, HOUR, Instant, Span
from store.keys import Keyring
from store.open import open_store
from store.vault import KeyVault
from tests.chaos.shared import FileRepository, RightTime, SharedClock
from tests.chaos.steps import CountedConnector, CountedStore, Steps
from tests.doubles.offers import refused_by_holds
from tests.doubles.provider.connector import MemoryConnector
from tests.doubles.provider.faults import Faults, ScriptedFaults
from tests.doubles.provider.provider import MemoryProvider
from tests.doubles.provider.repository import Stored

NOON = 1_800_014_400
KEYRING = Keyring(b"chaos" + bytes(27))
SLOTS = 7
PEOPLE = tuple(UserId(f"p{number}") for number in range(4))
HARD = frozenset({PEOPLE[2]})
"""Whose provider keeps nothing of a deleted event; the others' keep its id."""


def memory_folder() -> Path:
    """Make a scratch folder, on a memory file system where there is one."""
    shm = Path("/dev/shm")  # noqa: S108 - a folder of our own inside it, not a guessable file
    return Path(tempfile.mkdtemp(prefix="gatherly-chaos-", dir=shm if os.access(shm, os.W_OK) else None))


class Tokens:
    """Tokens that no other process gives, jitter from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def token(self) -> str:
        return f"{self._random.getrandbits(64):x}"

    def fraction(self) -> float:
        return self._random.random()


class Town:
    """One store and everybody's calendars; a process that works here enters it, and leaves it or dies.

    The store is opened once. A visit ends by letting go of its connections, so that children are forked from
    a process that has none, with every statement compiled already. The store is a SQLite file of the town's
    own, or the one at a `url` that is emptied by `empty`.
    """

    def __init__(self, url: str | None = None, empty: Callable[[], None] | None = None) -> None:
        self.folder = memory_folder()
        self.clock = SharedClock(NOON)
        self.removed: set[str] = set()
        self.woken: dict[SessionId, int] = {}
        """How long the audit log was when a sleeper last ended that may have worked on a session."""
        url = url or f"sqlite:///{self.folder / 'store.db'}"
        self.store = open_store(url, KeyVault(KEYRING), new_id=lambda: "town")
        self.store.close()
        self._empty = empty or self._new_file
        if empty is None:
            shutil.copy(self.folder / "store.db", self.folder / "empty")

    def enter(self, steps: Steps | None = None, faults: Mapping[UserId, Faults] | None = None) -> "Visit":
        """Open store and calendars for the process at hand."""
        return Visit(self, steps or Steps(), faults or {})

    def works(self, *, sweep: bool, faults: Mapping[UserId, Faults] | None = None) -> Callable[[], None]:
        """Give what a living daemon does in a process of its own: one that never ends is noticed there."""
        return lambda: self.enter(faults=faults).work(sweep=sweep)

    def reset(self) -> None:
        """Begin anew: nobody has done anything yet."""
        for path in self.folder.iterdir():
            if path.name not in ("empty", "store.db"):  # the store stays the file that was opened
                path.unlink()
        self._empty()
        self.clock.begin(NOON)
        self.removed.clear()
        self.woken.clear()

    def _new_file(self) -> None:
        shutil.copyfile(self.folder / "empty", self.folder / "store.db")

    def repository(self) -> FileRepository:
        return FileRepository(self.folder / "calendars.db")

    def close(self) -> None:
        self.store.close()
        self.clock.close()
        shutil.rmtree(self.folder)


def key_of(user: UserId) -> CalendarKey:
    return CalendarKey(ConnectorName(f"{user}-home"), RemoteCalendarId(user))


class Visit:
    """One process's connections to the town."""

    def __init__(self, town: Town, steps: Steps, faults: Mapping[UserId, Faults]) -> None:
        self.town = town
        self.repository = town.repository()
        self.store = town.store
        self.providers = {
            user: MemoryProvider(
                RightTime(town.clock), repository=self.repository, keeps_ids=user not in HARD, list_lag=3
            )
            for user in PEOPLE
        }
        self.targets = {
            user: Target(delivery=Delivery.WRITTEN, calendar=key_of(user), reliability=number % 2)
            for number, user in enumerate(PEOPLE)
        }
        counted = CountedStore(self.store, steps)
        self.jumps = Jumps(counted, _said)
        self.deps = BookDeps(
            store=counted,
            connectors={key_of(user).connector: self._connector(user, steps, faults) for user in PEOPLE},
            targets=self.targets,
            clock=town.clock,
            randomness=Tokens(random.SystemRandom().getrandbits(64)),
            identifier=KEYRING.identifier,
            fresh_busy=self.fresh_busy,
            store_time=StoreClock(lambda: None, town.clock, self.jumps.note).now,
            skipped=self.jumps.skipped,
            policy=Policy(),
            refused_offers=refused_by_holds,
        )
        self.jumps.begin(town.clock.now())

    def _connector(self, user: UserId, steps: Steps, faults: Mapping[UserId, Faults]) -> Connector:
        inner = MemoryConnector(
            self.providers[user],
            self.store.install,
            [RemoteCalendarId(user)],
            faults=faults.get(user, ScriptedFaults()),
        )
        return CountedConnector(inner, steps)

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()
        self.repository.close()

    def fresh_busy(self, session: EventSession, span: Span) -> FreshCheck:
        """Read the required people's calendars."""
        busy = [
            f"{user}: busy"
            for user in session.required_ids
            for event in self.foreign(user)
            if event.span.overlaps(span)
        ]
        return FreshCheck(busy=tuple(busy))

    def foreign(self, user: UserId) -> Sequence[Stored]:
        return [each for each in self.live(user) if each.mark is None]

    def ours(self, user: UserId) -> Sequence[Stored]:
        return [each for each in self.live(user) if each.mark is not None]

    def live(self, user: UserId) -> Sequence[Stored]:
        return self.providers[user].live(RemoteCalendarId(user))

    def work(self, *, sweep: bool) -> None:
        """Be a daemon for a moment: everything that is due, and what there is to tell."""
        self.deps.store_time()
        self.jumps.write_down()
        job = BookJob(self.deps)
        for session in job.due():
            job.run(session)
        self._offer()
        if sweep:
            SweepJob(self.deps, job, WatchJob(self.deps)).run()
        OutboxJob(self.deps, {OutboxKind.NOTIFICATION: _heard, OutboxKind.ANALYTICS: _heard}).run()

    def _offer(self) -> None:
        """Be the proposer: give the sessions that something woke the offers back that are free again."""
        now = self.town.clock.now()
        with self.deps.store.writing() as tx:
            for name in tx.wakes.due(now):
                tx.wakes.done(name)
                session = tx.sessions.get(name)
                if session is None or not is_offering(session):
                    continue
                if not session.withheld:
                    continue
                after = regained(session, now, partial(_is_free, _held_for_others(tx, session)))
                if after != session:
                    tx.sessions.put(after)

    def create(self, session: SessionId, required: Sequence[UserId], optional: Sequence[UserId] = ()) -> None:
        """Put a pending session into the store."""
        now = self.town.clock.now()
        with self.store.writing() as tx:
            tx.sessions.put(
                EventSession(
                    id=session,
                    host_user_id=required[0],
                    invitee_ids=tuple(required[1:]),
                    optional_ids=tuple(optional),
                    title="Planning",
                    duration=60,
                    proposed_times=tuple(slot(number) for number in range(SLOTS)),
                    created_at=now,
                    expires_at=now + 7 * DAY,
                )
            )

    def remember(self, user: UserId) -> None:
        """Keep a sealed object of somebody's calendar, as a sync does."""
        raw = RawObject(
            href=Href("a"), uid=EventUid("a"), etag=None, content_hash="a", raw=b"Dentist, do not tell"
        )
        calendar = Calendar(key=key_of(user), user_id=user, name="Home")
        with self.store.writing() as tx:
            now = self.town.clock.now()
            if tx.users.get(user) is None:
                person = User(id=user, email=f"{user}@example.com", name=user, created_at=now, updated_at=now)
                tx.users.put(person)
            tx.calendars.apply(SyncPlan(calendar=calendar, based_on=0, upserts=(raw,)))

    def choose(self, session: SessionId, slot: TimeSlot) -> None:
        """Accept a slot, proposed in the same breath where it is not on offer; what is held is refused."""

        def yes(before: EventSession) -> EventSession:
            others = (each for each in before.proposed_times if each.span != slot.span)
            proposed = replace(before, proposed_times=(*others, slot))
            return state_machine.accept(
                proposed, slot.start, before.host_user_id, now=self.town.clock.now(), confirm=Confirm.HOST
            )

        with suppress(InputError):
            self.command(session, yes)

    def command(self, session: SessionId, command: SessionCommand) -> None:
        change_session(self.store, session, command, targets=self.targets, now=self.town.clock.now())

    def sessions(self, names: Sequence[SessionId]) -> Sequence[EventSession]:
        """Give sessions that are there, as they stand now."""
        with self.store.reading() as tx:
            found = [tx.sessions.get(name) for name in names]
        return [each for each in found if each is not None]


def slot(number: int) -> TimeSlot:
    """Give one of a row of slots that overlap their neighbours by half an hour."""
    start = NOON + 3 * DAY + number * HOUR // 2
    return TimeSlot(start=start, end=start + HOUR)


def _held_for_others(tx: Transaction, session: EventSession) -> Sequence[Span]:
    """Give the times that are held for other sessions, of all slots of one at once."""
    spans = [each.span for each in session.withheld]
    around = Span(min(span.start for span in spans), max(span.end for span in spans))
    holds = tx.ledger.holds_of_any(session.required_ids, around)
    return [hold.span for hold in holds if hold.session != session.id]


def _is_free(held: Sequence[Span], slot: TimeSlot) -> bool:
    return not any(span.overlaps(slot.span) for span in held)


def lost_for_good(tx: Transaction, session: EventSession, now: Instant) -> list[TimeSlot]:
    """Give the slots that left an offer for a hold, are free again, and that nobody is about to give back."""
    if not is_offering(session) or not session.withheld or session.id in tx.wakes.due(now):
        return []
    turned_down = {each.span for each in session.rejected_slots}
    away = [each for each in session.withheld if each.span not in turned_down and each.start >= now]
    held = _held_for_others(tx, session)
    return [each for each in away if _is_free(held, each)]


def _heard(entry: OutboxEntry) -> None:
    del entry


def _said(words: str) -> None:
    del words
