"""Bugs that somebody could write: each is switched on by a patch, and the kill loop must catch each."""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from unittest.mock import patch

import sqlalchemy as sa

from daemon.booking import leased, transitions
from daemon.booking.calls import BookCalls
from daemon.booking.turn import Turn
from daemon.booking.worker import BookJob
from daemon.runtime import jumps
from engine.booking import outcome, transition
from engine.booking.checks import calendar_changes
from engine.booking.last_look import FreshCheck
from engine.booking.outcome import Code
from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps import booking_steps, moves, undo_steps
from engine.booking.transition import Transition
from engine.errors import SourceError, WriteAmbiguousError, WriteConflictError
from engine.ids import EventId, SessionId, UserId
from engine.model.booking import (
    Booking,
    BookingState,
    Effect,
    EffectState,
    EventDraft,
    Hold,
    Mark,
    Observed,
    Want,
    Written,
)
from engine.model.session import EventSession
from engine.notices.session_notices import SessionChange, told_of
from engine.ports.store import Transaction
from engine.time.span import Instant
from store.sql.ledger.bookings import Bookings
from store.sql.ledger.effects import Effects
from store.sql.ledger.holds import Holds
from store.sql.tables.ledger import booking
from store.vault import KeyVault
from tests.chaos.town import Visit

Mutant = Callable[[], AbstractContextManager[object]]


def random_ids() -> AbstractContextManager[object]:
    """Every try writes under an id of its own."""
    write = BookCalls.write

    def mutated(calls: BookCalls, effect: Effect, draft: EventDraft) -> Written | SourceError:
        made = EventId(f"{random.SystemRandom().getrandbits(64):x}")
        return write(calls, effect, replace(draft, event_id=made))

    return patch.object(BookCalls, "write", mutated)


def no_holds() -> AbstractContextManager[object]:
    """Nobody's time is held."""
    return patch.object(Holds, "hold", lambda holds, asked: None)


def pending_holds_invisible() -> AbstractContextManager[object]:
    """Only the holds of confirmed bookings are in the way."""
    refuses = Holds._in_the_way

    def mutated(holds: Holds, hold: Hold) -> bool:
        there = holds.holds(hold.person, hold.span)
        others = [each.session for each in there if each.session != hold.session]
        theirs = sa.select(booking.c.state).where(booking.c.session.in_(others))
        stands = BookingState.CONFIRMED in holds._connection.execute(theirs).scalars()
        return stands and refuses(holds, hold)

    return patch.object(Holds, "_in_the_way", mutated)


def no_fresh_check() -> AbstractContextManager[object]:
    """The slot is taken to be free."""
    return patch.object(Visit, "fresh_busy", lambda visit, session, span: FreshCheck())


def conflict_is_failure() -> AbstractContextManager[object]:
    """409 is read as a refusal."""
    return _misread(WriteConflictError)


def ambiguous_is_failure() -> AbstractContextManager[object]:
    """A lost answer is read as a refusal."""
    return _misread(WriteAmbiguousError)


def _misread(kind: type[SourceError]) -> AbstractContextManager[object]:
    read = outcome.after_write

    def mutated(effect: Effect, answer: Written | SourceError, now: Instant, waited: int) -> Effect:
        if isinstance(answer, kind):
            return outcome.refused(effect, Code.REFUSED, str(answer))
        return read(effect, answer, now, waited)

    return patch.object(outcome, "after_write", mutated)


def ambiguous_is_success() -> AbstractContextManager[object]:
    """A lost answer is read as an acknowledgement, and nothing is read back."""
    read = outcome.after_write

    def mutated(effect: Effect, answer: Written | SourceError, now: Instant, waited: int) -> Effect:
        return (
            outcome.settled(effect, None)
            if isinstance(answer, SourceError)
            else read(effect, answer, now, waited)
        )

    return _all(patch.object(outcome, "after_write", mutated), no_read_back())


def no_read_back() -> AbstractContextManager[object]:
    """An acknowledged write is believed."""

    def mutated(run: Turn, snapshot: BookingSnapshot) -> None:
        run._booking.commit(booking_steps.confirmed(snapshot, (), ()))

    return patch.object(Turn, "_verify", mutated)


