"""Outbox: tell the outside what transitions have recorded, each thing once, in order.

Entries are only ever written in the transaction of the transition that they tell of; a mail whose booking no
longer stands is not sent any more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from daemon.booking.calls import BookCalls
from daemon.booking.dependencies import BookDeps
from daemon.booking.transitions import apply_transition
from daemon.runtime.guard import Guard
from engine.booking.outbox.mailing import addressed, after_mail, claimed, sending, told, untold, withdrawal
from engine.booking.outbox.outbox_entries import CANCEL
from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps.draft import draft_of
from engine.booking.transition import stay
from engine.errors import SourceError, StaleVersionError
from engine.ids import SessionId
from engine.model.booking import Effect, EventDraft, OutboxEntry, OutboxKind, OutboxState, Written
from engine.model.guest import BY_MAIL
from engine.model.session import EventSession
from engine.model.set_aside import Item, Work
from engine.ports.store import Transaction
from engine.stale import retry_stale
from engine.time.span import Instant, Span
from engine.trouble import Trouble, attempt

Handler = Callable[[OutboxEntry], None]
"""Tells one entry; raises `GatherlyError` where it could not, and may be called again for the same entry."""

AT_A_TIME = 100
NO_LONGER = "no longer true when its turn came"


@dataclass(frozen=True, slots=True)
class _Letter:
    """A claimed mail: what is sent for which effect."""

    effect: Effect
    draft: EventDraft


class OutboxJob:
    """Sends invitations through e-mail connectors itself; other kinds go to their handler.

    An entry whose kind has no handler waits until there is one.
    """

    def __init__(self, deps: BookDeps, handlers: Mapping[OutboxKind, Handler]) -> None:
        self._deps = deps
        self._handlers = handlers
        guests = {} if deps.guest_mail is None else {BY_MAIL: deps.guest_mail}
        self._calls = BookCalls({**deps.connectors, **guests}, deps.traces)
        self._guard = Guard(deps.store, deps.clock)

    def run(self) -> int:
        """Tell what is due; gives how many entries were told. One that cannot be is set aside."""
        aside = self._guard.count(Work.TELL)
        with self._deps.store.reading() as tx:
            due = tx.outbox.due(self._now(), AT_A_TIME + aside)
        told = list(self._guard.each((_item(entry), partial(self._tell_of, entry)) for entry in due))
        for entry, outcome in zip(due, told, strict=True):
            if isinstance(outcome, Trouble):
                attempt(partial(self._put_off, entry, outcome))
        return sum(one is True for one in told)

    def _put_off(self, name: str, trouble: Trouble) -> None:
        """Let others go before an entry that could not even be taken."""
        with self._deps.store.writing() as tx:
            entry = tx.outbox.get(name)
            if entry is not None and name in tx.outbox.due(self._now()):
                tx.outbox.record(untold(claimed(entry, self._now()), trouble.error, self._now()))

    def _tell_of(self, name: str) -> bool:
        with self._deps.store.reading() as tx:
            entry = tx.outbox.get(name)
        return entry is not None and entry.state is OutboxState.PENDING and self._tell(entry)

    def _tell(self, entry: OutboxEntry) -> bool:
        if entry.kind is OutboxKind.MAIL:
            return self._mail(entry)
        handler = self._handlers.get(entry.kind)
        if handler is None or not self._claim(entry):
            return False
        outcome = attempt(partial(handler, entry))
        if isinstance(outcome, Trouble):
            self._record(untold(claimed(entry, self._now()), outcome.error, self._now()))
            if outcome.error.unforeseen:
                raise outcome.raised
            return False
        self._record(told(claimed(entry, self._now())))
        return True

    def _claim(self, entry: OutboxEntry) -> bool:
        """Take an entry, unless another worker has just done so."""
        with self._deps.store.writing() as tx:
            if tx.outbox.get(entry.id) != entry:
                return False
            tx.outbox.record(claimed(entry, self._now()))
        return True

    def _record(self, entry: OutboxEntry) -> None:
        with self._deps.store.writing() as tx:
            tx.outbox.record(entry)

    def _mail(self, entry: OutboxEntry) -> bool:
        try:
            letter = self._take(entry)
        except StaleVersionError:
            return False
        if letter is None:
            return False
        with self._deps.traces.of_booking(letter.effect.session, letter.effect.epoch):
            answer = self._calls.write(letter.effect, letter.draft)
        self._answered(claimed(entry, self._now()), letter.effect, answer)
        return not isinstance(answer, SourceError)

    def _take(self, entry: OutboxEntry) -> _Letter | None:
        """Claim a mail and record that it may have been sent, in one transaction."""
        with self._deps.store.writing() as tx:
            if tx.outbox.get(entry.id) != entry:
                return None
            snapshot = self._snapshot(tx, entry)
            effect = addressed(entry, snapshot)
            draft = self._draft(tx, snapshot, effect, entry) if effect else None
            if effect is None or draft is None:
                tx.outbox.record(told(entry, NO_LONGER))
                return None
            turn = self._turn(tx, entry, snapshot.session)
            if turn > self._now():
                begun = turn >= int(entry.payload["start"])
                tx.outbox.record(told(entry, NO_LONGER) if begun else replace(entry, next_at=turn))
                return None
            tx.outbox.record(claimed(entry, self._now()))
            sent = sending(effect)
            apply_transition(tx, stay(snapshot, (sent,)), self._now())
        if entry.payload["method"] == CANCEL:
            draft = withdrawal(draft, snapshot.session)
        return _Letter(replace(sent, etag=None), draft)

    def _answered(self, entry: OutboxEntry, sent: Effect, answer: Written | SourceError) -> None:
        """Record the relay's answer on the entry and on the effect as it is by then."""
        result = answer if isinstance(answer, SourceError) else None
        after = untold(entry, result, self._now()) if result else told(entry)
        retry_stale(partial(self._record_answer, after, sent, answer), f"The mail {entry.id}")

    def _record_answer(self, entry: OutboxEntry, sent: Effect, answer: Written | SourceError) -> None:
        with self._deps.store.writing() as tx:
            snapshot = self._snapshot(tx, entry)
            tx.outbox.record(entry)
            now = addressed(entry, snapshot)
            if now is not None and now.want is sent.want:
                answered = after_mail(now, str(entry.payload["method"]), answer)
                apply_transition(tx, stay(snapshot, (answered,)), self._now())

    def _snapshot(self, tx: Transaction, entry: OutboxEntry) -> BookingSnapshot:
        deps = self._deps
        session = SessionId(str(entry.payload["session"]))
        return deps.snapshot(tx, session, self._now())

    def _draft(
        self, tx: Transaction, snapshot: BookingSnapshot, effect: Effect, entry: OutboxEntry
    ) -> EventDraft | None:
        """Draft the invitation of the epoch that the mail speaks of, at that epoch's time."""
        session, event_id = snapshot.session, effect.event_id
        if session is None or event_id is None:
            return None
        users = {user: known for user in session.attendee_ids if (known := tx.users.get(user)) is not None}
        slot = Span(int(entry.payload["start"]), int(entry.payload["end"]))
        draft = draft_of(snapshot, session, slot, effect, event_id, users)
        leaving = self._leaving(tx, entry, session)
        if leaving:
            said = (draft.description, f"If you cannot come, say so here: {leaving}")
            draft = replace(draft, description="\n\n".join(part for part in said if part))
        zone = "" if self._deps.guest_zone is None else self._deps.guest_zone(tx, entry, session)
        return replace(draft, zone=zone or draft.zone, mark=replace(draft.mark, epoch=effect.epoch))

    def _leaving(self, tx: Transaction, entry: OutboxEntry, session: EventSession) -> str:
        """Give where a guest says that they cannot come, for the mail that invites them."""
        if self._deps.leaving is None or entry.payload["method"] == CANCEL or not session.guests:
            return ""
        return self._deps.leaving(tx, entry, session, self._now())

    def _turn(self, tx: Transaction, entry: OutboxEntry, session: EventSession | None) -> Instant:
        """Give when a mail may go: an invitation to a guest as often as its host may have guests mailed."""
        turn = self._deps.guest_turn
        if turn is None or session is None or entry.payload["method"] == CANCEL or not session.guests:
            return self._now()
        return turn(tx, entry, session, self._now())

    def _now(self) -> Instant:
        return self._deps.clock.now()


def _item(entry: str) -> Item:
    return Item(step=Work.TELL, name=entry)
