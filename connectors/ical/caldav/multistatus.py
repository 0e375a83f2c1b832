"""What DAV servers answer: multistatus documents (RFC 4918 section 13), read without DTD and entities.

The parser refuses a document type as soon as one begins, so that no entity is ever declared: nothing can
swell, and no file or address can be named. Answers are at most 5 MiB (`client`). A status that is none is no
success.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from connectors.ical.caldav.xmltext import xml_text
from connectors.urls import Url
from engine.errors import SourceIncompleteError

DAV = "{DAV:}"
CALDAV = "{urn:ietf:params:xml:ns:caldav}"
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
CTAG = f"{CALENDARSERVER}getctag"

GONE = frozenset({404, 410})
UNREADABLE = 0
"""What stands for a status that cannot be read."""

_STATUS = re.compile(r"(?:HTTP/[0-9.]{1,5}\s+)?([1-5][0-9][0-9])(?:\s|\Z)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Member:
    """One resource of an answer: its own status where it has one, and the properties that it has.

    `refused` has the status of each property that it could not give; under "" that of those left unnamed.
    """

    href: str
    status: int | None
    properties: Mapping[str, Element] = field(default_factory=dict)
    refused: Mapping[str, int] = field(default_factory=dict)

    def status_of(self, name: str) -> int | None:
        """Give the status that says why a property is not there; None where nothing says so."""
        if self.status is not None and not _is_success(self.status):
            return self.status
        return self.refused.get(name, self.refused.get(""))

    def text(self, name: str) -> str:
        """Give a property's text; empty where it has none."""
        found = self.properties.get(name)
        return (found.text or "").strip() if found is not None else ""

    def inner(self, name: str) -> frozenset[str]:
        """Name the elements anywhere inside a property."""
        found = self.properties.get(name)
        return frozenset() if found is None else frozenset(one.tag for one in found.iter())

    def hrefs(self, name: str) -> tuple[str, ...]:
        """Give the addresses that a property holds."""
        found = self.properties.get(name)
        texts = [] if found is None else [(one.text or "").strip() for one in found.iter(f"{DAV}href")]
        return tuple(text for text in texts if text)


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


def parse(body: bytes, url: Url, place: str) -> Multistatus:
    """Read an answer of status 207.

    Raises:
        SourceIncompleteError: not a multistatus, cut short, or with a document type.
    """
    root = tree(body, place)
    if root.tag != f"{DAV}multistatus":
        raise SourceIncompleteError(f"{place} answered with <{root.tag[:80]}> in place of a multistatus")
    members = tuple(_member(one) for one in root.findall(f"{DAV}response"))
    return Multistatus(url, members, (root.findtext(SYNC_TOKEN) or "").strip())


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


def _member(response: Element) -> Member:
    properties: dict[str, Element] = {}
    refused: dict[str, int] = {}
    for part in response.findall(f"{DAV}propstat"):
        status = _status(part)
        named = [one for found in part.findall(f"{DAV}prop") for one in found]
        if status is None or _is_success(status):
            properties.update((one.tag, one) for one in named)
        else:
            refused.update({one.tag: status for one in named} or {"": status})
    href = (response.findtext(f"{DAV}href") or "").strip()
    return Member(href, _status(response), properties, refused)


def _is_success(status: int) -> bool:
    return 200 <= status < 300


def _status(element: Element) -> int | None:
    """Read `HTTP/1.1 404 Not Found`, or `404`; None where nothing is said."""
    text = (element.findtext(f"{DAV}status") or "").strip()
    found = _STATUS.match(text[:40])
    return None if not text else UNREADABLE if found is None else int(found[1])
