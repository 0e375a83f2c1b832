"""Three people on their way to one event: Ann is the host, Bea must come, Cyd may."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engine.booking.policy import Policy
from engine.booking.snapshot import BookingSnapshot
from engine.booking.steps.moves import Apply, Look, Move, Wait, Withdraw, Write
from engine.booking.target import Target
from engine.booking.transition import Transition
from engine.ids import CalendarKey, ConnectorName, EventId, InstallId, RemoteCalendarId, SessionId, UserId
from engine.model.booking import (
    Booking,
    BookingState,
    Delivery,
    Effect,
    EffectState,
    Mark,
    Observed,
    OutboxEntry,
    Want,
)
from engine.model.session import EventSession, SessionStatus, TimeSlot
from engine.time.span import DAY, HOUR, Span

S = BookingState
E = EffectState
NOW = 1_800_000_000
ANN, BEA, CYD = UserId("ann"), UserId("bea"), UserId("cyd")
INSTALL = InstallId("install")
NAME = SessionId("planning")
SLOT = TimeSlot(start=NOW + DAY, end=NOW + DAY + HOUR)
LATER = TimeSlot(start=NOW + 2 * DAY, end=NOW + 2 * DAY + HOUR)
MARK = Mark(install=INSTALL, session=NAME, epoch=1)


def calendar(user: UserId) -> CalendarKey:
    return CalendarKey(ConnectorName(f"{user}-home"), RemoteCalendarId("main"))


TARGETS = {user: Target(delivery=Delivery.WRITTEN, calendar=calendar(user)) for user in (ANN, BEA, CYD)}
PENDING = EventSession(
    id=NAME,
    host_user_id=ANN,
    invitee_ids=(BEA,),
    optional_ids=(CYD,),
    title="Planning",
    duration=60,
    proposed_times=(SLOT, LATER),
    created_at=NOW - DAY,
    expires_at=NOW + 6 * DAY,
)
CHOSEN = replace(PENDING, final_time=SLOT)
SCHEDULED = replace(CHOSEN, status=SessionStatus.SCHEDULED, scheduled_at=NOW - 60)
CANCELLED = replace(CHOSEN, status=SessionStatus.CANCELLED)
FAILED = replace(PENDING, status=SessionStatus.FAILED, proposed_times=())


def copy(user: UserId = BEA, state: EffectState = E.PLANNED, **more: Any) -> Effect:
    """One attendee's copy in epoch 1, due now."""
    epoch = more.get("epoch", 1)
    whole: dict[str, Any] = {
        "session": NAME,
        "attendee": user,
        "epoch": epoch,
        "calendar": calendar(user),
        "event_id": EventId(f"{user}-{epoch}"),
        "required": user != CYD,
        "state": state,
        "next_at": NOW,
        "attempts": 0 if state is E.PLANNED else 1,
    }
    return Effect(**{**whole, **more})


def unwanted(user: UserId = BEA, state: EffectState = E.WRITTEN, **more: Any) -> Effect:
    return copy(user, state, **{"want": Want.ABSENT, **more})


def invited(user: UserId = CYD, state: EffectState = E.WRITTEN, **more: Any) -> Effect:
    """Somebody who is told by mail."""
    return copy(user, state, **{"delivery": Delivery.INVITED, **more})


def written(*users: UserId) -> tuple[Effect, ...]:
    return tuple(copy(user, E.WRITTEN) for user in users)


def at(state: BookingState, *effects: Effect, **booking: Any) -> BookingSnapshot:
    """The booking in a state that it entered now, its calendars just found free."""
    known = {"slot": SLOT.span, "epoch": 1, "version": 3, "since": NOW, "next_at": NOW, **booking}
    session = {S.DRAFT: PENDING, S.PROPOSED: PENDING, S.CONFIRMED: SCHEDULED}.get(state, CHOSEN)
    return BookingSnapshot(
        booking=Booking(session=NAME, state=state, **known),
        effects=effects,
        session=session,
        targets=TARGETS,
        install=INSTALL,
        now=NOW,
        checked_at=NOW,
        policy=Policy(),
        skipped=(),
    )


def ago(seconds: int, snapshot: BookingSnapshot) -> BookingSnapshot:
    """The same, entered so long ago."""
    return replace(snapshot, booking=replace(snapshot.booking, since=NOW - seconds))


def seen(user: UserId = BEA, span: Span | None = SLOT.span, **more: Any) -> Observed:
    """What lies under the id of somebody's copy: just as it was written, unless told otherwise."""
    return Observed(**{"event_id": EventId(f"{user}-1"), "etag": "e2", "span": span, "mark": MARK, **more})


def words(move: Move) -> str:
    """Tell a move in a word or two, as the tables do."""
    if isinstance(move, Apply):
        return f"to {move.transition.after.state}"
    if isinstance(move, Wait):
        return f"wait {move.until - NOW}"
    if isinstance(move, Write | Look | Withdraw):
        return f"{type(move).__name__.lower()} {move.effect.attendee}"
    return type(move).__name__.lower()


def states_of(transition: Transition) -> dict[UserId, EffectState]:
    return {each.attendee: each.state for each in transition.changed}


def told(entries: Sequence[OutboxEntry]) -> list[tuple[str, str, str]]:
    """Who is told what, by which way."""
    return [
        (
            str(each.kind),
            str(each.payload.get("user", "")),
            str(each.payload.get("what") or each.payload.get("method") or each.payload.get("outcome")),
        )
        for each in entries
    ]
