"""Requests go to exactly the addresses that were configured or listed, and the password nowhere else."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from connectors.ical.caldav.client import may_lead
from connectors.ical.caldav.places import Place, beside, led
from connectors.web.urls import read_url
from engine.errors import SourceError, SourceUnavailableError
from engine.ids import RemoteCalendarId
from tests.connectors.ical.caldav.sources import opened
from tests.contracts.connector import INSTALL, draft
from tests.standins.odd_dav import CALENDAR, Heard, OddDav, Said, content, event, odd_dav, response

ITSELF = RemoteCalendarId(".")
UID = draft().event_id
_NAMES = """
a;b.ics a;jsessionid=1.ics ;p.ics a%3Bb.ics p%2Fx.ics why%3F.ics meet%231.ics b%20c.ics w%3D%3D
"""
NAMES = _NAMES.split()
_OUTSIDE = """
/home/cal/%2e%2e /home/cal/..%2Fother%2Fx.ics /home/other/x.ics /home/cal/sub/x.ics /home/cal/../x.ics
http://localhost:{port}/home/cal/x.ics http://127.0.0.1:1/home/cal/x.ics //other.example/home/cal/x.ics
https://127.0.0.1:{port}/home/cal/x.ics /home/cal/%252e%252e /home/cal/..;/x.ics /home/cal/..%5Cx.ics /x.ics
"""
OUTSIDE = _OUTSIDE.split()
MULTISTATUS = '<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">'


@pytest.fixture(scope="module")
def running() -> Iterator[OddDav]:
    with odd_dav() as server:
        yield server


@pytest.fixture
def odd(running: OddDav) -> OddDav:
    return running.anew()


def ours() -> str:
    """Give an event of ours as it lies somewhere."""
    return event(UID, 20).replace(
        "SUMMARY", f"X-GATHERLY-INSTALL:{INSTALL}\r\nX-GATHERLY-SESSION:s\r\nX-GATHERLY-EPOCH:1\r\nSUMMARY"
    )


def listed_at(odd: OddDav, href: str) -> None:
    """Answer a question for our event with an address of the server's choice."""
    member = response(href, f'<d:getetag>"1"</d:getetag>{content(ours())}')
    body = f"{MULTISTATUS}{member}</d:multistatus>"
    odd.before = lambda heard: Said(207, body.encode()) if heard.asks_for("calendar-query") else None


@pytest.mark.parametrize("name", NAMES)
def test_an_event_of_ours_is_read_changed_and_deleted_at_the_address_that_the_server_lists(
    odd: OddDav, tmp_path: Path, name: str
) -> None:
    odd.objects[CALENDAR + name] = ours()
    odd.objects[CALENDAR + "a"] = odd.objects[CALENDAR + "p"] = event("theirs", 21)
    listed_at(odd, CALENDAR + name)
    with closing(opened(odd.url, tmp_path, write=".")) as connector:
        found = connector.read(ITSELF, UID)
        assert found is not None
        connector.write(ITSELF, draft(hours=2), found.etag)
        connector.withdraw(ITSELF, UID)
    changing = {(one.method, one.target) for one in odd.heard if one.method in ("PUT", "DELETE")}
    assert {target for _method, target in changing} == {CALENDAR + name}
    assert CALENDAR + "a" in odd.objects


@pytest.mark.parametrize("href", OUTSIDE)
def test_nothing_outside_a_calendar_is_read_changed_or_deleted_whatever_the_server_lists(
    odd: OddDav, tmp_path: Path, href: str
) -> None:
    href = href.format(port=odd.port)
    listed_at(odd, href)
    for number in range(12):
        odd.objects[f"{CALENDAR}e{number}.ics"] = event(f"u{number}", 1 + number)
    odd.objects[href] = ours()
    with closing(opened(odd.url, tmp_path, write=".")) as connector:
        assert connector.read(ITSELF, UID) is None
        connector.withdraw(ITSELF, UID)
        assert connector.marked(ITSELF, INSTALL) == []
        read = connector.changes(ITSELF, None, {})
    assert len(read.objects) == 12
    assert [(one.href, "outside" in one.reason) for one in read.unread] == [(href, True)]
    assert not any(one.method in ("PUT", "DELETE") for one in odd.heard)
    assert {one.target for one in odd.heard} <= {CALENDAR, f"{CALENDAR}{UID}.ics"}
    assert not any(href in one.body for one in odd.heard if one.method == "REPORT")


