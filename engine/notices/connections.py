"""When people are told that a connector does not work, and that it does again: once an outage."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.booking.ids import outbox_id
from engine.model.booking import OutboxEntry, OutboxKind
from engine.model.calendar import CalendarAccount, ConnectorState
from engine.model.notices import NoticeKind, Outage
from engine.notices.session_notices import WHAT
from engine.time.span import Instant


@dataclass(frozen=True, slots=True)
class Heard:
    """An outage as it is to be kept, and what its people are told."""

    outage: Outage
    told: OutboxEntry | None = None


def hear(account: CalendarAccount, known: Outage | None, now: Instant, max_age: int) -> Heard | None:
    """Decide what a connector's state means; None where nothing is new.

    One whose access has ended is told of at once, any other failure once it has lasted for `max_age` seconds.
    """
    open_yet = known if known is not None and known.over_at is None else None
    if not is_broken(account):
        return None if open_yet is None else _ended(account, open_yet, now)
    outage = open_yet or _begun(account, known, now)
    lasting = account.state is ConnectorState.EXPIRED or now - outage.since >= max_age
    if outage.told_at is None and lasting:
        told = replace(outage, told_at=now)
        details = {"error": account.last_error, "state": account.state.value}
        return Heard(told, _entry(NoticeKind.LOST, told, now, details))
    return None if outage is known else Heard(outage)


def is_broken(account: CalendarAccount) -> bool:
    """Tell whether a connector's last try failed."""
    return account.state is ConnectorState.EXPIRED or account.failures > 0


def _begun(account: CalendarAccount, known: Outage | None, now: Instant) -> Outage:
    return Outage(
        connector=account.connector,
        user_id=account.user_id,
        number=1 if known is None else known.number + 1,
        since=now if account.last_success is None else account.last_success,
        version=0 if known is None else known.version,
    )


def _ended(account: CalendarAccount, outage: Outage, now: Instant) -> Heard:
    over = replace(outage, over_at=now)
    return Heard(over, _entry(NoticeKind.RESTORED, over, now, {}) if outage.told_at is not None else None)


def _entry(kind: NoticeKind, outage: Outage, now: Instant, details: Mapping[str, Any]) -> OutboxEntry:
    name = outbox_id(OutboxKind.NOTIFICATION, outage.connector, outage.user_id, kind, outage.number)
    owner = outage.user_id
    payload = {"user": owner, "owner": owner, WHAT: str(kind), "connector": outage.connector, **details}
    return OutboxEntry(
        id=name,
        kind=OutboxKind.NOTIFICATION,
        dedupe_key=name,
        payload=payload,
        next_at=now,
        created_at=now,
    )
