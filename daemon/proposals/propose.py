"""Propose: look at the sessions that something has touched, and at no others."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from config.settings import LearningSettings
from daemon import knowledge
from daemon.booking.tracing import epoch_of
from daemon.booking.transitions import apply_transition, change_within
from daemon.knowledge import KnowledgePolicy
from daemon.proposals.habits import Habits
from daemon.runtime.guard import Guard
from daemon.runtime.traces import NO_TRACES, Traces
from engine.booking.offers import regained
from engine.booking.target import Targets
from engine.booking.transition import Transition, enter
from engine.errors import InputError
from engine.find.backends import Bitmaps
from engine.find.people import Roster
from engine.find.request import search_window
from engine.find.search import against, find
from engine.find.series.rule import check_recurring
from engine.ids import MessageId, SessionId, UserId
from engine.learning.reasons import discreet
from engine.model.booking import UNFINISHED, Booking, BookingState
from engine.model.session import EventSession, Message, MessageRole, SessionStatus
from engine.model.set_aside import Item, Work
from engine.ports.store import Store, Transaction
from engine.ports.world import Clock, Randomness
from engine.sessions import proposal
from engine.sessions.proposal import Outcome
from engine.text.mail_address import without_address
from engine.time.span import DAY, Instant

AT_A_TIME = 1000
"""Sessions that are asked for in one go; the rest follow with the next tick."""
FEWEST, LONGEST = 10, 0.7
"""So many are looked at whatever that takes, the others for so many seconds: ticks come each second, and
nothing else may wait because many sessions were asked for at once."""

MOST_USERS_KEPT = 2000
"""People whose busy times stay laid out from tick to tick."""

UNDECIDED = (BookingState.DRAFT, BookingState.PROPOSED)
"""The states in which a session's proposals may still change."""

AfterProposing = Callable[[Transaction, EventSession, Instant], None]
"""What follows a fresh proposal in the same transaction: `confirm = "auto"` accepts the best slot."""