@pytest.mark.parametrize(
    "where",
    ["http://127.0.0.1:{other}/home/cal/", "http://localhost:{port}/home/cal/", "http://localhost:{other}/home/cal/",
     "//127.0.0.1:{other}/home/cal/", "http://127.0.0.1:{other}", "webcal://127.0.0.1:{other}/home/cal/"],
)  # fmt: skip
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_over_http_the_password_goes_to_the_configured_host_and_port_only(
    odd: OddDav, tmp_path: Path, where: str, status: int
) -> None:
    with odd_dav() as elsewhere:
        location = where.format(other=elsewhere.port, port=odd.port)
        odd.before = lambda _heard: Said(status, b"", {"Location": location})
        connector = opened(odd.url, tmp_path)
        with pytest.raises(SourceUnavailableError, match="to which no password is sent"):
            connector.changes(ITSELF, None, {})
        connector.close()
        assert elsewhere.heard == []
        assert all(one.headers["host"] == f"127.0.0.1:{odd.port}" for one in odd.heard)


def test_a_principal_or_home_on_another_port_gets_no_password(odd: OddDav, tmp_path: Path) -> None:
    with odd_dav() as elsewhere:

        def lead(heard: Heard) -> Said | None:
            home = f"<c:calendar-home-set><d:href>http://127.0.0.1:{elsewhere.port}/</d:href></c:calendar-home-set>"
            kind = f"<d:resourcetype><d:collection/></d:resourcetype>{home}"
            member = response(heard.target, kind)
            body = f"{MULTISTATUS}{member}</d:multistatus>"
            return Said(207, body.encode())

        odd.before = lead
        with closing(opened(odd.url, tmp_path)) as connector, pytest.raises(SourceError, match="no password"):
            connector.calendars()
        assert elsewhere.heard == []


@pytest.mark.parametrize(
    ("before", "after", "follows"),
    [
        ("https://a/", "https://b/", True),
        ("https://a/", "https://a:8443/", True),
        ("https://a/", "http://a/", False),
        ("https://a/", "http://b/", False),
        ("http://a/", "https://a/", True),
        ("http://a/", "https://b/", False),
        ("http://a:8080/", "https://a/", False),
        ("http://a:8080/", "http://a:8080/x", True),
        ("http://a/", "http://a:8080/", False),
        ("http://a/", "http://b/", False),
    ],
)
def test_where_discovery_may_take_a_password(before: str, after: str, follows: bool) -> None:
    assert may_lead(read_url(before).origin, read_url(after).origin) == follows


def test_a_remembered_place_on_another_server_gets_no_password(odd: OddDav, tmp_path: Path) -> None:
    odd.objects[f"{CALENDAR}e.ics"] = event("u", 7)
    with closing(opened(odd.url, tmp_path)) as connector, odd_dav() as elsewhere:
        token = connector.changes(ITSELF, None, {}).token
        assert token is not None
        moved = token.replace(f":{odd.port}/", f":{elsewhere.port}/")
        with pytest.raises(SourceUnavailableError, match="no password"):
            connector.changes(ITSELF, moved, {})
        assert elsewhere.heard == []


def test_whatever_leads_to_another_server_nothing_is_sent_there(odd: OddDav, tmp_path: Path) -> None:
    """The last word is the client's: an address that came from anywhere is judged before it is asked."""
    with closing(opened(odd.url, tmp_path)) as connector, odd_dav() as elsewhere:
        for method in ("PROPFIND", "REPORT", "GET", "PUT", "DELETE", "OPTIONS"):
            with pytest.raises(SourceUnavailableError, match="No password is sent there"):
                connector._client.call(method, read_url(f"{elsewhere.url}home/cal/"))
        assert elsewhere.heard == []


def test_hrefs_spelled_http_behind_a_proxy_that_adds_tls_are_the_calendar_s_own() -> None:
    place = Place(url=read_url("https://dav.example/home/cal/"))
    for spelled in ("http://dav.example/home/cal/a.ics", "http://dav.example:443/home/cal/a.ics"):
        assert place.object_name(spelled) == "a.ics"
        assert str(beside(place.url, spelled)) == "https://dav.example/home/cal/a.ics"
        assert str(led(place.url, spelled)) == "https://dav.example/home/cal/a.ics"
    assert place.object_name("http://dav.example:5232/home/cal/a.ics") is None


def test_a_deletion_asks_no_scheduling_server_to_tell_anybody(odd: OddDav, tmp_path: Path) -> None:
    odd.objects[f"{CALENDAR}{UID}.ics"] = ours()
    with closing(opened(odd.url, tmp_path, write=".")) as connector:
        connector.withdraw(ITSELF, UID)
    (deletion,) = (one for one in odd.heard if one.method == "DELETE")
    assert deletion.headers["schedule-reply"] == "F"
    assert deletion.headers["if-match"] == '"1"'