def only_written_is_undone() -> AbstractContextManager[object]:
    """Copies whose write was not acknowledged are left out of the undo."""
    unwanted = undo_steps.unwanted

    def mutated(effect: Effect, snapshot: BookingSnapshot) -> Effect:
        done = unwanted(effect, snapshot)
        written = effect.state is EffectState.WRITTEN
        return done if written else replace(done, state=EffectState.GONE)

    return patch.object(undo_steps, "unwanted", mutated)


def no_late_write_sweep() -> AbstractContextManager[object]:
    """After the quarantine nobody looks, nor does a late worker look behind itself."""

    def mutated(run: Turn, snapshot: BookingSnapshot) -> None:
        run._booking.commit(undo_steps.ended(snapshot))

    return _all(
        patch.object(Turn, "_sweep", mutated),
        patch.object(Turn, "_clean_up_after", lambda run, sent: None),
    )


def holds_freed_early() -> AbstractContextManager[object]:
    """The time is given away before the quarantine."""
    quarantine = undo_steps.quarantine
    return patch.object(
        undo_steps, "quarantine", lambda snapshot: replace(quarantine(snapshot), release=True)
    )


def told_before_it_stands() -> AbstractContextManager[object]:
    """What is to be told is queued when the writes are done, before they are read back."""
    verifying, confirmed = booking_steps.verifying, booking_steps.confirmed

    def early(snapshot: BookingSnapshot) -> Transition:
        told = confirmed(
            replace(snapshot, booking=replace(snapshot.booking, state=BookingState.VERIFYING)), (), ()
        )
        before, after = snapshot.session, told.session
        if before is None or after is None:
            return verifying(snapshot)
        notices = told_of(SessionChange(before, after, snapshot.booking, told.after, snapshot.now))
        return replace(verifying(snapshot), outbox=(*told.outbox, *notices))

    def silent(snapshot: BookingSnapshot, changed: Sequence[Effect], conflicts: Sequence[str]) -> Transition:
        return replace(confirmed(snapshot, changed, conflicts), outbox=())

    return _all(
        patch.object(booking_steps, "verifying", early), patch.object(booking_steps, "confirmed", silent)
    )


def intent_after_the_call() -> AbstractContextManager[object]:
    """The ledger learns of a write when it is done."""

    def mutated(run: Turn, snapshot: BookingSnapshot, effect: Effect) -> None:
        sent = outcome.intended(effect)
        answer = run._calls.write(sent, run._draft(snapshot, sent))
        run._booking.commit(transition.stay(snapshot, (run._answered(snapshot, sent, answer),)))

    return patch.object(Turn, "_write", mutated)


def epoch_not_raised() -> AbstractContextManager[object]:
    """A second booking of a session reuses the ids of the first."""

    def mutated(booking: Booking) -> Booking:
        return replace(booking, epoch=max(booking.epoch, 1))

    def plan(effects: Effects, asked: Iterable[Effect]) -> None:
        for effect in asked:
            place = (effect.attendee, effect.epoch)
            if place in {(each.attendee, each.epoch) for each in effects.effects(effect.session)}:
                effects.record(effect)
            else:
                planned(effects, (effect,))

    planned = Effects.plan
    return _all(patch.object(booking_steps, "_next_epoch", mutated), patch.object(Effects, "plan", plan))


def row_count_unchecked() -> AbstractContextManager[object]:
    """A compare-and-swap that changed no row is taken for one that did."""
    advance = Bookings.advance

    def mutated(bookings: Bookings, before: Booking, after: Booking) -> Booking:
        there = bookings.booking(before.session)
        return advance(bookings, there or before, after)

    return patch.object(Bookings, "advance", mutated)


def fence_ignored() -> AbstractContextManager[object]:
    """Who sleeps past a lease writes down what it knows, and goes on as if nothing had happened."""
    apply = transitions.apply_transition

    def mutated(tx: Transaction, made: Transition, now: Instant) -> Booking:
        there = tx.ledger.booking(made.before.session)
        is_answer = made.changed and made.before.state is made.after.state
        if there is None or there.version == made.before.version or not is_answer:
            return apply(tx, made, now)
        for effect in made.changed:
            tx.ledger.record(effect)
        return there

    return patch.object(leased, "apply_transition", mutated)


