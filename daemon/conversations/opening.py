"""A new session taken down, whatever words it was asked for in."""

from collections.abc import Mapping, Sequence

from daemon.conversations.guest_door import GuestDoor
from engine.booking.reachability import out_of_reach
from engine.booking.session_events import asked
from engine.booking.target import Targets
from engine.errors import InputError
from engine.find.series.rule import check_recurring
from engine.ids import UserId
from engine.model.session import EventSession, Message
from engine.model.user import User
from engine.ports.store import Transaction
from engine.sessions.proposal import wait
from engine.text.mail_address import require_addresses
from engine.time.span import Instant


def _require_series(session: EventSession, targets: Targets) -> None:
    """Refuse a series that could never be booked.

    Raises:
        InputError: it has guests, or somebody's calendar cannot hold what recurs so.
    """
    if session.guests:
        who = session.guests[0].address
        raise InputError(f"{who} cannot be a guest of a session that recurs", "Ask for each date by itself")
    for user in session.required_ids:
        rule = str(session.recurrence).removeprefix("RRULE:")
        if user in targets and not targets[user].takes_rule(rule):
            raise InputError(
                f"The calendar of {user} cannot hold what recurs by {rule[:80]}",
                "Ask for one by days of the week, or by a day of the month up to the 28th",
            )


def open_session(
    tx: Transaction,
    new: EventSession,
    users: Mapping[UserId, User],
    said: Sequence[Message],
    *,
    targets: Targets,
    broken: Mapping[UserId, str],
    door: GuestDoor,
    now: Instant,
) -> EventSession:
    """Take a session down with what was said, and have times looked for.

    Whoever must come and is known not to be bookable now is waited for, and named from the beginning.

    Raises:
        InputError: somebody of it cannot be booked for, or may be no guest.
    """
    check_recurring(new, users[new.host_user_id].timezone, now)
    if new.recurrence is not None:
        _require_series(new, targets)
    door.admit(tx, None, new, now)
    require_addresses(users[name] for name in new.attendee_ids)
    away = out_of_reach(new.required_ids, targets, tx.calendars.accounts(), broken)
    session = tx.sessions.put(wait(new, away).session if away else new)
    for message in said:
        tx.messages.add(message)
    tx.wakes.add([session.id], now)
    tx.audit.add(asked(session, now))
    return session
