"""Accounts, calendars, raw objects and busy spans of the in-memory store."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from engine.ids import CalendarKey, ConnectorName, EventUid, Href, UserId
from engine.model.calendar import Calendar, CalendarAccount
from engine.model.calendar_object import BusySpan, Digest, RawObject, SyncPlan
from engine.notices.connections import is_broken
from engine.operations.claims import is_due
from engine.time.span import Instant, Span
from store.refusals import stale
from tests.doubles.store.events import drop_event
from tests.doubles.store.tables import Tables


class MemoryCalendars:
    """`engine.ports.calendars.Calendars`."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def account(self, connector: ConnectorName) -> CalendarAccount | None:
        """Look one connector's health up."""
        return self._tables.accounts.get(connector)

    def accounts(self) -> Sequence[CalendarAccount]:
        """Give them by name."""
        return sorted(self._tables.accounts, key=lambda account: account.connector)

    def failing(self) -> Sequence[ConnectorName]:
        """Name the connectors whose last try failed, by name."""
        return [one.connector for one in self.accounts() if is_broken(one)]

    def due(self, now: Instant) -> Sequence[ConnectorName]:
        """Give the connectors whose time to be read has come, the longest due first; see the port."""
        due = [one for one in self._tables.accounts if is_due(one, now)]
        return [one.connector for one in sorted(due, key=lambda one: (one.next_run, one.connector))]

    def claim_due(
        self,
        owner: str,
        now: Instant,
        until: Instant,
        limit: int,
        but: Collection[ConnectorName] = (),
    ) -> Sequence[CalendarAccount]:
        """Claim at most so many of those that are due, the longest due first; see the port."""
        due = [one for name in self.due(now) if name not in but and (one := self.account(name)) is not None]
        return [
            self.put_account(
                replace(one, claimed_by=owner, claimed_until=until, last_attempt=now, next_run=until)
            )
            for one in due[:limit]
        ]

    def put_account(self, account: CalendarAccount) -> CalendarAccount:
        """Insert or replace just the version that it carries."""
        there = self._tables.accounts.get(account.connector)
        if account.version != (0 if there is None else there.version):
            raise stale("Connector", account.connector)
        written = replace(account, version=account.version + 1)
        self._tables.accounts.put(account.connector, written)
        return written

    def get(self, key: CalendarKey) -> Calendar | None:
        """Look a calendar up."""
        return self._tables.calendars.get(key)

    def of_connector(self, connector: ConnectorName) -> Sequence[Calendar]:
        """Give a connector's calendars by name."""
        found = [calendar for calendar in self._tables.calendars if calendar.key.connector == connector]
        return sorted(found, key=lambda calendar: (calendar.name, calendar.key))

    def of_user(self, user: UserId) -> Sequence[Calendar]:
        """Give a user's calendars by key."""
        found = [calendar for calendar in self._tables.calendars if calendar.user_id == user]
        return sorted(found, key=lambda calendar: calendar.key)

    def digests(self, key: CalendarKey) -> Mapping[Href, Digest]:
        """Tell what is stored, to compare with what is read."""
        return {one.href: Digest(one.uid, one.etag, one.content_hash) for one in self.objects(key)}

    def objects(self, key: CalendarKey, hrefs: Collection[Href] | None = None) -> Sequence[RawObject]:
        """Give stored objects as their provider sent them, by href."""
        found = [one for (calendar, href), one in self._tables.objects.items() if calendar == key]
        kept = [one for one in found if hrefs is None or one.href in hrefs]
        return sorted(kept, key=lambda one: one.href)

    def with_uids(self, user: UserId, uids: Collection[EventUid]) -> Sequence[tuple[CalendarKey, RawObject]]:
        """Give the objects of some UIDs in a user's read calendars, by calendar and href."""
        found = [(key, one) for key, one in self._readable(user) if one.uid in uids]
        return sorted(found, key=lambda row: (row[0], row[1].href))

    def shared_objects(self, key: CalendarKey) -> Sequence[RawObject]:
        """Give what events of a calendar share, such as zones, by href."""
        return [one for one in self.objects(key) if one.shared]

    def uids(self, user: UserId) -> Collection[EventUid]:
        """Tell which UIDs a user's read calendars hold."""
        return {one.uid for _, one in self._readable(user)}

    def _readable(self, user: UserId) -> list[tuple[CalendarKey, RawObject]]:
        readable = {calendar.key for calendar in self._tables.calendars if _read_for(calendar, user)}
        return [(key, one) for (key, _), one in self._tables.objects.items() if key in readable]

    def apply(self, plan: SyncPlan) -> None:
        """Store one read as a whole: token, rows and tombstones."""
        key = plan.calendar.key
        there = self._tables.calendars.get(key)
        if plan.based_on != (0 if there is None else there.version):
            raise stale("Calendar", str(key))
        self._tables.calendars.put(key, replace(plan.calendar, version=plan.based_on + 1))
        for raw in plan.upserts:
            self._tables.objects.put((key, raw.href), raw)
        for href in plan.deletes:
            self._tables.objects.drop((key, href))
            self._tables.busy.drop((key, href))
        for href, spans in plan.busy.items():
            self._tables.busy.put((key, href), spans)
        for span in plan.more_busy:
            kept = self._tables.busy.get((key, span.href)) or ()
            self._tables.busy.put((key, span.href), (*kept, span))

    def busy(self, user: UserId, window: Span) -> Sequence[BusySpan]:
        """Give what overlaps the window in a user's read calendars, by start."""
        readable = {calendar.key for calendar in self._tables.calendars if _read_for(calendar, user)}
        spans = (
            span
            for (calendar, _), kept in self._tables.busy.items()
            if calendar in readable
            for span in kept
            if span.span.overlaps(window)
        )
        return sorted(spans, key=lambda span: (span.span, span.calendar, span.href))

    def busy_of(self, users: Collection[UserId], window: Span) -> Mapping[UserId, Sequence[BusySpan]]:
        """Give the same for each of several."""
        return {user: self.busy(user, window) for user in users}

    def forget(self, key: CalendarKey) -> None:
        """Remove a calendar that is no longer configured, with everything kept of it."""
        forget_calendar(self._tables, key)


def forget_calendar(tables: Tables, key: CalendarKey) -> None:
    """Remove a calendar, its objects, its busy spans and its events."""
    for event in [event.id for event in tables.events if event.calendar == key]:
        drop_event(tables, event)
    tables.calendars.drop(key)
    for place in [place for place, _ in tables.objects.items() if place[0] == key]:
        tables.objects.drop(place)
    for place in [place for place, _ in tables.busy.items() if place[0] == key]:
        tables.busy.drop(place)


def _read_for(calendar: Calendar, user: UserId) -> bool:
    return calendar.user_id == user and calendar.read
