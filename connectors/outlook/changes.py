"""What has changed in a calendar: delta queries of a calendar view, pages, tombstones, series read again.

Every occurrence is an object of its own, named by its series and its id, so that a tombstone with nothing but
an id finds what it means. A series that a delta touches is read again through its instances: deltas tell
occurrences whole or bare, and deletions one by one or by nothing but the series coming again.

The window of a delta never moves, so that once a day, each calendar at an hour of its own, it is begun anew.
Between two reads one opaque text is remembered: Graph's link, and when the whole read behind it was made.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import NamedTuple
from urllib.parse import quote

from connectors.outlook.api import GraphApi
from connectors.outlook.directory import SCHEDULE, Directory, Place
from connectors.outlook.ownership import Ownership
from connectors.outlook.refusals import NotAllowedThereError, NotThereError, TokenTooOldError
from connectors.outlook.schedules import read_schedule
from connectors.outlook.tasks import FILL, MASTER, Told, filling, page_of, told
from connectors.sync_token import fields_of, is_due
from engine.errors import SourceIncompleteError
from engine.ids import EventUid, Href, InstallId, RemoteCalendarId
from engine.model.calendar_object import Changes, Digest, RawObject
from engine.time.instant import format_instant
from engine.time.span import DAY, Instant

VERSION = 1
BEHIND, AHEAD = 2 * DAY, 10 * DAY
"""More than what is derived around the horizon, so that it stays covered until a window is begun anew."""
BETWEEN = " "
"""Stands between a series' id and an occurrence's; no id of Graph's holds one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncToken:
    """`link` is Graph's, or what tells a busy-only reading from the next (`busy_only`).

    From `unmarked` on, where it is not 0, this installation's events are searched for once more.
    """

    link: str
    since: Instant
    busy_only: bool = False
    unmarked: Instant = 0

    def text(self) -> str:
        """Write it for the store."""
        return json.dumps({"v": VERSION, **asdict(self)}, separators=(",", ":"))

    def is_old(self, calendar: RemoteCalendarId, now: Instant) -> bool:
        """Whether a new window is due."""
        return is_due(self.since, DAY, calendar, now)


def read_token(text: str | None) -> SyncToken | None:
    """Read what was stored; what is not ours, or of another version, asks for a whole read."""
    fields = fields_of(text, VERSION)
    if fields is None or not (isinstance(fields.get("link"), str) and isinstance(fields.get("since"), int)):
        return None
    try:
        return SyncToken(**fields)
    except TypeError:
        return None


class Window(NamedTuple):
    """The stretch that a delta tells of, in whole days."""

    start: Instant
    end: Instant

    @property
    def query(self) -> dict[str, str]:
        """The parameters that ask for it."""
        return {"startDateTime": format_instant(self.start), "endDateTime": format_instant(self.end)}


