"""Raw calendar objects, sealed with their owner's data key, and the busy spans derived from them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa

from engine.ids import CalendarKey, ConnectorName, EventUid, Href, RemoteCalendarId, UserId
from engine.model.calendar_object import SHARED, BusySpan, Digest, RawObject, SyncPlan
from engine.ports.vault import Vault
from engine.time.span import Span
from store.sql.tables.calendars import busy_spans, calendar_objects, calendars
from store.sql.tables.metadata import told

N = TypeVar("N", bound=str)
_BATCH = 500
"""Rows a statement names at most: databases bound how many values one may carry."""


@cache
def _busy_in_window() -> sa.Select[Any]:
    """Make the question once, for `named` users from `since` to `until`: that takes its time."""
    spans, owner = busy_spans.c, calendars.c
    return (
        sa.select(*told(busy_spans), owner.connector, owner.calendar_id.label("remote"))
        .join(calendars, owner.id == spans.calendar_id)
        .where(spans.user_id.in_(sa.bindparam("named", expanding=True)))
        .where(spans.start_time < sa.bindparam("until"), spans.end_time > sa.bindparam("since"))
        .where(owner.read, owner.user_id == spans.user_id)
        .order_by(spans.start_time, spans.end_time, owner.connector, owner.calendar_id, spans.href)
    )


@cache
def _digests() -> sa.Select[Any]:
    table = calendar_objects.c
    told = (table.href, table.uid, table.etag, table.content_hash)
    return sa.select(*told).where(table.calendar_id == sa.bindparam("of"))


@cache
def _over() -> sa.Delete:
    table = busy_spans.c
    return sa.delete(busy_spans).where(
        table.calendar_id == sa.bindparam("of"), table.end_time <= sa.bindparam("since")
    )


@cache
def _dropping(table: sa.Table) -> sa.Delete:
    named = table.c.href.in_(sa.bindparam("named", expanding=True))
    return sa.delete(table).where(table.c.calendar_id == sa.bindparam("of"), named)


class Objects:
    """The objects of calendars, by the id of the calendar's row."""

    def __init__(self, connection: sa.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def digests(self, calendar: str) -> Mapping[Href, Digest]:
        """Tell what is stored of a calendar."""
        return {
            Href(href): Digest(EventUid(uid), etag, content_hash)
            for href, uid, etag, content_hash in self._connection.execute(_digests(), {"of": calendar})
        }

    def some(self, calendar: str, hrefs: Collection[Href] | None) -> list[RawObject]:
        """Give a calendar's objects, unsealed, by href; all of them, or those named."""
        statement = sa.select(calendar_objects).where(calendar_objects.c.calendar_id == calendar)
        if hrefs is None:
            rows: Sequence[Mapping[Any, Any]] = self._connection.execute(statement).mappings().all()
        else:
            rows = [
                row
                for batch in _batches(sorted(set(hrefs)))
                for row in self._connection.execute(statement.where(calendar_objects.c.href.in_(batch)))
                .mappings()
                .all()
            ]
        return sorted((self._unsealed(row) for row in rows), key=lambda raw: raw.href)

    def with_uids(self, user: UserId, uids: Collection[EventUid]) -> list[tuple[CalendarKey, RawObject]]:
        """Give the objects of some UIDs in a user's read calendars, unsealed, by calendar and href."""
        owner = calendars.c
        rows = (
            sa.select(calendar_objects, owner.connector, owner.calendar_id.label("remote"))
            .join(calendars, owner.id == calendar_objects.c.calendar_id)
            .where(calendar_objects.c.user_id == user, owner.read, owner.user_id == user)
            .order_by(owner.connector, owner.calendar_id, calendar_objects.c.href)
        )
        found = []
        for batch in _batches(sorted(set(uids))):
            named = rows.where(calendar_objects.c.uid.in_(batch))
            for row in self._connection.execute(named).mappings().all():
                key = CalendarKey(ConnectorName(row["connector"]), RemoteCalendarId(row["remote"]))
                found.append((key, self._unsealed(row)))
        return found

    def shared(self, calendar: str) -> list[RawObject]:
        """Give what events of a calendar share, by href."""
        table = calendar_objects.c
        begun = (table.href >= SHARED, table.href < f"{SHARED[:-1]};")
        rows = sa.select(calendar_objects).where(table.calendar_id == calendar, *begun)
        return [
            self._unsealed(row)
            for row in self._connection.execute(rows.order_by(table.href)).mappings().all()
        ]

    def uids(self, user: UserId) -> set[EventUid]:
        """Tell which UIDs a user's read calendars hold."""
        owner, table = calendars.c, calendar_objects.c
        rows = (
            sa.select(table.uid)
            .join(calendars, owner.id == table.calendar_id)
            .where(table.user_id == user, owner.read, owner.user_id == user)
        )
        return {EventUid(uid) for uid in self._connection.execute(rows).scalars()}

    def apply(self, calendar: str, plan: SyncPlan) -> None:
        """Write a plan's objects and busy spans; spans that end before what is covered are dropped."""
        touched = [*plan.deletes, *(raw.href for raw in plan.upserts)]
        self._drop(calendar_objects, calendar, touched)
        self._insert(calendar_objects, [self._sealed(calendar, plan, raw) for raw in plan.upserts])
        self._drop(busy_spans, calendar, [*plan.deletes, *plan.busy])
        fresh = (span for spans in plan.busy.values() for span in spans)
        self._insert(busy_spans, [_busy_row(calendar, plan, span) for span in (*fresh, *plan.more_busy)])
        if plan.calendar.covers is not None:
            over = {"of": calendar, "since": plan.calendar.covers.start}
            self._connection.execute(_over(), over)

    def _drop(self, table: sa.Table, calendar: str, hrefs: Sequence[Href]) -> None:
        for batch in _batches(hrefs):
            self._connection.execute(_dropping(table), {"of": calendar, "named": batch})

    def _insert(self, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(sa.insert(table), rows)

    def busy_of(self, users: Collection[UserId], window: Span) -> Mapping[UserId, Sequence[BusySpan]]:
        """Give what overlaps the window in each one's read calendars, by start."""
        asked = {"named": sorted(users), "since": window.start, "until": window.end}
        found: dict[UserId, list[BusySpan]] = {user: [] for user in users}
        for row in self._connection.execute(_busy_in_window(), asked).mappings().all():
            found[UserId(row["user_id"])].append(_busy(row))
        return found

    def _sealed(self, calendar: str, plan: SyncPlan, raw: RawObject) -> dict[str, Any]:
        user = plan.calendar.user_id
        return {
            "calendar_id": calendar,
            "href": raw.href,
            "user_id": user,
            "uid": raw.uid,
            "etag": raw.etag,
            "content_hash": raw.content_hash,
            "raw": self._vault.seal(user, _place(calendar, raw.href), raw.raw),
        }

    def _unsealed(self, row: Mapping[Any, Any]) -> RawObject:
        place = _place(row["calendar_id"], row["href"])
        return RawObject(
            href=Href(row["href"]),
            uid=EventUid(row["uid"]),
            etag=row["etag"],
            content_hash=row["content_hash"],
            raw=self._vault.open(UserId(row["user_id"]), place, row["raw"]),
        )


def _place(calendar: str, href: str) -> str:
    return f"calendar_objects.raw/{calendar}/{href}"


def _batches(names: Sequence[N]) -> Iterable[list[N]]:
    rest = iter(names)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _busy_row(calendar: str, plan: SyncPlan, span: BusySpan) -> dict[str, Any]:
    return {
        "calendar_id": calendar,
        "href": span.href,
        "user_id": plan.calendar.user_id,
        "uid": span.uid,
        "start_time": span.span.start,
        "end_time": span.span.end,
        "status": span.status,
        "ours": span.ours,
    }


def _busy(row: Mapping[Any, Any]) -> BusySpan:
    return BusySpan(
        calendar=CalendarKey(ConnectorName(row["connector"]), RemoteCalendarId(row["remote"])),
        href=Href(row["href"]),
        uid=EventUid(row["uid"]),
        span=Span(row["start_time"], row["end_time"]),
        status=row["status"],
        ours=row["ours"],
    )