def deletion_revived() -> AbstractContextManager[object]:
    """A copy that its owner deleted is written again."""
    marked = calendar_changes._marked

    def mutated(lookup: calendar_changes.CopyLookup, change: calendar_changes.Change | None) -> Effect:
        if change is calendar_changes.Change.DELETED:
            gone = lookup.found is None
            return replace(lookup.effect, state=EffectState.PLANNED, etag=None) if gone else lookup.effect
        return marked(lookup, change)

    return _all(
        patch.object(calendar_changes, "_marked", mutated),
        patch.object(calendar_changes, "_reopening", lambda snapshot, session, seen: None),
    )


def deleted_copy_comes_back() -> AbstractContextManager[object]:
    """A late write of a copy that its owner has deleted meanwhile is left where it lands."""
    return patch.object(outcome, "came_back", lambda found: False)


def audit_row_skipped() -> AbstractContextManager[object]:
    """One transition is not written down."""
    apply = transitions.apply_transition

    def mutated(tx: Transaction, made: Transition, now: Instant) -> Booking:
        kept = () if made.after.state is BookingState.QUARANTINE else made.audit
        return apply(tx, replace(made, audit=kept), now)

    return _all(
        patch.object(transitions, "apply_transition", mutated),
        patch.object(leased, "apply_transition", mutated),
    )


def unwanted_forgotten() -> AbstractContextManager[object]:
    """The undo is called done at the first deletion that fails."""
    after = outcome.after_withdraw

    def mutated(effect: Effect, answer: SourceError | None, now: Instant, waited: int) -> Effect:
        return after(effect, None, now, waited)

    return patch.object(outcome, "after_withdraw", mutated)


def confirmed_with_one_missing() -> AbstractContextManager[object]:
    """The last copy is not waited for."""
    writing = moves._NEXT[BookingState.WRITING]

    def mutated(snapshot: BookingSnapshot) -> moves.Move:
        left = [each for each in snapshot.copies if each.state is not EffectState.WRITTEN]
        if len(left) == 1 and left[0].want is Want.PRESENT and left[0].state is EffectState.PLANNED:
            return moves.Apply(booking_steps.verifying(snapshot))
        return writing(snapshot)

    def verifying(snapshot: BookingSnapshot) -> moves.Move:
        return moves.Apply(booking_steps.confirmed(snapshot, (), ()))

    changed: Mapping[BookingState, object] = {
        BookingState.WRITING: mutated,
        BookingState.VERIFYING: verifying,
    }
    return patch.dict(moves._NEXT, changed)


def undo_never_resumed() -> AbstractContextManager[object]:
    """Nobody comes back to an undo that was interrupted."""
    due = Bookings.due

    def mutated(bookings: Bookings, now: Instant, limit: int = 100) -> Sequence[SessionId]:
        found = (bookings.booking(each) for each in due(bookings, now, limit))
        return [each.session for each in found if each and each.state is not BookingState.UNDOING]

    return patch.object(Bookings, "due", mutated)


def sealed_for_elsewhere() -> AbstractContextManager[object]:
    """What is kept of a calendar is bound to another place than the one it is read from."""
    seal = KeyVault.seal

    def mutated(vault: KeyVault, user: UserId, place: str, plain: bytes) -> str:
        is_kept = place.startswith("calendar_objects.")
        return seal(vault, user, f"{place}/elsewhere" if is_kept else place, plain)

    return patch.object(KeyVault, "seal", mutated)


def unseen_is_gone() -> AbstractContextManager[object]:
    """What could not be looked at when the quarantine ends is taken for gone."""
    sweep = outcome.after_sweep

    def mutated(effect: Effect, found: Observed | SourceError | None, mark: Mark, now: Instant) -> Effect:
        return sweep(effect, None if isinstance(found, SourceError) else found, mark, now)

    def blind(run: Turn, snapshot: BookingSnapshot, effect: Effect) -> tuple[BookingSnapshot, None]:
        return snapshot, None

    return _all(
        patch.object(outcome, "after_sweep", mutated), patch.object(Turn, "_remove_strays", blind), _lazy()
    )