class ChangeReader:
    """Reads one connector's calendars; `horizon` is for how many seconds ahead busy times are asked for."""

    def __init__(self, api: GraphApi, directory: Directory, install: InstallId, horizon: int) -> None:
        self._api = api
        self._directory = directory
        self._install = install
        self._ownership = Ownership(api, install)
        self._horizon = horizon

    def changes(
        self, calendar: RemoteCalendarId, text: str | None, known: Mapping[Href, Digest], now: Instant
    ) -> Changes:
        """Read what has changed since a token; a missing, old or refused one means the whole calendar."""
        token = read_token(text)
        if token is not None and token.is_old(calendar, now):
            token = None
        if calendar.startswith(SCHEDULE):
            return self._busy_only(calendar, calendar.removeprefix(SCHEDULE), token, now)
        place = self._directory.place(calendar)
        if token is not None and token.busy_only and place.owner:
            return self._busy_only(calendar, place.owner, token, now)
        try:
            return self._read(place, token, known, now)
        except NotAllowedThereError:
            if not place.owner:
                raise
            return self._busy_only(calendar, place.owner, None, now)

    def _read(
        self, place: Place, token: SyncToken | None, known: Mapping[Href, Digest], now: Instant
    ) -> Changes:
        if token is None:
            return self._whole(place, now)
        try:
            events, link = self._listed(place, link=token.link)
        except TokenTooOldError:
            return self._whole(place, now)
        return self._delta(place, events, known, replace(token, link=link), now)

    def _window(self, now: Instant) -> Window:
        return Window((now - BEHIND) // DAY * DAY, (now + self._horizon + AHEAD) // DAY * DAY)

    def _whole(self, place: Place, now: Instant) -> Changes:
        window = self._window(now)
        events, link = self._listed(place, query=window.query)
        live = [one for one in self._settled(place, events) if not one.removed]
        masters = {one.id: one for one in live if one.kind == MASTER}
        by_series: dict[str, list[Told]] = {name: [] for name in masters}
        for one in live:
            if one.series is not None:
                by_series.setdefault(one.series, []).append(one)
        found = [one for one in live if one.series is None and one.kind != MASTER]
        for series, members in by_series.items():
            found += self._members(place, series, members, masters.get(series), window)
        objects, again = self._objects(place, found, now, masters.values())
        token = SyncToken(link=link, since=now, unmarked=again)
        return Changes(objects=objects, whole=True, token=token.text(), begins=window.start)

    def _members(
        self, place: Place, series: str, members: list[Told], master: Told | None, window: Window
    ) -> list[Told]:
        """Give a series' occurrences whole: bare ones are filled from it, or asked for without it."""
        bare = [one for one in members if one.bare]
        if members and not bare:
            return members
        if master is None or not members:
            return list(self._instances(place, series, window) or ())
        filled = page_of(self._api.in_child(FILL, filling([master], bare))).events
        return [*(one for one in members if not one.bare), *filled]

    def _delta(
        self,
        place: Place,
        events: list[Told],
        known: Mapping[Href, Digest],
        token: SyncToken,
        now: Instant,
    ) -> Changes:
        missed: list[Told] = []
        index = _Index(known) if events or token.unmarked else _Index({})
        if token.unmarked and now >= token.unmarked:
            missed = self._ownership.missed(place, index.known_as)
            token = replace(token, unmarked=0)
        events = [*missed, *events]
        window = self._window(token.since)
        gone: set[Href] = set()
        found: list[Told] = []
        again: dict[str, None] = {}
        masters: list[Told] = []
        for one in self._settled(place, events):
            if one.removed:
                gone |= index.meant(one.id)
            elif one.kind == MASTER:
                again[one.id] = None
                masters.append(one)
                gone |= {Href(one.id)} & known.keys()
            elif one.series is not None and one.bare:
                again[one.series] = None
            else:
                found.append(one)
                gone |= index.occurrences(one.id)
        for series in again:
            members = self._instances(place, series, window) or ()
            found = [one for one in found if one.series != series]
            found += members
            gone |= index.occurrences(series)
        objects, unmarked = self._objects(place, found, now, masters, index)
        token = replace(token, unmarked=unmarked or token.unmarked)
        return Changes(
            objects=objects,
            gone=tuple(sorted(gone - {one.href for one in objects})),
            whole=False,
            unchanged=not events,
            token=token.text(),
        )

    def _instances(self, place: Place, series: str, window: Window) -> Sequence[Told] | None:
        """Read a series' occurrences in a window; None where there is no such series any more."""
        path = f"{place.mailbox}/events/{quote(series, safe='')}/instances"
        try:
            pages = list(self._api.pages(path, {**window.query, "$top": "500"}))
        except NotThereError:
            return None
        return [replace(one, series=one.series or series) for page in pages for one in page.events]

    def _settled(self, place: Place, events: Iterable[Told]) -> list[Told]:
        """Keep one of each id: what came last. Where it is told live and removed, Graph is asked."""
        found: dict[str, Told] = {}
        doubtful: set[str] = set()
        for one in events:
            other = found.get(one.id, one)
            if other.removed != one.removed:
                doubtful.add(one.id)
            found[one.id] = one
        for name in doubtful:
            there = self._api.event(place.mailbox, name)
            found[name] = Told(id=name, removed=True) if there is None else told(there)
        return list(found.values())

    def _objects(
        self,
        place: Place,
        events: Sequence[Told],
        now: Instant,
        masters: Iterable[Told],
        index: "_Index | None" = None,
    ) -> tuple[tuple[RawObject, ...], Instant]:
        """Give events with their marks, and when these are to be searched for once more.

        An occurrence bears its series' mark; of a series that is told by nothing but an occurrence it is
        known from what is stored whether it is ours.
        """
        alone = [one for one in events if one.series is None]
        told_of = {one.id for one in masters}
        stored = index.series_of_ours if index is not None else frozenset[str]()
        untold = any(one.series in stored and one.series not in told_of for one in events)
        found = self._ownership.among(place, [*alone, *masters], now, search=untold)
        made = (raw_of(one, found.marks.get(one.series or one.id), self._install) for one in events)
        return tuple(made), found.again

    def _busy_only(
        self, calendar: RemoteCalendarId, address: str, before: SyncToken | None, now: Instant
    ) -> Changes:
        window = self._window(now)
        found = read_schedule(self._api, calendar, address, window.start, window.end)
        since = now if before is None else before.since
        token = SyncToken(link=found.content_hash, since=since, busy_only=True)
        if before is not None and before.link == found.content_hash:
            return Changes(whole=False, unchanged=True, token=token.text())
        return Changes(objects=(found,), whole=True, token=token.text())

    def _listed(
        self, place: Place, *, query: Mapping[str, str] | None = None, link: str | None = None
    ) -> tuple[list[Told], str]:
        """Read a delta to its end, which alone tells the link that later changes are asked by."""
        events: list[Told] = []
        delta: str | None = None
        for page in self._api.pages(f"{place.path}/calendarView/delta", query or {}, link=link):
            events += page.events
            delta = page.delta
        if delta is None:
            raise SourceIncompleteError(
                f"The listing of {place.name} ended without a delta link", "It is read again"
            )
        return events, delta


class _Index:
    """What is stored, by what a delta may name: an event, an occurrence or a whole series."""

    def __init__(self, known: Mapping[Href, Digest]) -> None:
        self._by_occurrence: dict[str, Href] = {}
        self._by_series: dict[str, set[Href]] = {}
        self.known_as: dict[str, str] = {}
        ours = set()
        for href, digest in known.items():
            series, between, occurrence = href.partition(BETWEEN)
            self.known_as[series] = str(digest.uid)
            if between:
                self._by_occurrence[occurrence] = href
                self._by_series.setdefault(series, set()).add(href)
                if str(digest.uid) != href:
                    ours.add(series)
        self.series_of_ours = frozenset(ours)

    def meant(self, name: str) -> set[Href]:
        """Give what a tombstone means."""
        return {self._by_occurrence.get(name, Href(name))} | self.occurrences(name)

    def occurrences(self, series: str) -> set[Href]:
        """Give what is stored of a series."""
        return set(self._by_series.get(series, ()))


def raw_of(one: Told, mark: Told | None, install: InstallId) -> RawObject:
    """Keep an event as Graph sent it, with its mark where it is this installation's."""
    href = Href(one.id if one.series is None else f"{one.series}{BETWEEN}{one.id}")
    raw, essence, uid = b'{"event":' + one.raw, one.essence, str(href) if one.series else one.uid or one.id
    if mark is not None and mark.install == install and mark.event_id is not None:
        raw += b',"mark":' + mark.raw
        essence = hashlib.sha256(f"{essence} {mark.event_id}".encode()).hexdigest()
        uid = str(mark.event_id)
    return RawObject(href=href, uid=EventUid(uid), etag=None, content_hash=essence, raw=raw + b"}")
