"""Forgetting a person: what goes, and when it may."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from daemon.app.outsiders.forgetting import GuestGoes, places_of, take_guest_out
from daemon.app.principal import Principal, Role
from daemon.app.sessions import SessionDesk
from daemon.booking.transitions import apply_transition, gather_snapshot
from daemon.booking.watched import TOGETHER
from engine.booking.steps.leaving import host_left
from engine.errors import GatherlyError
from engine.ids import SessionId, UserId
from engine.model.booking import BookingState, EffectState, Want
from engine.model.guest import BY_MAIL
from engine.model.personal_settings import TAKEN_OUT_OF, PersonalSettings
from engine.model.session import EventSession, SessionStatus
from engine.ports.custody import Custody
from engine.ports.store import Store, Transaction
from engine.sessions.leaving import settled, taken_out, took_place
from engine.sessions.session_options import user_named
from engine.sessions.state_machine import Confirm
from engine.stale import retry_stale
from engine.time.span import Instant

OVER = (SessionStatus.CANCELLED, SessionStatus.FAILED)
STANDING = (EffectState.SENT, EffectState.AMBIGUOUS, EffectState.WRITTEN)
"""States of a copy that lies, or may lie, in a calendar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where somebody is taken out: what they host or attend, and where they were a guest before.

    What they hosted and `took_place` stays with the others.
    """

    user: UserId
    hosted: tuple[SessionId, ...] = ()
    took_place: tuple[SessionId, ...] = ()
    attended: tuple[SessionId, ...] = ()
    outside: tuple[GuestGoes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatGoes(Places):
    """What forgetting somebody takes: rows by table, their places in sessions, copies in calendars."""

    rows: Mapping[str, int]
    copies: tuple[str, ...]
    unopened: tuple[str, ...] = ()
    """Sessions of theirs that do not open, with the reason: nobody can be taken out of them."""


def what_goes(
    principal: Principal, store: Store, custody: Custody, user: str, now: Instant
) -> WhatGoes | None:
    """Tell what would go, where nothing is changed yet; None where somebody is forgotten already.

    Raises:
        UnknownThingError: nobody, or several people, are called so.
        NotAllowedError: somebody else than an operator asks.
    """
    _must_be_own(principal, user)
    with store.reading() as tx:
        users = {one.id: one for one in tx.users.all()}
    if user not in users and custody.erased(user):
        return None
    who = user_named(user, users)
    kept = custody.export(who)
    with store.reading() as tx:
        sessions, unopened = _attended(tx, who)
        copies = _still_there(tx, who)
        address = users[who].email if who in users else user
        outside = places_of(tx, custody.identifier, address)
    places = _places(sessions, who, now)
    return WhatGoes(
        user=who,
        rows={table: len(rows) for table, rows in kept.items() if rows},
        hosted=places.hosted,
        took_place=places.took_place,
        attended=places.attended,
        copies=tuple(copies),
        unopened=tuple(unopened),
        outside=(outside,),
    )


def erase(
    principal: Principal,
    goes: WhatGoes,
    desk: SessionDesk,
    custody: Custody,
    now: Callable[[], Instant],
    withdraw: Callable[[], object],
) -> None:
    """Take somebody out of their sessions, have their copies withdrawn, then forget them.

    `withdraw` lets the booking work until nothing more can be done now.

    Raises:
        GatherlyError: a calendar still holds a copy; nothing is forgotten before it is gone.
    """
    principal.must_be_operator("forget somebody")
    take_out(principal, goes, desk)
    withdraw()
    left = forget_if_nothing_is_left(desk.store, custody, goes.user, now())
    if left:
        remedy = "Ask again in a few minutes, once they can be reached"
        raise GatherlyError(f"Copies are left in {', '.join(left)}", remedy)


def take_out_anew(principal: Principal, user: UserId, desk: SessionDesk) -> None:
    """Take somebody who is leaving out of what they were asked to, or hosted, since they were taken out.

    Raises:
        NotAllowedError: it is neither they nor an operator who asks.
    """
    with desk.store.reading() as tx:
        sessions, _unopened = _attended(tx, user)
    places = _places(sessions, user, desk.clock.now())
    if places.hosted or places.took_place or places.attended:
        take_out(principal, places, desk)


def take_out(principal: Principal, goes: Places, desk: SessionDesk) -> None:
    """Call off what somebody hosts, and take them out of the rest; their copies are withdrawn then.

    What took place is nobody's to call off: the others keep it in their calendars.

    Raises:
        NotAllowedError: it is neither they nor an operator who asks.
    """
    _must_be_own(principal, goes.user)
    retry_stale(partial(_remember, desk, goes), f"User {goes.user}")
    for session in goes.hosted:
        desk.cancel(session, "The host has left.")
    for session in goes.took_place:
        retry_stale(partial(_leave_to_others, desk, session), f"Session {session}")
    for session in goes.attended:
        desk.change(session, goes.user, "I have left.", partial(_left, desk.confirm))
    for guest in goes.outside:
        take_guest_out(desk, guest)


def _places(sessions: Sequence[EventSession], user: UserId, now: Instant) -> Places:
    """Sort the sessions that somebody hosts or attends by what becomes of each."""
    hosted = [one for one in sessions if one.host_user_id == user]
    return Places(
        user=user,
        hosted=tuple(one.id for one in hosted if not took_place(one, now)),
        took_place=tuple(one.id for one in hosted if took_place(one, now)),
        attended=tuple(one.id for one in sessions if one.host_user_id != user),
    )


def _leave_to_others(desk: SessionDesk, session_id: SessionId) -> None:
    """Have just the host's copy of what took place withdrawn, unless it is already."""
    now = desk.clock.now()
    with desk.store.writing() as tx:
        session = desk.found(tx, session_id)
        found = gather_snapshot(tx, session_id, desk.targets, desk.store.install, now)
        theirs = (one for one in found.effects if one.attendee == session.host_user_id)
        if all(one.want is Want.ABSENT for one in theirs):
            return
        apply_transition(tx, host_left(found, session), now)


