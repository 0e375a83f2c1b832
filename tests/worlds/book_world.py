"""A small world to book in: people with calendars that fail on demand, a clock that only tests move."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from daemon.booking.dependencies import BookDeps
from daemon.booking.transitions import SessionCommand, change_session
from daemon.booking.worker import BookJob
from engine.booking.last_look import FreshCheck
from engine.booking.policy import Policy
from engine.booking.target import Target
from engine.ids import CalendarKey, ConnectorName, EventId, RemoteCalendarId, SessionId, UserId
from engine.model.booking import Booking, BookingState, Delivery, Effect, OutboxEntry
from engine.model.session import EventSession, TimeSlot
from engine.model.user import User
from engine.ports.store import Store
from engine.sessions import state_machine
from engine.sessions.state_machine import Confirm
from engine.time.span import HOUR, Instant, Span
from tests.doubles.offers import refused_by_holds
from tests.doubles.provider.connector import MemoryConnector
from tests.doubles.provider.faults import ScriptedFaults
from tests.doubles.provider.provider import MemoryProvider
from tests.doubles.provider.repository import Stored
from tests.doubles.store.store import MemoryStore

NOON = 1_800_014_400
CALENDAR = RemoteCalendarId("main")
SESSION = SessionId("s1")
FINAL = (BookingState.CONFIRMED, BookingState.PROPOSED, BookingState.FAILED, BookingState.CANCELLED)


class SimClock:
    """Time that passes when somebody says so."""

    def __init__(self, start: Instant = NOON) -> None:
        self.at = start

    def now(self) -> Instant:
        return self.at

    def monotonic(self) -> float:
        return float(self.at)

    def wait(self, seconds: float) -> bool:
        self.at += int(seconds)
        return False


class CountedRandomness:
    """Ids in order, no jitter."""

    def __init__(self) -> None:
        self._count = 0

    def token(self) -> str:
        self._count += 1
        return f"token-{self._count}"

    def fraction(self) -> float:
        return 0.5


def identifier(text: str) -> bytes:
    """Seed ids with a key of the tests' own."""
    return hmac.new(b"tests", text.encode(), sha256).digest()


def slot(hours: int = 24, minutes: int = 60) -> TimeSlot:
    """Give a slot that begins so many hours after noon."""
    return TimeSlot(start=NOON + hours * HOUR, end=NOON + hours * HOUR + minutes * 60)


@dataclass
class Desk:
    """One person's calendar and what goes wrong with it."""

    user: UserId
    provider: MemoryProvider
    faults: ScriptedFaults
    connector: MemoryConnector
    key: CalendarKey

    def events(self) -> Sequence[Stored]:
        return [event for event in self.provider.live(CALENDAR) if event.mark is not None]


