"""What is in a calendar and in which version: by sync-collection, by ctag and ETags where a server lacks it.

What was listed is never more than what the server said: a listing that breaks off, or that ends without a
token, is a failed read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.ical.caldav import bodies
from connectors.ical.caldav.client import DavClient
from connectors.ical.caldav.multistatus import (
    CALENDAR_DATA,
    CONTENT_TYPE,
    CTAG,
    ETAG,
    GONE,
    Content,
    Member,
    Multistatus,
)
from connectors.ical.caldav.places import Place
from connectors.ical.caldav.token import SyncToken
from connectors.web.answer import sendable
from engine.errors import SourceIncompleteError
from engine.time.span import DAY

ABOUT_OBJECTS = (ETAG, CONTENT_TYPE)
MOST_PARTS = 1000
"""Parts in which a server may answer one sync-collection."""

ANOTHER_DAY = DAY
"""Seconds after which a sync-collection that failed is tried again."""

NOT_EVENTS = ("component=vtodo", "component=vjournal", "component=vavailability")
BAD_TOKEN = frozenset({400, 403, 409, 410, 412})
"""How servers refuse a token; what it means is found out by asking without one."""

PASSING = frozenset({401, 407, 408, 421, 423, 425, 429, 502, 503, 504})
"""What says nothing of the report itself: the same question may be answered a moment later."""


@dataclass(frozen=True, slots=True)
class Item:
    """An object as it is listed: its address as the server spells it, its version, its content if it came."""

    href: str
    etag: str | None
    content: Content | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Objects by their names; with `whole` all there are, otherwise those that are new or other.

    `gone` are those that the server itself says are no more, `outside` what it lists that is not directly
    inside the calendar: it is never asked for. `comparable` says that its ETags may be compared with what
    is known.
    """

    items: Mapping[str, Item]
    gone: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()
    comparable: bool = False
    whole: bool
    token: SyncToken

    @property
    def empty(self) -> bool:
        """Whether it tells of no change."""
        return not (self.whole or self.items or self.gone)


@dataclass(slots=True)
class _Parts:
    place: Place
    items: dict[str, Item] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    is_cut: bool = False
    """Whether the server says that there is more (507 for the calendar itself)."""

    def take(self, member: Member) -> None:
        name = self.place.object_name(member.href)
        if name is not None:
            self._take(name, member)
        elif self.place.is_outside(member.href) and member.status not in GONE:
            self.outside.add(member.href)
        elif member.status == 507 and self.place.is_itself(member.href):
            self.is_cut = True

    def _take(self, name: str, member: Member) -> None:
        if member.status in GONE:
            self.gone.add(name)
            self.items.pop(name, None)
            return
        self.gone.discard(name)
        if not _other_component(member):
            self.items[name] = Item(member.href, version(member.text(ETAG)), member.content)

    def listing(self, token: SyncToken, *, whole: bool, comparable: bool = False) -> Listing:
        return Listing(
            items=self.items,
            gone=frozenset(self.gone),
            outside=frozenset(self.outside),
            whole=whole,
            comparable=comparable,
            token=token,
        )


def list_changes(client: DavClient, place: Place, before: SyncToken) -> Listing:
    """List what has changed since a token, or everything where it holds no mark or is refused.

    Raises:
        SourceError: the server does not answer, not wholly, or has the calendar elsewhere.
    """
    if before.sync:
        try:
            listed = _by_token(client, place, before)
        except _FailsError:
            return _without_sync(client, place, before)
        return listed or list_all(client, place, before)
    if before.again and before.again <= client.now():
        return _once_more(client, place, before)
    if before.ctag:
        ctag = _ctag(client, place)
        if ctag == before.ctag:
            return Listing(items={}, whole=False, token=before)
        return _by_etags(client, place, replace(before, ctag=ctag), comparable=True)
    if before.read:
        return _by_etags(client, place, before, comparable=True)
    return list_all(client, place, before)


