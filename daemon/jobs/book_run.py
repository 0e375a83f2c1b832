"""One worker's turn at one booking: gather, decide, apply, until there is nothing more to do now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from daemon.jobs.book_apply import apply_step, gather_case
from daemon.jobs.book_calls import BookCalls
from daemon.jobs.book_deps import BookDeps
from daemon.jobs.book_sight import conflicts_on, look_at
from engine.booking import backward, failing, forward, outcome, outside, updating, waiting
from engine.booking.case import Case
from engine.booking.draft import draft_of
from engine.booking.fresh import Held
from engine.booking.moves import (
    Check,
    Inspect,
    Look,
    Move,
    PlanHolds,
    Rest,
    Sweep,
    Take,
    Verify,
    Wait,
    Withdraw,
    Write,
    leftovers,
    next_move,
)
from engine.booking.reach import UNUSABLE
from engine.booking.step import Step, stay
from engine.booking.sweeping import strays
from engine.booking.target import planned
from engine.booking.timing import LEASE, LEASE_LEFT, STUCK_RETRY, UNKNOWN_DEADLINE, UNKNOWN_RETRY
from engine.errors import HoldRefusedError, SourceError, StaleVersionError
from engine.ids import SessionId, UserId
from engine.model.booking import BookingState, Effect, EffectState, EventDraft, Want, Written
from engine.model.user import User
from engine.ports import Transaction
from engine.timespan import Instant

MOST_STALE = 20
"""So often in a row somebody else is quicker before a worker leaves a booking to a later turn."""


@dataclass(slots=True)
class Lease:
    """The right to work on one booking; `until` by the monotonic clock of this process."""

    owner: str
    until: float


class LeaseLostError(StaleVersionError):
    """Somebody else works on the booking by now."""


class BookRun:
    """Works one booking under a lease."""

    def __init__(self, deps: BookDeps, calls: BookCalls, session: SessionId, lease: Lease) -> None:
        self._deps = deps
        self._calls = calls
        self._session = session
        self._lease = lease
        self._checked_at: Instant | None = None
        self._latest: Case | None = None
        """The case as this worker last left it; should somebody else change it, the next step fails."""
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
        case = self._latest or self._gather()
        move = next_move(replace(case, checked_at=self._checked_at))
        self._latest = None
        try:
            if isinstance(move, Rest | Wait):
                self._let_go(case, move)
                return False
            self._apply(case, move)
        except LeaseLostError:
            raise
        except StaleVersionError:
            return self._look_again()
        self._stale = 0
        return True

    def _look_again(self) -> bool:
        """Decide anew on what somebody else changed, unless that never ends: then the lease runs out."""
        self._latest = None
        self._stale += 1
        return self._stale < MOST_STALE

    def _gather(self) -> Case:
        with self._deps.store.reading() as tx:
            case = self._case(tx)
        if case.booking.lease_owner != self._lease.owner:
            raise LeaseLostError(f"The booking of session {self._session} is another worker's by now")
        return case

    def _case(self, tx: Transaction) -> Case:
        deps = self._deps
        case = gather_case(tx, self._session, deps.targets, deps.store.install, deps.store_time())
        return replace(case, checked_at=self._checked_at, policy=deps.policy, skipped=deps.skipped())

    def _let_go(self, case: Case, move: Move) -> None:
        until = move.until if isinstance(move, Wait) else case.booking.next_at
        after = replace(case.booking, lease_owner=None, lease_until=0, next_at=until)
        with self._deps.store.writing() as tx:
            tx.ledger.advance(case.booking, after)

    def _commit(self, step: Step) -> Case:
        """Write a step down and prolong the lease with it; gives the case as it then stands."""
        began = self._deps.clock.monotonic()
        after = replace(step.after, lease_until=self._deps.store_time() + LEASE)
        with self._deps.store.writing() as tx:
            apply_step(tx, replace(step, after=after), self._deps.store_time())
            case = self._case(tx)
        self._lease.until = began + LEASE
        self._latest = case
        return case

    def _ready(self, case: Case) -> Case:
        """Make sure that the lease outlasts the next remote call."""
        left = self._lease.until - self._deps.clock.monotonic()
        return case if left >= LEASE_LEFT else self._commit(stay(case, ()))

    def _apply(self, case: Case, move: Move) -> None:
        match move:
            case Take(step):
                self._take(case, step)
            case PlanHolds():
                self._hold(case)
            case Check():
                self._check(self._ready(case))
            case Write(effect):
                self._write(case, effect)
            case Look(effect):
                self._look(self._ready(case), effect)
            case Verify():
                self._verify(case)
            case Withdraw(effect):
                self._withdraw(self._ready(case), effect)
            case Sweep():
                self._sweep(case)
            case Inspect():
                self._inspect(self._ready(case))

    def _take(self, case: Case, step: Step) -> None:
        try:
            self._commit(step)
        except HoldRefusedError as refusal:
            self._commit(forward.not_held(case, str(refusal)))

    def _hold(self, case: Case) -> None:
        session = case.session
        if session is None:
            return
        deps = self._deps
        with deps.store.reading() as tx:
            unusable = {each.connector for each in tx.calendars.accounts() if each.state in UNUSABLE}
        effects = planned(
            session,
            case.booking.epoch + 1,
            case.targets,
            deps.identifier,
            case.install,
            before=case.effects,
            unusable=unusable,
        )
        try:
            self._commit(forward.held(case, session, effects))
        except HoldRefusedError as refusal:
            self._commit(forward.not_held(case, str(refusal)))

    def _check(self, case: Case) -> None:
        """Read the required calendars once more; unknown is waited for a little, and never taken as free."""
        session, slot = case.session, case.booking.slot
        if session is None or slot is None:
            return
        written = case.booking.state is BookingState.WRITING
        paused = () if written else self._paused(case)
        if paused:
            self._commit(waiting.for_pauses(case, paused))
            return
        asked_at = self._deps.store_time()
        answer = self._deps.fresh_busy(session, slot)
        if answer.busy:
            why = "; ".join(answer.busy)
            self._commit(failing.no_longer_free(case, why) if written else forward.releasing(case, why))
        elif answer.held and not written:
            self._commit(waiting.for_pauses(case, answer.held))
        elif answer.unknown and not written and case.waited >= UNKNOWN_DEADLINE:
            self._commit(forward.releasing(case, f"Busy times unknown: {'; '.join(answer.unknown)}"))
        elif answer.unknown:
            later = replace(case.booking, next_at=case.now + UNKNOWN_RETRY)
            self._commit(Step(before=case.booking, after=later))
        else:
            self._checked_at = asked_at

    def _paused(self, case: Case) -> tuple[Held, ...]:
        """Tell whose calendar is known to take no writes now: nothing is written before all of them do."""
        asked = ((each, self._calls.writes_held(each)) for each in case.copies)
        return tuple(Held(each.attendee, pause) for each, pause in asked if pause is not None)

    def _write(self, case: Case, effect: Effect) -> None:
        """Record the intent, call, record the answer: in this order, and never in one transaction."""
        sent = outcome.intended(effect)
        draft = self._draft(case, sent)
        case = self._commit(stay(case, (sent,)))
        answer = self._calls.write(sent, draft)
        try:
            self._commit(stay(case, (self._answered(case, sent, answer),)))
        except StaleVersionError:
            self._clean_up_after(sent)
            raise

    def _answered(self, case: Case, sent: Effect, answer: Written | SourceError) -> Effect:
        if case.booking.state is BookingState.CONFIRMED:
            return updating.after_update(sent, answer, self._now(), case.waited)
        return outcome.after_write(sent, answer, self._now(), case.waited)

    def _clean_up_after(self, sent: Effect) -> None:
        """Take a late write back: while this worker was away somebody else has undone the booking.

        Whether it landed or not, deleting it is right: an epoch that is once unwanted stays so, and the next
        one writes under other ids. Where the calendar does not answer, the next sweep finds it.
        """
        with self._deps.store.reading() as tx:
            booking = tx.ledger.booking(self._session)
            now = next((each for each in tx.ledger.effects(self._session) if _same(each, sent)), None)
        mine = booking is not None and booking.lease_owner == self._lease.owner
        if not mine and (now is None or now.want is Want.ABSENT):
            self._calls.withdraw(sent)

    def _draft(self, case: Case, effect: Effect) -> EventDraft:
        session, slot, event_id = case.session, case.booking.slot, effect.event_id
        if session is None or slot is None or event_id is None:
            raise ValueError(f"effect of {effect.attendee} in session {effect.session} cannot be written")
        return draft_of(case, session, slot, effect, event_id, self._users(session.attendee_ids))

    def _users(self, ids: Sequence[UserId]) -> Mapping[UserId, User]:
        with self._deps.store.reading() as tx:
            found = ((user, tx.users.get(user)) for user in ids)
            return {user: known for user, known in found if known is not None}

    def _look(self, case: Case, effect: Effect) -> None:
        slot = case.booking.slot
        if slot is None:
            return
        found = self._calls.read(effect)
        update = case.booking.state is BookingState.CONFIRMED
        read = updating.after_update_look if update else outcome.after_look
        result = read(effect, found, slot, case.mark, self._now(), case.waited)
        self._commit(stay(case, (result,)))

    def _verify(self, case: Case) -> None:
        slot, session = case.booking.slot, case.session
        if slot is None or session is None:
            return
        changed = []
        for effect in case.copies:
            if effect.attempts > 1:
                case, _ = self._remove_strays(case, effect)
            case = self._ready(case)
            found = self._calls.read(effect)
            changed.append(outcome.after_check(effect, found, slot, case.mark, self._now()))
        stuck = case.booking.state is BookingState.STUCK
        if any(each.state is EffectState.PLANNED for each in changed) and not stuck:
            self._commit(forward.writing_again(case, changed))
        elif any(each.next_at > self._now() or each.state is EffectState.PLANNED for each in changed):
            self._commit(stay(case, (_hourly(each, self._now()) for each in changed) if stuck else changed))
        else:
            conflicts = self._deps.fresh_busy(session, slot).busy
            self._commit(forward.confirmed(case, changed, conflicts))

    def _remove_strays(self, case: Case, effect: Effect) -> tuple[Case, SourceError | None]:
        """See that a write that was repeated, or came late, left no second event; gives the last trouble."""
        case = self._ready(case)
        listed = self._calls.marked(effect, case.install)
        if isinstance(listed, SourceError):
            return case, listed
        trouble = None
        for stray in strays(listed, effect, case):
            case = self._ready(case)
            trouble = self._calls.remove(effect, stray) or trouble
        return case, trouble

    def _withdraw(self, case: Case, effect: Effect) -> None:
        answer = self._calls.withdraw(effect)
        result = outcome.after_withdraw(effect, answer, self._now(), case.waited)
        if answer is not None and case.booking.state is BookingState.STUCK:
            result = replace(result, next_at=self._now() + STUCK_RETRY)
        self._commit(stay(case, (result,)))

    def _sweep(self, case: Case) -> None:
        """Look for what landed late, by id and by mark; what is found is undone once more."""
        found = []
        for effect in leftovers(case):
            case = self._ready(case)
            result = outcome.after_sweep(effect, self._calls.read(effect), case.mark, self._now())
            case, trouble = self._remove_strays(case, effect)
            if trouble is not None:
                result = outcome.after_sweep(effect, trouble, case.mark, self._now())
            if result != effect:
                found.append(result)
        self._take(case, backward.undoing_again(case, found) if found else backward.ended(case))

    def _inspect(self, case: Case) -> None:
        sightings, unseen = look_at(case, self._calls)
        with self._deps.store.reading() as tx:
            conflicts = conflicts_on(tx, case) or case.booking.conflicts
        step = outside.answer(case, sightings, conflicts, unseen)
        self._commit(step or stay(case, (replace(each, last_code=None) for each in case.copies)))

    def _now(self) -> Instant:
        return self._deps.store_time()


def _hourly(effect: Effect, now: Instant) -> Effect:
    """Look again in an hour at what a stuck booking could not read; what is not there is another matter."""
    return replace(effect, next_at=now + STUCK_RETRY) if effect.next_at > now else effect


def _same(one: Effect, other: Effect) -> bool:
    return (one.attendee, one.epoch) == (other.attendee, other.epoch)
