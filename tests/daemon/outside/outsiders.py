"""A daemon with people from outside at its doors: their mails, their pages, their calendars."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from httpx2 import Response
from icalendar import Calendar
from starlette.testclient import TestClient

from connectors.sandbox.task import run_here
from daemon.app.outsiders.forgetting import forget_guest, guest_goes
from daemon.app.outsiders.invitations import InvitationDesk
from daemon.http.application import make_application
from daemon.http.doors import Doors
from daemon.http.site.browsing import COOKIE
from daemon.services import Services
from engine.ids import SessionId, UserId
from engine.sessions.invitations import InvitationOptions
from engine.time.span import Span
from tests.standins.mailserver import Mailroom
from tests.standins.time import PatientClock
from tests.worlds.folder_world import Somebody
from tests.worlds.notice_world import ALICE, BOB, DAVE, NoticeWorld, noticing, text_of

BASE = "http://127.0.0.1:8765"
LINK = re.compile(r"http://127\.0\.0\.1:\d+(/[ri]/[\w-]+)")
TICKS = re.compile(r'<input type="(?:checkbox|radio)" name="start" value="([^"]+)"')
GUESTS = '[guests]\nallowed = ["example.org"]\n'
EVE, FRANK = "eve@example.org", "frank@example.org"
CANARY = "Divorce lawyer"
ROOT = Somebody(name="root", writes=False, extra="operator = true")


class Outsiders:
    """The world, its mails by who gets them, and its doors."""

    def __init__(self, world: NoticeWorld, services: Services) -> None:
        self.world, self.services = world, services
        self.doors = Doors.of(services.access, run_here)
        self.doors.by_address._most = 1e9
        self.application = make_application(self.doors)
        self.clients = {
            name: TestClient(self.application, base_url=BASE, client=(name, 5000))
            for name in ("203.0.113.1", "203.0.113.2", "2001:db8::1", "2001:db8::2", "2001:db8:1::1")
        }
        self.client = self.clients["203.0.113.1"]

    def ask(self, *guests: str, **wishes: Any) -> SessionId:
        """Have Alice ask for half an hour with these people; the daemon proposes and mails."""
        session = self.world.create("alice", *guests, **wishes)
        self.world.run_once()
        return session

    def mails(self, address: str, kind: str | None = None) -> list[EmailMessage]:
        found = zip(self.world.room.recipients, self.world.room.messages(), strict=True)
        mine = [one for to, one in found if to == address]
        return mine if kind is None else [one for one in mine if one["X-Gatherly-Kind"] == kind]

    def link(self, address: str, kind: str) -> str:
        return str(LINK.findall(text_of(self.mails(address, kind)[-1]))[0])

    def calendar(self, address: str) -> dict[str, Any]:
        """Give what iMIP leaves in somebody's calendar: starts by UID."""
        have: dict[str, Any] = {}
        for mail in self.mails(address):
            for part in mail.walk():
                if part.get_content_type() == "text/calendar":
                    calendar = Calendar.from_ical(part.get_content())
                    event = calendar.walk("VEVENT")[0]
                    if calendar["METHOD"] == "CANCEL":
                        have.pop(str(event["UID"]), None)
                    else:
                        have[str(event["UID"])] = event.decoded("DTSTART")
        return have

    def ticks(self, link: str) -> list[str]:
        page = self.client.get(link)
        assert page.status_code == 200, page.text
        return TICKS.findall(page.text)

    def tick(self, link: str, *starts: str) -> Response:
        return self.client.post(link, data={"verb": "suits", "start": list(starts)})

    def press(self, link: str, verb: str) -> Response:
        return self.client.post(link, data={"verb": verb})

    def guests(self, session: SessionId) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = self.world.view(session).get("guests", [])
        return found

    def booked(self, session: SessionId, start: str) -> None:
        self.services.desk.accept_at(session, start)
        self.world.run_once()

    def api(self, who: str, method: str, path: str, body: Any = None) -> Response:
        """Ask as a program of somebody's; `root` asks as an operator."""
        token = self.doors.tokens.access(UserId(who), operator=who == "root")
        return self.client.request(method, path, json=body, headers={"Authorization": f"Bearer {token}"})

    def signed_in(self, who: str) -> TestClient:
        """Give somebody's browser."""
        browser = TestClient(self.application, base_url=BASE, follow_redirects=False)
        browsers = self.doors.browsers
        browser.cookies.set(COOKIE, browsers.sign_in(browsers.invite(UserId(who))))
        return browser

    def forget(self, address: str) -> None:
        goes = guest_goes(self.services.access, address)
        assert goes is not None
        forget_guest(self.services.access, goes)

    def links(self, address: str) -> list[str]:
        """Give every link in somebody's mails, the newest last."""
        return [str(one) for mail in self.mails(address) for one in LINK.findall(text_of(mail))]

    @property
    def invitations(self) -> InvitationDesk:
        return InvitationDesk(self.services.access)

    def invite(self, **options: Any) -> tuple[str, str]:
        """Make a link to Alice; gives where it leads, and its id."""
        made = self.invitations.create(InvitationOptions(user="alice", **options))
        return urlsplit(str(made["url"])).path, str(made["id"])

    def take(
        self, link: str, start: str, name: str = "Vera", email: str = "vera@visitor.test", client: str = ""
    ) -> Response:
        fields = {"start": start, "name": name, "email": email, "tz": "Asia/Tokyo"}
        return self.clients[client or "203.0.113.1"].post(link, data=fields)

    def confirm(self, email: str = "vera@visitor.test") -> Response:
        self.world.run_once()
        return self.press(self.link(email, "confirm"), "confirm")

    def holds(self) -> int:
        with self.services.store.reading() as tx:
            return len(tx.ledger.holds(UserId("alice"), Span(0, 4_000_000_000)))


@contextmanager
def outside(root: Path, settings: str = "", room: Mailroom | None = None) -> Iterator[Outsiders]:
    """Give the doors over a world in which Alice, Bob and Dave live, and Root operates."""
    with noticing(root, ALICE, BOB, DAVE, ROOT, settings=GUESTS + settings, room=room) as world:
        world.clock = PatientClock(world.clock.at)
        world.busy("alice", ("2026-11-17T18:00:00Z", "2026-11-17T19:00:00Z"))
        for path in world.folder("alice").glob("*.ics"):
            path.write_text(re.sub(r"SUMMARY:.*", f"SUMMARY:{CANARY}", path.read_text()), newline="")
        with world.standing(), world.services() as services:
            world.run_once()
            yield Outsiders(world, services)