def list_all(client: DavClient, place: Place, before: SyncToken) -> Listing:
    """List everything, by the best means that the server has."""
    fresh = replace(before, sync="", ctag="", again=0)
    if place.syncs:
        try:
            listed = _with_contents(client, place, fresh) or _by_token(client, place, fresh)
        except _FailsError:
            listed = None
        if listed is not None:
            return listed
        fresh = replace(fresh, again=client.now() + ANOTHER_DAY)
    return _by_etags(client, place, replace(fresh, ctag=_ctag(client, place)))


class _FailsError(Exception):
    """The server fails at sync-collection itself, whatever token it is asked with."""


def _without_sync(client: DavClient, place: Place, before: SyncToken) -> Listing:
    """Compare ETags, since sync-collection, which worked before, has failed."""
    fresh = replace(before, sync="", again=client.now() + ANOTHER_DAY)
    return _by_etags(client, place, replace(fresh, ctag=_ctag(client, place)), comparable=True)


def _once_more(client: DavClient, place: Place, before: SyncToken) -> Listing:
    """Try sync-collection again; what it lists is compared with what is known."""
    try:
        listed = _by_token(client, place, replace(before, sync="", again=0))
    except _FailsError:
        listed = None
    if listed is not None:
        return replace(listed, comparable=True)
    return _without_sync(client, place, before)


def _with_contents(client: DavClient, place: Place, fresh: SyncToken) -> Listing | None:
    """List everything with its content in one answer; None where that cannot be had or would be too much."""
    try:
        return _by_token(client, place, fresh, (*ABOUT_OBJECTS, CALENDAR_DATA))
    except (SourceIncompleteError, _FailsError):
        return None


def _by_token(
    client: DavClient, place: Place, before: SyncToken, names: Sequence[str] = ABOUT_OBJECTS
) -> Listing | None:
    """Ask by sync-collection; None where the token, or the report itself, is refused."""
    parts, token = _Parts(place), before.sync
    for _ in range(MOST_PARTS):
        answer = client.report(place.url, bodies.sync_collection(token, names), 0)
        if token and answer.status in BAD_TOKEN:
            return None
        if 400 <= answer.status < 600 and answer.status not in PASSING:
            raise _FailsError
        following = _part(client.multistatus(answer), parts)
        if not following or (parts.is_cut and following == token):
            raise _FailsError
        if not parts.is_cut:
            after = replace(before, sync=following, ctag="", login=client.login.scheme, read=True)
            return parts.listing(after, whole=not before.sync)
        token = following
    raise SourceIncompleteError(f"{place.path} is told in parts that never end")


def _part(read: Multistatus, parts: _Parts) -> str:
    """Read one part of an answer; gives the next token (RFC 6578 section 3.6), empty where there is none."""
    parts.is_cut = False
    for member in read.members:
        parts.take(member)
    return read.sync_token


def _ctag(client: DavClient, place: Place) -> str:
    """Read the mark of the whole calendar; it has to be read before the listing it stands for."""
    answer = client.propfind(place.url, (CTAG,), 0)
    return next((member.text(CTAG) for member in answer.members), "")


def _by_etags(client: DavClient, place: Place, after: SyncToken, *, comparable: bool = False) -> Listing:
    parts = _Parts(place)
    answer = client.propfind(place.url, ABOUT_OBJECTS, 1)
    if not any(place.is_itself(member.href) for member in answer.members):
        raise SourceIncompleteError(f"{place.path} was listed without the calendar itself")
    for member in answer.members:
        parts.take(member)
    if parts.is_cut:
        raise SourceIncompleteError(f"{place.path} was not listed to its end (507)")
    parts.gone.clear()
    token = replace(after, login=client.login.scheme, read=True)
    return parts.listing(token, whole=True, comparable=comparable)


def version(etag: str) -> str | None:
    """Give an ETag as it is compared: proxies that compress make it weak or append to it.

    One that cannot be sent back is none.
    """
    strong = sendable(etag).removeprefix("W/").replace('-gzip"', '"')
    return strong or None


def _other_component(member: Member) -> bool:
    kind = member.text(CONTENT_TYPE).lower().replace(" ", "").replace('"', "")
    return any(name in kind for name in NOT_EVENTS)
