"""What an answer of a provider, or its absence, means for one effect.

An answer that was lost is never taken for a refusal, and a taken id (409) or another version (412) never for
success: both are looked up by id first.
"""

from dataclasses import replace
from enum import StrEnum

from engine.booking.timing import READ_AGAIN, as_long_again, backoff
from engine.errors import (
    HeldBackError,
    SourceError,
    SourceExpiredError,
    SourceUnavailableError,
    WriteConflictError,
    WriteRefusedError,
)
from engine.model.booking import UNREAD, Effect, EffectState, Mark, Observed, Want, Written
from engine.time.span import Instant, Span

CONFLICTS_BEFORE_TAKEN = 3
"""An id that is refused this often although nothing is found under it belongs to somebody else."""


class Code(StrEnum):
    """Why an effect is where it is (`Effect.last_code`)."""

    REFUSED = "refused"
    EXPIRED = "expired"
    CONFLICT = "conflict"
    AMBIGUOUS = "ambiguous"
    LATER = "later"
    HELD = "held_back"
    DECLINED = "declined"
    MOVED = "moved"
    TAKEN = "id_taken"
    MISSING = "missing"
    PURGED = "purged"
    UNREAD = UNREAD


DEFINITE = frozenset({Code.REFUSED, Code.EXPIRED})
"""Codes with which a provider says no for good."""


def intended(effect: Effect) -> Effect:
    """Give the effect as it is recorded before the call is made."""
    return replace(effect, state=EffectState.SENT, attempts=effect.attempts + 1, last_code=None, at=None)


def after_write(effect: Effect, answer: Written | SourceError, now: Instant, waited: int) -> Effect:
    """Read the answer to a write."""
    if isinstance(answer, Written):
        return settled(effect, answer.etag)
    if isinstance(answer, WriteRefusedError | SourceExpiredError):
        return refused(effect, _code(answer), str(answer))
    if isinstance(answer, HeldBackError):
        return held_back(replace(effect, attempts=max(0, effect.attempts - 1)), answer, now)
    asked = _asked(answer)
    wait = backoff(effect.attempts, waited, asked) if asked else 0
    return replace(
        effect,
        state=EffectState.AMBIGUOUS,
        next_at=now + wait,
        last_code=_code(answer),
        last_error=str(answer),
    )


def after_look(
    effect: Effect, found: Observed | SourceError | None, slot: Span, mark: Mark, now: Instant, waited: int
) -> Effect:
    """Read what lies under the id of a write whose outcome nobody knows.

    A tombstone under an id that only this installation can make is our own copy, and its owner's no. A look
    that fails counts no try: by those a taken id is known. The next one waits about as long as all before it.
    """
    if isinstance(found, SourceExpiredError):
        return refused(effect, Code.EXPIRED, str(found))
    if isinstance(found, SourceError):
        return _later(effect, found, now, as_long_again(effect.attempts, waited, _asked(found)))
    if found is None:
        return _not_there(effect, now, waited)
    if found.live and found.mark != mark:
        return refused(effect, Code.TAKEN, "Somebody else's event has the id of this one")
    gone = removed_by_owner(found, slot)
    if gone is not None:
        return refused(effect, gone, f"Its owner {_did(gone)} the event while it was being booked")
    return settled(effect, found.etag) if found.whole else broken_off(effect, found, now, waited)


def after_withdraw(effect: Effect, answer: SourceError | None, now: Instant, waited: int) -> Effect:
    """Read the answer to a deletion; one that was not there is as gone as one that was."""
    if answer is None:
        return replace(effect, state=EffectState.GONE, last_error=None, next_at=now, at=None)
    return later(_counted(effect, answer), answer, now, waited)


def after_sweep(effect: Effect, found: Observed | SourceError | None, mark: Mark, now: Instant) -> Effect:
    """Read what a last look after an undo found: nothing, or a write that came late."""
    if isinstance(found, SourceError):
        return later(replace(_counted(effect, found), state=EffectState.AMBIGUOUS), found, now, 0)
    if found is None or not found.live or found.mark is None or found.mark.install != mark.install:
        return effect
    return replace(effect, state=EffectState.AMBIGUOUS, next_at=now, last_error="A late write has landed")


