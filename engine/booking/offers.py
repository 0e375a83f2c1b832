"""Slots on offer and the holds that touch them: they leave when somebody's time is held, and come back after.

Which slots a hold takes is what the one predicate says of busy times and buffers (`engine.find.barriers`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from engine.errors import InputError
from engine.ids import SessionId, UserId
from engine.model.booking import Hold
from engine.model.session import EventSession, SessionStatus, TimeSlot
from engine.model.user import User
from engine.time.span import MINUTE, Instant


class SlotTakenError(InputError):
    """The time `at` is no longer to be had: somebody is booked or held then, or something is in use."""

    def __init__(self, what: str, at: Instant, remedy: str = "") -> None:
        super().__init__(what, remedy)
        self.at = at


class RefusedOffer(NamedTuple):
    """A slot that is on offer although it can no longer be booked, and whom that concerns, in words."""

    session: SessionId
    slot: TimeSlot
    words: str


def is_offering(session: EventSession) -> bool:
    """Tell whether a session's times may still change: none is chosen, and it is not over."""
    return session.status is SessionStatus.PENDING and session.final_time is None


def taken(
    session: EventSession, holds: Iterable[Hold], users: Mapping[UserId, User]
) -> dict[TimeSlot, UserId]:
    """Give the slots on offer that other sessions' holds touch, each with somebody whom it concerns."""
    others = [hold for hold in holds if hold.session != session.id and hold.person in session.required_ids]
    found: dict[TimeSlot, UserId] = {}
    for slot in session.proposed_times:
        for hold in others:
            margin = _margin(session, users.get(hold.person))
            if any(span.widen(margin, margin).overlaps(hold.span) for span in slot.known_spans):
                found.setdefault(slot, hold.person)
    return found


def _margin(session: EventSession, user: User | None) -> int:
    own = user.default_preferences.buffer_time if user else 0
    return max(session.buffer_time, own) * MINUTE


def withheld(session: EventSession, lost: Iterable[TimeSlot]) -> EventSession:
    """Take slots off offer and remember them: they come back once the time is free again."""
    gone = {slot.span for slot in lost}
    kept = tuple(slot for slot in session.proposed_times if slot.span not in gone)
    away = {slot.span: slot for slot in (*session.withheld, *session.proposed_times)}
    known = {slot.span for slot in session.withheld} | gone
    return replace(session, proposed_times=kept, withheld=tuple(away[span] for span in sorted(known)))


def regained(session: EventSession, now: Instant, is_free: Callable[[TimeSlot], bool]) -> EventSession:
    """Put withheld slots that are free again back on offer, the best first; what has begun is forgotten."""
    offered = {slot.span for slot in session.proposed_times}
    turned_down = {slot.span for slot in session.rejected_slots}
    rest = [each for each in session.withheld if each.start >= now and each.span not in offered | turned_down]
    back = [each for each in rest if is_free(each)]
    if not back:
        return session if len(rest) == len(session.withheld) else replace(session, withheld=tuple(rest))
    offers = sorted((*session.proposed_times, *back), key=lambda slot: (-slot.confidence, slot.start))
    left = tuple(each for each in rest if each not in back)
    return replace(session, proposed_times=tuple(offers), withheld=left)


def yes_to(before: EventSession, after: EventSession) -> TimeSlot | None:
    """Give the slot that a change accepts, for good or as one person's answer; None where it accepts none."""
    if after.final_time is not None:
        return after.final_time if before.final_time is None else None
    fresh = [each.slot for each in after.responses if each not in before.responses and each.slot is not None]
    return next((slot for slot in after.proposed_times if slot.start in fresh), None)