def _lazy() -> AbstractContextManager[object]:
    """Nobody looks behind themselves after a sleep."""
    return patch.object(Turn, "_clean_up_after", lambda run, sent: None)


def offers_stay() -> AbstractContextManager[object]:
    """A time that is held stays on offer elsewhere."""
    return patch.object(transitions, "withhold", lambda tx, holds, now: None)


def own_offers_unchecked() -> AbstractContextManager[object]:
    """A session that offers again does not look what was held meanwhile."""
    return patch.object(transitions, "without_held", lambda tx, session: session)


def offers_never_come_back() -> AbstractContextManager[object]:
    """What a freed hold gives back is told to nobody."""
    return patch.object(transitions, "wake_those_that_wait", lambda tx, session, now: None)


def not_held_when_accepted() -> AbstractContextManager[object]:
    """A time is held only once a worker takes the booking up."""
    accepted = booking_steps.accepted

    def mutated(booking: Booking, session: EventSession, now: Instant) -> Transition:
        return replace(accepted(booking, session, now), holds=())

    return patch.object(booking_steps, "accepted", mutated)


def going_round_resets_the_time() -> AbstractContextManager[object]:
    """A state's limit is counted from when it was last entered."""
    return patch.object(transition, "ROUND_BEGINS", frozenset(BookingState))


def read_back_without_limit() -> AbstractContextManager[object]:
    """What cannot be read back is tried for ever."""
    return patch.object(moves, "VERIFY_DEADLINE", 10**9)


def undo_without_limit() -> AbstractContextManager[object]:
    """An undo that cannot be finished goes round for ever."""
    return patch.object(undo_steps, "is_stuck", lambda snapshot: False)


def not_booked_untold() -> AbstractContextManager[object]:
    """An accepted time that could not be booked is given back in silence."""
    give_back = booking_steps.give_back

    def mutated(snapshot: BookingSnapshot, made: Transition, why: str, *, keep_slot: bool) -> Transition:
        return replace(give_back(snapshot, made, why, keep_slot=keep_slot), says=None)

    return patch.object(booking_steps, "give_back", mutated)


def old_time_waited_for() -> AbstractContextManager[object]:
    """After the clock was set back everybody waits until it shows the old time again."""
    due = Bookings.due

    def mutated(bookings: Bookings, now: Instant, limit: int = 100) -> Sequence[SessionId]:
        found = (bookings.booking(each) for each in due(bookings, now, limit))
        return [each.session for each in found if each and each.next_at <= now and each.lease_until <= now]

    return _all(
        patch.object(Bookings, "due", mutated),
        patch.object(BookJob, "_righted", lambda job, snapshot: snapshot),
        patch.object(jumps, "_follow", lambda tx, jump: None),
    )


@contextmanager
def _all(*patches: AbstractContextManager[object]) -> Iterator[None]:
    first, *rest = patches
    with first:
        if rest:
            with _all(*rest):
                yield
        else:
            yield


MUTANTS: Sequence[Mutant] = (
    random_ids,
    no_holds,
    pending_holds_invisible,
    no_fresh_check,
    conflict_is_failure,
    ambiguous_is_failure,
    ambiguous_is_success,
    no_read_back,
    only_written_is_undone,
    no_late_write_sweep,
    holds_freed_early,
    told_before_it_stands,
    intent_after_the_call,
    epoch_not_raised,
    row_count_unchecked,
    fence_ignored,
    deletion_revived,
    deleted_copy_comes_back,
    audit_row_skipped,
    unwanted_forgotten,
    confirmed_with_one_missing,
    undo_never_resumed,
    sealed_for_elsewhere,
    unseen_is_gone,
    offers_stay,
    own_offers_unchecked,
    offers_never_come_back,
    not_held_when_accepted,
    going_round_resets_the_time,
    read_back_without_limit,
    undo_without_limit,
    not_booked_untold,
    old_time_waited_for,
)
