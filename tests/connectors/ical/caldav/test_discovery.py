"""Finding calendars: from whatever address, by whatever name, and only where the password may go."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connectors.web.http import Http
from engine.errors import SourceError, SourceExpiredError, SourceUnavailableError
from engine.ids import RemoteCalendarId
from engine.ports.world import Clock
from tests.connectors.ical.caldav.sources import DavSource, opened, text
from tests.contracts.connector import titles
from tests.standins.mailserver import certificates
from tests.standins.radicale import Answered, Exchange, Radicale, radicale

NAMES = ("caldav.example.org", "p42-caldav.example.org")


def anywhere(tls: ssl.SSLContext | None = None) -> Callable[[Clock], Http]:
    """Give a way out on which every name leads to this machine."""
    return lambda clock: Http(clock, allow_private=True, resolver=lambda _: ["127.0.0.1"], tls=tls)


@pytest.mark.parametrize("address", ["", "dave/", "dave", "dave/{name}/", ".well-known/caldav", "nothing/"])
def test_any_address_of_the_account_leads_to_its_calendars(
    server: Radicale, source: DavSource, tmp_path: Path, address: str
) -> None:
    source.put("one", "20261020T080000Z", "First")
    connector = opened(server.url + address.format(name=source.calendar), tmp_path)
    read = connector.changes(source.calendar, None, {})
    assert titles(source, read.objects) == ["First"]
    assert source.path in {one.calendar for one in connector.calendars()}
    connector.close()


def test_a_calendars_own_address_is_that_calendar_alone(
    server: Radicale, source: DavSource, tmp_path: Path
) -> None:
    source.put("one", "20261020T080000Z", "First")
    connector = opened(server.url.rstrip("/") + source.path, tmp_path)
    assert [one.name for one in connector.calendars()] == [source.calendar]
    read = connector.changes(RemoteCalendarId("."), None, {})
    assert titles(source, read.objects) == ["First"]
    connector.close()


def test_calendars_are_named_by_title_or_path_and_listed_as_the_configuration_names_them(
    server: Radicale, tmp_path: Path
) -> None:
    server.calendar("erin", "4711", "Büro &amp; Küche")
    server.calendar("erin", "4712", "Home")
    connector = opened(
        server.url, tmp_path, username="erin", read=["Büro & Küche", "/erin/4712/"], write="Büro & Küche"
    )
    listed = {(one.calendar, one.name, one.is_primary, one.read_only) for one in connector.calendars()}
    assert listed == {("Büro & Küche", "Büro & Küche", True, False), ("/erin/4712/", "Home", False, False)}
    connector.close()
    plain = opened(server.url, tmp_path, username="erin")
    assert {one.calendar for one in plain.calendars()} == {"/erin/4711/", "/erin/4712/"}
    plain.close()


def test_a_name_that_is_not_there_or_stands_twice_is_told_with_what_there_is(
    server: Radicale, tmp_path: Path
) -> None:
    with radicale(tmp_path / "other", ["erin"]) as other:
        other.calendar("erin", "a", "Twin")
        other.calendar("erin", "b", "Twin")
        connector = opened(other.url, tmp_path, username="erin")
        with pytest.raises(SourceUnavailableError, match=r"2 calendars are called 'Twin'.*/erin/a/"):
            connector.changes(RemoteCalendarId("Twin"), None, {})
        with pytest.raises(SourceUnavailableError, match=r"no calendar 'Work'.*Twin"):
            connector.changes(RemoteCalendarId("Work"), None, {})
        other.calendar("erin", "c", "Work")
        assert connector.changes(RemoteCalendarId("Work"), None, {}).whole
        connector.close()


def test_a_wrong_password_is_expired_and_says_what_to_do(source: DavSource, tmp_path: Path) -> None:
    connector = opened(source.hand.url, tmp_path, password="wrong", write=source.calendar)
    with pytest.raises(SourceExpiredError, match=r"user name and password \(401\).*app-specific"):
        connector.changes(source.calendar, None, {})
    probed = connector.probe()
    assert (probed.reachable, probed.authorised) == (True, False)
    connector.close()


def test_probing_tells_how_the_server_is_asked_and_whether_the_calendar_can_be_written(
    server: Radicale, source: DavSource
) -> None:
    probed = source.connector.probe()
    assert probed.can_write
    assert probed.problems == ()
    assert probed.notes == ("changes are read by sync-collection", "without TLS")
    assert probed.clock_skew is not None


def test_a_calendar_shared_for_reading_cannot_be_written(server: Radicale, source: DavSource) -> None:
    def read_only(exchange: Exchange, serve: Callable[[], Answered]) -> Answered:
        answer = serve()
        for privilege in (b"all", b"write", b"write-content", b"write-properties"):
            answer = answer.saying(answer.body.replace(b"<privilege><%s /></privilege>" % privilege, b""))
        return answer

    server.between = read_only
    probed = source.connector.probe()
    assert probed.problems == ()
    assert not probed.can_write


@pytest.fixture
def numbered_hosts(tmp_path: Path) -> Iterator[tuple[Radicale, Radicale, ssl.SSLContext]]:
    """Serve as iCloud does, with TLS: one host knows principals, a numbered one has the calendars."""
    served, trusted = certificates(tmp_path, NAMES)
    with radicale(tmp_path / "back") as plain:
        plain.calendar("dave", "home", "Home")
    with radicale(tmp_path / "front", tls=served) as front, radicale(tmp_path / "back", tls=served) as back:
        home = back.url.replace("127.0.0.1", NAMES[1]) + "dave/"

        def lead(exchange: Exchange, serve: Callable[[], Answered]) -> Answered:
            answer = serve()
            said, led = (b"<C:calendar-home-set><href>%s</href>" % one for one in (b"/dave/", home.encode()))
            return answer.saying(answer.body.replace(said, led))

        front.between = lead
        yield front, back, trusted


def test_discovery_may_lead_to_another_host_and_the_password_follows_there_alone(
    numbered_hosts: tuple[Radicale, Radicale, ssl.SSLContext], tmp_path: Path
) -> None:
    front, back, trusted = numbered_hosts
    url = front.url.replace("127.0.0.1", NAMES[0])
    connector = opened(url, tmp_path, http=anywhere(trusted))
    read = connector.changes(RemoteCalendarId("Home"), None, {})
    assert read.whole
    assert {one.user for one in back.asked} >= {"dave"}
    front.asked.clear()
    assert connector.changes(RemoteCalendarId("Home"), read.token, {}).unchanged
    connector.close()
    again = opened(url, tmp_path, http=anywhere(trusted))
    assert again.changes(RemoteCalendarId("Home"), read.token, {}).unchanged
    assert front.asked == []
    again.close()


def test_no_password_is_sent_to_another_host_without_tls(server: Radicale, tmp_path: Path) -> None:
    elsewhere = server.url.replace("127.0.0.1", NAMES[1])

    def lead(exchange: Exchange, serve: Callable[[], Answered]) -> Answered:
        if exchange.path == "/dave/":
            return serve()
        return Answered("301 Moved Permanently", (("Location", f"{elsewhere}dave/"),))

    server.between = lead
    server.asked.clear()
    url = server.url.replace("127.0.0.1", NAMES[0])
    connector = opened(url, tmp_path, http=anywhere())
    with pytest.raises(SourceUnavailableError, match="to which no password is sent"):
        connector.calendars()
    assert {one.path for one in server.asked} == {"/", "/.well-known/caldav"}
    connector.close()


def test_a_calendar_that_has_moved_is_looked_for_anew(server: Radicale, source: DavSource) -> None:
    source.put("one", "20261020T080000Z", "First")
    before = source.connector.changes(source.calendar, None, {})
    moved = server.calendar("dave", f"{source.calendar}-new", source.calendar)
    source.hand.delete(source.path)
    source.path = moved
    source.put("one", "20261020T080000Z", "First")
    after = source.connector.changes(source.calendar, before.token, {})
    assert after.whole
    assert titles(source, after.objects) == ["First"]


def test_a_deleted_calendar_is_no_empty_one(source: DavSource) -> None:
    source.put("one", "20261020T080000Z", "First")
    before = source.connector.changes(source.calendar, None, {})
    source.fail()
    with pytest.raises(SourceError, match="has no calendar"):
        source.connector.changes(source.calendar, before.token, {})


def test_another_account_s_token_is_not_followed(server: Radicale, source: DavSource, tmp_path: Path) -> None:
    source.put("one", "20261020T080000Z", "First")
    token = source.connector.changes(source.calendar, None, {}).token
    server.calendar("frank", f"{source.calendar}-f", source.calendar)
    connector = opened(server.url, tmp_path, username="frank")
    read = connector.changes(source.calendar, token, {})
    assert (read.whole, read.objects) == (True, ())
    connector.close()


def test_an_event_lies_in_the_calendar_that_holds_it(server: Radicale, source: DavSource) -> None:
    source.hand.put(f"{source.path}odd name#1 %41.ics", text("odd", "20261020T080000Z", "Odd"))
    read = source.connector.changes(source.calendar, None, {})
    assert [one.href for one in read.objects] == ["odd name#1 %41.ics"]
    assert titles(source, read.objects) == ["Odd"]
