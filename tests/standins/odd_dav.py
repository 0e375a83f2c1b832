"""A CalDAV server with odd manners, on a real socket: one calendar, answered as a case wants it answered."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

CALENDAR = "/home/cal/"
NAMESPACES = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:cs="http://calendarserver.org/ns/"'
DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'
OK = "HTTP/1.1 200 OK"
USUAL = '"1"'


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as it goes out."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heard:
    """A request: its target just as it was sent."""

    method: str
    target: str
    body: str
    headers: Mapping[str, str]

    def asks_for(self, report: str) -> bool:
        """Tell whether it is this report."""
        return self.method == "REPORT" and report in self.body


def event(uid: str, day: int, title: str = "x") -> str:
    """Give a calendar with one event of an hour on a day of December."""
    lines = f"UID:{uid}\r\nDTSTAMP:20260901T000000Z\r\nDTSTART:202612{day:02}T080000Z\r\nDURATION:PT1H\r\n"
    return (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\n{lines}SUMMARY:{title}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def response(href: str, properties: str, status: str = OK, more: str = "") -> str:
    """Give one resource of a multistatus; the href stands as it is given, but for what XML needs."""
    part = f"<d:propstat><d:prop>{properties}</d:prop><d:status>{status}</d:status></d:propstat>"
    return f"<d:response><d:href>{escape(href)}</d:href>{part}{more}</d:response>"


def content(text: str) -> str:
    """Give an object's content as a property."""
    return f"<c:calendar-data>{escape(text)}</c:calendar-data>"


@dataclass(slots=True)
class OddDav:
    """What lies in the calendar, by href as it is spelled, and how the server answers.

    `objects` are texts; `instead` is what a multiget answers for an href in place of its content. `sync` is
    the status with which sync-collection is refused, `token` what it ends with. `before` may answer a request
    in the server's place.
    """

    port: int = 0
    objects: dict[str, str] = field(default_factory=dict)
    instead: dict[str, str] = field(default_factory=dict)
    prefix: bytes = DECLARATION
    sync: int | None = None
    token: str | None = "t1"
    etags: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    contents_in_listing: bool = False
    before: Callable[[Heard], Said | None] = lambda _heard: None
    heard: list[Heard] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The calendar's own address."""
        return f"http://127.0.0.1:{self.port}{CALENDAR}"

    def anew(self) -> "OddDav":
        """Forget every manner and everything that was put in or heard."""
        fresh = OddDav(self.port)
        for name in self.__slots__:
            setattr(self, name, getattr(fresh, name))
        return self

    def answer(self, heard: Heard) -> Said:
        """Answer a request."""
        self.heard.append(heard)
        said = self.before(heard)
        if said is not None:
            return said
        if heard.method == "PROPFIND" and heard.target == CALENDAR:
            return self._multistatus(self._listed(heard.headers.get("depth") == "1"))
        if heard.asks_for("sync-collection"):
            if self.sync is not None:
                return Said(self.sync, b'<?xml version="1.0"?><d:error xmlns:d="DAV:"/>')
            return self._multistatus(self._members("calendar-data" in heard.body), self.token)
        if heard.asks_for("calendar-multiget"):
            hrefs = re.findall(r"<d:href>([^<]*)</d:href>", heard.body)
            return self._multistatus("".join(self._one(href.replace("&amp;", "&")) for href in hrefs))
        if heard.asks_for("calendar-query"):
            return self._multistatus("")
        return self._resource(heard)

    def _listed(self, deep: bool) -> str:
        kind = (
            "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype><d:displayname>Work</d:displayname>"
        )
        ctag = sha256(repr((self.objects, dict(self.etags))).encode("utf-8", "replace")).hexdigest()
        return response(CALENDAR, f"{kind}<cs:getctag>{ctag}</cs:getctag>") + (
            self._members(False) if deep else ""
        )

    def _members(self, whole: bool) -> str:
        whole = whole and self.contents_in_listing
        return "".join(
            response(href, self._etag(href) + (content(text) if whole else ""))
            for href, text in self.objects.items()
        )

    def _etag(self, href: str) -> str:
        return f"<d:getetag>{escape(self.etags.get(href, USUAL))}</d:getetag>"

    def _one(self, href: str) -> str:
        if href in self.instead:
            return self.instead[href]
        if href not in self.objects:
            gone = "<d:status>HTTP/1.1 404 No</d:status>"
            return f"<d:response><d:href>{escape(href)}</d:href>{gone}</d:response>"
        return response(href, self._etag(href) + content(self.objects[href]))

    def _multistatus(self, members: str, token: str | None = None) -> Said:
        end = "" if token is None else f"<d:sync-token>{token}</d:sync-token>"
        body = f"<d:multistatus {NAMESPACES}>{members}{end}</d:multistatus>"
        return Said(207, self.prefix + body.encode("utf-8", "surrogatepass"), self.headers)

    def _resource(self, heard: Heard) -> Said:
        text = self.objects.get(heard.target)
        if heard.method == "PUT":
            self.objects[heard.target] = heard.body
            return Said(201, b"", {"ETag": '"1"'})
        if text is None:
            return Said(404)
        if heard.method == "DELETE":
            del self.objects[heard.target]
            return Said(204)
        return Said(200, text.encode(), {"ETag": '"1"', "Content-Type": "text/calendar", **self.headers})


@contextmanager
def odd_dav() -> Iterator[OddDav]:
    """Serve on a free port."""
    odd = OddDav()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one piece, which no acknowledgement delays

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65537)
            if not self.raw_requestline or not self.parse_request():
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            said = odd.answer(Heard(self.command, self.path, body, headers))
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing; `heard` has it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    odd.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield odd
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
