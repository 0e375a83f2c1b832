"""Accounts and calendars in SQL: which connector is claimed next, and what one read changes."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.booking.timing import SKEW
from engine.ids import CalendarKey, ConnectorName, EventUid, Href, RemoteCalendarId, UserId
from engine.model.calendar import Calendar, CalendarAccount, ConnectorState, May, Member, Quarantined
from engine.operations.claims import LONGEST_CLAIM
from engine.ports.vault import Vault
from engine.time.span import Instant, Span
from store.refusals import stale
from store.sql.part import Part
from store.sql.tables.calendars import calendar_accounts, calendars
from store.sql.writes import insert_new, put_version, replace_row

if TYPE_CHECKING:
    from engine.model.calendar_object import BusySpan, Digest, RawObject, SyncPlan
    from store.sql.repositories.objects import Objects

_NAMES = uuid.UUID("6f1c4f0e-5a0b-4d7e-9a57-2b2c8f9d1a33")


_OF: sa.BindParameter[Any] = sa.bindparam("of")
_ACCOUNT = sa.select(calendar_accounts).where(calendar_accounts.c.connector == _OF)
_ACCOUNTS = sa.select(calendar_accounts).order_by(calendar_accounts.c.connector)
_FAILING = (
    sa.select(calendar_accounts.c.connector)
    .where(sa.or_(calendar_accounts.c.state == ConnectorState.EXPIRED, calendar_accounts.c.failures > 0))
    .order_by(calendar_accounts.c.connector)
)
_CALENDAR = sa.select(calendars).where(calendars.c.id == _OF)
_OF_CONNECTOR = (
    sa.select(calendars)
    .where(calendars.c.connector == _OF)
    .order_by(calendars.c.name, calendars.c.calendar_id)
)
_OF_USER = (
    sa.select(calendars)
    .where(calendars.c.user_id == _OF)
    .order_by(calendars.c.connector, calendars.c.calendar_id)
)


def calendar_id(key: CalendarKey) -> str:
    """Give the id of a calendar's row: the same everywhere, and short whatever the provider's is."""
    return str(uuid.uuid5(_NAMES, f"{key.connector}\0{key.calendar}"))


class SqlCalendars:
    """`engine.ports.calendars.Calendars`."""

    _objects: Part[Objects] = Part("repositories.objects", "Objects", "_connection", "_vault")

    def __init__(self, connection: sa.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def account(self, connector: ConnectorName) -> CalendarAccount | None:
        """Look one connector's health up."""
        found = self._connection.execute(_ACCOUNT, {"of": connector}).mappings().first()
        return None if found is None else _account(found)

    def accounts(self) -> Sequence[CalendarAccount]:
        """Give them by name."""
        return [_account(row) for row in self._connection.execute(_ACCOUNTS).mappings().all()]

    def failing(self) -> Sequence[ConnectorName]:
        """Name the connectors whose last try failed, by name."""
        return [ConnectorName(name) for name in self._connection.execute(_FAILING).scalars()]

    def due(self, now: Instant) -> Sequence[ConnectorName]:
        """Give the connectors whose time to be read has come, the longest due first; see the port."""
        # Asked for in order, SQLite would walk the whole of one index; so each half is looked up in its own.
        found = self._connection.execute(_due(), {"ahead": now + SKEW, **_free_at(now)})
        return [ConnectorName(name) for _, name in sorted(map(tuple, found))]

    def claim_due(
        self,
        owner: str,
        now: Instant,
        until: Instant,
        limit: int,
        but: Collection[ConnectorName] = (),
    ) -> Sequence[CalendarAccount]:
        """Claim at most so many of those that are due, the longest due first; see the port."""
        table = calendar_accounts.c
        ahead = table.last_attempt > now + SKEW
        halves = ((table.next_run <= now, table.next_run), (ahead, table.last_attempt))
        found: list[CalendarAccount] = []
        for come, order in halves:  # each by its own index
            if len(found) < limit:
                due = sa.select(table.connector).where(come, _free()).params(_free_at(now))
                due = due.where(table.connector.not_in(but)) if but else due
                found += self._claimed(owner, now, until, due.order_by(order).limit(limit - len(found)))
        return found

    def _claimed(
        self, owner: str, now: Instant, until: Instant, due: sa.Select[Any]
    ) -> Sequence[CalendarAccount]:
        """Claim what is found and nobody is claiming; SQLite has one writer, and no word for it."""
        table = calendar_accounts.c
        claimed = {
            "claimed_by": owner,
            "claimed_until": until,
            "last_attempt": now,
            "next_run": until,  # so that those who look next need not look past it
            "version": table.version + 1,
        }
        # Named one by one, they are looked up by their keys, however many others there are.
        names = self._connection.execute(due.with_for_update(skip_locked=True)).scalars().all()
        claim = sa.update(calendar_accounts).where(table.connector.in_(names)).values(claimed)
        rows = self._connection.execute(claim.returning(calendar_accounts)).mappings() if names else ()
        return sorted((_account(row) for row in rows), key=lambda one: one.connector)

    def put_account(self, account: CalendarAccount) -> CalendarAccount:
        """Insert or replace just the version that it carries."""
        if not put_version(self._connection, calendar_accounts, _account_row(account), account.version):
            raise stale("Connector", account.connector)
        return replace(account, version=account.version + 1)

    def get(self, key: CalendarKey) -> Calendar | None:
        """Look a calendar up."""
        found = self._some(_CALENDAR, calendar_id(key))
        return found[0] if found else None

    def of_connector(self, connector: ConnectorName) -> Sequence[Calendar]:
        """Give a connector's calendars by name."""
        return self._some(_OF_CONNECTOR, connector)

    def of_user(self, user: UserId) -> Sequence[Calendar]:
        """Give a user's calendars by key."""
        return self._some(_OF_USER, user)

    def _some(self, statement: sa.Select[Any], of: str) -> list[Calendar]:
        return [_calendar(row) for row in self._connection.execute(statement, {"of": of}).mappings().all()]

    def digests(self, key: CalendarKey) -> Mapping[Href, Digest]:
        """Tell what is stored, to compare with what is read."""
        return self._objects.digests(calendar_id(key))

    def objects(self, key: CalendarKey, hrefs: Collection[Href] | None = None) -> Sequence[RawObject]:
        """Give stored objects as their provider sent them, unsealed, by href."""
        return self._objects.some(calendar_id(key), hrefs)

    def with_uids(self, user: UserId, uids: Collection[EventUid]) -> Sequence[tuple[CalendarKey, RawObject]]:
        """Give the objects of some UIDs in a user's read calendars, unsealed, by calendar and href."""
        return self._objects.with_uids(user, uids)

    def shared_objects(self, key: CalendarKey) -> Sequence[RawObject]:
        """Give what events of a calendar share, such as zones, by href."""
        return self._objects.shared(calendar_id(key))

    def uids(self, user: UserId) -> Collection[EventUid]:
        """Tell which UIDs a user's read calendars hold."""
        return self._objects.uids(user)

    def apply(self, plan: SyncPlan) -> None:
        """Store one read as a whole: token, rows and tombstones."""
        row = {**_row(plan.calendar), "version": plan.based_on + 1}
        if not (
            replace_row(self._connection, calendars, row, plan.based_on)
            or (plan.based_on == 0 and insert_new(self._connection, calendars, row))
        ):
            raise stale("Calendar", str(plan.calendar.key))
        self._objects.apply(row["id"], plan)

    def busy(self, user: UserId, window: Span) -> Sequence[BusySpan]:
        """Give what overlaps the window in a user's read calendars, by start."""
        return self._objects.busy_of((user,), window)[user]

    def busy_of(self, users: Collection[UserId], window: Span) -> Mapping[UserId, Sequence[BusySpan]]:
        """Give the same for each of several."""
        return self._objects.busy_of(users, window)

    def forget(self, key: CalendarKey) -> None:
        """Remove a calendar; its objects and busy spans go with it."""
        self._connection.execute(sa.delete(calendars).where(calendars.c.id == calendar_id(key)))


