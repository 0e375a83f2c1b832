"""What DAV servers answer: multistatus documents (RFC 4918 section 13), read without DTD and entities.

The parser refuses a document type as soon as one begins, so that no entity is ever declared: nothing can
swell, and no file or address can be named. Answers are at most 5 MiB (`client`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

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
CTAG = f"{CALENDARSERVER}getctag"


@dataclass(frozen=True, slots=True)
class Member:
    """One resource of an answer: its own status where it has one, and the properties that it has."""

    href: str
    status: int | None
    properties: Mapping[str, Element] = field(default_factory=dict)

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
    try:
        parser.feed(body)
        root: Element = parser.close()
    except ParseError as error:
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
    for part in response.findall(f"{DAV}propstat"):
        if _status(part) in (None, 200):
            properties.update((one.tag, one) for found in part.findall(f"{DAV}prop") for one in found)
    return Member((response.findtext(f"{DAV}href") or "").strip(), _status(response), properties)


def _status(element: Element) -> int | None:
    """Read `HTTP/1.1 404 Not Found`; None where nothing is said."""
    words = (element.findtext(f"{DAV}status") or "").split()
    return int(words[1]) if len(words) > 1 and words[1].isascii() and words[1].isdigit() else None