class ProposeJob:
    """Keeps the proposals of woken sessions true."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        randomness: Randomness,
        knowledge_policy: KnowledgePolicy,
        targets: Targets,
        after: AfterProposing | None = None,
        habits: Habits | None = None,
        traces: Traces = NO_TRACES,
    ) -> None:
        self._store = store
        self._clock = clock
        self._randomness = randomness
        self._knowledge_policy = knowledge_policy
        self._targets = targets
        self._after = after
        self._habits = habits or Habits(LearningSettings(enabled=False), randomness)
        self._traces = traces
        self._guard = Guard(store, clock)
        self._looking = threading.Lock()
        self._backend = Bitmaps(roster=Roster(most=MOST_USERS_KEPT))

    def due(self) -> Sequence[SessionId]:
        """Give the sessions whose wake is due."""
        with self._store.reading() as tx:
            return tx.wakes.due(self._clock.now(), AT_A_TIME)

    def run(self) -> int:
        """Look for a while at sessions whose wake is due; give how many changed, and one where some are left.

        One that cannot be looked at is set aside.
        """
        due = self.due()
        changed, ends = 0, self._clock.monotonic() + LONGEST
        looked = self._guard.each((_item(session), partial(self._look, session)) for session in due)
        for number, one in enumerate(looked, 1):
            changed += one is True
            if FEWEST <= number < len(due) and self._clock.monotonic() > ends:
                return changed + 1
        return changed

    def look(self, session: SessionId) -> None:
        """Look at one session, unless somebody has meanwhile."""
        with self._looking, self._store.reading() as tx:
            if not tx.wakes.is_due(session, self._clock.now()):
                return
        with self._looking:
            list(self._guard.each([(_item(session), partial(self._look, session))]))

    def _look(self, session_id: SessionId) -> bool:
        with self._store.writing() as tx:
            now = self._clock.now()
            tx.wakes.done(session_id)
            session = tx.sessions.get(session_id)
            if session is None or not _undecided(tx, session):
                return False
            epoch = epoch_of(tx.ledger.booking(session_id))
            with (
                self._traces.of_booking(session_id, epoch, session.attendee_ids),
                self._traces.span("propose", session=session_id) as span,
            ):
                outcome = self._decide(tx, session, now)
                changed = self._apply(tx, session, outcome, now)
                span.tell(changed=changed, times=len(outcome.session.proposed_times))
            return changed

    def _decide(self, tx: Transaction, session: EventSession, now: Instant) -> Outcome:
        people = {one.id: one for one in tx.users.some(session.attendee_ids)}
        gone = [user for user in session.attendee_ids if user not in people]
        if gone:
            return proposal.wait(session, {str(user): "they are no longer a user" for user in gone})
        senseless = _senseless(tx, session, now)
        if senseless is not None:
            return proposal.refused(session, senseless)
        unreachable = without_address(people[name] for name in session.attendee_ids)
        if unreachable:
            return proposal.wait(session, {str(user): why for user, why in unreachable.items()})
        gathered = knowledge.for_session(tx, self._knowledge_policy, session, now)
        waiting = proposal.waiting_for(session, gathered.known)
        if waiting:
            return proposal.wait(session, waiting)
        request = gathered.request
        roster = self._backend.roster
        session = regained(session, now, lambda slot: not against(request, slot, roster))
        if session.proposed_times and not any(
            against(request, slot, roster) for slot in session.proposed_times
        ):
            return proposal.keep(session)
        whole = request.window.end == search_window(session, now).end
        ranking = self._habits.ranking(tx)
        answer = find(self._habits.asking(request, ranking), self._backend)
        drawn = self._habits.drawn(request, ranking, answer)
        kept = tuple(replace(slot, reasons=discreet(slot.reasons)) for slot in drawn.slots)
        answer = replace(answer, proposed=kept)
        held = () if answer.proposed else self._only_held(tx, session, now)
        if held:
            return proposal.wait_for_bookings(session, held)
        outcome = proposal.conclude(session, answer, whole, request.window.end, request.host.timezone)
        if outcome.says is not None and outcome.session.proposed_times:
            self._habits.write_down(tx, outcome.session, drawn, roster.people(request), ranking, now)
        return outcome

    def _only_held(self, tx: Transaction, session: EventSession, now: Instant) -> Sequence[UserId]:
        """Give the people whose time is kept for bookings under way, where there would be times without."""
        window = knowledge.reaching(session, search_window(session, now))
        under_way: dict[SessionId, UserId] = {}
        for user in session.required_ids:
            for hold in tx.ledger.holds(user, window.widen(DAY, DAY)):
                booking = tx.ledger.booking(hold.session)
                if hold.session != session.id and booking is not None and booking.state in UNFINISHED:
                    under_way.setdefault(hold.session, user)
        if not under_way:
            return ()
        apart = knowledge.for_session(tx, self._knowledge_policy, session, now, apart_from=under_way)
        return tuple(dict.fromkeys(under_way.values())) if find(apart.request).proposed else ()

    def _apply(self, tx: Transaction, before: EventSession, outcome: Outcome, now: Instant) -> bool:
        if outcome.look_again is not None:
            tx.wakes.add([before.id], outcome.look_again)
        changed = replace(outcome.session, version=before.version) != before
        if changed:
            self._store_change(tx, outcome, now)
        if changed and outcome.session.proposed_times and self._after is not None:
            stored = tx.sessions.get(before.id)
            if stored is not None:
                self._after(tx, stored, now)
        return changed

    def _store_change(self, tx: Transaction, outcome: Outcome, now: Instant) -> None:
        session = outcome.session
        if session.status is SessionStatus.FAILED:
            failed = replace(session, completed_at=now)
            change_within(
                tx, session.id, lambda _: failed, targets=self._targets, install=self._store.install, now=now
            )
        else:
            apply_transition(tx, _proposed(tx, session, now), now)
        if outcome.says is not None:
            tx.messages.add(self._message(session, outcome.says, now))

    def _message(self, session: EventSession, says: str, now: Instant) -> Message:
        return Message(
            id=MessageId(self._randomness.token()),
            session_id=session.id,
            role=MessageRole.ASSISTANT,
            content=says,
            timestamp=now,
        )


def _senseless(tx: Transaction, session: EventSession, now: Instant) -> str | None:
    """Say why nothing can be found by the rule of a session that an app, or an earlier release, wrote."""
    host = tx.users.get(session.host_user_id)
    if session.recurrence is None or host is None:
        return None
    try:
        check_recurring(session, host.timezone, now)
    except InputError as error:
        return str(error)
    return None


def _item(session: SessionId) -> Item:
    return Item(step=Work.PROPOSE, name=session, session=session)


def _undecided(tx: Transaction, session: EventSession) -> bool:
    booking = tx.ledger.booking(session.id)
    return session.status is SessionStatus.PENDING and (booking is None or booking.state in UNDECIDED)


def _proposed(tx: Transaction, session: EventSession, now: Instant) -> Transition:
    """Let the booking's state follow the first proposals; later ones leave it as it is."""
    booking = tx.ledger.booking(session.id) or Booking(session=session.id, since=now)
    first = session.proposed_times and booking.state is BookingState.DRAFT
    transition = (
        enter(booking, BookingState.PROPOSED, now) if first else Transition(before=booking, after=booking)
    )
    return replace(transition, session=session)
