"""What is in a calendar and in which version: by sync-collection, by ctag and ETags where a server lacks it.

What was listed is never more than what the server said: a listing that breaks off, or that ends without a
token, is a failed read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from connectors.gzip import TooLargeError
from connectors.http import Answer
from connectors.ical.caldav import bodies
from connectors.ical.caldav.client import DavClient, multistatus
from connectors.ical.caldav.multistatus import CALENDAR_DATA, CONTENT_TYPE, CTAG, ETAG, Member
from connectors.ical.caldav.places import Place
from connectors.ical.caldav.token import SyncToken
from engine.errors import SourceIncompleteError

ABOUT_OBJECTS = (ETAG, CONTENT_TYPE)
MOST_PARTS = 1000
"""Parts in which a server may answer one sync-collection."""

NOT_EVENTS = ("component=vtodo", "component=vjournal", "component=vavailability")
BAD_TOKEN = frozenset({400, 403, 409, 410, 412})
"""How servers refuse a token; what it means is found out by asking without one."""

NO_SYNC = frozenset({400, 403, 405, 409, 415, 422, 501})
"""How servers refuse sync-collection altogether."""


@dataclass(frozen=True, slots=True)
class Item:
    """An object as it is listed: its address as the server spells it, its version, its content if it came."""

    href: str
    etag: str | None
    text: str | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Objects by their names; with `whole` all there are, otherwise those that are new or other.

    `gone` are those that the server itself says are no more.
    """

    items: Mapping[str, Item]
    gone: frozenset[str] = frozenset()
    whole: bool
    token: SyncToken

    @property
    def empty(self) -> bool:
        """Whether it tells of no change."""
        return not (self.whole or self.items or self.gone)


@dataclass(slots=True)
class _Parts:
    items: dict[str, Item] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def take(self, name: str, member: Member) -> None:
        if member.status in (404, 410):
            self.gone.add(name)
            self.items.pop(name, None)
        elif not _other_component(member):
            data = member.properties.get(CALENDAR_DATA)
            text = None if data is None else data.text
            self.items[name] = Item(member.href, version(member.text(ETAG)), text)
            self.gone.discard(name)


def list_changes(client: DavClient, place: Place, before: SyncToken) -> Listing:
    """List what has changed since a token, or everything where it holds no mark or is refused.

    Raises:
        SourceError: the server does not answer, not wholly, or has the calendar elsewhere.
    """
    if before.sync:
        listed = _by_token(client, place, before)
        if listed is not None:
            return listed
    elif before.ctag:
        ctag = _ctag(client, place)
        if ctag == before.ctag:
            return Listing(items={}, whole=False, token=before)
        return _by_etags(client, place, replace(before, ctag=ctag))
    elif before.read:
        return _by_etags(client, place, before)
    return list_all(client, place, before)


def list_all(client: DavClient, place: Place, before: SyncToken) -> Listing:
    """List everything, by the best means that the server has."""
    fresh = replace(before, sync="", ctag="")
    if place.syncs:
        listed = _with_contents(client, place, fresh) or _by_token(client, place, fresh)
        if listed is not None:
            return listed
    return _by_etags(client, place, replace(fresh, ctag=_ctag(client, place)))


def _with_contents(client: DavClient, place: Place, fresh: SyncToken) -> Listing | None:
    """List everything with its content in one answer; None where that is refused or would be too much."""
    try:
        return _by_token(client, place, fresh, (*ABOUT_OBJECTS, CALENDAR_DATA))
    except TooLargeError:
        return None


def _by_token(
    client: DavClient, place: Place, before: SyncToken, names: Sequence[str] = ABOUT_OBJECTS
) -> Listing | None:
    """Ask by sync-collection; None where the token, or the report itself, is refused."""
    parts, token = _Parts(), before.sync
    for _ in range(MOST_PARTS):
        answer = client.report(place.url, bodies.sync_collection(token, names), 0)
        if answer.status in (BAD_TOKEN if token else NO_SYNC):
            return None
        following, more = _part(answer, place, parts)
        if not more:
            after = replace(before, sync=following, ctag="", login=client.login.scheme, read=True)
            return Listing(items=parts.items, gone=frozenset(parts.gone), whole=not before.sync, token=after)
        if following == token:
            break
        token = following
    raise SourceIncompleteError(f"{place.path} is told in parts that never end")


def _part(answer: Answer, place: Place, parts: _Parts) -> tuple[str, bool]:
    """Read one part of an answer; gives the next token, and whether there is more (RFC 6578 section 3.6)."""
    read = multistatus(answer)
    more = False
    for member in read.members:
        name = place.object_name(member.href)
        if name is not None:
            parts.take(name, member)
        elif member.status == 507 and place.is_itself(member.href):
            more = True
    if not read.sync_token:
        raise SourceIncompleteError(f"{place.path} told its changes without a new token")
    return read.sync_token, more


def _ctag(client: DavClient, place: Place) -> str:
    """Read the mark of the whole calendar; it has to be read before the listing it stands for."""
    answer = client.propfind(place.url, (CTAG,), 0)
    return next((member.text(CTAG) for member in answer.members), "")


def _by_etags(client: DavClient, place: Place, after: SyncToken) -> Listing:
    parts = _Parts()
    answer = client.propfind(place.url, ABOUT_OBJECTS, 1)
    if not any(place.is_itself(member.href) for member in answer.members):
        raise SourceIncompleteError(f"{place.path} was listed without the calendar itself")
    for member in answer.members:
        name = place.object_name(member.href)
        if name is not None:
            parts.take(name, member)
    return Listing(items=parts.items, whole=True, token=replace(after, login=client.login.scheme, read=True))


def version(etag: str) -> str | None:
    """Give an ETag as it is compared: proxies that compress make it weak or append to it."""
    strong = etag.strip().removeprefix("W/").replace('-gzip"', '"')
    return strong or None


def _other_component(member: Member) -> bool:
    kind = member.text(CONTENT_TYPE).lower().replace(" ", "").replace('"', "")
    return any(name in kind for name in NOT_EVENTS)
