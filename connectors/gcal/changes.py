"""What has changed in a calendar: pages, tokens, tombstones, and series that are read again whole.

A series with its exceptions is one object. A delta names single members of it, so the family is then read
anew by its iCalUID: one request a changed series.

A calendar that shows no more than when it is busy (`freeBusyReader`) is asked by freebusy.query (GG3); one
that Google cannot tell of is unknown, never free (GG21). Between two reads one opaque text is remembered:
Google's token, and when the whole read behind it was made: a token is renewed by a whole read once a week,
each calendar at an hour of its own (GG2).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from connectors.gcal.api import CalendarApi, Resource
from connectors.gcal.refusals import TokenTooOldError
from connectors.gcal.tasks import Told, raw_of, told, tombstone_of
from connectors.gcal.translate import raw_of_busy
from connectors.sync_token import fields_of, is_due
from engine.errors import SourceIncompleteError
from engine.ids import Href, InstallId, RemoteCalendarId
from engine.model.calendar_object import Changes, Digest, RawObject
from engine.time.instant import format_instant
from engine.time.span import DAY, Instant

WEEK = 7 * DAY
VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncToken:
    """`google` is the provider's token, or what tells a busy-only reading from the next (`busy_only`)."""

    google: str
    since: Instant
    busy_only: bool = False

    def text(self) -> str:
        """Write it for the store."""
        return json.dumps({"v": VERSION, **asdict(self)}, separators=(",", ":"))

    def is_old(self, calendar: RemoteCalendarId, now: Instant) -> bool:
        """Whether a whole read is due."""
        return is_due(self.since, WEEK, calendar, now)


def read_token(text: str | None) -> SyncToken | None:
    """Read what was stored; what is not ours, or of another version, asks for a whole read."""
    fields = fields_of(text, VERSION)
    try:
        return None if fields is None else SyncToken(**fields)
    except TypeError:
        return None


LONGEST_QUERY = 90 * DAY
"""Longer windows are refused."""
BEHIND, AHEAD = 2 * DAY, 9 * DAY
"""More than what is derived around the horizon, so that the answer covers it whole."""


def read_busy(api: CalendarApi, calendar: RemoteCalendarId, now: Instant, horizon: int) -> RawObject:
    """Read one calendar's busy times as one object.

    Raises:
        SourceIncompleteError: Google could not tell.
    """
    first = (now - BEHIND) // DAY * DAY
    last = (now + horizon + AHEAD) // DAY * DAY
    periods: list[dict[str, str]] = []
    while first < last:
        until = min(first + LONGEST_QUERY, last)
        answer = api.busy([str(calendar)], format_instant(first), format_instant(until))
        periods += _periods(answer, calendar)
        first = until
    return raw_of_busy(str(calendar), periods)


def _periods(answer: dict[str, Resource], calendar: RemoteCalendarId) -> list[dict[str, str]]:
    told = answer.get(str(calendar))
    if told is None or told.get("errors") or not isinstance(told.get("busy"), list):
        reasons = ", ".join(str(one.get("reason")) for one in (told or {}).get("errors", ()))
        raise SourceIncompleteError(
            f"Google does not tell when {calendar} is busy ({reasons or 'no answer'})",
            "Its owner is unknown until it does; check the sharing",
        )
    return list(told["busy"])


BUSY_ONLY = "freeBusyReader"


@dataclass(slots=True)
class _Run:
    """One listing, complete or nothing."""

    events: list[Told] = field(default_factory=list)
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
        families: dict[str, list[Told]] = {}
        for event in self._newest(calendar, run.events).values():
            families.setdefault(event.head, []).append(event)
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
        families: dict[str, list[Told]] = {}
        for event in self._newest(calendar, run.events).values():
            families.setdefault(_head_among(event, known), []).append(event)
        for href, changed in families.items():
            members = self._family(calendar, href, changed, known)
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
        self, calendar: RemoteCalendarId, href: str, changed: list[Told], known: Mapping[Href, Digest]
    ) -> Sequence[Told]:
        """Give all members of what a delta names; only a series has to be asked for."""
        head = next((event for event in changed if event.id == href), None)
        if len(changed) == 1 and head is not None and not head.repeats:
            return changed
        uid = next((event.uid for event in changed if event.uid), None)
        if uid is None and Href(href) in known and known[Href(href)].uid != href:  # ours is known by its id
            uid = str(known[Href(href)].uid)
        if uid is None:
            uid = self._event(calendar, href).uid
        read = self._pages_of(calendar, iCalUID=uid, showDeleted=True).events if uid else []
        mine = [event for event in read if event.head == href]
        return list(self._newest(calendar, [*mine, *changed]).values())

    def _newest(self, calendar: RemoteCalendarId, events: Iterable[Told]) -> dict[str, Told]:
        """Keep one of each id: the one updated last (GG9). Beside a bare tombstone, Google tells."""
        found: dict[str, Told] = {}
        for event in events:
            other = found.get(event.id, event)
            if other is event or other.updated <= event.updated:
                found[event.id] = event
            if other.updated and event.updated:
                continue
            if other.cancelled != event.cancelled:
                found[event.id] = self._event(calendar, event.id)
        return found

    def _event(self, calendar: RemoteCalendarId, name: str) -> Told:
        """Look one up; one that Google knows nothing of is gone."""
        event = self._api.event(calendar, name)
        return tombstone_of(name) if event is None else told(event)

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
            run.events += page.events
            run.zone = page.zone or run.zone
            run.role = page.role or run.role
            run.token = page.token
            if run.role == BUSY_ONLY:
                break
        return run


def _head_among(event: Told, known: Mapping[Href, Digest]) -> str:
    """Give the same for a tombstone that holds nothing but an id, by what is known already (GG8)."""
    prefix = event.id.rpartition("_")[0]
    bare = event.cancelled and event.series is None
    if bare and Href(event.id) not in known and prefix and Href(prefix) in known:
        return prefix
    return event.head


def _live(members: Iterable[Told]) -> bool:
    return any(not event.cancelled for event in members)
