"""What is told to the outside, as outbox entries: once, and only in the transaction of what it tells of."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.booking.ids import outbox_id
from engine.booking.snapshot import BookingSnapshot
from engine.ids import SessionId, UserId
from engine.model.booking import Delivery, Effect, EffectState, OutboxEntry, OutboxKind
from engine.time.span import Instant

REQUEST = "request"
CANCEL = "cancel"


def entry(
    kind: OutboxKind, session: SessionId, now: Instant, payload: Mapping[str, Any], *key: object
) -> OutboxEntry:
    """Make one entry; `key` and the kind are what it is told once by."""
    name = outbox_id(kind, session, *key)
    return OutboxEntry(
        id=name,
        kind=kind,
        dedupe_key=name,
        payload={"session": session, **payload},
        next_at=now,
        created_at=now,
    )


def confirmed_entries(snapshot: BookingSnapshot) -> tuple[OutboxEntry, ...]:
    """Invite those who are invited, and count it."""
    mails = (mail(snapshot, each, REQUEST) for each in snapshot.current if each.is_invitation)
    return (*mails, analytics(snapshot, "scheduled"))


def cancellations(snapshot: BookingSnapshot) -> tuple[OutboxEntry, ...]:
    """Take back every invitation that may have been sent; one that was never tried is simply not sent."""
    tried = (
        each
        for each in snapshot.current
        if each.delivery is Delivery.INVITED
        and (each.attempts or each.sequence or each.state is EffectState.WRITTEN)
    )
    return tuple(mail(snapshot, each, CANCEL) for each in tried)


def is_untried(effect: Effect) -> bool:
    """Tell whether nothing of an effect can have gone out yet; later versions follow one that has."""
    return effect.state is EffectState.PLANNED and not effect.attempts and not effect.sequence


def mail(snapshot: BookingSnapshot, effect: Effect, method: str) -> OutboxEntry:
    """Make an invitation or its withdrawal; one for each session, person, method, epoch and SEQUENCE."""
    slot = snapshot.booking.slot
    payload = {
        "user": effect.attendee,
        "start": slot.start if slot else 0,
        "end": slot.end if slot else 0,
        "method": method,
        "epoch": effect.epoch,
        "sequence": effect.sequence,
    }
    key = (effect.attendee, method, effect.epoch, effect.sequence)
    return entry(OutboxKind.MAIL, snapshot.booking.session, snapshot.now, payload, *key)


def notices(
    snapshot: BookingSnapshot, users: Iterable[UserId], what: str, **more: Any
) -> tuple[OutboxEntry, ...]:
    """Tell each of these people once in this epoch."""
    made = []
    for user in users:
        payload = {"user": user, "what": what, "epoch": snapshot.booking.epoch, **more}
        key = (user, what, snapshot.booking.epoch, *(str(value) for value in more.values()))
        made.append(entry(OutboxKind.NOTIFICATION, snapshot.booking.session, snapshot.now, payload, *key))
    return tuple(made)


def analytics(snapshot: BookingSnapshot, outcome: str) -> OutboxEntry:
    """Count a session's outcome once in this epoch."""
    payload = {"outcome": outcome, "epoch": snapshot.booking.epoch}
    return entry(
        OutboxKind.ANALYTICS, snapshot.booking.session, snapshot.now, payload, outcome, snapshot.booking.epoch
    )