def _remember(desk: SessionDesk, goes: Places) -> None:
    """Note which sessions speak of somebody who attends them no more: masked once they are forgotten."""
    now = desk.clock.now()
    with desk.store.writing() as tx:
        kept = tx.repositories.personal_settings.get(goes.user)
        before = kept or PersonalSettings(user_id=goes.user, updated_at=now)
        known = dict.fromkeys((*before.taken_out_of, *goes.attended))
        if goes.attended and tx.users.get(goes.user) is not None:
            values = {**before.values, TAKEN_OUT_OF: list(known)}
            tx.repositories.personal_settings.put(replace(before, values=values, updated_at=now))


def _left(confirm: Confirm, session: EventSession, user: UserId, now: Instant) -> EventSession:
    return settled(taken_out(session, user, now=now), confirm, now=now)


def forget_if_nothing_is_left(store: Store, custody: Custody, user: UserId, now: Instant) -> list[str]:
    """Forget somebody unless a calendar still holds a copy of theirs; gives the calendars that do.

    Nor where they attend what is not over: it may be booked, and a copy be written, at any moment.
    """
    with store.reading() as tx:
        left = _ties(tx, user, now)
    return left or [*custody.erase(user, now, ties=lambda tx: _ties(tx, user, now))]


def _ties(tx: Transaction, user: UserId, now: Instant) -> list[str]:
    """Name the calendars that hold somebody's copies, and the sessions that they still attend."""
    sessions, _unopened = _attended(tx, user)
    places = _places(sessions, user, now)
    return [*_still_there(tx, user), *(f"session {one}" for one in (*places.hosted, *places.attended))]


def _must_be_own(principal: Principal, user: str) -> None:
    if principal.role is not Role.USER or principal.user != user:
        principal.must_be_operator("forget somebody")


def _attended(tx: Transaction, user: UserId) -> tuple[list[EventSession], list[str]]:
    unopened = list[str]()
    theirs = tx.sessions.some(
        tx.sessions.attended_by(user), lambda row, why: unopened.append(f"{row}: {why.line}")
    )
    return [one for one in theirs if one.status not in OVER], unopened


def _still_there(tx: Transaction, user: UserId) -> list[str]:
    booked = tx.ledger.in_state(tuple(BookingState))
    shares = (booked[first : first + TOGETHER] for first in range(0, len(booked), TOGETHER))
    effects = (found for share in shares for found in tx.ledger.effects_of_any(share).values())
    return sorted(
        str(effect.calendar)
        for effect in chain.from_iterable(effects)
        if effect.attendee == user and effect.state in STANDING
        if effect.calendar and effect.calendar.connector != BY_MAIL
    )
