"""Booked series as time goes on: what people did to single occurrences, and holds as the horizon rolls."""

from collections.abc import Sequence
from dataclasses import replace

from daemon.booking.dependencies import BookDeps
from daemon.booking.held_resources import full_at
from daemon.booking.transitions import apply_transition
from engine.booking.checks.calendar_changes import is_watched
from engine.booking.checks.occurrence_changes import Decision, Seen, cleared, decided, lies_otherwise
from engine.booking.policy import OnMoved
from engine.booking.session_events import asked
from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps.booking_steps import holds_of
from engine.booking.steps.consequences import consequence
from engine.booking.timing import lease_is_live
from engine.booking.transition import Transition
from engine.errors import HoldRefusedError, StaleVersionError
from engine.ids import MessageId, SessionId
from engine.model.booking import BookingState, Delivery, Effect, Hold
from engine.model.session import EventSession, Message, MessageRole, Occurrence
from engine.ports.store import Transaction
from engine.sessions.series_horizon import known_up_to, unheld
from engine.sessions.series_offshoots import in_place_of
from engine.time.instant import format_instant
from engine.time.local_time import zone_info
from engine.time.span import DAY, Instant, Span

READ_SINCE = 300
"""Seconds from a write to a read that tells of it: one that ends sooner may have begun before."""


class SeriesWatch:
    """Looks after booked series; whatever their copies need is left to `BookJob`."""

    def __init__(self, deps: BookDeps) -> None:
        self._deps = deps

    def look(self, session: SessionId) -> bool:
        """Answer what people did to single occurrences, and hold what is known by now; tells if any."""
        try:
            return bool(self._answer(session)) | self._roll(session)
        except StaleVersionError:
            return False

    def _answer(self, session: SessionId) -> bool:
        with self._deps.store.reading() as tx:
            snapshot = self._standing(tx, session)
            seen = [] if snapshot is None else _seen(tx, snapshot)
        if snapshot is None or snapshot.session is None:
            return False
        policy = self._deps.policy
        decision = decided(snapshot.session, seen, policy, snapshot.now)
        decision = cleared(decision, snapshot.booking.conflicts, policy, snapshot.now)
        if decision.session == snapshot.session:
            return False
        try:
            self._apply(snapshot, decision)
        except HoldRefusedError:
            flagged = replace(policy, on_moved=OnMoved.FLAG)
            self._apply(snapshot, decided(snapshot.session, seen, flagged, snapshot.now))
        return True

    def _apply(self, snapshot: BookingSnapshot, decision: Decision) -> None:
        before, now = snapshot.session, snapshot.now
        if before is None:
            return
        with self._deps.store.writing() as tx:
            apply_transition(tx, consequence(snapshot, before, decision.session), now)
            for one in decision.anew:
                self._look_for_another(tx, before, one, now)

    def _look_for_another(
        self, tx: Transaction, session: EventSession, one: Occurrence, now: Instant
    ) -> None:
        """Give an occurrence that is off proposals of its own, in a session of its own."""
        name = SessionId(self._deps.randomness.token())
        tx.sessions.put(in_place_of(session, one, name, now))
        at = one.takes_place or one.start
        words = f"In place of {format_instant(at)} of the series {session.id}."
        tx.messages.add(
            Message(
                id=MessageId(self._deps.randomness.token()),
                session_id=name,
                role=MessageRole.SYSTEM,
                content=words,
                timestamp=now,
            )
        )
        tx.wakes.add((name,), now)
        tx.audit.add(asked(in_place_of(session, one, name, now), now))

    def _roll(self, session: SessionId) -> bool:
        """Hold the occurrences that are known by now; one whose time another session holds is told of."""
        with self._deps.store.reading() as tx:
            snapshot = self._standing(tx, session)
            after = None if snapshot is None else _known(tx, snapshot)
        if snapshot is None or after is None or after == snapshot.session:
            return False
        refused = frozenset[Instant]()
        while True:
            rolled = unheld(after, refused)
            new = _new_holds(snapshot.session, rolled)
            try:
                with self._deps.store.writing() as tx:
                    stays = snapshot.booking
                    step = Transition(before=stays, after=stays, holds=new, session=rolled)
                    apply_transition(tx, step, snapshot.now)
            except HoldRefusedError:
                refused |= self._refused(rolled, new)
                continue
            return rolled != snapshot.session

    def _refused(self, session: EventSession, holds: Sequence[Hold]) -> frozenset[Instant]:
        """Give the starts at which another session holds somebody's time, or a resource has no room.

        All where nobody can tell.
        """
        with self._deps.store.reading() as tx:
            taken = frozenset(
                hold.span.start
                for hold in holds
                if any(other.session != session.id for other in tx.ledger.holds(hold.person, hold.span))
            )
            taken |= {span.start for span in full_at(tx, session, {hold.span for hold in holds})}
        return taken or frozenset(hold.span.start for hold in holds)

    def _standing(self, tx: Transaction, session: SessionId) -> BookingSnapshot | None:
        """Give a booked series that nobody is at; None where there is none."""
        snapshot = self._deps.snapshot(tx, session, self._deps.store_time())
        series = snapshot.session
        if series is None or series.recurrence is None or series.final_time is None:
            return None
        stands = snapshot.booking.state is BookingState.CONFIRMED
        busy = lease_is_live(snapshot.booking.lease_until, snapshot.now)
        return snapshot if stands and not busy else None


