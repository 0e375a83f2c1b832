"""Where each attendee's copy goes, and in which order copies are written."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from engine.booking.ids import Identifier, event_id
from engine.ids import CalendarKey, ConnectorName, EventId, InstallId, RemoteCalendarId, UserId
from engine.model.booking import Delivery, Effect, EffectState
from engine.model.capabilities import IdForm
from engine.model.guest import BY_MAIL, Guest
from engine.model.session import EventSession


def _takes_any(_rule: str) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """How the event reaches one user.

    `written` goes to `calendar` of a connector that writes, `invited` to that of an e-mail connector;
    `reliability` is that of its kind: the least reliable calendar is written first. `takes_rule` tells of a
    rule whether what recurs by it can be written there.
    """

    delivery: Delivery
    calendar: CalendarKey | None = None
    form: IdForm = IdForm.ICAL
    reliability: int = 0
    takes_rule: Callable[[str], bool] = _takes_any


NOTIFIED = Target(delivery=Delivery.NOTIFIED)
Targets = Mapping[UserId, Target]


def planned(
    session: EventSession,
    epoch: int,
    targets: Targets,
    identifier: Identifier,
    install: InstallId,
    *,
    before: Sequence[Effect] = (),
    unusable: Collection[ConnectorName] = (),
) -> tuple[Effect, ...]:
    """Plan one effect for each attendee, and for each guest, in a new epoch.

    An optional person whose copy was refused in an earlier epoch (`before`), or whose connector is known to
    be unusable, is only notified: they do not hold the booking up.
    """
    refused = {each.attendee for each in before if each.last_code in REFUSALS}
    effects = []
    for user in session.attendee_ids:
        target = targets.get(user, NOTIFIED)
        required = user in session.required_ids
        if not required and (user in refused or _connector(target) in unusable):
            target = NOTIFIED
        effects.append(_effect(session, epoch, user, target, required, identifier, install))
    attending = set(session.attendee_ids)
    for guest in (one for one in session.guests if one.id not in attending):
        target = guest_target(guest)
        effects.append(_effect(session, epoch, guest.id, target, False, identifier, install))
    return tuple(effects)


def guest_target(guest: Guest) -> Target:
    """Say how the event reaches a guest: by mail alone, and no booking waits for that."""
    place = CalendarKey(BY_MAIL, RemoteCalendarId(guest.address))
    return Target(delivery=Delivery.INVITED, calendar=place, form=IdForm.MESSAGE)


REFUSALS = frozenset({"refused", "expired"})
"""Codes of an effect whose provider said definitely no."""


def _connector(target: Target) -> ConnectorName | None:
    return target.calendar.connector if target.calendar else None


def _effect(
    session: EventSession,
    epoch: int,
    user: UserId,
    target: Target,
    required: bool,
    identifier: Identifier,
    install: InstallId,
) -> Effect:
    return Effect(
        session=session.id,
        attendee=user,
        epoch=epoch,
        calendar=target.calendar,
        event_id=_id_of(session, epoch, user, target, identifier, install),
        delivery=target.delivery,
        required=required,
        state=EffectState.PLANNED,
    )


def _id_of(
    session: EventSession,
    epoch: int,
    user: UserId,
    target: Target,
    identifier: Identifier,
    install: InstallId,
) -> EventId | None:
    if target.calendar is None:
        return None
    return event_id(
        target.form,
        identifier,
        install,
        session=session.id,
        person=user,
        calendar=target.calendar,
        epoch=epoch,
    )


def write_order(effects: Sequence[Effect], targets: Targets, host: UserId) -> list[Effect]:
    """Sort copies as they are written: the least reliable calendar first, the host's last."""

    def place(effect: Effect) -> tuple[bool, int, UserId]:
        return (
            effect.attendee == host,
            targets.get(effect.attendee, NOTIFIED).reliability,
            effect.attendee,
        )

    return sorted(effects, key=place)