@cache
def _due() -> sa.Select[Any]:
    table = calendar_accounts.c
    come = sa.or_(table.next_run <= sa.bindparam("now"), table.last_attempt > sa.bindparam("ahead"))
    return sa.select(table.next_run, table.connector).where(come, _free())


@cache
def _free() -> sa.ColumnElement[bool]:
    table = calendar_accounts.c
    return sa.or_(
        table.claimed_by.is_(None),
        table.claimed_until <= sa.bindparam("now"),
        table.claimed_until > sa.bindparam("claimed_ahead"),
    )


def _free_at(now: Instant) -> Mapping[str, Instant]:
    return {"now": now, "claimed_ahead": now + LONGEST_CLAIM}


def _account_row(account: CalendarAccount) -> dict[str, Any]:
    return {
        "connector": account.connector,
        "user_id": account.user_id,
        "kind": account.kind,
        "state": account.state,
        "last_attempt": account.last_attempt,
        "last_success": account.last_success,
        "last_error": account.last_error,
        "failures": account.failures,
        "next_run": account.next_run,
        "held_back": account.held_back,
        "claimed_by": account.claimed_by,
        "claimed_until": account.claimed_until,
        "heard": account.heard,
        "missed": account.missed,
    }


def _account(row: Mapping[Any, Any]) -> CalendarAccount:
    return CalendarAccount(
        connector=ConnectorName(row["connector"]),
        user_id=UserId(row["user_id"]),
        kind=row["kind"],
        state=row["state"],
        last_attempt=row["last_attempt"],
        last_success=row["last_success"],
        last_error=row["last_error"],
        failures=row["failures"],
        next_run=row["next_run"],
        held_back=row["held_back"],
        claimed_by=row["claimed_by"],
        claimed_until=row["claimed_until"] or 0,
        heard=row["heard"] or 0,
        missed=row["missed"],
        version=row["version"],
    )


