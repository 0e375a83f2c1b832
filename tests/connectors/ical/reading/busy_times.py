"""A calendar's text in, merged busy times out: the path of `gatherly busy`, without its command line."""

from pathlib import Path

from connectors.ical.reading.interpret import interpret
from connectors.ical.reading.vevent import NOBODY, Owner
from connectors.ical.text.body import whole_calendar
from connectors.ical.text.objects import split
from connectors.owner import OwnerAddresses
from engine.model.calendar_object import Interpretation
from engine.time.instant import format_instant, parse_instant
from engine.time.intervals import merge
from engine.time.span import Span, clipped

DATA = Path(__file__).parents[3] / "data" / "ics"


def window(start: str, end: str) -> Span:
    return Span(parse_instant(start), parse_instant(end))


def owned_by(*addresses: str) -> Owner:
    return Owner(OwnerAddresses(addresses).known)


def meaning(body: bytes, zone: str, span: Span, owner: Owner = NOBODY) -> Interpretation:
    return interpret(split(whole_calendar(body, "the calendar")), span, zone, owner=owner)


def busy(read: Interpretation, span: Span) -> list[list[str]]:
    merged = merge(clipped((one.span for one in read.occurrences), span))
    return [[format_instant(one.start), format_instant(one.end)] for one in merged]


def event(*lines: str) -> str:
    return "\r\n".join(("BEGIN:VEVENT", *lines, "END:VEVENT", ""))


def calendar(*components: str, header: str = "") -> bytes:
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{header}{''.join(components)}END:VCALENDAR\r\n".encode()
