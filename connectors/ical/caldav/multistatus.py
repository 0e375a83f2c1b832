"""What DAV servers answer: multistatus documents (RFC 4918 section 13), read without DTD and entities.

The parser refuses a document type as soon as one begins, so that no entity is ever declared: nothing can
swell, and no file or address can be named. A status that is none is no success. This runs in a child
(`davtasks`); out of it come plain values of bounded size, and calendar data cut into objects, so that it is
cut once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from connectors.ical.caldav.xml_text import xml_text
from connectors.ical.text.body import whole_calendar
from connectors.ical.text.lines import content_lines
from connectors.ical.text.objects import together
from connectors.ical.zones.names import iana_zone
from connectors.web.urls import Url
from engine.errors import GatherlyError, SourceIncompleteError
from engine.model.calendar_object import RawObject

DAV = "{DAV:}"
CALDAV = "{urn:ietf:params:xml:ns:caldav}"
CARDDAV = "{urn:ietf:params:xml:ns:carddav}"
CALENDARSERVER = "{http://calendarserver.org/ns/}"

RESOURCE_TYPE = f"{DAV}resourcetype"
DISPLAY_NAME = f"{DAV}displayname"
ETAG = f"{DAV}getetag"
CONTENT_TYPE = f"{DAV}getcontenttype"
SYNC_TOKEN = f"{DAV}sync-token"
PRINCIPAL = f"{DAV}current-user-principal"
PRIVILEGES = f"{DAV}current-user-privilege-set"
REPORTS = f"{DAV}supported-report-set"
HOME_SET = f"{CALDAV}calendar-home-set"
COMPONENTS = f"{CALDAV}supported-calendar-component-set"
TIMEZONE = f"{CALDAV}calendar-timezone"
CALENDAR_DATA = f"{CALDAV}calendar-data"
SCHEDULE_TAG = f"{CALDAV}schedule-tag"
ADDRESSES = f"{CALDAV}calendar-user-address-set"
CARD_HOME_SET = f"{CARDDAV}addressbook-home-set"
ADDRESS_DATA = f"{CARDDAV}address-data"
CTAG = f"{CALENDARSERVER}getctag"

GONE = frozenset({404, 410})
UNREADABLE = 0
"""What stands for a status that cannot be read."""

_STATUS = re.compile(r"(?:HTTP/[0-9.]{1,5}\s+)?([1-5][0-9][0-9])(?:\s|\Z)", re.ASCII | re.IGNORECASE)


PLAIN = frozenset({DISPLAY_NAME, ETAG, CONTENT_TYPE, SYNC_TOKEN, SCHEDULE_TAG, CTAG})
"""Properties of which the text is asked."""
NESTED = frozenset({RESOURCE_TYPE, PRIVILEGES, REPORTS})
"""Properties of which it is asked what elements are in them."""
LEADING = frozenset({PRINCIPAL, HOME_SET, ADDRESSES, CARD_HOME_SET})
"""Properties that hold addresses."""
KNOWN = PLAIN | NESTED | LEADING | {COMPONENTS, TIMEZONE, CALENDAR_DATA, ADDRESS_DATA}
LONGEST_TEXT = 8192
MOST_NAMES = 200


@dataclass(frozen=True, slots=True)
class Content:
    """A resource's calendar data: its object, None where it holds no event; `wrong` says why it is none."""

    object: RawObject | None = None
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One resource of an answer: its own status where it has one, and what it says of itself.

    `zone` is the IANA name in its `calendar-timezone`, `components` what it says that it may hold; `content`
    is None where no calendar data came. `refused` has the status of each property that it could not give;
    under "" that of those left unnamed.
    """

    href: str
    status: int | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, frozenset[str]] = field(default_factory=dict)
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    components: frozenset[str] = frozenset()
    zone: str | None = None
    content: Content | None = None
    card: str = field(default="", repr=False)
    """What an address book has there (RFC 6352); empty where none came."""
    refused: Mapping[str, int] = field(default_factory=dict)

    def status_of(self, name: str) -> int | None:
        """Give the status that says why a property is not there; None where nothing says so."""
        if self.status is not None and not _is_success(self.status):
            return self.status
        return self.refused.get(name, self.refused.get(""))

    def text(self, name: str) -> str:
        """Give a property's text; empty where it has none."""
        return self.texts.get(name, "")

    def inner(self, name: str) -> frozenset[str]:
        """Name the elements anywhere inside a property."""
        return self.tags.get(name, frozenset())

    def hrefs(self, name: str) -> tuple[str, ...]:
        """Give the addresses that a property holds."""
        return self.links.get(name, ())


@dataclass(frozen=True, slots=True)
class Multistatus:
    """A whole answer; `url` is where it came from, `sync_token` the collection's new one (RFC 6578)."""

    url: Url
    members: tuple[Member, ...]
    sync_token: str = ""