@dataclass
class World:
    """People at their desks, one store, one job; the first person hosts."""

    people: Sequence[str] = ("ann", "bob", "cy")
    optional: Sequence[str] = ()
    store: Store = field(default_factory=MemoryStore)
    keeps_ids: bool = False
    list_lag: int = 0
    clock: SimClock = field(default_factory=SimClock)

    def __post_init__(self) -> None:
        self.desks = {UserId(name): self._desk(UserId(name)) for name in (*self.people, *self.optional)}
        self.targets = {
            user: Target(delivery=Delivery.WRITTEN, calendar=desk.key) for user, desk in self.desks.items()
        }
        self.deps = BookDeps(
            store=self.store,
            connectors={desk.key.connector: desk.connector for desk in self.desks.values()},
            targets=self.targets,
            clock=self.clock,
            randomness=CountedRandomness(),
            identifier=identifier,
            fresh_busy=self.fresh_busy,
            store_time=self.clock.now,
            skipped=tuple,
            policy=Policy(),
            refused_offers=refused_by_holds,
        )
        self.job = BookJob(self.deps)
        with self.store.writing() as tx:
            for user in self.desks:
                tx.users.put(
                    User(
                        id=user,
                        email=f"{user}@example.com",
                        name=user.title(),
                        created_at=NOON,
                        updated_at=NOON,
                    )
                )

    def _desk(self, user: UserId) -> Desk:
        provider = MemoryProvider(self.clock, keeps_ids=self.keeps_ids, list_lag=self.list_lag)
        faults = ScriptedFaults()
        connector = MemoryConnector(
            provider, self.store.install, [CALENDAR], faults=faults, stall=self.sleep_past_the_lease
        )
        return Desk(user, provider, faults, connector, CalendarKey(ConnectorName(f"{user}-home"), CALENDAR))

    def sleep_past_the_lease(self) -> None:
        """What happens while a worker is stalled in a call; tests replace it."""
        self.clock.at += 120

    def fresh_busy(self, session: EventSession, span: Span) -> FreshCheck:
        """Ask every required person's calendar for foreign events on the slot."""
        busy = [
            f"{user}: busy"
            for user in session.required_ids
            for event in self.desks[user].provider.live(CALENDAR)
            if event.mark is None and event.span.overlaps(span)
        ]
        return FreshCheck(busy=tuple(busy))

    def propose(self, *slots: TimeSlot, session: SessionId = SESSION) -> None:
        """Put a pending session with proposals into the store."""
        host, *invitees = (UserId(name) for name in self.people)
        with self.store.writing() as tx:
            tx.sessions.put(
                EventSession(
                    id=session,
                    host_user_id=host,
                    invitee_ids=tuple(invitees),
                    optional_ids=tuple(UserId(name) for name in self.optional),
                    title="Planning",
                    duration=60,
                    proposed_times=slots or (slot(24), slot(26), slot(28)),
                    created_at=self.clock.at,
                    expires_at=self.clock.at + 7 * 24 * HOUR,
                )
            )

    def command(self, command: SessionCommand, session: SessionId = SESSION) -> EventSession:
        return change_session(self.store, session, command, targets=self.targets, now=self.clock.now())

    def accept(self, start: Instant | None = None, session: SessionId = SESSION) -> EventSession:
        """Let the host take a proposed time, the first unless another is named."""

        def yes(before: EventSession) -> EventSession:
            chosen = before.proposed_times[0].start if start is None else start
            return state_machine.accept(
                before, chosen, before.host_user_id, now=self.clock.now(), confirm=Confirm.HOST
            )

        return self.command(yes, session)

    def choose_unasked(self, session: SessionId) -> None:
        """Settle on the first time without asking anybody, as a store from another time may hold it."""
        with self.store.writing() as tx:
            found = tx.sessions.get(session)
            assert found is not None
            tx.sessions.put(replace(found, final_time=found.proposed_times[0]))

    def run(self, session: SessionId = SESSION) -> BookingState:
        self.job.run(session)
        return self.booking(session).state

    def settle(self, seconds: int = 600, session: SessionId = SESSION) -> BookingState:
        """Run whenever something is due, for so long at most, and tell the state."""
        deadline = self.clock.at + seconds
        while True:
            self.job.run(session)
            booking = self.booking(session)
            if booking.state in FINAL or self.clock.at >= deadline:
                return booking.state
            self.clock.at = min(deadline, max(self.clock.at + 1, booking.next_at, booking.lease_until))

    def booking(self, session: SessionId = SESSION) -> Booking:
        with self.store.reading() as tx:
            return tx.ledger.booking(session) or Booking(session=session)

    def effects(self, session: SessionId = SESSION) -> Sequence[Effect]:
        with self.store.reading() as tx:
            return tx.ledger.effects(session)

    def session(self, session: SessionId = SESSION) -> EventSession:
        with self.store.reading() as tx:
            found = tx.sessions.get(session)
        assert found is not None
        return found

    def outbox(self) -> Sequence[OutboxEntry]:
        with self.store.reading() as tx:
            return tx.outbox.listed()

    def copies(self) -> dict[str, int]:
        """Count gatherly's live events by person."""
        return {user: len(desk.events()) for user, desk in self.desks.items()}

    def holds(self) -> set[UserId]:
        """Give whose time is held around the proposed slots."""
        around = Span(NOON, NOON + 7 * 24 * HOUR)
        with self.store.reading() as tx:
            return {hold.person for hold in tx.ledger.holds_of_any(self.desks, around)}

    def block(self, user: str, span: Span) -> None:
        """Put a foreign event into somebody's calendar."""
        self.desks[UserId(user)].provider.add_foreign(CALENDAR, EventId(f"foreign-{span.start}"), span)
