"""What the daemon asks of its store at every tick, by name."""

from collections.abc import Callable

from engine.ids import ConnectorName, Href, SessionId, UserId
from engine.model.app_document import session_place
from engine.model.booking import BookingState
from engine.model.session import SessionStatus
from engine.ports.sessions import Position
from engine.time.span import DAY, Span
from store.sql.store import SqlTransaction
from tests.contracts.stores.samples import ALICE, BOB, NOON, hold, key, line, plan

WEEK = Span(NOON, NOON + 7 * DAY)
LOOKS: dict[str, Callable[[SqlTransaction], object]] = {
    "a user": lambda tx: tx.users.get(ALICE),
    "a session": lambda tx: tx.sessions.get(SessionId("s1")),
    "sessions a change touches": lambda tx: tx.sessions.pending_with(BOB),
    "sessions a hold touches": lambda tx: tx.sessions.pending_with_any((ALICE, BOB)),
    "sessions that are over": lambda tx: tx.sessions.expired(NOON),
    "what was said": lambda tx: tx.messages.of(SessionId("s1")),
    "who is woken": lambda tx: tx.wakes.due(NOON),
    "connectors that are due": lambda tx: tx.calendars.due(NOON),
    "a connector": lambda tx: tx.calendars.account(ConnectorName("alice-feed")),
    "a calendar": lambda tx: tx.calendars.get(key()),
    "calendars of a user": lambda tx: tx.calendars.of_user(ALICE),
    "what is stored of a calendar": lambda tx: tx.calendars.digests(key()),
    "one object": lambda tx: tx.calendars.objects(key(), [Href("one.ics")]),
    "busy": lambda tx: tx.calendars.busy(ALICE, WEEK),
    "a booking": lambda tx: tx.ledger.booking(SessionId("s1")),
    "effects": lambda tx: tx.ledger.effects(SessionId("s1")),
    "bookings under way": lambda tx: tx.ledger.in_state([BookingState.WRITING, BookingState.HELD]),
    "bookings that are due": lambda tx: tx.ledger.due(NOON),
    "holds": lambda tx: tx.ledger.holds(ALICE, WEEK),
    "holds of several": lambda tx: tx.ledger.holds_of_any((ALICE, BOB), WEEK),
    "a document of apps": lambda tx: tx.documents.get(session_place(SessionId("s1"))),
    "documents to be written": lambda tx: tx.documents.due(NOON),
    "how many those are": lambda tx: tx.documents.pending(),
    "what is to be told": lambda tx: tx.outbox.due(NOON),
    "what the log has more": lambda tx: tx.audit.after(tx.audit.end() - 1),
    "the log of one thing": lambda tx: tx.audit.listed("s1"),
    "events of a week": lambda tx: tx.repositories.events.candidates(key(), WEEK),
    "events somebody takes part in": lambda tx: tx.repositories.events.candidates_with(ALICE, WEEK),
    "who takes part": lambda tx: tx.repositories.participants.of_event("event_123"),
    "what uses a thing": lambda tx: tx.repositories.reservations.overlapping("car", WEEK),
    "how a session ended": lambda tx: tx.repositories.analytics.of_session(SessionId("s1")),
    "a profile": lambda tx: tx.repositories.profiles.get(ALICE),
    "a grant": lambda tx: tx.repositories.grants.get("alice-google"),
    "rules of a person": lambda tx: tx.repositories.constraints.for_user(ALICE),
    "reminders that are due": lambda tx: tx.repositories.reminders.due(NOON),
    "notifications that are due": lambda tx: tx.repositories.notifications.due(NOON),
}
FIRST = Position(NOON, SessionId("s0"))
SCREENS: dict[str, Callable[[SqlTransaction], object]] = {
    "a page of sessions": lambda tx: tx.sessions.page(1, FIRST),
    "a page of sessions on one word": lambda tx: tx.sessions.page(1, FIRST, SessionStatus.PENDING),
    "how somebody's sessions stand": lambda tx: tx.sessions.standing(BOB, NOON),
    "sessions of a page": lambda tx: tx.sessions.some((SessionId("s1"), SessionId("s2"))),
    "ids that begin so": lambda tx: tx.sessions.begun("s1"),
    "bookings of a page": lambda tx: tx.ledger.bookings((SessionId("s1"), SessionId("s2"))),
    "effects of a page": lambda tx: tx.ledger.effects_of_any((SessionId("s1"), SessionId("s2"))),
    "set aside of a page": lambda tx: tx.repositories.set_aside.of_sessions((SessionId("s1"),)),
    "keys of a page": lambda tx: tx.sealing.look_up((ALICE, BOB)),
}
"""What somebody asks who looks at sessions."""
WRITES: dict[str, Callable[[SqlTransaction], object]] = {
    "laying to rest": lambda tx: tx.wakes.done(SessionId("s1")),
    "a read": lambda tx: tx.calendars.apply(plan("one.ics", based_on=1)),
    "a document marked": lambda tx: tx.documents.mark([session_place(SessionId("s1"))]),
    "a hold": lambda tx: tx.ledger.hold([hold(UserId("cara"), name="s2")]),
    "freed": lambda tx: tx.ledger.release(SessionId("s1")),
    "the next line of the log": lambda tx: _log(tx),
}


def _log(tx: SqlTransaction) -> None:
    """Write a line as the end of a transaction does."""
    tx.audit.add(line())
    tx.audit.chain()
