"""What has changed in a calendar: pages, tokens, tombstones, and series that are read again whole.

A series with its exceptions is one object. A delta names single members of it, so the family is then read
anew by its iCalUID: one request a changed series.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.gcal.api import CalendarApi
from connectors.gcal.busyonly import read_busy
from connectors.gcal.refusals import TokenTooOldError
from connectors.gcal.synctoken import SyncToken, read_token
from connectors.gcal.translate import raw_of
from engine.errors import SourceIncompleteError
from engine.ids import Href, InstallId, RemoteCalendarId
from engine.model.calendar import Changes, Digest, RawObject
from engine.timespan import Instant

Event = Mapping[str, Any]
BUSY_ONLY = "freeBusyReader"


@dataclass(slots=True)
class _Run:
    """One listing, complete or nothing."""

    events: list[Event] = field(default_factory=list)
    zone: str | None = None
    role: str = ""
    token: str | None = None


class ChangeReader:
    """Reads one connector's calendars; `horizon` is for how many seconds ahead busy times are asked for."""

    def __init__(self, api: CalendarApi, install: InstallId, horizon: int) -> None:
        self._api = api
        self._install = install
        self._horizon = horizon

    def changes(
        self, calendar: RemoteCalendarId, text: str | None, known: Mapping[Href, Digest], now: Instant
    ) -> Changes:
        """Read what has changed since a token; a missing, old or refused one means the whole calendar."""
        token = read_token(text)
        if token is None or token.is_old(calendar, now):
            return self._whole(calendar, now)
        if token.busy_only:
            return self._busy_only(calendar, token, now)
        try:
            run = self._list(calendar, syncToken=token.google)
        except TokenTooOldError:
            return self._whole(calendar, now)
        if run.role == BUSY_ONLY:
            return self._busy_only(calendar, None, now)
        after = SyncToken(google=str(run.token), since=token.since)
        return self._delta(calendar, run, known, after)

    def _whole(self, calendar: RemoteCalendarId, now: Instant) -> Changes:
        run = self._list(calendar)
        if run.role == BUSY_ONLY:
            return self._busy_only(calendar, None, now)
        families: dict[str, list[Event]] = {}
        for event in self._newest(calendar, run.events).values():
            families.setdefault(head_of(event), []).append(event)
        objects = [
            raw_of(href, members, self._install) for href, members in families.items() if _live(members)
        ]
        token = SyncToken(google=str(run.token), since=now)
        return Changes(objects=tuple(objects), whole=True, token=token.text(), zone=run.zone)

    def _busy_only(self, calendar: RemoteCalendarId, before: SyncToken | None, now: Instant) -> Changes:
        found = read_busy(self._api, calendar, now, self._horizon)
        since = now if before is None else before.since
        token = SyncToken(google=found.content_hash, since=since, busy_only=True)
        if before is not None and before.google == found.content_hash:
            return Changes(whole=False, unchanged=True, token=token.text())
        return Changes(objects=(found,), whole=True, token=token.text())

    def _delta(
        self, calendar: RemoteCalendarId, run: _Run, known: Mapping[Href, Digest], token: SyncToken
    ) -> Changes:
        objects: list[RawObject] = []
        gone: list[Href] = []
        families: dict[str, list[Event]] = {}
        for event in self._newest(calendar, run.events).values():
            families.setdefault(_head_among(event, known), []).append(event)
        for href, told in families.items():
            members = self._family(calendar, href, told, known)
            if _live(members):
                objects.append(raw_of(href, members, self._install))
            else:
                gone.append(Href(href))
        return Changes(
            objects=tuple(objects),
            gone=tuple(gone),
            whole=False,
            unchanged=not run.events,
            token=token.text(),
            zone=run.zone,
        )

    def _family(
        self, calendar: RemoteCalendarId, href: str, told: list[Event], known: Mapping[Href, Digest]
    ) -> Sequence[Event]:
        """Give all members of what a delta names; only a series has to be asked for."""
        head = next((event for event in told if event.get("id") == href), None)
        if len(told) == 1 and head is not None and not head.get("recurrence"):
            return told
        uid = next((str(event["iCalUID"]) for event in told if event.get("iCalUID")), None)
        if uid is None and Href(href) in known:
            uid = str(known[Href(href)].uid)
        if uid is None:
            uid = str((self._api.event(calendar, href) or {}).get("iCalUID", ""))
        read = self._pages_of(calendar, iCalUID=uid, showDeleted=True).events if uid else []
        mine = [event for event in read if head_of(event) == href]
        return list(self._newest(calendar, [*mine, *told]).values())

    def _newest(self, calendar: RemoteCalendarId, events: Iterable[Event]) -> dict[str, Event]:
        """Keep one of each id: the one updated last (GG9). Beside a bare tombstone, Google tells."""
        found: dict[str, Event] = {}
        for event in events:
            name = str(event["id"])
            other = found.get(name, event)
            if other is event or _stamp(other) <= _stamp(event):
                found[name] = event
            if _stamp(other) and _stamp(event):
                continue
            if _cancelled(other) != _cancelled(event):
                found[name] = self._api.event(calendar, name) or {"id": name, "status": "cancelled"}
        return found

    def _list(self, calendar: RemoteCalendarId, **filters: Any) -> _Run:
        run = self._pages_of(calendar, **filters)
        if run.token is None and run.role != BUSY_ONLY:
            raise SourceIncompleteError(
                f"The listing of {calendar} ended without a sync token", "It is read again"
            )
        return run

    def _pages_of(self, calendar: RemoteCalendarId, **filters: Any) -> _Run:
        run = _Run()
        for page in self._api.event_pages(calendar, **filters):
            items = page.get("items", [])
            if not all(isinstance(item, dict) and item.get("id") for item in items):
                raise SourceIncompleteError(f"The listing of {calendar} holds events without ids", "")
            run.events += items
            run.zone = page.get("timeZone", run.zone)
            run.role = page.get("accessRole", run.role)
            run.token = page.get("nextSyncToken")
            if run.role == BUSY_ONLY:
                break
        return run


def head_of(event: Event) -> str:
    """Give the id of the series that an event belongs to, or its own."""
    return str(event.get("recurringEventId") or event["id"])


def _head_among(event: Event, known: Mapping[Href, Digest]) -> str:
    """Give the same for a tombstone that holds nothing but an id, by what is known already (GG8)."""
    name = str(event["id"])
    prefix = name.rpartition("_")[0]
    bare = _cancelled(event) and "recurringEventId" not in event
    if bare and Href(name) not in known and prefix and Href(prefix) in known:
        return prefix
    return head_of(event)


def _stamp(event: Event) -> str:
    return str(event.get("updated", ""))


def _cancelled(event: Event) -> bool:
    return event.get("status") == "cancelled"


def _live(members: Iterable[Event]) -> bool:
    return any(not _cancelled(event) for event in members)
