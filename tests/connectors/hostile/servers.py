"""Hostile CalDAV servers made by a grammar: each number is a server, always the same, on a real socket."""

import gzip
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from xml.sax.saxutils import escape

from tests.connectors.ical.reading.busy_times import calendar, event
from tests.connectors.ical.reading.hostile import feed

HEAD = b'<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">'
TAIL = b"</d:multistatus>"
LARGE = 4 << 20


class Said(NamedTuple):
    """An answer: its body, and how it is packed."""

    body: bytes
    packed: bool = False


Attack = Callable[[random.Random, str, int], Said]
"""Gives what a server says to its n-th report about the calendar at a path."""


def member(path: str, name: str, *properties: str) -> bytes:
    about = "".join(properties)
    return (
        f"<d:response><d:href>{path}{name}</d:href><d:propstat><d:prop>{about}</d:prop>"
        "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
    ).encode()


def holding(path: str, name: str, text: bytes) -> bytes:
    data = f"<c:calendar-data>{escape(text.decode('utf-8', 'replace'))}</c:calendar-data>"
    return member(path, name, f"<d:getetag>&quot;{name}&quot;</d:getetag>", data)


def told(*members: bytes, state: str = "t1") -> bytes:
    return b"".join((HEAD, *members, f"<d:sync-token>{state}</d:sync-token>".encode(), TAIL))


def _zone(size: int) -> str:
    offsets = "TZOFFSETFROM:+0100\r\nTZOFFSETTO:+0100\r\n"
    part = f"BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n{offsets}END:STANDARD\r\n"
    return f"BEGIN:VTIMEZONE\r\nTZID:Z\r\n{part * (size // len(part))}END:VTIMEZONE\r\n"


def zones_and_events(chance: random.Random, path: str, _number: int) -> Said:
    events = "".join(
        event(f"UID:u{n}", "DTSTART;TZID=Z:20261012T100000", "DURATION:PT1H")
        for n in range(chance.randrange(1000, 12_000))
    )
    return Said(told(holding(path, "a.ics", calendar(_zone(chance.randrange(1 << 14, 1 << 18)), events))))


def headers_and_events(chance: random.Random, path: str, _number: int) -> Said:
    header = f"X-WR-TIMEZONE:{'x' * chance.randrange(1, 200_000)}\r\n"
    events = (event(f"UID:u{n}", "DTSTART:20261012T100000", "DURATION:PT1H") for n in range(5000))
    return Said(told(holding(path, "a.ics", calendar(*events, header=header))))


def dense_tags(chance: random.Random, path: str, _number: int) -> Said:
    return Said(
        told(
            member(path, "a.ics", f"<d:resourcetype>{'<a/>' * chance.randrange(LARGE // 4)}</d:resourcetype>")
        )
    )


def deep_tags(chance: random.Random, path: str, _number: int) -> Said:
    depth = chance.randrange(1000, 300_000)
    return Said(told(member(path, "a.ics", "<a>" * depth + "</a>" * depth)))


def endless_parts(chance: random.Random, path: str, number: int) -> Said:
    more = f"<d:response><d:href>{path}</d:href><d:status>HTTP/1.1 507 no</d:status></d:response>".encode()
    size = chance.randrange(1, 20_000)
    some = b"".join(
        member(path, f"{number}-{n}.ics", "<d:getetag>&quot;e&quot;</d:getetag>") for n in range(size)
    )
    return Said(told(some, more, state=f"t{number}"))


def endless_value(chance: random.Random, path: str, _number: int) -> Said:
    name = chance.choice(["getetag", "getcontenttype", "sync-token", "displayname"])
    return Said(told(member(path, "a.ics", f"<d:{name}>{'x' * chance.randrange(1 << 22)}</d:{name}>")))


def one_uid_everywhere(chance: random.Random, path: str, _number: int) -> Said:
    text = calendar(event("UID:same", "DTSTART:20261012T100000Z", "DURATION:PT1H"))
    return Said(told(*(holding(path, f"{n}.ics", text) for n in range(chance.randrange(500, 8000)))))


def flood_of_times(chance: random.Random, path: str, _number: int) -> Said:
    rule = chance.choice(["FREQ=HOURLY", "FREQ=DAILY", "FREQ=DAILY;BYHOUR=1,2,3,4,5,6"])
    texts = (
        calendar(
            event(
                f"UID:u{n}",
                "DTSTART:20260901T000000Z",
                "DURATION:PT5M",
                f"RRULE:{rule}",
                "SUMMARY:" + "x" * 500,
            )
        )
        for n in range(chance.randrange(200, 4000))
    )
    return Said(told(*(holding(path, f"{n}.ics", text) for n, text in enumerate(texts))))


def packed_nothing(chance: random.Random, path: str, _number: int) -> Said:
    return Said(gzip.compress(told(b" " * chance.randrange(1 << 22, 1 << 25)), 9), packed=True)


def packed_events(chance: random.Random, path: str, _number: int) -> Said:
    one = event("UID:u", "DTSTART:20261012T100000Z", "DURATION:PT1H")
    return Said(
        gzip.compress(told(holding(path, "a.ics", calendar(one * chance.randrange(1000, 60_000)))), 9),
        packed=True,
    )


def laughs(_chance: random.Random, _path: str, _number: int) -> Said:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return Said(
        f'<!DOCTYPE x [<!ENTITY a0 "lol">{lines}]><d:multistatus xmlns:d="DAV:">&a9;</d:multistatus>'.encode()
    )


def mutilated_calendars(chance: random.Random, path: str, _number: int) -> Said:
    texts = (feed(chance.randrange(10_000)) for _ in range(chance.randrange(1, 40)))
    clean = (bytes(one for one in text if one in (9, 10, 13) or 32 <= one < 127) for text in texts)
    return Said(told(*(holding(path, f"{n}.ics", text) for n, text in enumerate(clean))))


def broken_xml(chance: random.Random, path: str, _number: int) -> Said:
    whole = told(holding(path, "a.ics", feed(chance.randrange(10_000))))
    at = chance.randrange(len(whole))
    return Said(whole[:at] + bytes([chance.randrange(256)]) + whole[at + chance.randrange(40) :])


ATTACKS: tuple[Attack, ...] = (
    zones_and_events, headers_and_events, dense_tags, deep_tags, endless_parts, endless_value,
    one_uid_everywhere, flood_of_times, packed_nothing, packed_events, laughs, mutilated_calendars,
    broken_xml,
)  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    """`/17/` is the calendar of server 17."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    def do_PROPFIND(self) -> None:
        self._read()
        about = (
            "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype><d:displayname>c</d:displayname>"
            "<d:supported-report-set><d:report><d:sync-collection/></d:report></d:supported-report-set>"
        )
        self._answer(Said(told(member(self.path, "", about))))

    def do_REPORT(self) -> None:
        self._read()
        seed = int(self.path.split("/")[1])
        chance = random.Random(seed)
        attack = ATTACKS[seed % len(ATTACKS)]
        number = self.server.asked[seed] = self.server.asked.get(seed, 0) + 1  # type: ignore[attr-defined]
        self._answer(attack(chance, self.path, number))

    def _read(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))

    def _answer(self, said: Said) -> None:
        self.send_response(207)
        self.send_header("Content-Length", str(len(said.body)))
        if said.packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        try:
            self.wfile.write(said.body)
        except ConnectionError:
            self.close_connection = True


@contextmanager
def hostile_servers() -> Iterator[str]:
    """Give the address before the numbers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.asked = {}  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
