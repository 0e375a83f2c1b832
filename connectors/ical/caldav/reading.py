"""Reading a calendar: what has changed since a token, as `Changes`."""

from collections.abc import Mapping

from connectors.ical.caldav.client import DavClient
from connectors.ical.caldav.listing import Item, Listing, list_changes
from connectors.ical.caldav.objects import fetch
from connectors.ical.caldav.places import Place
from connectors.ical.caldav.token import SyncToken
from engine.ids import Href
from engine.model.calendar import Changes, Digest


def read_changes(client: DavClient, place: Place, before: SyncToken, known: Mapping[Href, Digest]) -> Changes:
    """Read what has changed: one request where nothing has.

    A listing by ETags is compared with what is known, so that only what differs is fetched. Where more than
    half of it would be gone all is read, and whoever stores it judges whether that can be.

    Raises:
        SourceError: it could not be read wholly.
    """
    listing = list_changes(client, place, before)
    token = listing.token.text()
    if listing.empty:
        return Changes(whole=False, unchanged=True, token=token, zone=place.zone)
    if listing.whole and not _is_comparable(before, listing):
        return _whole(client, place, listing)
    if not listing.whole:
        fetched = fetch(client, place, listing.items)
        gone = listing.gone | fetched.gone
        return Changes(
            objects=tuple(fetched.objects),
            gone=tuple(Href(name) for name in sorted(gone)),
            whole=False,
            token=token,
            zone=place.zone,
        )
    return _compared(client, place, listing, known)


def _is_comparable(before: SyncToken, listing: Listing) -> bool:
    """Whether what is known was read the same way: not on a first read, not after a refused sync token."""
    return before.read and not before.sync and not listing.token.sync


def _whole(client: DavClient, place: Place, listing: Listing) -> Changes:
    fetched = fetch(client, place, listing.items)
    return Changes(objects=tuple(fetched.objects), whole=True, token=listing.token.text(), zone=place.zone)


def _compared(client: DavClient, place: Place, listing: Listing, known: Mapping[Href, Digest]) -> Changes:
    gone = [href for href in known if href not in listing.items]
    if not known or len(gone) * 2 > len(known):
        return _whole(client, place, listing)
    changed = {name: item for name, item in listing.items.items() if _differs(item, known.get(Href(name)))}
    fetched = fetch(client, place, changed)
    return Changes(
        objects=tuple(fetched.objects),
        gone=(*gone, *(Href(name) for name in sorted(fetched.gone))),
        whole=False,
        unchanged=not changed and not gone,
        token=listing.token.text(),
        zone=place.zone,
    )


def _differs(item: Item, digest: Digest | None) -> bool:
    return digest is None or item.etag is None or digest.etag != item.etag
