"""Whether a mail is still true when its turn comes, and what an answer of the relay means."""

from dataclasses import replace

from engine.booking.outbox.outbox_entries import CANCEL, REQUEST
from engine.booking.outcome import Code, refused, settled
from engine.booking.snapshot import BookingSnapshot
from engine.booking.timing import CALL_DEADLINE, SKEW, backoff
from engine.errors import GatherlyError, SourceError, SourceExpiredError, WriteRefusedError
from engine.model.booking import (
    BookingState,
    Delivery,
    Effect,
    EffectState,
    EventDraft,
    OutboxEntry,
    OutboxState,
    Want,
    Written,
)
from engine.model.session import EventSession, SessionStatus
from engine.model.session_metadata import Key
from engine.time.span import Instant

CLAIM = CALL_DEADLINE + SKEW
"""How long an entry that is being told is left alone by other workers."""


def claimed(entry: OutboxEntry, now: Instant) -> OutboxEntry:
    """Give the entry as it is recorded before it is told."""
    return replace(entry, attempts=entry.attempts + 1, next_at=now + CLAIM)


def told(entry: OutboxEntry, why: str | None = None) -> OutboxEntry:
    """Give the entry as done; `why` says so where it was not told because it is no longer true."""
    return replace(entry, state=OutboxState.DONE, last_error=why)


def untold(entry: OutboxEntry, error: GatherlyError, now: Instant) -> OutboxEntry:
    """Give the entry as it stands after a failure: tried again, unless the answer was a definite no."""
    if isinstance(error, WriteRefusedError | SourceExpiredError):
        return replace(entry, state=OutboxState.FAILED, last_error=str(error))
    wait = backoff(entry.attempts, now - entry.created_at)
    return replace(entry, next_at=now + wait, last_error=str(error))


def addressed(entry: OutboxEntry, snapshot: BookingSnapshot) -> Effect | None:
    """Give the invitation that a mail is about, None where it is no longer to be sent.

    A request goes out only while the booking that it speaks of is confirmed, and in its newest version.
    """
    payload = entry.payload
    effect = next(
        (
            each
            for each in snapshot.effects
            if (each.attendee, each.epoch) == (payload["user"], payload["epoch"])
            and each.delivery is Delivery.INVITED
        ),
        None,
    )
    if effect is None or payload["method"] == CANCEL:
        return effect
    stands = snapshot.booking.state is BookingState.CONFIRMED and snapshot.booking.epoch == effect.epoch
    newest = effect.sequence == payload["sequence"] and effect.want is Want.PRESENT
    return effect if stands and newest else None


def sending(effect: Effect) -> Effect:
    """Give the invitation as it is recorded before the relay is called: from now on it may have been sent."""
    return replace(effect, state=EffectState.SENT, attempts=effect.attempts + 1)


def after_mail(effect: Effect, method: str, answer: Written | SourceError) -> Effect:
    """Read the relay's answer."""
    if isinstance(answer, Written):
        gone = replace(effect, state=EffectState.GONE, at=None)
        return settled(effect, answer.etag) if method == REQUEST else gone
    if isinstance(answer, WriteRefusedError | SourceExpiredError) and method == REQUEST:
        return refused(effect, Code.REFUSED, str(answer))
    return replace(effect, last_error=str(answer))


def withdrawal(draft: EventDraft, session: EventSession | None) -> EventDraft:
    """Turn an invitation into its withdrawal, with a SEQUENCE above it (RFC 5546 section 3.2.5).

    The reason that was given for calling the session off goes with it.
    """
    called_off = session is not None and session.status is SessionStatus.CANCELLED
    why = session.metadata.get(Key.REASON.value) if session is not None and called_off else None
    comment = why if isinstance(why, str) else ""
    return replace(draft, cancelled=True, sequence=draft.sequence + 1, comment=comment)