def after_check(
    effect: Effect, found: Observed | SourceError | None, slot: Span, mark: Mark, now: Instant
) -> Effect:
    """Read a written copy back before the booking is confirmed.

    A copy that is not there is looked for once more, then written again under the same id. What its owner did
    to it is no failure of the write; it is answered once the booking stands
    (`engine.booking.checks.calendar_changes`).
    """
    if isinstance(found, SourceError):
        return later(_counted(effect, found), found, now, 0)
    if found is None or (found.live and found.mark != mark):
        again = effect.last_code == Code.MISSING
        state = EffectState.PLANNED if again else effect.state
        wait = 0 if again else READ_AGAIN
        error = "The copy was acknowledged and is not there"
        at = now + wait
        return replace(effect, state=state, etag=None, last_code=Code.MISSING, last_error=error, next_at=at)
    if not found.whole:
        return broken_off(effect, found, now, 0)
    gone = removed_by_owner(found, slot)
    return replace(effect, last_code=gone, last_error=None, etag=found.etag, next_at=now)


def broken_off(effect: Effect, found: Observed, now: Instant, waited: int) -> Effect:
    """Give the effect as to be written again, over what stands there of it."""
    wait = backoff(effect.attempts, waited) if effect.attempts > 1 else 0
    return replace(effect, state=EffectState.PLANNED, etag=found.etag, next_at=now + wait)


def removed_by_owner(found: Observed, slot: Span) -> Code | None:
    """Tell what its owner did to a copy of ours: declined or deleted it, moved it, or nothing (None)."""
    if not found.live or found.declined:
        return Code.DECLINED
    return None if found.span == slot else Code.MOVED


def came_back(found: Observed | SourceError | None) -> bool:
    """Tell whether a copy that was done away with lies there as if nothing had happened: a late write's.

    One that its owner declined is theirs to keep.
    """
    return isinstance(found, Observed) and found.live and not found.declined


def settled(effect: Effect, etag: str | None) -> Effect:
    """Give the effect as written for certain."""
    return replace(effect, state=EffectState.WRITTEN, etag=etag, last_code=None, last_error=None)


def refused(effect: Effect, code: Code, error: str) -> Effect:
    """Give the effect as not to be had."""
    return replace(effect, state=EffectState.REFUSED, last_code=code, last_error=error, at=None)


def dated(effect: Effect, now: Instant) -> Effect:
    """Give the effect as it is recorded, with the time at which it came to be written, refused or gone."""
    stands = effect.state is EffectState.WRITTEN and effect.want is Want.PRESENT
    over = stands or effect.state in (EffectState.REFUSED, EffectState.GONE)
    return replace(effect, at=(now if effect.at is None else effect.at) if over else None)


def held_back(effect: Effect, held: HeldBackError, now: Instant) -> Effect:
    """Give the effect as still to be written, after the pause: nothing was sent."""
    at = now + max(1, held.retry_after or 0)
    return replace(effect, state=EffectState.PLANNED, next_at=at, last_code=Code.HELD, last_error=str(held))


def _counted(effect: Effect, error: SourceError) -> Effect:
    """Count a try, unless nothing was sent."""
    return effect if isinstance(error, HeldBackError) else replace(effect, attempts=effect.attempts + 1)


def later(effect: Effect, error: SourceError, now: Instant, waited: int) -> Effect:
    """Give the effect as it was, to be tried again after a while."""
    return _later(effect, error, now, backoff(effect.attempts, waited, _asked(error)))


def _later(effect: Effect, error: SourceError, now: Instant, wait: int) -> Effect:
    return replace(effect, next_at=now + wait, last_code=_code(error), last_error=str(error))


def _not_there(effect: Effect, now: Instant, waited: int) -> Effect:
    if effect.last_code == Code.CONFLICT and effect.attempts >= CONFLICTS_BEFORE_TAKEN:
        return refused(effect, Code.TAKEN, "The id is taken, by nothing that can be seen")
    wait = backoff(effect.attempts, waited) if effect.attempts > 1 else 0
    return replace(effect, state=EffectState.PLANNED, next_at=now + wait)


def _asked(error: SourceError) -> int | None:
    return error.retry_after if isinstance(error, SourceUnavailableError) else None


def _code(error: SourceError) -> Code:
    if isinstance(error, WriteRefusedError):
        return Code.REFUSED
    if isinstance(error, SourceExpiredError):
        return Code.EXPIRED
    if isinstance(error, WriteConflictError):
        return Code.CONFLICT
    if isinstance(error, HeldBackError):
        return Code.HELD
    return Code.LATER if isinstance(error, SourceUnavailableError) else Code.AMBIGUOUS


def _did(code: Code) -> str:
    return "moved" if code is Code.MOVED else "declined"
