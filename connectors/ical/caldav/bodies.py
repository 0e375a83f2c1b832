"""The XML that gatherly sends: PROPFIND, and the reports of RFC 4791, RFC 6578."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from connectors.ical.caldav.multistatus import ADDRESS_DATA, CALENDAR_DATA, ETAG, SCHEDULE_TAG

_PREFIXES = {
    "DAV:": "d",
    "urn:ietf:params:xml:ns:caldav": "c",
    "urn:ietf:params:xml:ns:carddav": "a",
    "http://calendarserver.org/ns/": "s",
}
_NAMESPACES = " ".join(f'xmlns:{prefix}="{space}"' for space, prefix in _PREFIXES.items())


def propfind(names: Iterable[str]) -> bytes:
    """Ask for properties, by their names in Clark notation."""
    return _document("d:propfind", _properties(names))


def sync_collection(token: str, names: Iterable[str]) -> bytes:
    """Ask what has changed since the token; an empty one asks for all there is (RFC 6578 section 3.2)."""
    level = "<d:sync-level>1</d:sync-level>"
    return _document(
        "d:sync-collection", f"<d:sync-token>{escape(token)}</d:sync-token>{level}{_properties(names)}"
    )


def multiget(hrefs: Iterable[str]) -> bytes:
    """Ask for objects by their addresses (RFC 4791 section 7.9)."""
    named = "".join(f"<d:href>{escape(href)}</d:href>" for href in hrefs)
    return _document("c:calendar-multiget", _properties((ETAG, CALENDAR_DATA)) + named)


def address_multiget(hrefs: Iterable[str]) -> bytes:
    """Ask for cards by their addresses (RFC 6352 section 8.7)."""
    named = "".join(f"<d:href>{escape(href)}</d:href>" for href in hrefs)
    return _document("a:addressbook-multiget", _properties((ETAG, ADDRESS_DATA)) + named)


def query_by_uid(uid: str) -> bytes:
    """Ask for the events of a UID (RFC 4791 section 7.8.6)."""
    match = f'<c:text-match collation="i;octet">{escape(uid)}</c:text-match>'
    event = f'<c:comp-filter name="VEVENT"><c:prop-filter name="UID">{match}</c:prop-filter></c:comp-filter>'
    chosen = f'<c:filter><c:comp-filter name="VCALENDAR">{event}</c:comp-filter></c:filter>'
    return _document("c:calendar-query", _properties((ETAG, SCHEDULE_TAG, CALENDAR_DATA)) + chosen)


def _document(name: str, inner: str) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?><{name} {_NAMESPACES}>{inner}</{name}>'.encode()


def _properties(names: Iterable[str]) -> str:
    return f"<d:prop>{''.join(_empty(name) for name in names)}</d:prop>"


def _empty(name: str) -> str:
    space, _, local = name.removeprefix("{").partition("}")
    return f"<{_PREFIXES[space]}:{local}/>"
