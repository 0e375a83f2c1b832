"""What the configuration says of booking: where copies go, and what is done when others change them."""

from config.configuration import Configuration
from connectors.registry import kind_of
from engine.booking.policy import Policy
from engine.booking.target import Target, Targets
from engine.ids import CalendarKey, RemoteCalendarId, UserId
from engine.model.booking import Delivery


def policy_of(configuration: Configuration) -> Policy:
    """Tell what is done when somebody else changes what was booked."""
    booking = configuration.settings.booking
    return Policy(on_moved=booking.on_moved, on_deleted=booking.on_deleted, on_foreign=booking.on_foreign)


def targets_of(configuration: Configuration) -> Targets:
    """Tell where each user's copy goes: the calendar that is written, else the mail, else word only."""
    targets: dict[UserId, Target] = {}
    for one in configuration.settings.connectors.values():
        kind = kind_of(one.kind)
        form = kind.capabilities.id_form
        if kind.capabilities.invites:
            place = CalendarKey(one.name, RemoteCalendarId(one.user))
            targets.setdefault(one.user_id, Target(delivery=Delivery.INVITED, calendar=place, form=form))
        elif one.write is not None:
            place = CalendarKey(one.name, RemoteCalendarId(one.write))
            targets[one.user_id] = Target(
                delivery=Delivery.WRITTEN,
                calendar=place,
                form=form,
                reliability=kind.reliability,
                takes_rule=kind.takes_rule,
            )
    return targets
