"""F2's questions about events, by the document's own names: gathered here, decided in the engine."""

from collections.abc import Sequence

from config.custom_rules import INSTALLED
from engine.errors import UnknownThingError
from engine.family.event_range import TAKES_PLACE, TAKES_TIME, events_in_range, participant_conflicts
from engine.ids import CalendarKey, UserId
from engine.model.event import CalendarEvent
from engine.model.user import User
from engine.ports.store import Transaction
from engine.rules import check
from engine.rules.check import Violation
from engine.rules.checkable import with_check
from engine.time.span import DAY, Span

AROUND = 8 * DAY
"""How far other events are looked at: limits of a day and of a week count them."""
UTC = "UTC"


def get_events_for_range(
    tx: Transaction, calendar: CalendarKey, window: Span, *, proposed: bool = False
) -> Sequence[CalendarEvent]:
    """Give what takes place in a calendar in a window, instance by instance, by start.

    Series repeat in the calendar's zone, or in its owner's where it has none; `proposed` events count on
    request.
    """
    known = tx.calendars.get(calendar)
    zone = UTC
    if known is not None:
        owner = tx.users.get(known.user_id)
        zone = known.zone or (UTC if owner is None else owner.timezone)
    found = tx.repositories.events.candidates(calendar, window)
    return events_in_range(found, window, zone, TAKES_TIME if proposed else TAKES_PLACE)


def find_participant_conflicts(
    tx: Transaction, user: UserId, asked: Span, *, confirmed_only: bool = False
) -> Sequence[CalendarEvent]:
    """Give the events that keep somebody from being there, whatever calendar they lie in.

    Proposed events count too, unless only confirmed ones are to.

    Raises:
        UnknownThingError: there is no such user.
    """
    zone = _user(tx, user).timezone
    found = tx.repositories.events.candidates_with(user, asked)
    return participant_conflicts(found, asked, zone, confirmed_only=confirmed_only)


def missing_participants(tx: Transaction, event: str, asked: Span) -> Sequence[UserId]:
    """Give the required participants of an event who could not be there at a time; optional ones may lack.

    An event takes place only where this is empty. The event itself is in nobody's way.
    """
    required = [one.user_id for one in tx.repositories.participants.of_event(event) if one.required]
    return [
        user
        for user in required
        if any(
            event not in (other.id, other.recurrence_parent_id)
            for other in find_participant_conflicts(tx, user, asked)
        )
    ]


def check_constraints(tx: Transaction, user: UserId, event: Span) -> Sequence[Violation]:
    """Tell which rules of somebody's, or of everybody's, an event would break among their others.

    Raises:
        UnknownThingError: there is no such user.
    """
    zone = _user(tx, user).timezone
    around = event.widen(AROUND, AROUND)
    own = participant_conflicts(tx.repositories.events.candidates_with(user, around), around, zone)
    others = [one.span for one in own] + [busy.span for busy in tx.calendars.busy(user, around)]
    rules = [with_check(one, INSTALLED) for one in tx.repositories.constraints.for_user(user)]
    return check.check_constraints(user, zone, event, rules, others)


def _user(tx: Transaction, user: UserId) -> User:
    found = tx.users.get(user)
    if found is None:
        raise UnknownThingError(f"{user} is not a user", "Add them first")
    return found
