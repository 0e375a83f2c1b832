"""One worker's turn at one booking: gather, decide, apply, until there is nothing more to do now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from daemon.booking.calls import BookCalls
from daemon.booking.copy_lookup import conflicts_on, look_at
from daemon.booking.leased import LeasedBooking, LeaseLostError
from engine.booking import outcome
from engine.booking.checks import calendar_changes
from engine.booking.checks.clock_set_back import righted
from engine.booking.checks.sweeping import strays
from engine.booking.last_look import Held
from engine.booking.reachability import UNUSABLE
from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps import booking_steps, failing, leaving, undo_steps, updating, waiting
from engine.booking.steps.draft import draft_of
from engine.booking.steps.moves import (
    Apply,
    Check,
    Idle,
    Inspect,
    Look,
    Move,
    PlanHolds,
    Sweep,
    Verify,
    Wait,
    Withdraw,
    Write,
    leftovers,
    next_move,
)
from engine.booking.target import planned
from engine.booking.timing import REFUSALS_BEFORE_STUCK, STUCK_RETRY, UNKNOWN_DEADLINE, UNKNOWN_RETRY
from engine.booking.transition import Transition, stay
from engine.errors import HoldRefusedError, SourceError, StaleVersionError
from engine.ids import UserId
from engine.model.booking import BookingState, Effect, EffectState, EventDraft, Want, Written
from engine.model.user import User
from engine.time.span import Instant

MOST_STALE = 20
"""So often in a row somebody else is quicker before a worker leaves a booking to a later turn."""


class Turn:
    """One worker's visit to one booking."""

    def __init__(self, calls: BookCalls, booking: LeasedBooking) -> None:
        self._calls = calls
        self._booking = booking
        self._deps = booking.deps
        self._stale = 0

    def drive(self) -> None:
        """Do what is to be done now; somebody else's change in between is decided on anew."""
        try:
            while self._turn():
                pass
        except LeaseLostError:
            return

    def _turn(self) -> bool:
        """Make one move; tells whether there may be another."""
        snapshot = self._booking.gathered()
        right = righted(snapshot)
        move = next_move(replace(snapshot, checked_at=self._booking.checked_at))
        try:
            if right is not snapshot:
                self._booking.put_right(snapshot, right)
                return True
            if isinstance(move, Idle | Wait):
                self._booking.let_go(snapshot, move)
                return False
            self._apply(snapshot, move)
        except LeaseLostError:
            raise
        except StaleVersionError:
            return self._look_again()
        self._stale = 0
        return True

    def _look_again(self) -> bool:
        """Decide anew on what somebody else changed, unless that never ends: then the lease runs out."""
        self._booking.forget()
        self._stale += 1
        return self._stale < MOST_STALE

    def _apply(self, snapshot: BookingSnapshot, move: Move) -> None:
        match move:
            case Apply(transition):
                self._take(snapshot, transition)
            case PlanHolds():
                self._hold(snapshot)
            case Check():
                self._check(self._booking.ready(snapshot))
            case Write(effect):
                self._write(snapshot, effect)
            case Look(effect):
                self._look(self._booking.ready(snapshot), effect)
            case Verify():
                self._verify(snapshot)
            case Withdraw(effect):
                self._withdraw(self._booking.ready(snapshot), effect)
            case Sweep():
                self._sweep(snapshot)
            case Inspect():
                self._inspect(self._booking.ready(snapshot))

    def _take(self, snapshot: BookingSnapshot, transition: Transition) -> None:
        try:
            self._booking.commit(transition)
        except HoldRefusedError as refusal:
            self._booking.commit(booking_steps.not_held(snapshot, str(refusal)))

    def _hold(self, snapshot: BookingSnapshot) -> None:
        session = snapshot.session
        if session is None:
            return
        deps = self._deps
        with deps.store.reading() as tx:
            unusable = {each.connector for each in tx.calendars.accounts() if each.state in UNUSABLE}
        effects = planned(
            session,
            snapshot.booking.epoch + 1,
            snapshot.targets,
            deps.identifier,
            snapshot.install,
            before=snapshot.effects,
            unusable=unusable,
        )
        try:
            self._booking.commit(booking_steps.held(snapshot, session, effects))
        except HoldRefusedError as refusal:
            self._booking.commit(booking_steps.not_held(snapshot, str(refusal)))

    def _check(self, snapshot: BookingSnapshot) -> None:
        """Read the required calendars once more; unknown is waited for a little, and never taken as free."""
        session, slot = snapshot.session, snapshot.booking.slot
        if session is None or slot is None:
            return
        written = snapshot.booking.state is BookingState.WRITING
        paused = () if written else self._paused(snapshot)
        if paused:
            self._booking.commit(waiting.for_pauses(snapshot, paused))
            return
        asked_at = self._booking.now()
        answer = self._deps.fresh_busy(session, slot)
        if answer.busy:
            why = "; ".join(answer.busy)
            self._booking.commit(
                failing.no_longer_free(snapshot, why) if written else booking_steps.releasing(snapshot, why)
            )
        elif answer.held and not written:
            self._booking.commit(waiting.for_pauses(snapshot, answer.held))
        elif answer.unknown and not written and snapshot.waited >= UNKNOWN_DEADLINE:
            self._booking.commit(
                booking_steps.releasing(snapshot, f"Busy times unknown: {'; '.join(answer.unknown)}")
            )
        elif answer.unknown:
            later = replace(snapshot.booking, next_at=snapshot.now + UNKNOWN_RETRY)
            self._booking.commit(Transition(before=snapshot.booking, after=later))
        else:
            self._booking.checked_at = asked_at

    def _paused(self, snapshot: BookingSnapshot) -> tuple[Held, ...]:
        """Tell whose calendar is known to take no writes now: nothing is written before all of them do."""
        asked = ((each, self._calls.writes_held(each)) for each in snapshot.copies)
        return tuple(Held(each.attendee, pause) for each, pause in asked if pause is not None)

    def _write(self, snapshot: BookingSnapshot, effect: Effect) -> None:
        """Record the intent, call, record the answer: in this order, and never in one transaction."""
        sent = outcome.intended(effect)
        draft = self._draft(snapshot, sent)
        snapshot = self._booking.commit(stay(snapshot, (sent,)))
        answer = self._calls.write(sent, draft)
        try:
            self._booking.commit(stay(snapshot, (self._answered(snapshot, sent, answer),)))
        except StaleVersionError:
            self._clean_up_after(sent)
            raise

    def _answered(self, snapshot: BookingSnapshot, sent: Effect, answer: Written | SourceError) -> Effect:
        if snapshot.booking.state is BookingState.CONFIRMED:
            recurs = snapshot.session is not None and snapshot.session.recurrence is not None
            return updating.after_update(sent, answer, self._booking.now(), snapshot.waited, of_series=recurs)
        return outcome.after_write(sent, answer, self._booking.now(), snapshot.waited)

    def _clean_up_after(self, sent: Effect) -> None:
        """Take a late write back: while this worker was away somebody else has undone the booking.

        Whether it landed or not, deleting it is right: an epoch that is once unwanted stays so, and the next
        one writes under other ids. Where the calendar does not answer, the next sweep finds it. Where the
        booking stands and its owner has deleted just this copy, it is not put back.
        """
        with self._deps.store.reading() as tx:
            booking = tx.ledger.booking(self._booking.session)
            now = next((each for each in tx.ledger.effects(self._booking.session) if _same(each, sent)), None)
        mine = booking is not None and booking.lease_owner == self._booking.lease.owner
        if not mine and (now is None or now.want is Want.ABSENT or self._is_back(now)):
            self._calls.withdraw(sent)

    def _is_back(self, effect: Effect) -> bool:
        return effect.state is EffectState.REFUSED and outcome.came_back(self._calls.read(effect))

    def _draft(self, snapshot: BookingSnapshot, effect: Effect) -> EventDraft:
        session, slot, event_id = snapshot.session, snapshot.booking.slot, effect.event_id
        if session is None or slot is None or event_id is None:
            raise ValueError(f"effect of {effect.attendee} in session {effect.session} cannot be written")
        return draft_of(snapshot, session, slot, effect, event_id, self._users(session.attendee_ids))

    def _users(self, ids: Sequence[UserId]) -> Mapping[UserId, User]:
        with self._deps.store.reading() as tx:
            found = ((user, tx.users.get(user)) for user in ids)
            return {user: known for user, known in found if known is not None}

    def _look(self, snapshot: BookingSnapshot, effect: Effect) -> None:
        slot = snapshot.booking.slot
        if slot is None:
            return
        found = self._calls.read(effect)
        update = snapshot.booking.state is BookingState.CONFIRMED
        read = updating.after_update_look if update else outcome.after_look
        result = read(effect, found, slot, snapshot.mark, self._booking.now(), snapshot.waited)
        self._booking.commit(stay(snapshot, (result,)))

    def _verify(self, snapshot: BookingSnapshot) -> None:
        slot, session = snapshot.booking.slot, snapshot.session
        if slot is None or session is None:
            return
        changed = []
        for effect in snapshot.copies:
            if effect.attempts > 1:
                snapshot, _ = self._remove_strays(snapshot, effect)
            snapshot = self._booking.ready(snapshot)
            found = self._calls.read(effect)
            changed.append(outcome.after_check(effect, found, slot, snapshot.mark, self._booking.now()))
        stuck = snapshot.booking.state is BookingState.STUCK
        if any(each.state is EffectState.PLANNED for each in changed) and not stuck:
            self._booking.commit(booking_steps.writing_again(snapshot, changed))
        elif any(each.next_at > self._booking.now() or each.state is EffectState.PLANNED for each in changed):
            self._booking.commit(
                stay(snapshot, (_hourly(each, self._booking.now()) for each in changed) if stuck else changed)
            )
        else:
            conflicts: Sequence[str] = self._deps.fresh_busy(session, slot).busy
            if conflicts and session.recurrence is not None:
                with self._deps.store.reading() as tx:
                    conflicts = conflicts_on(tx, snapshot) or conflicts
            self._booking.commit(booking_steps.confirmed(snapshot, changed, conflicts))

    def _remove_strays(
        self, snapshot: BookingSnapshot, effect: Effect
    ) -> tuple[BookingSnapshot, SourceError | None]:
        """See that a write that was repeated, or came late, left no second event; gives the last trouble."""
        snapshot = self._booking.ready(snapshot)
        listed = self._calls.marked(effect, snapshot.install)
        if isinstance(listed, SourceError):
            return snapshot, listed
        trouble = None
        for stray in strays(listed, effect, snapshot):
            snapshot = self._booking.ready(snapshot)
            trouble = self._calls.remove(effect, stray) or trouble
        return snapshot, trouble

    def _withdraw(self, snapshot: BookingSnapshot, effect: Effect) -> None:
        answer = self._calls.withdraw(effect)
        result = outcome.after_withdraw(effect, answer, self._booking.now(), snapshot.waited)
        if answer is not None and (snapshot.booking.state is BookingState.STUCK or _is_hopeless(result)):
            result = replace(result, next_at=self._booking.now() + STUCK_RETRY)
        leaves = snapshot.booking.state is BookingState.CONFIRMED
        self._booking.commit(leaving.let_go(snapshot, result) if leaves else stay(snapshot, (result,)))

    def _sweep(self, snapshot: BookingSnapshot) -> None:
        """Look for what landed late, by id and by mark; what is found is undone once more."""
        found = []
        for effect in leftovers(snapshot):
            snapshot = self._booking.ready(snapshot)
            result = outcome.after_sweep(effect, self._calls.read(effect), snapshot.mark, self._booking.now())
            snapshot, trouble = self._remove_strays(snapshot, effect)
            if trouble is not None:
                result = outcome.after_sweep(effect, trouble, snapshot.mark, self._booking.now())
            if result != effect:
                found.append(result)
        self._take(
            snapshot, undo_steps.undoing_again(snapshot, found) if found else undo_steps.ended(snapshot)
        )

    def _inspect(self, snapshot: BookingSnapshot) -> None:
        lookups, unseen = look_at(snapshot, self._calls)
        with self._deps.store.reading() as tx:
            conflicts = conflicts_on(tx, snapshot) or snapshot.booking.conflicts
        transition = calendar_changes.answer(snapshot, lookups, conflicts, unseen)
        self._booking.commit(
            transition or stay(snapshot, (replace(each, last_code=None) for each in snapshot.copies))
        )


def _hourly(effect: Effect, now: Instant) -> Effect:
    """Look again in an hour at what a stuck booking could not read; what is not there is another matter."""
    return replace(effect, next_at=now + STUCK_RETRY) if effect.next_at > now else effect


def _is_hopeless(effect: Effect) -> bool:
    return effect.attempts >= REFUSALS_BEFORE_STUCK and effect.last_code in outcome.DEFINITE


def _same(one: Effect, other: Effect) -> bool:
    return (one.attendee, one.epoch) == (other.attendee, other.epoch)