def _row(calendar: Calendar) -> dict[str, Any]:
    return {
        "id": calendar_id(calendar.key),
        "connector": calendar.key.connector,
        "calendar_id": calendar.key.calendar,
        "user_id": calendar.user_id,
        "name": calendar.name,
        "type": calendar.type,
        "visibility": calendar.visibility,
        "is_primary": calendar.is_primary,
        "read": calendar.read,
        "read_only": calendar.read_only,
        "zone": calendar.zone,
        "state": calendar.state,
        "token": calendar.token,
        "synced_at": calendar.synced_at,
        "covers_start": None if calendar.covers is None else calendar.covers.start,
        "covers_end": None if calendar.covers is None else calendar.covers.end,
        "suspicion": calendar.suspicion,
        "suspect": calendar.suspect,
        "accepted": calendar.accepted,
        "quarantined": _quarantined_document(calendar.quarantined),
        "members": [{"user": one.user, "may": one.may.value} for one in calendar.members] or None,
        "mirror": calendar.mirror,
    }


def _calendar(row: Mapping[Any, Any]) -> Calendar:
    return Calendar(
        key=CalendarKey(ConnectorName(row["connector"]), RemoteCalendarId(row["calendar_id"])),
        user_id=UserId(row["user_id"]),
        name=row["name"],
        type=row["type"],
        visibility=row["visibility"],
        is_primary=row["is_primary"],
        read=row["read"],
        read_only=row["read_only"],
        zone=row["zone"],
        state=row["state"],
        token=row["token"],
        version=row["version"],
        synced_at=row["synced_at"],
        covers=None if row["covers_start"] is None else Span(row["covers_start"], row["covers_end"]),
        suspicion=row["suspicion"],
        suspect=row["suspect"],
        accepted=row["accepted"],
        quarantined=_quarantined(row["quarantined"]),
        members=tuple(Member(UserId(one["user"]), May(one["may"])) for one in row["members"] or ()),
        mirror=None if row["mirror"] is None else ConnectorName(row["mirror"]),
    )


def _quarantined_document(entries: Iterable[Quarantined]) -> list[dict[str, Any]]:
    """Write what could not be read."""
    return [
        {"uid": one.uid, "reason": one.reason, "since": one.since}
        | ({} if one.unread is None else {"unread": str(one.unread)})
        for one in entries
    ]


def _quarantined(documents: Sequence[dict[str, Any]]) -> tuple[Quarantined, ...]:
    """Read what could not be read."""
    return tuple(
        Quarantined(
            one["uid"], one["reason"], Href(one["unread"]) if "unread" in one else None, one.get("since")
        )
        for one in documents
    )