def _new_holds(before: EventSession | None, after: EventSession) -> tuple[Hold, ...]:
    held = set() if before is None else {(one.person, one.span) for one in _holds(before)}
    return tuple(one for one in _holds(after) if (one.person, one.span) not in held)


def _holds(session: EventSession) -> tuple[Hold, ...]:
    return holds_of(session, session.final_time.span) if session.final_time else ()


def _known(tx: Transaction, snapshot: BookingSnapshot) -> EventSession | None:
    """Give a series with what is known by now, as far as everybody's calendars are read."""
    session = snapshot.session
    host = None if session is None else tx.users.get(session.host_user_id)
    if session is None or host is None:
        return None
    read = [
        calendar.covers.end if calendar.covers is not None else snapshot.now
        for user in session.required_ids
        for calendar in tx.calendars.of_user(user)
        if calendar.read
    ]
    reach = min(read, default=snapshot.now)
    return known_up_to(
        session, reach - session.buffer_time * 60, zone_info(session.clock_zone(host.timezone))
    )


def _seen(tx: Transaction, snapshot: BookingSnapshot) -> list[Seen]:
    """Compare what was read of each copy with where the series takes place."""
    slot = snapshot.session.final_time if snapshot.session is not None else None
    endless, found = snapshot.session is not None and snapshot.session.is_endless, []
    for effect in snapshot.copies:
        known = _judged(tx, effect, snapshot.now)
        if slot is None or known is None:
            continue
        there = [
            one.span for one in tx.calendars.busy(effect.attendee, known) if str(one.uid) == effect.event_id
        ]
        difference = lies_otherwise(slot, there, known, endless=endless)
        if difference is not None:
            found.append(Seen(effect.attendee, effect.required, difference, known))
    return found


def _judged(tx: Transaction, effect: Effect, now: Instant) -> Span | None:
    """Give where a copy is known, if it was read since it was written."""
    calendar = None if effect.calendar is None else tx.calendars.get(effect.calendar)
    written = is_watched(effect) and effect.delivery is Delivery.WRITTEN
    if not written or calendar is None or calendar.covers is None or effect.at is None:
        return None
    if not calendar.read or calendar.suspicion is not None:
        return None
    known = Span(max(calendar.covers.start, now - DAY), max(calendar.covers.end, now))
    return known if (calendar.synced_at or 0) - effect.at >= READ_SINCE else None