class _NoDoctype(TreeBuilder):
    """Builds the tree, and stops at a document type."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        """Refuse: entities are declared nowhere else."""
        raise SourceIncompleteError(
            f"an answer declares the document type {name[:40]!r}, which DAV knows nothing of",
            "Check that the address is the CalDAV server's own",
        )


def parse(body: bytes, place: str) -> tuple[tuple[Member, ...], str]:
    """Read an answer of status 207: its members, and the collection's new token.

    Raises:
        SourceIncompleteError: not a multistatus, cut short, with a document type, or with endless values.
    """
    root = tree(body, place)
    if root.tag != f"{DAV}multistatus":
        raise SourceIncompleteError(f"{place} answered with <{root.tag[:80]}> in place of a multistatus")
    members = tuple(_member(one, place) for one in root.findall(f"{DAV}response"))
    return members, _short(root.findtext(SYNC_TOKEN), place)


def tree(body: bytes, place: str) -> Element:
    """Read XML without document type.

    Raises:
        SourceIncompleteError: it is none.
    """
    parser = XMLParser(target=_NoDoctype())  # noqa: S314 - the target refuses every document type
    text = xml_text(body, place)
    try:
        parser.feed(text)
        root: Element = parser.close()
    except (ParseError, ValueError) as error:
        raise SourceIncompleteError(f"{place} answered with broken XML: {error}") from error
    return root


def preconditions(body: bytes) -> frozenset[str]:
    """Name what a refusal says was not fulfilled (RFC 4918 section 16), without namespaces; often nothing."""
    try:
        root = tree(body, "the server")
    except SourceIncompleteError:
        return frozenset()
    if root.tag != f"{DAV}error":
        return frozenset()
    return frozenset(one.tag.rpartition("}")[2] for one in root)


def _is_success(status: int) -> bool:
    return 200 <= status < 300


def _member(response: Element, place: str) -> Member:
    found: dict[str, Element] = {}
    refused: dict[str, int] = {}
    for part in response.findall(f"{DAV}propstat"):
        status = _status(part)
        named = [one for prop in part.findall(f"{DAV}prop") for one in prop]
        if status is None or _is_success(status):
            found.update((one.tag, one) for one in named)
        else:
            refused.update({one.tag: status for one in named if one.tag in KNOWN} if named else {"": status})
    if CALENDAR_DATA in found:
        refused.pop("", None)
    components, zone, data = (found.get(name) for name in (COMPONENTS, TIMEZONE, CALENDAR_DATA))
    return Member(
        href=_short(response.findtext(f"{DAV}href"), place),
        status=_status(response),
        texts={name: _short(found[name].text, place) for name in PLAIN & found.keys()},
        tags={name: _tags(found[name]) for name in NESTED & found.keys()},
        links={name: _hrefs(found[name], place) for name in LEADING & found.keys()},
        components=frozenset() if components is None else _names(components),
        zone=None if zone is None else _zone(zone.text or ""),
        content=_content(data.text) if data is not None and data.text else None,
        card=(found[ADDRESS_DATA].text or "") if ADDRESS_DATA in found else "",
        refused=refused,
    )


def _short(text: str | None, place: str) -> str:
    """Take a text; one that is too long to be sent back or stored makes all of the answer unusable."""
    found = (text or "").strip()
    if len(found) > LONGEST_TEXT:
        raise SourceIncompleteError(f"{place} answered with a value of {len(found)} characters")
    return found


def _tags(element: Element) -> frozenset[str]:
    return frozenset(list({one.tag[:LONGEST_TEXT]: None for one in element.iter()})[:MOST_NAMES])


def _hrefs(element: Element, place: str) -> tuple[str, ...]:
    texts = (_short(one.text, place) for one in element.iter(f"{DAV}href"))
    return tuple(text for text in texts if text)[:MOST_NAMES]


def _names(element: Element) -> frozenset[str]:
    names = (one.get("name", "").upper()[:LONGEST_TEXT] for one in element.iter(f"{CALDAV}comp"))
    return frozenset(list(dict.fromkeys(names))[:MOST_NAMES])


def _zone(text: str) -> str | None:
    """Read the IANA name out of a calendar's VTIMEZONE (RFC 4791 section 5.2.2), where there is one."""
    named = next((line.value.strip() for line in content_lines(text.encode()) if line.name == "TZID"), "")
    return named if named and iana_zone(named) else None


def _content(text: str) -> Content:
    try:
        return Content(together(whole_calendar(text.encode("utf-8", "surrogatepass"), "it")))
    except GatherlyError as error:
        return Content(wrong=error.what)


def _status(element: Element) -> int | None:
    """Read `HTTP/1.1 404 Not Found`, or `404`; None where nothing is said."""
    text = (element.findtext(f"{DAV}status") or "").strip()
    found = _STATUS.match(text[:40])
    return None if not text else UNREADABLE if found is None else int(found[1])
