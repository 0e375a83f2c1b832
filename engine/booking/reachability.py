"""Whose calendar is known to take no event now: known by the store and the configuration, nobody is asked."""

from collections.abc import Collection, Iterable, Mapping

from engine.booking.target import NOTIFIED, Targets
from engine.ids import UserId
from engine.model.calendar import CalendarAccount, ConnectorState

UNUSABLE = frozenset({ConnectorState.EXPIRED, ConnectorState.DISABLED})
"""A connector in one of these states is known not to take a write."""


def out_of_reach(
    users: Collection[UserId],
    targets: Targets,
    accounts: Iterable[CalendarAccount],
    broken: Mapping[UserId, str],
) -> dict[str, str]:
    """Give those of these people for whom nothing could be booked now, with the reason in words.

    `broken` says so of whoever has a connector that a broken drop-in takes out of service.
    """
    known = {one.connector: one for one in accounts}
    found: dict[str, str] = {}
    for user in users:
        calendar = targets.get(user, NOTIFIED).calendar
        account = known.get(calendar.connector) if calendar else None
        if user in broken:
            found[str(user)] = broken[user]
        elif account is not None and account.state in UNUSABLE:
            found[str(user)] = _words(account)
    return found


def _words(account: CalendarAccount) -> str:
    why = f": {account.last_error}" if account.last_error else ""
    return f"{account.connector} is {account.state.value}, so that nothing can be written to it{why}"
